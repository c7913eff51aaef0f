"""Workbooks, read with calamine: its figures are quick and true; what it hides comes from the notes beside it."""

import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from etl.sheets.formats.container import Opened
from etl.sheets.formats.notes import ERRORS, Notes
from etl.sheets.formats.ods_notes import OdsSheet, read_ods_notes
from etl.sheets.formats.xls_notes import XlsNotes
from etl.sheets.formats.xlsb_notes import read_xlsb_notes, sheet_part
from etl.sheets.formats.xlsx_notes import XlsxParts, bare, reaches_far, read_notes
from etl.sheets.grid import Grid, Position, Raw
from etl.sheets.memo import Memo

_CALAMINE_KNOWS = frozenset(ERRORS.values())
_MOST_SHEETS = 300
_MOST_MERGES = 10_000
"""That are looked at in one sheet; a form has a dozen."""


def visible_grids(file: Opened, kind: str) -> Iterator[Grid]:
    """The visible worksheets in their order. Raises what calamine raises for a broken workbook."""
    return {"xlsx": _xlsx, "xls": _xls, "xlsb": _xlsb, "ods": _ods}[kind](file)


def _xlsx(file: Opened) -> Iterator[Grid]:
    workbook, parts = CalamineWorkbook.from_filelike(io.BytesIO(file.data)), XlsxParts(file.parts)
    for index, name in _visible(workbook):
        read = partial(_xlsx_grid, file.data, workbook, parts, index, name)
        behind = parts.all_behind(name)
        yield _GRIDS.of((name, *behind), read) if behind else read()


_GRIDS: Memo[tuple[str | bytes, ...], Grid] = Memo(64)
"""By their name and all that they follow from: the page that tells how to fill in the form comes with each."""


def _xlsx_grid(data: bytes, workbook: CalamineWorkbook, parts: XlsxParts, index: int, name: str) -> Grid:
    part = bare(parts.sheet_data(name), parts.works_out_later)
    notes = read_notes(part, parts.works_out_later)
    if reaches_far(part) or not _CALAMINE_KNOWS.issuperset(notes.errors.values()):
        return _grid(name, _cells_by_openpyxl(data, name), notes)
    sheet = workbook.get_sheet_by_index(index)
    return _grid(name, _cells(sheet), notes, _merges(sheet))


def _xls(file: Opened) -> Iterator[Grid]:
    data = file.data
    all_notes = XlsNotes(data)
    if all_notes.reaches_far():
        yield from _xls_by_xlrd(data, all_notes)
        return
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise
    except BaseException as why:  # its panics are no Exception
        if isinstance(why, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        yield from _xls_by_xlrd(data, all_notes)
        return
    for index, name in _visible(workbook):
        sheet = workbook.get_sheet_by_index(index)
        yield _grid(name, _cells(sheet), all_notes.of(index), _merges(sheet))


def _xls_by_xlrd(data: bytes, all_notes: XlsNotes) -> Iterator[Grid]:
    """An .xls that calamine refuses, say one whose last sector was never filled up, as old programs write;
    or one for which it would ask for too much memory: xlrd keeps rows no longer than they are filled."""
    book = _book(data)
    for index, sheet in enumerate(book.sheets()):
        if sheet.visibility == 0:
            yield _grid(sheet.name, _cells_by_xlrd(book, index), all_notes.of(index))


def _xlsb(file: Opened) -> Iterator[Grid]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    for index, name in _visible(workbook):
        notes = read_xlsb_notes(sheet_part(file.parts, name))
        yield _grid(name, _cells(workbook.get_sheet_by_index(index)), notes)


def _ods(file: Opened) -> Iterator[Grid]:
    known = read_ods_notes(
        file.parts["content.xml"]
    )  # first: it refuses what calamine would never come to an end with
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    for index, name in _visible(workbook):
        sheet = known[index] if known else OdsSheet()
        cells = sheet.cells() if sheet.reaches_far else _cells(workbook.get_sheet_by_index(index))
        yield _grid(name, cells, sheet.notes)


def _visible(workbook: CalamineWorkbook) -> list[tuple[int, str]]:
    """Place and name. Raises ValueError past so many: nobody fills them in, and one part may stand for all."""
    visible = [
        (index, sheet.name)
        for index, sheet in enumerate(workbook.sheets_metadata)
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if len(visible) > _MOST_SHEETS:
        raise ValueError(f"{len(visible)} sheets")
    return visible


def _cells(sheet: CalamineSheet) -> dict[Position, Raw]:
    """calamine drops leading empty rows and columns: `start` puts every cell back to its true address."""
    top, left = sheet.start or (0, 0)
    return {
        (top + r, left + c): raw
        for r, line in enumerate(sheet.to_python())
        for c, raw in enumerate(line)
        if raw != ""
    }


def _cells_by_openpyxl(data: bytes, sheet: str) -> dict[Position, Raw]:
    """The cells of a sheet with a stray one far out (Ctrl+End shows it), by what they hold, or with an error
    that calamine does not know (#SPILL!).

    calamine makes room for everything between, a million rows of it; openpyxl keeps filled cells only.
    """
    from openpyxl import load_workbook

    filled: dict[Position, Any] = load_workbook(io.BytesIO(data), data_only=True)[sheet]._cells
    return {
        (row - 1, column - 1): cell.value
        for (row, column), cell in filled.items()
        if cell.value not in (None, "")
    }


def _book(data: bytes) -> Any:
    """xlrd's book; it keeps rows no longer than they are filled, and its warnings to itself."""
    import xlrd

    return xlrd.open_workbook(file_contents=data, ragged_rows=True, on_demand=True, logfile=io.StringIO())


def _cells_by_xlrd(book: Any, index: int) -> dict[Position, Raw]:
    """The cells of a sheet with a stray one far out, or that calamine refuses, by what they hold."""
    sheet = book.sheet_by_index(index)
    cells = {
        (row, column): _raw(cell, book.datemode)
        for row in range(sheet.nrows)
        for column, cell in enumerate(sheet.row(row))
    }
    return {at: raw for at, raw in cells.items() if raw not in (None, "")}


def _raw(cell: Any, datemode: int) -> Raw:
    import xlrd

    value: Raw = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(value, datemode)  # type: ignore[no-any-return]
    return bool(value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else value


def _merges(sheet: CalamineSheet) -> Sequence[tuple[Position, Position]]:
    return (sheet.merged_cell_ranges or [])[:_MOST_MERGES]


def _grid(
    sheet: str,
    cells: dict[Position, Raw],
    notes: Notes,
    merges: Sequence[tuple[Position, Position]] = (),
) -> Grid:
    return Grid(
        sheet=sheet,
        cells=cells | notes.errors,
        formulas=notes.formulas,
        uncached=notes.uncached,
        hidden_rows=notes.hidden_rows,
        hidden_columns=notes.hidden_columns,
        merges=merges,
    )
