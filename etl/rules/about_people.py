"""Queries about people: money or goods that nobody received, recipients of nothing, too few visited."""

from collections.abc import Callable, Mapping, Sequence

from etl.definitions import Column
from etl.model import Finding
from etl.rules.case import Case, filled, grouped
from etl.rules.causes import Change
from etl.rules.doubts import Amount, Doubt, standing
from etl.rules.people import given_by_recipients
from etl.rules.sums import Cell, limit, millionths, shown

Facts = dict[str, str]


def people_findings(case: Case, remedies: Sequence[Change]) -> list[Finding]:
    """One finding a rule and column, at the first figure that is missing or too small, naming the rest."""
    findings = []
    for rule, (doubt_at, facts_at) in _RULES.items():
        doubts = [Doubt(rule, cell, doubt_at(case, cell)) for cell in case.at(rule)]
        cells = [doubt.cell for doubt in standing(doubts, case.amount, remedies)]
        for group in grouped(cells, [column for _, column in cells]):
            facts = {**facts_at(case, group[0]), "also": case.also(group)}
            findings.append(case.finding(rule, group[0], **{"filled": _filled(case, group[0]), **facts}))
    return findings


def _received(case: Case, recipients: Cell) -> list[Cell]:
    return [(recipients[0], column.id) for column in given_by_recipients(case.form)[recipients[1]]]


def _recipients(case: Case, given: Cell) -> Cell:
    column = case.form.column(given[1]).recipients
    assert column is not None
    return given[0], column


def _at_least(case: Case, visited: Cell) -> list[Cell]:
    return [(visited[0], column) for column in case.form.column(visited[1]).at_least]


def _somebody_received(case: Case, recipients: Cell) -> Callable[[Amount], bool]:
    given = _received(case, recipients)
    return lambda amount: amount(recipients) > 0 or not any(amount(cell) for cell in given)


def _something_was_given(case: Case, given: Cell) -> Callable[[Amount], bool]:
    recipients = _recipients(case, given)
    things = _received(case, recipients)
    return lambda amount: not amount(recipients) or any(amount(cell) > 0 for cell in things)


def _enough_were_visited(case: Case, visited: Cell) -> Callable[[Amount], bool]:
    others, short = _at_least(case, visited), millionths(limit("visited_too_few", case.rulebook))
    return lambda amount: max(amount(cell) for cell in others) - amount(visited) <= short


def _what_was_given(case: Case, recipients: Cell) -> Facts:
    given = [cell for cell in _received(case, recipients) if case.amount(cell)]
    return {"given": "、".join(f"{_column(case, cell).label}是{_shown(case, cell)}" for cell in given)}


def _who_received(case: Case, given: Cell) -> Facts:
    recipients = _recipients(case, given)
    others = [_column(case, cell).label for cell in _received(case, recipients) if cell != given]
    nothing = f"{'、'.join(others)}也是 0，" if others else ""
    return {"people": f"{nothing}{_column(case, recipients).label}是{_shown(case, recipients)}"}


def _who_is_more(case: Case, visited: Cell) -> Facts:
    most = max(_at_least(case, visited), key=case.amount)
    return {
        "recipients": f"{_column(case, most).full_label}（{_shown(case, most)}）",
        "difference": shown(case.amount(most) - case.amount(visited)),
    }


def _column(case: Case, cell: Cell) -> Column:
    return case.form.column(cell[1])


def _shown(case: Case, cell: Cell) -> str:
    return f"{shown(case.amount(cell))}{_column(case, cell).unit}"


def _filled(case: Case, cell: Cell) -> str:
    return filled(case.figures[cell], _column(case, cell).unit or "", shows_unit=bool(case.amount(cell)))


_RULES: Mapping[
    str, tuple[Callable[[Case, Cell], Callable[[Amount], bool]], Callable[[Case, Cell], Facts]]
] = {
    "money_without_recipients": (_somebody_received, _what_was_given),
    "recipients_without_money": (_something_was_given, _who_received),
    "visited_too_few": (_enough_were_visited, _who_is_more),
}
