"""Workbooks, read with calamine: its figures are quick and true; what it hides comes from `xlsx_notes`."""

import io
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from etl.sheets.formats.xlsx_notes import Notes, read_notes
from etl.sheets.grid import Grid, Position, Raw


def visible_grids(data: bytes, kind: str) -> Iterator[Grid]:
    """The visible worksheets in their order. Raises what calamine raises for a broken workbook."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    container = zipfile.ZipFile(io.BytesIO(data)) if kind == "xlsx" else None
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            notes = read_notes(container, sheet.name) if container else Notes()
            yield _grid(workbook.get_sheet_by_index(index), notes)


def _grid(sheet: CalamineSheet, notes: Notes) -> Grid:
    """calamine drops leading empty rows and columns: `start` puts every cell back to its true address."""
    top, left = sheet.start or (0, 0)
    cells: dict[Position, Raw] = {
        (top + r, left + c): raw
        for r, line in enumerate(sheet.to_python())
        for c, raw in enumerate(line)
        if raw != ""
    }
    cells.update(notes.errors)
    return Grid(
        sheet=sheet.name,
        cells=cells,
        formulas=notes.formulas,
        uncached=notes.uncached,
        hidden_rows=notes.hidden_rows,
        hidden_columns=notes.hidden_columns,
    )
