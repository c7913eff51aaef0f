"""What calamine does not tell of an .xls sheet, from its records ([MS-XLS] 2.4)."""

import io
import struct
from collections.abc import Iterator
from itertools import pairwise

import olefile

from etl.sheets.formats.notes import Notes, error_text
from etl.sheets.formats.tokens import formula_text
from etl.sheets.grid import Position

_BOF, _EOF, _SHEET, _ROW, _COLUMNS, _FORMULA, _BOOL_OR_ERROR = 0x809, 0x0A, 0x85, 0x208, 0x7D, 0x06, 0x205
_CELLS = frozenset((0x06, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6))
"""Records of one cell that holds something: formula, number, label, bool or error, RK, shared text, rich text."""
_PASSWORD, _DIMENSIONS = 0x2F, 0x200
_BIFF8 = 0x600
_RESULT_IS_NO_NUMBER = b"\xff\xff"
_ERROR, _EMPTY = 2, 3
_FAR_ROW, _FAR_COLUMN, _FEW = 10_000, 200, 20_000
_MUCH_ROOM = 1_000_000

Record = tuple[int, bytes]


class XlsNotes:
    """The notes of each sheet of an .xls, by its place in the workbook.

    Raises OSError for a broken one, ValueError for one with a password.
    """

    def __init__(self, data: bytes) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = "Workbook" if container.exists("Workbook") else "Book"
            self._stream = container.openstream(name).read()
        if any(kind == _PASSWORD for kind, _ in _records(self._stream, 0)):
            raise ValueError("password needed")
        self._starts = [
            int(struct.unpack_from("<I", body)[0])
            for kind, body in _records(self._stream, 0)
            if kind == _SHEET and len(body) >= 4
        ]

    def of(self, index: int) -> Notes:
        notes = Notes()
        for kind, body in self._sheet(index):
            if kind == _ROW and len(body) >= 16 and body[12] & 0x20:
                notes.hidden_rows.add(_u16(body, 0))
            elif kind == _COLUMNS and len(body) >= 10 and body[8] & 1:
                notes.hide_columns(_u16(body, 0), _u16(body, 2))
            elif kind == _BOOL_OR_ERROR and len(body) >= 8 and body[7]:
                notes.errors[_place(body)] = error_text(body[6])
            elif kind == _FORMULA and len(body) >= 22:
                _note_formula(body, notes, self._is_biff8)
        return notes

    def reaches_far(self) -> bool:
        """Whether a dense reader would fill much room with nothing: a cell among few stands far out in some
        sheet, or the sheet says that it does (rows formatted to the last are counted in); or what comes first
        stands behind what comes last, which calamine takes for a distance of four thousand million rows."""
        return any(self._sheet_reaches_far(index) for index in range(len(self._starts)))

    def _sheet_reaches_far(self, index: int) -> bool:
        places = [_place(body) for kind, body in self._sheet(index) if kind in _CELLS and len(body) >= 4]
        said = [
            struct.unpack_from("<IIHH", body)
            for kind, body in self._sheet(index)
            if kind == _DIMENSIONS and len(body) >= 12
        ]
        far = any(row >= _FAR_ROW or column >= _FAR_COLUMN for row, column in places)
        wide = any(
            end * last > _MUCH_ROOM or first_row > end or first > last for first_row, end, first, last in said
        )
        upwards = any(row < before for (before, _), (row, _) in pairwise(places))
        return (far or wide or upwards) and len(places) <= _FEW

    @property
    def _is_biff8(self) -> bool:
        return _u16(self._stream, 4) == _BIFF8

    def _sheet(self, index: int) -> Iterator[Record]:
        """The records of one sheet, without those of charts within it."""
        depth = 0
        for kind, body in _records(self._stream, self._starts[index]):
            depth += (kind == _BOF) - (kind == _EOF)
            if depth == 1:
                yield kind, body


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """Records from `start` to the end of that part of the workbook."""
    depth, at = 0, start
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        at += 4 + size


def _note_formula(body: bytes, notes: Notes, is_biff8: bool) -> None:
    """An empty text as a result means that none was saved: so write programs that work nothing out."""
    at = _place(body)
    size = _u16(body, 20)
    notes.formulas[at] = formula_text(body[22 : 22 + size], wide_rows=False) if is_biff8 else ""
    if body[12:14] == _RESULT_IS_NO_NUMBER:
        if body[6] == _ERROR:
            notes.errors[at] = error_text(body[8])
        elif body[6] == _EMPTY:
            notes.uncached.add(at)


def _place(body: bytes) -> Position:
    return _u16(body, 0), _u16(body, 2)


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", data, at)[0])
