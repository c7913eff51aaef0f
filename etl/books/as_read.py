"""A figure as it was typed beside the number that we read."""

import re
from collections.abc import Iterable
from decimal import Decimal

from etl.definitions import Form
from etl.masking import shown
from etl.model import Figure, shortest

OF_OUR_OWN = frozenset({"sum_derived", "formula_computed"})
"""The marks of figures that we worked out: nothing was typed that could be misread."""

_CELLS_NAMED = 6  # how many cells one note on readings names
_FLOATING_NOISE = Decimal("1e-6")  # what a file adds to a number by itself; a real rounding has its finding
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?|\.[0-9]+")


def number_typed(typed: str) -> Decimal | None:
    """What a text says that is a bare number and nothing else; None for any other."""
    bare = typed.strip()
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def readings(figures: Iterable[Figure], form: Form) -> list[str]:
    """Where we read another number than was typed: “3.5万元”读作 3.5 万元（D6）; the same text once."""
    alike: dict[tuple[str, Decimal, str | None], list[str]] = {}
    for figure in figures:
        if figure.typed and figure.value is not None and not _reads_itself(figure):
            key = figure.typed, figure.value, form.column(figure.column).unit
            alike.setdefault(key, []).append(figure.cell or "")
    return [
        f"“{shown(typed, 60)}”读作 {shortest(value)} {unit}{_cells(cells)}"
        for (typed, value, unit), cells in alike.items()
    ]


def _reads_itself(figure: Figure) -> bool:
    """Whether the number read is the number typed, or nobody typed one."""
    if figure.raises and OF_OUR_OWN.intersection(figure.raises):
        return True
    if not figure.raises and figure.value is not None and figure.typed == shortest(figure.value):
        return True
    said = number_typed(figure.typed or "")
    if said is None or figure.value is None or figure.raises:
        return False
    return abs(said - figure.value) <= _FLOATING_NOISE


def _cells(cells: list[str]) -> str:
    named = [cell for cell in cells if cell][:_CELLS_NAMED]
    more = f" 等 {len(cells)} 格" if len(cells) > len(named) else ""
    return f"（{'、'.join(named)}{more}）" if named else ""
