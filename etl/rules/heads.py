"""Money a head: 元 typed as 万元 is one cause for a whole column, and for the sums it spoils."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from etl.model import Finding
from etl.rules.case import Case, filled, grouped, number
from etl.rules.sums import Cell, in_yuan, limit, shown

_PER_HEAD_PLACES = Decimal("0.0001")

_ERRORS = ("per_head_too_much", "garrison_per_head_too_much")
_RULES = (*_ERRORS, "garrison_per_head_high")
_SUM_RULES = ("row_sum", "column_sum_money", "column_sum_count")


@dataclass(frozen=True, slots=True)
class Head:
    """Too much money a head at `money`, for the people counted at `recipients`."""

    rule: str
    money: Cell
    recipients: Cell
    limit: Decimal

    def holds(self, money: int, recipients: int) -> bool:
        """Whether these amounts would be within the limit, the limit itself too; nobody is not judged."""
        return recipients == 0 or money <= self.limit * recipients


def heads_of(case: Case) -> list[Head]:
    """What the suites found, in the form's order, each figure once, under its gravest rule."""
    heads: dict[Cell, Head] = {}
    for rule in _RULES:
        for cell in case.at(rule):
            graver = heads.get(cell)
            if graver is None or not case.stands_for(graver.rule, rule):
                recipients = case.form.column(cell[1]).recipients
                assert recipients is not None
                heads[cell] = Head(rule, cell, (cell[0], recipients), limit(rule, case.rulebook))
    return sorted(heads.values(), key=lambda head: case.order[head.money])


def guesses_of_yuan(case: Case, heads: Sequence[Head]) -> list[list[Cell]]:
    """The figures that may be in 元: those that are an error a head; all categories of their columns; these
    columns with their totals."""
    sure = [head.money for head in heads if head.rule in _ERRORS and case.stands_for(head.rule, *_SUM_RULES)]
    columns = {column for _, column in sure}
    whole = [cell for cell in case.figures if cell[1] in columns]
    return [sure, [cell for cell in whole if cell[0] != case.form.total_row.id], whole] if sure else []


def yuan_remedies(case: Case, heads: Sequence[Head]) -> list[dict[Cell, int]]:
    """Figure by figure, what would put the columns right that are in 元 for sure."""
    columns = {head.money[1] for head in heads if head.rule in _ERRORS}
    cells = [cell for cell in case.figures if cell[1] in columns]
    return [{cell: in_yuan(case.amount(cell)) - case.amount(cell)} for cell in cells]


def still_wrong(case: Case, heads: Sequence[Head], change: Mapping[Cell, int]) -> int:
    """How many of the heads would still be too much once the figures are changed."""
    return sum(
        not head.holds(
            case.amount(head.money) + change.get(head.money, 0),
            case.amount(head.recipients) + change.get(head.recipients, 0),
        )
        for head in heads
    )


def head_findings(case: Case, heads: Sequence[Head]) -> list[Finding]:
    """One finding a column: an error there covers the rest of the column, queries among it."""
    findings = []
    for column in grouped([head.money for head in heads], [head.money[1] for head in heads]):
        of_column = [head for head in heads if head.money in column]
        errors = [head for head in of_column if head.rule in _ERRORS]
        lead = (errors or of_column)[0]
        if case.stands_for(lead.rule, *(head.rule for head in of_column)):
            findings.append(_finding(case, lead, of_column))
        else:
            findings += [_finding(case, head, [head]) for head in of_column]
    return findings


def _finding(case: Case, lead: Head, same: Sequence[Head]) -> Finding:
    money, recipients = case.amount(lead.money), case.amount(lead.recipients)
    # upwards, so that 5.00001 never reads as 5, "more than 5"
    per_head = (Decimal(money) / recipients).quantize(_PER_HEAD_PLACES, ROUND_CEILING)
    cells = [lead.money, *(head.money for head in same if head is not lead)]
    return case.finding(
        lead.rule,
        lead.money,
        recipients=shown(recipients),
        per_head=number(per_head),
        filled=filled(case.figures[lead.money], case.form.column(lead.money[1]).unit or "", shows_unit=True),
        proposed=shown(in_yuan(money)),
        also=case.also(cells),
    )
