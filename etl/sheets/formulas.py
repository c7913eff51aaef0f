"""Work out a formula whose result was not saved: sums and + of the form's own cells, nothing else."""

import re
from collections.abc import Callable
from decimal import Decimal

from etl.sheets.grid import Position, position

_CELL = r"\$?[A-Za-z]{1,3}\$?\d{1,7}"
_REFERENCE = re.compile(_CELL)
_RANGE = re.compile(rf"({_CELL}):({_CELL})")
_TERM = re.compile(rf"SUM\(([^()]*)\)|({_CELL})", re.IGNORECASE)
_LARGEST_RANGE = 10_000

Lookup = Callable[[Position], Decimal | None]


def is_over_cells(formula: str) -> bool:
    """Whether a formula speaks of cells at all: =1+2 is as good as typed, =D6+D7 is not."""
    return not formula or _REFERENCE.search(formula) is not None


def compute(formula: str, value_at: Lookup) -> Decimal | None:
    """The value of `SUM(D6:D9)`, `D6+D7`, `SUM(D6,D7)+D8`; None for any other formula or unknown cell."""
    text = formula.lstrip("=+").replace(" ", "")
    total = Decimal(0)
    for term in text.split("+"):
        found = _TERM.fullmatch(term)
        if not found:
            return None
        cells = _cells(found.group(1) if found.group(1) is not None else found.group(2))
        values = [value_at(cell) for cell in cells] if cells is not None else [None]
        if any(value is None for value in values):
            return None
        total += sum((value for value in values if value is not None), Decimal(0))
    return total


def _cells(arguments: str) -> list[Position] | None:
    """The cells named by `D6:D9,E6`, or None where something else stands among them."""
    cells: list[Position] = []
    for argument in arguments.split(","):
        span = _RANGE.fullmatch(argument)
        if span:
            (top, left), (bottom, right) = position(span.group(1)), position(span.group(2))
            if (bottom - top + 1) * (right - left + 1) not in range(1, _LARGEST_RANGE):
                return None
            cells += [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        elif _REFERENCE.fullmatch(argument):
            cells.append(position(argument))
        else:
            return None
    return cells
