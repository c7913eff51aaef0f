"""Which campaign a form belongs to: by its hidden identity, else by the year and festival of its title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.definitions import Campaign, Form
from etl.model import Finding, FormReading, HiddenIdentity, Reading
from etl.sheets.grid import squeezed

_CHINESE_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class Belonging:
    """The campaign a file is for. `doubt` holds it (去年的表); findings are for its unit to explain."""

    campaign: str
    doubt: str | None = None
    findings: tuple[Finding, ...] = ()


def campaign_of(reading: Reading, running: Campaign, opened: Sequence[Campaign], form: Form) -> Belonging:
    """Where a reading belongs, given the campaign being run and all that are open."""
    says = title_says(reading.form, form) if reading.form else None
    hidden = _by_identity(reading.identity, opened)
    if hidden:
        return _by_hidden_identity(reading, hidden, says)
    if not says or not reading.form:
        return Belonging(running.id)
    for campaign in sorted(opened, key=lambda campaign: campaign.id != running.id):
        if says == (campaign.year, campaign.festival):
            return Belonging(campaign.id)
    if _dated_elsewhere(reading.form.dated, says[0], running):
        return Belonging(
            running.id, doubt=f"表的标题是“{reading.form.title}”，日期也不是本期的，像是以前的表。"
        )
    return Belonging(running.id, findings=(_another_title(reading.form, running),))


def names_one_of(reading: Reading, opened: Sequence[Campaign], form: Form) -> bool:
    """Whether the hidden identity or the title, as `form` finds it, names one of these campaigns."""
    if _by_identity(reading.identity, opened):
        return True
    says = title_says(reading.form, form) if reading.form else None
    return any(says == (campaign.year, campaign.festival) for campaign in opened)


def _by_hidden_identity(reading: Reading, campaign: Campaign, says: tuple[int, str] | None) -> Belonging:
    """The campaign an issued blank names; last year's content pasted into it still shows in the title."""
    if reading.form and says and says != (campaign.year, campaign.festival):
        return Belonging(campaign.id, findings=(_another_title(reading.form, campaign),))
    return Belonging(campaign.id)


def _another_title(form: FormReading, campaign: Campaign) -> Finding:
    facts = {"campaign": campaign.title}
    return Finding("title_of_another_campaign", form.sheet, form.title_cell, form.title, facts)


def title_says(reading: FormReading, form: Form) -> tuple[int, str] | None:
    """The year and festival id that a title names; None where it does not name both."""
    title = squeezed(reading.title or "").translate(_FULL_WIDTH)
    years = re.findall(r"(?<!\d)(20\d\d)(?=年)", title.translate(_CHINESE_YEAR))
    festivals = [
        name for name, festival in form.festivals.items() if any(said in title for said in festival.says)
    ]
    return (int(years[0]), festivals[0]) if len(set(years)) == 1 and len(festivals) == 1 else None


_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}


def _by_identity(identity: HiddenIdentity | None, opened: Sequence[Campaign]) -> Campaign | None:
    return next((c for c in opened if identity and c.id == identity.campaign), None)


def _dated_elsewhere(dated: date | None, year: int, running: Campaign) -> bool:
    """Whether the form's own date agrees with its old title: outside this campaign, near that year."""
    if dated is None:
        return False
    inside = running.local(running.opens).date() <= dated <= running.local(running.closes).date()
    return not inside and dated.year in (year - 1, year)
