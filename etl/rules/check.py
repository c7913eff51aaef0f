"""Readings of a batch in, findings about their figures out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from etl.definitions import Form, Rulebook
from etl.model import Amounts, Finding, FormReading
from etl.rules.about_last_time import last_time_findings
from etl.rules.about_people import people_findings
from etl.rules.case import WEIGHT, Case
from etl.rules.faults import faults, remarks
from etl.rules.frame import TallFrame, build_frame
from etl.rules.heads import head_findings, heads_of, yuan_remedies
from etl.rules.suites import Validation, validate
from etl.rules.sums import Cell, Sum
from etl.rules.wrong_sums import wrong_sums

Found = dict[int, dict[str, list[Cell]]]


@dataclass(frozen=True, slots=True)
class Checked:
    """For each form, in the order given, what is to be said of its figures, most serious first.

    `validation` is what all of it comes from; None where there was no figure to ask about.
    """

    findings: list[tuple[Finding, ...]]
    validation: Validation | None = None


def check_forms(
    forms: Sequence[FormReading], form: Form, rulebook: Rulebook, last: Sequence[Amounts | None] = ()
) -> Checked:
    """What the rules find in the figures of a batch of forms.

    All figures are validated at once; one cause gives one finding. Findings of rules in trial are among
    them. `last` has for each form its unit's figures in the last campaign, None where they are not known;
    left out, nothing is compared. Raises DefinitionError where a limit is left out of rules.toml.
    """
    if not any(reading.figures for reading in forms):
        return Checked([() for _ in forms])
    tall = build_frame(forms, form, rulebook, last)
    validation = validate(tall.frame, rulebook)
    found = _by_form(validation.rows, tall)
    judge = _Judge(form, rulebook)
    findings = [
        judge.findings(reading, found[at], tall.gaps_of(at), before) if at in found else ()
        for at, (reading, before) in enumerate(zip_longest(forms, last))
    ]
    return Checked(findings, validation)


def _by_form(rows: Mapping[str, Sequence[int]], tall: TallFrame) -> Found:
    found: Found = {}
    for rule, at_rows in rows.items():
        for at_form, cell in tall.places(at_rows):
            found.setdefault(at_form, {}).setdefault(rule, []).append(cell)
    return found


class _Judge:
    """Rules in trial never change what a clerk reads: they are weighed in a second round of their own."""

    def __init__(self, form: Form, rulebook: Rulebook) -> None:
        self.form, self.rulebook = form, rulebook
        modes = {rule: it.mode for rule, it in rulebook.rules.items()}
        self.on = frozenset(rule for rule, mode in modes.items() if mode == "on")
        self.trial = frozenset(rule for rule, mode in modes.items() if mode == "trial")
        self.rank = {rule: at for at, rule in enumerate(rulebook.rules)}

    def findings(
        self,
        reading: FormReading,
        found: Mapping[str, Sequence[Cell]],
        gaps: Mapping[Sum, int],
        last: Amounts | None,
    ) -> tuple[Finding, ...]:
        case = Case(reading, self.form, self.rulebook, self.on, found, gaps, last)
        findings = _findings(case)
        if self.trial:
            with_trial = Case(reading, self.form, self.rulebook, self.on | self.trial, found, gaps, last)
            findings += [finding for finding in _findings(with_trial) if finding.rule in self.trial]
        return tuple(sorted(findings, key=self._weight))

    def _weight(self, finding: Finding) -> tuple[int, int]:
        return WEIGHT[self.rulebook.severity(finding)], self.rank[finding.rule]


def _findings(case: Case) -> list[Finding]:
    if case.at("blank_form"):
        return [Finding("blank_form", case.reading.sheet)]
    findings, heads, remedies = wrong_sums(case, heads_of(case))
    remedies += yuan_remedies(case, heads)
    return [
        *faults(case),
        *head_findings(case, heads),
        *findings,
        *people_findings(case, remedies),
        *last_time_findings(case, heads, remedies),
        *remarks(case),
    ]
