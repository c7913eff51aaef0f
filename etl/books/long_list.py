"""Long lists of plain rows: written into a sheet as ready text, where a call a cell would take five times as long.

xlsxwriter makes all else of the sheet. Only rows that nothing else of the sheet stands in or below can be written so.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from etl.books.listing import Cell

_EXCEL_BEGAN = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
_DAY_S = 86_400
_TO_ESCAPE = re.compile("[&<>\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
_NO_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")
"""Characters that XML cannot hold."""
_LINE = "\0"
"""Holds the row's number in a pattern of a row; no text that is written holds it."""


class Formula(NamedTuple):
    """A formula of our own, without its =, and its result kept beside it."""

    text: str
    value: float


ListCell = Cell | Formula


class LongList(Worksheet):  # type: ignore[misc]
    """A worksheet that ends in a long list."""

    def __init__(self) -> None:
        super().__init__()
        self._list: tuple[int, float, Sequence[Format], Sequence[Sequence[ListCell]]] | None = None

    def end_in(
        self, first: int, height: float, formats: Sequence[Format], rows: Sequence[Sequence[ListCell]]
    ) -> None:
        """The list, from row `first` (from 0) on; each column has one format, rows are `height` points high.
        Text is only ever text; a moment is naive, by the office's own clock."""
        if rows:
            self._list = (first, height, formats, rows)
            self._check_dimensions(first + len(rows) - 1, len(formats) - 1)

    def _write_rows(self) -> None:
        """Called by xlsxwriter when the book is closed, once all formats have their numbers."""
        super()._write_rows()
        if self._list is None:
            return
        first, height, formats, rows = self._list
        patterns: dict[tuple[type, ...], str] = {}
        for line, row in enumerate(rows, first + 1):
            kinds = tuple(map(type, row))
            if kinds not in patterns:
                patterns[kinds] = _pattern(kinds, formats, height)
            said = tuple(_said(cell) if type(cell) in _TO_SAY else cell for cell in row if cell is not None)
            self.fh.write(patterns[kinds].replace(_LINE, str(line)) % said)


def _pattern(kinds: Sequence[type], formats: Sequence[Format], height: float) -> str:
    """A row whose cells are of these types, with a place for the text of each that is not empty."""
    cells = []
    for at, (kind, style) in enumerate(zip(kinds, formats, strict=True)):
        begins = f'<c r="{xl_col_to_name(at)}{_LINE}" s="{style._get_xf_index()}"'
        if kind is type(None):
            cells.append(f"{begins}/>")
        elif kind is str:
            cells.append(f'{begins} t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>')
        elif kind is Formula:
            cells.append(f"{begins}>%s</c>")
        else:
            cells.append(f"{begins}><v>%s</v></c>")
    return f'<row r="{_LINE}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _said(cell: ListCell) -> str | float:
    if isinstance(cell, Formula):
        return f"<f>{escape(cell.text, quote=False)}</f><v>{cell.value}</v>"
    if isinstance(cell, datetime):
        return (cell - _EXCEL_BEGAN).total_seconds() / _DAY_S
    text = str(cell)
    return escape(text.translate(_NO_XML), quote=False) if _TO_ESCAPE.search(text) else text


_TO_SAY = frozenset({str, datetime, Formula})
