"""How a clerk types a form: from exact figures to what stands in the cells, with the clerk's own mistakes."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Literal

from etl.definitions import Column, Form
from etl.model import fen_to_wan_yuan
from etl.sample.plan import Sending

Place = tuple[str, str]
"""Row id and column id."""
Figures = dict[Place, Decimal]
Typed = int | float | str | None
"""What stands in a cell; None: nothing."""
Sums = Literal["calculated", "uncalculated", "typed", "blank"]
"""Sums are formulas with their results, formulas that no program has calculated, numbers, or left out."""


@dataclass(frozen=True, slots=True)
class Page:
    """A form as typed: `cells` has every figure cell, sums as the numbers they come to; `words` the text cells."""

    cells: dict[Place, Typed]
    words: dict[Place, str]
    sums: Sums
    left_out: str | None = None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _with_unit(value: Decimal, unit: str) -> Typed:
    return f"{value:,}{unit}"


def _with_commas(value: Decimal, _: str) -> Typed:
    return f"{value:,}"


def _as_number(value: Decimal, _: str) -> Typed:
    return _number(value)


@dataclass(frozen=True, slots=True)
class _Habit:
    """How one clerk writes a number, and what stands for none of it."""

    number: Callable[[Decimal, str], Typed]
    nothing: Typed


_PLAIN_HABITS = (_Habit(_as_number, 0), _Habit(_as_number, None), _Habit(_as_number, "无"))
_HABITS = (
    *_PLAIN_HABITS,
    _Habit(_as_number, "/"),
    _Habit(_with_unit, "无"),
    _Habit(_with_commas, "—"),
    _Habit(_with_commas, 0),
)


def type_page(sending: Sending, form: Form, rng: Random) -> Page:
    """What the clerk of that sending types, its flaw included."""
    flaw = sending.act.flaw
    figures = _with_sums(form, _spoiled(_exact(sending, form), form, flaw))
    if flaw == "wrong_sum":
        figures[form.total_row.id, "visited"] += rng.choice((10, 20, 30))
    habit = rng.choice(_HABITS if sending.layout == "typed" else _PLAIN_HABITS)
    sums = _sums(sending, habit, rng)
    cells = {
        place: _typed(value, form.column(place[1]), habit, place in _sum_places(form))
        for place, value in figures.items()
    }
    first = form.category_rows[0].id
    if flaw == "pending":
        cells[first, "money_amount"] = "待定"
    if flaw == "about":
        cells[first, "visited"] = f"约{figures[first, 'visited']}人"
    if flaw == "blank":
        cells = dict.fromkeys(cells)
    if sending.figures.is_nil:
        cells = dict.fromkeys(cells, rng.choice((0, "无")))
    return Page(cells, {} if flaw == "blank" else _words(sending), sums, _left_out(flaw))


def _exact(sending: Sending, form: Form) -> Figures:
    amounts = sending.figures.amounts
    return {
        (row.id, column.id): (
            fen_to_wan_yuan(amounts[row.id][column.id])
            if column.type == "money"
            else Decimal(amounts[row.id][column.id])
        )
        for row in form.category_rows
        for column in form.part_columns
    }


def _spoiled(figures: Figures, form: Form, flaw: str | None) -> Figures:
    first, second, *_, last = [row.id for row in form.category_rows]
    changed = dict(figures)
    if flaw == "in_yuan":
        for row in form.category_rows:
            changed[row.id, "money_amount"] *= 10_000
    elif flaw == "fraction":
        changed[first, "visited"] += Decimal("0.5")
        changed[second, "visited"] += Decimal("0.5")
    elif flaw == "negative":
        changed[last, "goods_items"] = Decimal(-2)
    return changed


def _with_sums(form: Form, parts: Figures) -> Figures:
    """The parts with 合计 and 总计 as the clerk's own adding gives them."""
    figures = dict(parts)
    for row in form.category_rows:
        for column in form.sum_columns:
            figures[row.id, column.id] = sum((parts[row.id, part] for part in column.sum_of), Decimal(0))
    for column in form.figure_columns:
        column_of_it = [figures[row.id, column.id] for row in form.category_rows]
        figures[form.total_row.id, column.id] = sum(column_of_it, Decimal(0))
    return figures


def _sum_places(form: Form) -> set[Place]:
    total = {(form.total_row.id, column.id) for column in form.figure_columns}
    return total | {(row.id, column.id) for row in form.rows for column in form.sum_columns}


def _sums(sending: Sending, habit: _Habit, rng: Random) -> Sums:
    """Formulas pass over words: a clerk who writes numbers as words, or a wrong sum, has typed the sums."""
    if sending.act.flaw == "blank":
        return "uncalculated"
    if sending.act.flaw in ("wrong_sum", "pending", "about") or habit.number is not _as_number:
        return "typed"
    ways: tuple[Sums, ...] = ("calculated", "calculated", "calculated", "uncalculated", "typed", "blank")
    return rng.choice(ways if sending.layout == "typed" else ways[:-1])


def _words(sending: Sending) -> dict[Place, str]:
    drawn = sending.figures
    leaders = {(row, "leader"): text for row, text in drawn.leaders.items()}
    return leaders | {(row, "difficulties"): text for row, text in drawn.difficulties.items()}


def _left_out(flaw: str | None) -> str | None:
    return "goods_items" if flaw == "no_column" else None


def _typed(value: Decimal, column: Column, habit: _Habit, is_sum: bool) -> Typed:
    """Nothing is written the clerk's way in a part; in a sum 0 is safest, since a dash there means: work it out."""
    if not value:
        return 0 if is_sum else habit.nothing
    return habit.number(value, column.unit or "")
