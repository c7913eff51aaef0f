"""The official form (统计表) filled with what was read from a file that cannot itself be marked."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from openpyxl import load_workbook

from etl.books.blank import FORM_SHEET, caption_cells, cell_of, common_blank, unit_blank
from etl.books.fix_list import Copied, Place
from etl.books.marked_saving import saved
from etl.definitions import Campaign, Form, Unit
from etl.masking import masked
from etl.model import Figure, Finding, FormReading, Reading
from etl.sheets.figures import as_typed

_AS_TYPED = frozenset({"figure_approximate"})
"""What was typed stays typed: we have read a number in it, and ask."""


@dataclass(frozen=True, slots=True)
class OfficialCopy:
    """An .xlsx, and how it differs from the file that came."""

    content: bytes
    copied: Copied


def official_copy(
    reading: Reading,
    findings: Sequence[Finding],
    form: Form,
    campaign: Campaign,
    unit: Unit | None,
    units: Sequence[Unit],
) -> OfficialCopy:
    """The unit's blank, or the common one where it is not known, with all figures and texts that were read.

    What could not be read stands there as typed. Personal numbers are masked where nobody knows whose they are.
    """
    blank = unit_blank(form, campaign, unit) if unit else common_blank(form, campaign, units)
    if reading.form is None:
        return OfficialCopy(blank, Copied(reading.kind, FORM_SHEET, {}, {}, has_figures=False))
    book = load_workbook(io.BytesIO(blank))
    sheet: Any = book[FORM_SHEET]
    written = _written(reading.form, findings, form, known=unit is not None)
    for cell, value in written.items():
        _put(sheet[cell], value)
    content = saved(book, campaign.opens, {FORM_SHEET: _sums(reading.form, form)})
    typed = {cell: as_typed(value) or "" for cell, value in written.items()}
    return OfficialCopy(
        content, Copied(reading.kind, FORM_SHEET, _cells(reading.form, form), typed, has_figures=True)
    )


def _cells(reading: FormReading, form: Form) -> dict[Place, str]:
    """Places in the file → cells of the blank."""
    cells: dict[Place, str] = {}
    for figure in reading.figures:
        if figure.cell:
            cells[reading.sheet, figure.cell] = cell_of(form, figure.row, figure.column)
    for words in reading.words:
        if words.cell:
            cells[reading.sheet, words.cell] = cell_of(form, words.row, words.column)
    captions = (reading.title_cell, reading.unit_cell, reading.dated_cell)
    for place, cell in zip(captions, caption_cells(form), strict=True):
        if place:
            cells.setdefault((reading.sheet, place), cell)
    return cells


def _written(reading: FormReading, findings: Sequence[Finding], form: Form, known: bool) -> dict[str, Any]:
    """Cell of the blank → what to put there. Sums that hold are left to the blank's formulas."""
    asked = {(finding.sheet, finding.cell) for finding in findings if finding.cell}
    sums = _sums(reading, form)
    _, unit_cell, date_cell = caption_cells(form)
    values: dict[str, Any] = {}
    for figure in reading.figures:
        cell = cell_of(form, figure.row, figure.column)
        value = _figure(figure, is_asked=(figure.sheet, figure.cell) in asked)
        if value is not None and cell not in sums:
            values[cell] = value
    for words in reading.words:
        if words.text:
            values[cell_of(form, words.row, words.column)] = words.text if known else masked(words.text)
    if reading.dated or reading.dated_text:
        values[date_cell] = reading.dated or reading.dated_text
    if not known and reading.unit_text:
        values[unit_cell] = masked(reading.unit_text)
    return values


def _figure(figure: Figure, is_asked: bool) -> Any:
    """The number read; the text where there is none, or where it is what we ask about; None for a blank."""
    if figure.typed is None:
        return None
    if figure.value is None or (is_asked and _AS_TYPED.intersection(figure.raises)):
        return figure.typed
    return _number(figure.value)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def _sums(reading: FormReading, form: Form) -> dict[str, float]:
    """Cell of the blank → the sum there, where it is what the blank's formula will make of its parts."""
    read = {(figure.row, figure.column): figure.value for figure in reading.figures}
    sums = {}
    for row, column in product(form.rows, form.figure_columns):
        value = read.get((row.id, column.id))
        if value is None or not (row.total or column.sum_of):
            continue
        rows = form.category_rows if row.total else (row,)
        parts = [read.get((one.id, part)) for one in rows for part in column.sum_of or (column.id,)]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts) and sum(known) == value:
            sums[cell_of(form, row.id, column.id)] = _number(value)
    return sums


def _put(cell: Any, value: Any) -> None:
    """The value, a text as text whatever it begins with, in a cell that may be written in."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith("=")
