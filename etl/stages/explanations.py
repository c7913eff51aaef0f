"""What units explained in writing: read from a marked copy that came back, and remembered for the same thing."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from etl.definitions import Rulebook
from etl.model import Explanation, Finding, Severity
from etl.sheets.explanations import explained
from etl.warehouse.questions import Answer

_Thing = tuple[str, str, str | None, str | None, str | None]
"""Unit, rule, row and column of the form, what was typed: wherever the cell stands this time."""


class Explanations:
    """A campaign's explanations so far; those of each file are added as it is asked about."""

    def __init__(self, rows: Iterable[Answer]) -> None:
        self._known: dict[_Thing, str] = {}
        for row in rows:
            facts = msgspec.json.decode(row["facts"], type=dict[str, str])
            self._known[_thing(row["unit_code"], row["rule"], row["typed"], facts)] = row["explained"]

    def of(
        self,
        unit: str | None,
        findings: Sequence[Finding],
        given: Iterable[Explanation],
        rulebook: Rulebook,
    ) -> list[str | None]:
        """For each finding of a unit's file what was explained, in the file itself or before.

        Only queries are explained: an error is to be mended. `unit` is None where the sender is not sure.
        """
        if unit is None:
            return [None] * len(findings)
        told = list(given)
        return [
            self._one(unit, finding, told) if rulebook.severity(finding) is Severity.QUERY else None
            for finding in findings
        ]

    def _one(self, unit: str, finding: Finding, given: list[Explanation]) -> str | None:
        thing = _thing(unit, finding.rule, finding.typed, finding.facts)
        said = explained(finding, given)
        if said is not None:
            self._known[thing] = said
        return self._known.get(thing)


def _thing(unit: str, rule: str, typed: str | None, facts: Mapping[str, str]) -> _Thing:
    return unit, rule, facts.get("row"), facts.get("column"), typed
