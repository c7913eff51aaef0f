"""What calamine does not tell of an .xlsb sheet, from its records ([MS-XLSB] 2.4)."""

import struct
from collections.abc import Iterator, Mapping

from etl.sheets.formats.notes import Notes, error_text
from etl.sheets.formats.tokens import formula_text
from etl.sheets.formats.xlsx_notes import targets

_ROW, _ERROR, _TEXT_FORMULA, _NUMBER_FORMULA, _BOOL_FORMULA, _ERROR_FORMULA = 0, 3, 8, 9, 10, 11
_COLUMNS, _SHEET = 60, 156
_HIDDEN_ROW = 0x10
_CELLS = range(2, 12)
"""Records of a cell that holds something."""
_MUCH_ROOM = 4_000_000
"""Cells: calamine takes 24 bytes for each, empty or not."""
_AFTER_RESULT = {_NUMBER_FORMULA: 16, _BOOL_FORMULA: 9, _ERROR_FORMULA: 9}


def sheet_part(parts: Mapping[str, bytes], sheet: str) -> bytes:
    """The sheet's own part; empty where the workbook does not lead to one."""
    links = targets(parts.get("xl/_rels/workbook.bin.rels", b""))
    for kind, body in _records(parts["xl/workbook.bin"]):
        if kind == _SHEET:
            link, end = _text(body, 8)
            if _text(body, end)[0] == sheet and links.get(link, "").lower() in parts:
                return parts[links[link].lower()]
    return b""


def read_xlsb_notes(data: bytes) -> Notes:
    """Raises ValueError where a cell stands so far out that no reader has room for all between, or in a row
    above the one before, which calamine takes for a distance of four thousand million rows; struct.error for
    a row without a number, for which calamine takes any."""
    notes = Notes()
    row = reached = 0
    for kind, body in _records(data):
        if kind in _CELLS and len(body) >= 4:
            if row < reached or (row + 1) * (_u32(body, 0) + 1) > _MUCH_ROOM:
                raise ValueError(f"a cell in row {row}, column {_u32(body, 0)}")
            reached = row
        if kind == _ROW:
            row = _u32(body, 0)
            if len(body) >= 12 and body[11] & _HIDDEN_ROW:
                notes.hidden_rows.add(row)
        elif kind == _COLUMNS and len(body) >= 18 and body[16] & 1:
            notes.hide_columns(_u32(body, 0), _u32(body, 4))
        elif kind in (_ERROR, _ERROR_FORMULA) and len(body) >= 9:
            notes.errors[row, _u32(body, 0)] = error_text(body[8])
        if kind in (_TEXT_FORMULA, *_AFTER_RESULT) and len(body) >= 9:
            _note_formula(kind, body, row, notes)
    return notes


def _note_formula(kind: int, body: bytes, row: int, notes: Notes) -> None:
    """An empty text as a result means that none was saved, as in .xls."""
    at = (row, _u32(body, 0))
    text, end = _text(body, 8) if kind == _TEXT_FORMULA else (None, _AFTER_RESULT[kind])
    size = _u32(body, end + 2)
    notes.formulas[at] = formula_text(body[end + 6 : end + 6 + size], wide_rows=True)
    if text == "":
        notes.uncached.add(at)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and length are written seven bits a byte, low ones first."""
    at = 0
    while at + 2 <= len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | data[at] << 7
            at += 1
        size = shift = 0
        for byte in data[at : at + 4]:
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    end = at + 4 + 2 * _u32(body, at)
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])
