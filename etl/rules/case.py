"""One form with what the suites found in it, and how its figures are put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeVar

from etl.definitions import Form, Rulebook
from etl.model import Amounts, Figure, Finding, FormReading, Severity, plain
from etl.rules.sums import Cell, Sum, cells_of, millionths

WEIGHT = {Severity.ERROR: 0, Severity.QUERY: 1, Severity.WARNING: 2}

Thing = TypeVar("Thing")

_SHORT = 30
_NAMED_AT_MOST = 6


@dataclass(frozen=True)
class Case:
    """A form to be judged. `found` has the broken rules with their figures in the form's order; rules that
    are not in `active` take no part. `gaps` are stated minus parts of every sum that can be judged. `last`
    are the unit's figures in its last campaign, None where unknown."""

    reading: FormReading
    form: Form
    rulebook: Rulebook
    active: frozenset[str]
    found: Mapping[str, Sequence[Cell]]
    gaps: Mapping[Sum, int]
    last: Amounts | None = None

    @cached_property
    def figures(self) -> dict[Cell, Figure]:
        return {(figure.row, figure.column): figure for figure in self.reading.figures}

    @cached_property
    def order(self) -> dict[Cell, int]:
        return {cell: at for at, cell in enumerate(cells_of(self.form))}

    def at(self, rule: str) -> Sequence[Cell]:
        """The figures that break a rule, none where it takes no part."""
        return self.found.get(rule, ()) if rule in self.active else ()

    def amount(self, cell: Cell) -> int:
        """The figure in millionths; 0 where there is none."""
        figure = self.figures.get(cell)
        return millionths(figure.value) if figure and figure.value is not None else 0

    def stands_for(self, rule: str, *others: str) -> bool:
        """Whether a finding of `rule` may take the place of the others: it must weigh at least as much."""
        return rule in self.active and all(self._weight(rule) <= self._weight(other) for other in others)

    def _weight(self, rule: str) -> int:
        return WEIGHT[self.rulebook.rules[rule].severity]

    def finding(self, rule: str, cell: Cell, **facts: str) -> Finding:
        """A finding at a figure, with the facts that every wording may use."""
        figure, column = self.figures[cell], self.form.column(cell[1])
        known = {
            "row": self.form.row(cell[0]).label,
            "column": column.full_label,
            "unit": column.unit or "",
            "typed": one_line(figure.typed),
            "filled": filled(figure, column.unit or ""),
            "read": number(figure.value),
            "stated": number(figure.value),
        }
        return Finding(rule, figure.sheet, figure.cell, figure.typed, {**known, **facts})

    def name(self, cell: Cell) -> str:
        """A figure by its labels: 总计·合计."""
        return f"{self.form.row(cell[0]).label}·{self.form.column(cell[1]).full_label}"

    def placed(self, cell: Cell, name: str) -> str:
        figure = self.figures.get(cell)
        return f"{name}（{figure.cell}）" if figure and figure.cell else name

    def also(self, cells: Sequence[Cell]) -> str:
        """A clause that names the figures that share the cause of the first; empty where it is the only one."""
        first, rest = cells[0], cells[1:]
        if not rest:
            return ""
        if all(cell[1] == first[1] for cell in rest):
            names = [self.placed(cell, self.form.row(cell[0]).label) for cell in rest]
            return f"，同一列的{listed(names)}也是这样"
        return f"，{listed([self.placed(cell, self.name(cell)) for cell in rest])}也是这样"


def listed(names: Sequence[str]) -> str:
    """甲、乙、丙等9处: never a wall of names."""
    shown = "、".join(names[:_NAMED_AT_MOST])
    return shown if len(names) <= _NAMED_AT_MOST else f"{shown}等{len(names)}处"


def number(value: Decimal | None) -> str:
    return "" if value is None else format(plain(value), "f")


def one_line(text: str | None) -> str:
    """A cell's text on one line, whole: who shows it masks it first and cuts it then."""
    return " ".join((text or "").split())


def filled(figure: Figure, unit: str, shows_unit: bool = False) -> str:
    """What stands in a readable cell: 填的是3.5; 没有填（按 0 计）; 填的是“1.5亿元”（按15000万元计）."""
    read, typed = number(figure.value), one_line(figure.typed)
    if not typed and "formula_computed" not in figure.raises:
        return "没有填（按 0 计）"
    # A long text would have to be cut here, before anybody has masked it.
    if not typed or _says(typed, figure.value) or len(typed) > _SHORT:
        return f"填的是{read}{unit if shows_unit else ''}"
    return f"填的是“{typed}”（按{read}{unit}计）"


def _says(typed: str, value: Decimal | None) -> bool:
    try:
        return Decimal(typed) == value
    except InvalidOperation:
        return False


def grouped(things: Iterable[Thing], keys: Iterable[object]) -> list[list[Thing]]:
    """Things with the same key together, in the order of their first."""
    groups: dict[object, list[Thing]] = {}
    for thing, key in zip(things, keys, strict=True):
        groups.setdefault(key, []).append(thing)
    return list(groups.values())
