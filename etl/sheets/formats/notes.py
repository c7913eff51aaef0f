"""What a reader of values does not tell of a sheet: formulas, lost results, errors, hidden rows and columns."""

from dataclasses import dataclass, field

from etl.sheets.grid import Position, Raw

MOST_HIDDEN = 20_000
"""Of a run of hidden rows or columns; a form is never so large."""
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Error codes of binary workbooks; newer ones (#SPILL! …) are written as #N/A or #VALUE! there."""


@dataclass(slots=True)
class Notes:
    """`formulas` maps a cell to its text without "=", "" for followers of a shared formula and for what is
    more than sums; `uncached` are those whose result was not saved; `errors` what a cell shows instead."""

    formulas: dict[Position, str] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    errors: dict[Position, Raw] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(first, min(last + 1, first + MOST_HIDDEN)))


def error_text(code: int | None = None) -> str:
    """What is shown for a code; "#ERROR!" for one that nobody knows."""
    return ERRORS.get(-1 if code is None else code, "#ERROR!")
