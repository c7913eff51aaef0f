"""BIFF8 by xlwt: what .xls and WPS's .et are inside."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import xlwt

from tests.messy.drawing import Cell, Drawing, Error, Formula, Rich, Styled
from tests.messy.writers.xlsx import number

_BOLD = xlwt.easyfont("bold true")
_STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}


def by_xlwt(*sheets: Drawing) -> bytes:
    """An .xls; xlwt saves no formula's result."""
    book = xlwt.Workbook(encoding="utf-8")
    for drawing in sheets:
        sheet = book.add_sheet(drawing.name, cell_overwrite_ok=True)
        sheet.visibility = _STATES[drawing.visibility]
        for top, left, bottom, right in drawing.merges:
            sheet.merge(top, bottom, left, right)
        for (row, column), cell in drawing.cells.items():
            _write(sheet, row, column, cell)
        for row in drawing.hidden_rows:
            sheet.row(row).hidden = True
        for column in drawing.hidden_columns:
            sheet.col(column).hidden = True
    book.active_sheet = next(n for n, one in enumerate(sheets) if one.visibility == "visible")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    match cell:
        case Formula(text):
            sheet.write(row, column, xlwt.Formula(text))
        case Error(text):
            sheet.row(row).set_cell_error(column, "#N/A!" if text == "#N/A" else text)
        case Styled(value, shape):
            sheet.write(row, column, value, xlwt.easyxf(num_format_str=shape))
        case Rich(runs):
            sheet.write_rich_text(row, column, [(run, _BOLD) if n % 2 else run for n, run in enumerate(runs)])
        case Decimal():
            sheet.write(row, column, number(cell))
        case date():
            sheet.write(row, column, cell, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        case _:
            sheet.write(row, column, cell)
