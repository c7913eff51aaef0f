"""Lists as our workbooks show them: a title, a few lines about it, and tables of text, numbers and moments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from math import ceil
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.books.styles import (
    HEADER,
    LINE,
    SMALL,
    STANDING,
    TEXT,
    TITLE,
    print_on_a4_landscape,
    styled,
    write_over,
)

Cell = str | float | datetime | None
"""What a cell of a list may hold; a moment is naive, by the office's own clock."""

_LINE, _AROUND = 15.0, 5.0
"""Points of a line of text, and of the space around all lines of a cell."""
_INDENT = 3.0
"""Characters of a column that its indent and padding take."""


@lru_cache(4096)  # the same file stands in a row of each of its figures
def _width(text: str) -> int:
    """In columns of a Latin letter; a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


class Listing:
    """One sheet, written from the top down; `line` is the next free row (from 0). Formats are made once."""

    def __init__(
        self,
        book: Workbook,
        name: str,
        widths: Sequence[float],
        wrapping: Collection[int] | None = None,
        small: Collection[int] = (),
    ) -> None:
        """`widths` in characters, a column each. Text wraps in all columns, or only in those of `wrapping`: a long
        list, whose rows are one line high where nothing wraps. `small` are columns in small type."""
        self.sheet: Worksheet = book.add_worksheet(name)
        self.line = 0
        self.last = len(widths) - 1
        self._standing = styled(book, STANDING)
        self._title, self._about = styled(book, TITLE), styled(book, LINE, text_wrap=True)
        self._section = styled(book, TEXT, bold=True, bg_color="#FAF6EE", indent=1)
        self._header = styled(book, HEADER, bg_color="#F2F2F2")
        self._wrapping = range(len(widths)) if wrapping is None else wrapping
        self._texts = [
            styled(book, TEXT, indent=1, text_wrap=at in self._wrapping, **(SMALL if at in small else {}))
            for at in range(len(widths))
        ]
        self._number = styled(book, TEXT, align="right", indent=1)
        self._time = styled(book, TEXT, align="center", num_format="yyyy-mm-dd hh:mm")
        self._widths, self._is_long = widths, wrapping is not None
        if self._is_long:
            self.sheet.set_default_row(_LINE + _AROUND)
        for at, width in enumerate(widths):
            self.sheet.set_column(at, at, width)
        self.sheet.hide_gridlines(2)

    def standing(self, text: str) -> None:
        """Where the figures stand: the first line, above the title."""
        self._across(text, 20, self._standing)

    def title(self, text: str) -> None:
        self._across(text, 40, self._title)

    def about(self, text: str) -> None:
        self._across(text, 24, self._about)

    def section(self, text: str) -> None:
        self._across(text, 26, self._section)

    def header(self, names: Sequence[str]) -> None:
        for at, name in enumerate(names):
            self.sheet.write_string(self.line, at, name, self._header)
        self.sheet.set_row(self.line, 26)
        self.line += 1

    def row(self, cells: Sequence[Cell]) -> None:
        """Text is only ever text. The height is set: offices do not all fit it to what is in the cells."""
        for at, cell in enumerate(cells):
            if cell is None or cell == "":
                self.sheet.write_blank(self.line, at, None, self._texts[at])
            elif isinstance(cell, str):
                self.sheet.write_string(self.line, at, cell, self._texts[at])
            elif isinstance(cell, datetime):
                self.sheet.write_datetime(self.line, at, cell, self._time)
            else:
                self.sheet.write_number(self.line, at, cell, self._number)
        lines = self._lines(cells)
        if lines > 1 or not self._is_long:
            self.sheet.set_row(self.line, _LINE * lines + _AROUND)
        self.line += 1

    def finish(self) -> None:
        """How it prints."""
        print_on_a4_landscape(self.sheet, max(self.line - 1, 0), self.last, pages_tall=0)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")

    def _lines(self, cells: Sequence[Cell]) -> int:
        """How many lines the fullest cell that wraps takes."""
        texts = ((cells[at], self._widths[at]) for at in self._wrapping)
        lines = (ceil(_width(cell) / (width - _INDENT)) for cell, width in texts if isinstance(cell, str))
        return max(1, max(lines, default=1))

    def _across(self, text: str, height: float, style: Format) -> None:
        write_over(self.sheet, (self.line, 0), (self.line, self.last), text, style)
        self.sheet.set_row(self.line, height)
        self.line += 1
