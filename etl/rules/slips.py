"""Several wrong figures in one line of the form: which of them are one slip, and so one finding."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from etl.rules.case import Case
from etl.rules.sums import Cell, Sum, is_derived, limit, millionths, sums_of

_A_LINE = 3
"""A line of so many sums, all wrong, was not added up again: one slip, whatever the differences are."""

Place = tuple[Cell, int]
"""A wrong figure, and by how much it says too much."""
Slip = tuple[str, object]
"""One thing that may have gone wrong: what kind, and what marks it."""


class Wrong(NamedTuple):
    """A cause as it will be told. `may_be_moved`: it may be money that was put into another line."""

    places: Sequence[Place]
    may_be_moved: bool


def slips_of(case: Case, line: tuple[str, str], wrong: Sequence[Wrong]) -> list[list[int]]:
    """Positions in `wrong`, those of one slip together, in the order of their first.

    `line` is ("row", id) or ("column", id). Things are one slip only where their differences fit it.
    """
    if _is_whole(case, line, {cell for one in wrong for cell, _ in one.places}):
        return [list(range(len(wrong)))]
    known = [_slips(case, one) for one in wrong]
    left, groups = list(range(len(wrong))), []
    while left:
        fitting = [(slip, [at for at in left if slip in known[at]]) for slip in known[left[0]]]
        fitting = [(slip, group) for slip, group in fitting if _is_one(group, slip, wrong)]
        group = max((group for _, group in fitting), key=len, default=[left[0]])
        groups.append(group)
        left = [at for at in left if at not in group]
    return groups


def _is_one(group: Sequence[int], slip: Slip, wrong: Sequence[Wrong]) -> bool:
    """What was put into another line is missing from the first."""
    return slip[0] != "moved" or sum(wrong[at].places[0][1] for at in group) == 0


def _slips(case: Case, wrong: Wrong) -> set[Slip]:
    """The slips that explain every place of one cause."""
    fitting = [set(_slips_at(case, cell, error)) for cell, error in wrong.places]
    moved = {("moved", abs(error)) for _, error in wrong.places if wrong.may_be_moved}
    return set.intersection(*fitting) | moved


def _slips_at(case: Case, cell: Cell, error: int) -> Iterator[Slip]:
    stated = case.amount(cell)
    if stated != error:
        # doubled, left at nothing, or in another unit
        yield "times", Fraction(stated, stated - error)
    for item in sums_of(case.form):
        if item.stated == cell:
            yield from _slips_in(case, item, error)


def _slips_in(case: Case, item: Sum, error: int) -> Iterator[Slip]:
    """A whole row or column left out of the sum, or counted twice."""
    across = item.rule == "row_sum"
    for part in item.parts:
        amount = case.amount(part)
        if amount > 0 and abs(abs(error) - amount) <= millionths(limit(item.rule, case.rulebook)):
            yield "twice" if error > 0 else "left out", (across, part[across])


def _is_whole(case: Case, line: tuple[str, str], wrong: set[Cell]) -> bool:
    """Whether every sum of the line that somebody typed is wrong; sums of nothing do not count."""
    stated = {
        item.stated
        for item, gap in case.gaps.items()
        if _is_in(case, item, line)
        and not is_derived(case.figures[item.stated])
        and (gap or case.amount(item.stated))
    }
    return len(stated) >= _A_LINE and stated <= wrong


def _is_in(case: Case, item: Sum, line: tuple[str, str]) -> bool:
    row, column = item.stated
    if line[0] == "row":
        return item.rule != "row_sum" and row == line[1]
    return item.rule == "row_sum" and column == line[1] and row != case.form.total_row.id
