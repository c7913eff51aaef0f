"""Queries against the unit's last campaign: far from it, in the wrong unit of money, or the same form again."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from etl.model import Finding
from etl.rules.case import Case, filled, grouped, number
from etl.rules.causes import Change
from etl.rules.doubts import Amount, Doubt, standing
from etl.rules.heads import Head
from etl.rules.last_time import in_millionths
from etl.rules.sums import YUAN_IN_WAN_YUAN, Cell, in_yuan, limit, shown

_TIMES_PLACES = Decimal("0.01")
FAR, YUAN, SAME = "far_from_last", "yuan_against_last", "same_as_last"


def last_time_findings(case: Case, heads: Sequence[Head], remedies: Sequence[Change]) -> list[Finding]:
    """One finding a row or column that is far from last time, and a column in the wrong unit of money.

    Nothing is asked at a figure that is told for too much a head.
    """
    told = {head.money for head in heads}
    yuan = _standing(case, YUAN, told, remedies)
    if case.stands_for(YUAN, FAR):
        told |= set(yuan)
    far = _standing(case, FAR, told, remedies)
    columns = grouped(yuan, [(column, _is_more(case, (row, column))) for row, column in yuan])
    return [
        *([Finding(SAME, case.reading.sheet)] if case.at(SAME) else []),
        *(_yuan_finding(case, cells) for cells in columns),
        *(_far_finding(case, cells) for cells in _lines(case, far)),
    ]


def _standing(case: Case, rule: str, told: set[Cell], remedies: Sequence[Change]) -> list[Cell]:
    most = limit(rule, case.rulebook)
    doubts = [_doubt(case, rule, cell, most) for cell in case.at(rule) if cell not in told]
    return [doubt.cell for doubt in standing(doubts, case.amount, remedies)]


def _doubt(case: Case, rule: str, cell: Cell, most: Decimal) -> Doubt:
    last = _last(case, cell)

    def is_near(amount: Amount) -> bool:
        now = amount(cell)
        return last <= most * now and now <= most * last

    return Doubt(rule, cell, is_near)


def _last(case: Case, cell: Cell) -> int:
    assert case.last is not None
    row, column = cell
    return in_millionths(case.last[row][column], case.form.column(column))


def _is_more(case: Case, cell: Cell) -> bool:
    return case.amount(cell) > _last(case, cell)


def _lines(case: Case, cells: Sequence[Cell]) -> list[list[Cell]]:
    """The figures as few rows and columns that all grew or all shrank; a nil return is one line."""
    parts = [(row.id, column.id) for row in case.form.category_rows for column in case.form.part_columns]
    if not any(case.amount(cell) for cell in parts):
        return [list(cells)] if cells else []
    left, lines = list(cells), []
    while left:
        ways = [_is_more(case, cell) for cell in left]
        rows = grouped(left, [(row, way) for (row, _), way in zip(left, ways, strict=True)])
        columns = grouped(left, [(column, way) for (_, column), way in zip(left, ways, strict=True)])
        lines.append(max(rows + columns, key=len))
        left = [cell for cell in left if cell not in lines[-1]]
    return sorted(lines, key=lambda line: case.order[line[0]])


def _far_finding(case: Case, cells: Sequence[Cell]) -> Finding:
    return _finding(case, FAR, cells, compared=_compared(case, cells[0]))


def _compared(case: Case, cell: Cell) -> str:
    now, last = case.amount(cell), _last(case, cell)
    if not now:
        return "这期却没有"
    # upwards, so that 5.001 never reads as 5, "more than 5"
    times = (Decimal(max(now, last)) / min(now, last)).quantize(_TIMES_PLACES, ROUND_CEILING)
    many = f"{number(times)}倍，超过{number(limit(FAR, case.rulebook))}倍"
    return f"是上期的{many}" if now > last else f"上期是这期的{many}"


def _yuan_finding(case: Case, cells: Sequence[Cell]) -> Finding:
    now = case.amount(cells[0])
    if _is_more(case, cells[0]):
        return _finding(case, YUAN, cells, mistaken="元", meant="万元", proposed=shown(in_yuan(now)))
    return _finding(case, YUAN, cells, mistaken="万元", meant="元", proposed=shown(now * YUAN_IN_WAN_YUAN))


def _finding(case: Case, rule: str, cells: Sequence[Cell], **facts: str) -> Finding:
    cell, unit = cells[0], case.form.column(cells[0][1]).unit or ""
    said = filled(case.figures[cell], unit, shows_unit=bool(case.amount(cell)))
    return case.finding(
        rule, cell, filled=said, last=shown(_last(case, cell)), also=case.also(cells), **facts
    )
