"""This time's category figures beside those of the same unit's last campaign."""

from collections.abc import Sequence

import numpy as np

from etl.definitions import Column, Form
from etl.model import Amounts
from etl.rules.grid import FigureGrid, Flags, Reals, Whole
from etl.rules.sums import MILLION, YUAN_IN_WAN_YUAN, sums_of


def in_millionths(amount: int, column: Column) -> int:
    """A stored amount (whole 分, heads or pieces) as the rules count: 分 are millionths already."""
    return amount if column.type == "money" else amount * MILLION


def last_columns(grid: FigureGrid, form: Form, last: Sequence[Amounts | None]) -> dict[str, Reals]:
    """Three questions of category figures; empty where last time's figure is 0 or unknown.

    times_last: how many times more or less than last time, 1 or more; infinite where now there is nothing.
    times_ten_thousandfold: how many times more or less than ten thousand times (or a ten-thousandth of) last
    time, for money.
    unlike_last: how many figures differ, once a form; empty unless all are known and not all are 0.
    """
    exact, sound = grid.spread(grid.exact), grid.spread(grid.sound).astype(np.bool_)
    before, known = _before(grid, form, last)
    sums = {item.stated for item in sums_of(form)}
    part = np.array([cell not in sums for cell in grid.cells])
    money = np.array([form.column(column).type == "money" for _, column in grid.cells])
    asked = sound & known & part & (before > 0)
    times, thousandfold = grid.empty(), grid.empty()
    times[asked] = _times(exact[asked], before[asked])
    asked &= money
    thousandfold[asked] = _times(times[asked], np.full(asked.sum(), YUAN_IN_WAN_YUAN))
    unlike = ((exact != before) & part).sum(axis=1).astype(np.float64)
    comparable = (known | ~part).all(axis=1) & (sound | ~part).all(axis=1) & (before[:, part] > 0).any(axis=1)
    return {
        "times_last": grid.listed(times),
        "times_ten_thousandfold": grid.listed(thousandfold),
        "unlike_last": grid.first_of_form(np.where(comparable, unlike, np.nan)),
    }


def _times(now: Whole | Reals, before: Whole | Reals) -> Reals:
    """The larger by the smaller; `before` is never 0."""
    with np.errstate(divide="ignore"):
        return np.maximum(now / before, before / now)


def _before(grid: FigureGrid, form: Form, last: Sequence[Amounts | None]) -> tuple[Whole, Flags]:
    """Last time's amounts as forms × cells, and which of them are known."""
    before = np.zeros((grid.forms, len(grid.cells)), np.int64)
    known = np.zeros_like(before, np.bool_)
    for at, amounts in enumerate(last):
        for place, (row, column) in enumerate(grid.cells):
            amount = (amounts or {}).get(row, {}).get(column)
            if amount is not None:
                before[at, place], known[at, place] = in_millionths(amount, form.column(column)), True
    return before, known
