"""A sheet as a grid of filled cells that keep their true addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from etl.sheets.plain_text import without_spaces

Raw = str | int | float | bool | datetime | date | time | timedelta | None
Position = tuple[int, int]
"""Row and column, both from 0, as they stand in the file that was sent."""


@dataclass(slots=True)
class Grid:
    """What one visible sheet (or document table) holds.

    `cells` has the filled cells only. `formulas` gives the formula text of cells that have one ("" for
    the followers of a shared formula); `uncached` those among them whose result was not saved. `merges` are
    the first and last cells of merged ones, as far as the format tells.
    """

    sheet: str | None
    cells: dict[Position, Raw]
    formulas: dict[Position, str] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: Sequence[tuple[Position, Position]] = ()

    def shown_at(self, at: Position) -> Raw:
        """What a reader sees at a cell: its own value, or that of the merged cell which covers it."""
        if at in self.cells:
            return self.cells[at]
        row, column = at
        for first, last in self.merges:
            if first[0] <= row <= last[0] and first[1] <= column <= last[1]:
                return self.cells.get(first)
        return None

    def texts(self) -> dict[Position, str]:
        """The cells that hold words, with the words stripped to their core."""
        cores = {at: core(raw) for at, raw in self.cells.items() if isinstance(raw, str)}
        return {at: text for at, text in cores.items() if text}


@lru_cache(maxsize=8192)
def address(at: Position) -> str:
    """A1 address: (5, 3) is D6."""
    row, column = at
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def position(a1: str) -> Position:
    """The reverse of `address`; dollar signs are allowed."""
    letters, digits = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)", a1.upper()).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


_BRACKETED = re.compile(r"[（(\[【][^（()）\[\]【】]*[）)\]】]")
_NUMBERING = re.compile(r"^(?:[（(][\d一二三四五六七八九十]+[）)]|[\d一二三四五六七八九十]+[、.．)）]|[①-⑳])")
_PUNCTUATION = re.compile(r"[:：;；,，。.、·\-—_/\\*“”\"'‘’]+")


LONGEST_LABEL = 500
"""Letters. What is longer is no label: it is not taken apart (brackets within brackets would take minutes),
and not kept in mind (thousands of them would fill a reader's memory)."""


def squeezed(text: str) -> str:
    """The text without any kind of space: 总 计 is 总计."""
    return _squeezed(text) if len(text) <= LONGEST_LABEL else without_spaces(text)


def core(text: str) -> str:
    """A label's core: no spaces, numbering, brackets or punctuation. `走访慰问人数\\n（人）` is 走访慰问人数."""
    return _core(text) if len(text) <= LONGEST_LABEL else without_spaces(text)


def bracketed(text: str) -> tuple[str, ...]:
    """What stands in brackets in a label: （万元）, （人）."""
    return _bracketed(text) if len(text) <= LONGEST_LABEL else ()


@lru_cache(maxsize=8192)
def _squeezed(text: str) -> str:
    return without_spaces(text)


@lru_cache(maxsize=8192)
def _core(text: str) -> str:
    bare = _NUMBERING.sub("", _squeezed(text))
    while (shorter := _BRACKETED.sub("", bare)) != bare:
        bare = shorter
    return _PUNCTUATION.sub("", bare)


@lru_cache(maxsize=8192)
def _bracketed(text: str) -> tuple[str, ...]:
    return tuple(found[1:-1] for found in _BRACKETED.findall(_squeezed(text)))
