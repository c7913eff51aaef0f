"""All that the rules have to say of some files, each by itself; figures are checked in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.definitions import Campaign, Definitions, Form
from etl.model import Amounts, Finding, Material, Reading, Sender
from etl.rules.narratives import thin
from etl.rules.remarks import form_remarks
from etl.sheets.campaign_of import Belonging
from etl.stages.verdict import by_weight

if TYPE_CHECKING:  # it imports Great Expectations, which takes seconds
    from etl.rules.suites import Validation


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says, who sent it, and which campaign it is for."""

    reading: Reading
    sender: Sender
    belonging: Belonging


@dataclass(frozen=True, slots=True)
class Found:
    """Each file's findings, most serious first.

    `validation` is the one in which the figures of all were asked about, and `asked` the places of those
    files among the given, in its order; None where no file had a form.
    """

    findings: list[tuple[Finding, ...]]
    validation: "Validation | None"
    asked: list[int]


def find(
    files: Sequence[Said], campaign: Campaign, form: Form, known: Definitions, last: Mapping[str, Amounts]
) -> Found:
    """What the rules find in each of the files. `last` are the figures of the campaign before, by unit.

    Great Expectations is imported only where there is a form to check.
    """
    asked = [at for at, one in enumerate(files) if _has_figures(one)]
    of_figures, validation = _check_figures([files[at] for at in asked], form, known, last)
    figures = dict(zip(asked, of_figures, strict=True))
    findings = [
        by_weight([*_found_in(one, campaign, form, known), *figures.get(at, ())], known.rulebook)
        for at, one in enumerate(files)
    ]
    return Found(findings, validation, asked)


def _found_in(one: Said, campaign: Campaign, form: Form, known: Definitions) -> list[Finding]:
    reading = one.reading
    found = [*reading.findings, *one.sender.findings, *one.belonging.findings]
    if reading.form:
        found += form_remarks(reading.form, form, campaign, known.limits)
    if reading.narrative and reading.material is Material.NARRATIVE:
        found += thin(reading.narrative, known.limits)
    return found


def _has_figures(one: Said) -> bool:
    several = any(finding.rule == "several_forms" for finding in one.reading.findings)
    return one.reading.form is not None and not several


def _check_figures(
    files: Sequence[Said], form: Form, known: Definitions, last: Mapping[str, Amounts]
) -> tuple[list[tuple[Finding, ...]], "Validation | None"]:
    """Of nobody's form nothing is known from before."""
    forms = [one.reading.form for one in files if one.reading.form]
    if not forms:
        return [], None
    from etl.rules.check import check_forms  # imports Great Expectations, which takes seconds

    before = [last.get(one.sender.unit or "") for one in files]
    checked = check_forms(forms, form, known.rulebook, before)
    return checked.findings, checked.validation
