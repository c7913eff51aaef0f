"""Workbooks, read with calamine: its figures are quick and true; what it hides comes from `xlsx_notes`."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from etl.sheets.formats.xlsx_notes import Notes, reaches_far, read_notes, sheet_data
from etl.sheets.grid import Grid, Position, Raw


def visible_grids(data: bytes, kind: str) -> Iterator[Grid]:
    """The visible worksheets in their order. Raises what calamine raises for a broken workbook."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    container = zipfile.ZipFile(io.BytesIO(data)) if kind == "xlsx" else None
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            part = sheet_data(container, sheet.name) if container else b""
            far = reaches_far(part)
            cells = _sparse_cells(data, sheet.name) if far else _cells(workbook.get_sheet_by_index(index))
            yield _grid(sheet.name, cells, read_notes(part))


def _cells(sheet: CalamineSheet) -> dict[Position, Raw]:
    """calamine drops leading empty rows and columns: `start` puts every cell back to its true address."""
    top, left = sheet.start or (0, 0)
    return {
        (top + r, left + c): raw
        for r, line in enumerate(sheet.to_python())
        for c, raw in enumerate(line)
        if raw != ""
    }


def _sparse_cells(data: bytes, sheet: str) -> dict[Position, Raw]:
    """The cells of a sheet with a stray one far out (Ctrl+End shows it), by what they hold.

    calamine makes room for everything between, a million rows of it; openpyxl keeps filled cells only.
    """
    from openpyxl import load_workbook

    filled: dict[Position, Any] = load_workbook(io.BytesIO(data), data_only=True)[sheet]._cells
    return {
        (row - 1, column - 1): cell.value
        for (row, column), cell in filled.items()
        if cell.value not in (None, "")
    }


def _grid(sheet: str, cells: dict[Position, Raw], notes: Notes) -> Grid:
    return Grid(
        sheet=sheet,
        cells=cells | notes.errors,
        formulas=notes.formulas,
        uncached=notes.uncached,
        hidden_rows=notes.hidden_rows,
        hidden_columns=notes.hidden_columns,
    )
