"""What a published workbook tells beyond the totals: the cells they come from, what changed, the rules."""

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import Connection

from etl.definitions import Rulebook
from etl.definitions.limits import Limits
from etl.masking import shown
from etl.model import (
    Amounts,
    Changes,
    FigureChange,
    Material,
    RuleLine,
    Summary,
    UnitChange,
    UnitNarrative,
    receipt_number,
)
from etl.office import Office
from etl.stages.sources import sources_of
from etl.warehouse import ledger, publications
from etl.warehouse.questions import Answer, ask

_NARRATIVE_AT_MOST = 5000
_FORMS_AT_ONCE = 500
"""Readings decoded together: the memory of a campaign of any size stays that of this many."""


def with_particulars(summary: Summary, office: Office) -> Summary:
    """The summary with its sources, what changed since it was last published, the rules, and
    what the narratives say.

    Touches: warehouse (reads, one transaction).
    """
    _, form = office.opened(summary.campaign)
    rules = _rules(office.rulebook, office.definitions.limits)
    with office.warehouse.reading() as connection:
        changes = _changes(connection, summary)
        if (
            summary.below
        ):  # the cells stand in the files of the branches, the narratives in those of the units
            return replace(summary, changes=changes, rules=rules)
        lines = ask(connection, "unit_lines", campaign=summary.campaign, as_of=summary.as_of)
        sources = sources_of(connection, form, summary.campaign, lines)
        narratives = _narratives(connection, summary)
    return replace(
        summary,
        sources=sources,
        changes=changes,
        rules=rules,
        narratives=narratives,
    )


def _narratives(connection: Connection, summary: Summary) -> tuple[UnitNarrative, ...]:
    """Those in force, in the office's order."""
    rows = ask(connection, "in_force", campaign=summary.campaign, as_of=summary.as_of)
    ids = {row["unit_code"]: row["submission_id"] for row in rows if row["material"] == Material.NARRATIVE}
    senders = [unit for unit in summary.units if unit.code in ids]
    found = []
    for start in range(0, len(senders), _FORMS_AT_ONCE):
        some = senders[start : start + _FORMS_AT_ONCE]
        readings = ledger.readings_of(connection, [ids[unit.code] for unit in some])
        for unit in some:
            said = readings[ids[unit.code]].narrative
            if said and said.text:
                found.append(UnitNarrative(unit.name, shown(said.text, _NARRATIVE_AT_MOST)))
    return tuple(found)


def _changes(connection: Connection, summary: Summary) -> Changes | None:
    """Against what the summary showed when it was last published; None before the first time."""
    last = publications.current(connection, summary.campaign).get("summary")
    if last is None:
        return None
    before: Amounts = defaultdict(dict)
    for row in ask(connection, "published_totals", campaign=summary.campaign):
        before[row["row_id"]][row["column_id"]] = row["amount"]
    figures = tuple(
        FigureChange(row, column, amounts[column], summary.totals[row][column])
        for row, amounts in before.items()
        for column in amounts
        if amounts[column] != summary.totals[row][column]
    )
    documents = ask(connection, "published_documents", campaign=summary.campaign, as_of=summary.as_of)
    units = tuple(_unit_change(summary.campaign, row) for row in documents)
    return Changes(last.version, last.as_of, figures, units)


def _unit_change(campaign: str, row: Answer) -> UnitChange:
    before, after = (row[key] and receipt_number(campaign, row[key]) for key in ("before_id", "after_id"))
    return UnitChange(row["code"], row["unit"], Material(row["material"]), before, after)


def _rules(rulebook: Rulebook, limits: Limits) -> tuple[RuleLine, ...]:
    return tuple(
        RuleLine(
            id=name,
            severity=rule.severity,
            mode=rule.mode,
            limit=limits.of_rule(name) if rule.limit is None else str(rule.limit),
            says=rule.wording,
            example=rule.example,
        )
        for name, rule in rulebook.rules.items()
    )
