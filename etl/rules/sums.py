"""The sums that a form promises, reckoned exactly.

Every figure is counted in millionths of its own unit: 分 where the unit is 万元, so that a gap is always
a whole number and "at the limit exactly" is never a matter of floating point.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from etl.definitions import Column, Form, Row, Rulebook
from etl.errors import DefinitionError
from etl.model import FEN_IN_WAN_YUAN, Figure, plain

MILLION = FEN_IN_WAN_YUAN
"""Millionths in one of any unit."""

YUAN_IN_WAN_YUAN = 10_000

Cell = tuple[str, str]
"""A figure's place in the form: row id, column id."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One promise of the form: the figure at `stated` is what `parts` add up to. `rule` judges it."""

    rule: str
    stated: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.stated, *self.parts)


def millionths(value: Decimal) -> int:
    return int(value * MILLION)


def in_yuan(amount: int) -> int:
    """The amount if it was typed in 元: a ten-thousandth, to the 分."""
    return int((Decimal(amount) / YUAN_IN_WAN_YUAN).to_integral_value(ROUND_HALF_UP))


def shown(amount: int) -> str:
    """Millionths as the clerk writes the number: 1505000 is 1.505."""
    return format(plain(Decimal(amount) / MILLION), "f")


def cells_of(form: Form) -> tuple[Cell, ...]:
    """Every figure's place, row by row, in the form's own order."""
    return tuple((row.id, column.id) for row in form.rows for column in form.figure_columns)


def sums_of(form: Form) -> tuple[Sum, ...]:
    """Every sum of the form, parts before what is made of them: 合计 of each row, then 总计, then its 合计."""
    return (
        *(across for row in form.category_rows for across in _across(form, row)),
        *(_down(form, column) for column in form.figure_columns),
        *_across(form, form.total_row),
    )


def _across(form: Form, row: Row) -> Iterator[Sum]:
    for column in form.sum_columns:
        yield Sum("row_sum", (row.id, column.id), tuple((row.id, part) for part in column.sum_of))


def _down(form: Form, column: Column) -> Sum:
    parts = tuple((row.id, column.id) for row in form.category_rows)
    return Sum(f"column_sum_{column.type}", (form.total_row.id, column.id), parts)


def is_money(item: Sum) -> bool:
    return item.rule != "column_sum_count"


def is_derived(figure: Figure) -> bool:
    """Whether nobody typed this sum, so that it holds by its making."""
    return figure.cell is None or "sum_derived" in figure.raises


def limit(rule: str, rulebook: Rulebook) -> Decimal:
    """The rule's limit. Raises DefinitionError where the office has left it out."""
    if rule not in rulebook.limits:
        raise DefinitionError(f"rules.toml：{rule}.limit：缺少这一项")
    return rulebook.limits[rule]


def rounding(item: Sum, rulebook: Rulebook) -> int:
    """The most, in millionths, by which rounding each part and the sum can set them apart."""
    return millionths(limit("sum_rounded", rulebook)) * len(item.cells)
