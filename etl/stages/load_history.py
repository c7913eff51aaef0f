"""Load history: last year's files, read like any other, kept only to be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.definitions import Campaign, Definitions, Form, Unit
from etl.edges.archive import Kept, NotKept
from etl.edges.folder import Folder
from etl.edges.inbox import look
from etl.edges.sandbox import Sandbox, ToRead
from etl.errors import Unavailable
from etl.model import Reading, Severity
from etl.office import Office
from etl.sheets.identity import sender_of
from etl.stages.verdict import SECRET, known_amounts
from etl.warehouse.history import PastForm, keep_past_forms

NO_FORM = "里面没有统计表。"
NOBODY = "看不出是哪个单位报的。"
NOTHING = "统计表里一个数字也没有填，或者都认不出。"
OLDER = "这个单位有更新的文件（{}），以那个为准。"


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """How many units' figures are kept, and the files that could not be used, each with why in Chinese."""

    units: int
    unused: list[tuple[str, str]]


def load_history(campaign_id: str, folder: Path, office: Office) -> HistoryReport:
    """Keep what the files of a folder say under a campaign's id, for comparison only.

    Begins:  the campaign is configured, or another one names it as its `previous`; else Refused.
    Ends:    each unit found has the figures of its newest file, in place of what it had before.
    Touches: the folder (reads), archive (the bytes), warehouse (history, one transaction).
    Again:   the same rows.
    Raises:  Unavailable where the folder cannot be listed. No file, however made, makes this raise.
    """
    campaign = _compared_with(campaign_id, office)
    form = office.definitions.form_of(campaign)
    units = campaign.units(office.roster)
    with office.alone():
        kept, unused = _take(folder, office)
        with office.archive.at_hand([one.sha256 for one in kept]) as paths:
            files = [ToRead(path, one.seen.name) for path, one in zip(paths, kept, strict=True)]
            readings = Sandbox(form, office.limits).read_all(files)
        found: dict[str, PastForm] = {}
        for one, reading in zip(kept, readings, strict=True):
            said = _what_it_says(one, reading, units, form, office.definitions)
            if isinstance(said, str):
                unused.append((one.seen.file, said))
                continue
            unit, past = said
            if unit in found:
                unused.append((found[unit].file, OLDER.format(past.file)))
            found[unit] = past
        with office.warehouse.writing() as connection:
            keep_past_forms(connection, campaign_id, found)
    return HistoryReport(len(found), unused)


def _compared_with(campaign_id: str, office: Office) -> Campaign:
    """The campaign itself, else the one that follows it; its form and units are what is looked for."""
    campaigns = office.definitions.campaigns
    following = [campaign for campaign in campaigns.values() if campaign.previous == campaign_id]
    if campaign_id not in campaigns and following:
        return following[0]
    return office.definitions.campaign(campaign_id)


def _take(folder: Path, office: Office) -> tuple[list[Kept], list[tuple[str, str]]]:
    """The folder's files, archived, the newest last; and what could not be taken."""
    try:
        view = look(folder, office.limits.never_opened_bytes)
    except OSError as why:
        raise Unavailable(f"文件夹打不开：{folder}（{why.strerror}）") from why
    taken = office.archive.keep(
        Folder(folder), sorted(view.files, key=lambda seen: (seen.mtime_ns, seen.path))
    )
    unused = [(left.file, left.why) for left in view.left_alone]
    unused += [(one.seen.file, one.why) for one in taken if isinstance(one, NotKept)]
    return [one for one in taken if isinstance(one, Kept)], unused


def _what_it_says(
    one: Kept, reading: Reading, units: Sequence[Unit], form: Form, known: Definitions
) -> tuple[str, PastForm] | str:
    """Whose form it is and what it says; or, in Chinese, why it cannot be used."""
    if reading.secret:
        return SECRET
    refused = [finding for finding in reading.findings if known.rulebook.severity(finding) is Severity.ERROR]
    if reading.form is None or any(finding.rule == "several_forms" for finding in refused):
        return known.rulebook.message(refused[0]) if refused else NO_FORM
    sender = sender_of(reading, one.seen.file, units, known.other_areas.names)
    if sender.unit is None:
        return sender.doubt or NOBODY
    amounts = known_amounts(reading.form, form)
    return (sender.unit, PastForm(amounts, one.seen.file, one.sha256)) if amounts else NOTHING
