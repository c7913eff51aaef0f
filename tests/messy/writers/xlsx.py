"""The same drawings written by openpyxl and by XlsxWriter, two programs that differ in all that is optional."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.messy.drawing import Cell, Drawing, Error, Formula, Rich, Styled


def by_openpyxl(*sheets: Drawing) -> bytes:
    """An .xlsx; formulas are written without a result, as openpyxl does."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for drawing in sheets:
        sheet = book.create_sheet(drawing.name)
        sheet.sheet_state = drawing.visibility
        for (row, column), cell in drawing.cells.items():
            target = sheet.cell(row + 1, column + 1)
            target.value = _for_openpyxl(cell)
            if isinstance(cell, Styled):
                target.number_format = cell.number_format
            if isinstance(cell, Error):
                target.data_type = "e"
            if isinstance(cell, str):
                target.data_type = "s"
        for top, left, bottom, right in drawing.merges:
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
        for row in drawing.hidden_rows:
            sheet.row_dimensions[row + 1].hidden = True
        for column in drawing.hidden_columns:
            sheet.column_dimensions[openpyxl.utils.get_column_letter(column + 1)].hidden = True
    book.active = next(n for n, one in enumerate(sheets) if one.visibility == "visible")
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _for_openpyxl(cell: Cell) -> Any:
    match cell:
        case Formula(text):
            return f"={text}"
        case Error(text):
            return text
        case Styled(value):
            return value
        case Rich(runs):
            bold = InlineFont(b=True)
            return CellRichText(*(TextBlock(bold, run) if n % 2 else run for n, run in enumerate(runs)))
        case Decimal():
            return number(cell)
    return cell


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def by_xlsxwriter(*sheets: Drawing, trusted: bool = True, **options: object) -> bytes:
    """An .xlsx; formulas carry the result they are given. `trusted`: a program that works them out wrote
    it, so nothing asks to have them worked out again on opening."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        if trusted:
            book.calc_on_load = False
        shown = False
        for drawing in sheets:
            sheet = book.add_worksheet(drawing.name)
            _write_sheet(book, sheet, drawing)
            if drawing.visibility == "visible" and not shown:
                sheet.activate()
                sheet.set_first_sheet()
                shown = True
    return out.getvalue()


def _write_sheet(book: Any, sheet: Any, drawing: Drawing) -> None:
    for top, left, bottom, right in drawing.merges:
        sheet.merge_range(top, left, bottom, right, "")
    for at, cell in drawing.cells.items():
        _write(book, sheet, at, cell)
    for row in drawing.hidden_rows:
        sheet.set_row(row, None, None, {"hidden": True})
    for column in drawing.hidden_columns:
        sheet.set_column(column, column, None, None, {"hidden": True})
    if drawing.visibility != "visible":
        sheet.very_hidden() if drawing.visibility == "veryHidden" else sheet.hide()


def _write(book: Any, sheet: Any, at: tuple[int, int], cell: Cell) -> None:
    match cell:
        case Formula(text, saved):
            value = number(saved) if isinstance(saved, Decimal) else saved
            sheet.write_formula(*at, f"={text}", None, 0 if value is None else value)
        case Error(text):
            sheet.write_formula(*at, "=1+1", None, text)
        case Styled(value, shape):
            sheet.write_number(*at, value, book.add_format({"num_format": shape}))
        case Rich(runs):
            bold = book.add_format({"bold": True})
            pieces = [piece for n, run in enumerate(runs) for piece in ((bold, run) if n % 2 else (run,))]
            sheet.write_rich_string(*at, *pieces)
        case Decimal():
            sheet.write_number(*at, number(cell))
        case str():
            sheet.write_string(*at, cell)
        case bool():
            sheet.write_boolean(*at, cell)
        case date():
            sheet.write_datetime(*at, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
        case _:
            sheet.write_number(*at, cell)
