"""All that the rules have to say of some files, each by itself; figures are checked in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.definitions import Campaign, Definitions, Form
from etl.model import Amounts, Finding, Material, Reading, Sender
from etl.rules.narratives import thin
from etl.rules.remarks import form_remarks
from etl.sheets.campaign_of import Belonging
from etl.stages.verdict import by_weight


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says, who sent it, and which campaign it is for."""

    reading: Reading
    sender: Sender
    belonging: Belonging


def find(
    files: Sequence[Said], campaign: Campaign, form: Form, known: Definitions, last: Mapping[str, Amounts]
) -> list[tuple[Finding, ...]]:
    """Each file's findings, most serious first. `last` are the figures of the campaign before, by unit.

    Great Expectations is imported only where there is a form to check.
    """
    of_figures = iter(_check_figures([one for one in files if _has_figures(one)], form, known, last))
    return [
        by_weight(
            [*_found_in(one, campaign, form, known), *(next(of_figures) if _has_figures(one) else ())],
            known.rulebook,
        )
        for one in files
    ]


def _found_in(one: Said, campaign: Campaign, form: Form, known: Definitions) -> list[Finding]:
    reading = one.reading
    found = [*reading.findings, *one.sender.findings, *one.belonging.findings]
    if reading.form:
        found += form_remarks(reading.form, form, campaign)
    if reading.narrative and reading.material is Material.NARRATIVE:
        found += thin(reading.narrative, known.limits)
    return found


def _has_figures(one: Said) -> bool:
    several = any(finding.rule == "several_forms" for finding in one.reading.findings)
    return one.reading.form is not None and not several


def _check_figures(
    files: Sequence[Said], form: Form, known: Definitions, last: Mapping[str, Amounts]
) -> list[tuple[Finding, ...]]:
    """Of nobody's form nothing is known from before."""
    forms = [one.reading.form for one in files if one.reading.form]
    if not forms:
        return []
    from etl.rules.check import check_forms  # imports Great Expectations, which takes seconds

    return check_forms(forms, form, known.rulebook, [last.get(one.sender.unit or "") for one in files])
