"""A blank of ours, filled in and saved as a clerk's own program saves it."""

import io
import re
import zipfile
from datetime import datetime

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.books.blank import FORM_SHEET
from etl.definitions import Column, Form, Row
from etl.sample.packing import repacked
from etl.sample.typing_in import Page, Place

_FORM_PART = "xl/worksheets/sheet1.xml"
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(<f>[^<]*</f>)<v\s*/?>(?:</v>)?</c>')


def fill_blank(blank: bytes, form: Form, page: Page, saved: datetime, unit_name: str | None = None) -> bytes:
    """The blank with the page typed in; `unit_name` is chosen from the list of the common one.

    The filler saves no results of formulas, as some programs do; a page with calculated sums gets them.
    """
    book = load_workbook(io.BytesIO(blank))
    sheet = book[FORM_SHEET]
    cells = _cells(sheet, form)
    for (row, column), typed in page.cells.items():
        if not _is_sum(form.row(row), form.column(column)) or page.sums == "typed":
            sheet[cells[row, column]] = typed
    for place, words in page.words.items():
        sheet[cells[place]] = words
    if unit_name is not None:
        sheet["B2"] = unit_name
    sheet.cell(2, sheet.max_column).value = saved.date()
    filled = io.BytesIO()
    book.save(filled)
    if page.sums != "calculated":
        return repacked(filled.getvalue(), saved)
    return repacked(filled.getvalue(), saved, _calculated(filled, form, page, cells))


def _cells(sheet: Worksheet, form: Form) -> dict[Place, str]:
    """Where each row and column of the form stands: columns in the form's order, from B on."""
    lines = {cell.value: cell.row for cell in sheet["A"]}
    return {
        (row.id, column.id): f"{get_column_letter(at)}{lines[row.label]}"
        for row in form.rows
        for at, column in enumerate(form.columns, 2)
    }


def _is_sum(row: Row, column: Column) -> bool:
    return row.total or bool(column.sum_of)


def _calculated(filled: io.BytesIO, form: Form, page: Page, cells: dict[Place, str]) -> dict[str, bytes]:
    """The form's sheet with the results that WPS or Excel would have put beside the formulas."""
    results = {
        cells[row.id, column.id].encode(): _result(form, row, column, page)
        for row in form.rows
        for column in form.figure_columns
        if _is_sum(row, column)
    }
    with zipfile.ZipFile(filled) as parts:
        sheet = parts.read(_FORM_PART)
    return {_FORM_PART: _FORMULA.sub(lambda found: _with_result(found, results[found[1]]), sheet)}


def _with_result(found: re.Match[bytes], result: str) -> bytes:
    kind = b"" if result else b' t="str"'
    return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (found[1], found[2], kind, found[3], result.encode())


def _result(form: Form, row: Row, column: Column, page: Page) -> str:
    """What the blank's formula comes to: nothing while no part holds a number."""
    rows = form.category_rows if row.total else (row,)
    parts = column.sum_of or (column.id,)
    numbers = [page.cells[each.id, part] for each in rows for part in parts]
    return str(page.cells[row.id, column.id]) if any(isinstance(one, int | float) for one in numbers) else ""
