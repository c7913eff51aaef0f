"""The marked copy (标注副本): a workbook as it came, its faulty cells coloured, and first 请修改清单.

openpyxl opens what clerks sent: call this only where that may go wrong (see etl/marking_process.py).
"""

import io
import warnings
import zipfile
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import PatternFill, Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.books.fix_list import FixList, Item
from etl.books.marked_cleaning import cells_of, clean, comment_on, drop_earlier_marks
from etl.books.marked_saving import Results, saved
from etl.books.marked_sheet import TINTS, draw_fix_list
from etl.books.words import SEVERITIES

MOST_MARKUP = 4 * 1024 * 1024
"""Bytes of XML that openpyxl is fed with: about fifty times as much memory, and a second."""
_MARKUP = (".xml", ".rels")
_COMMENT_AT_MOST = 400


class CannotMarkError(ValueError):
    """The workbook is not one that can be marked: the official form goes back instead."""


def marked_copy(original: bytes, made: FixList, at: datetime, by: str) -> bytes:
    """An .xlsx: the workbook `original` (xlsx or xlsm) with its faulty cells marked and the list in front.

    `at` (aware) and `by` (the office) are all that it says about its making; equal values give equal bytes.
    Raises CannotMarkError, or whatever openpyxl raises for a broken workbook.
    """
    _look_at_size(original)
    with warnings.catch_warnings():
        # openpyxl tells what it drops; docs/marked-copy.md does too
        warnings.simplefilter("ignore")
        book, results = _loaded(original, data_only=False), _loaded(original, data_only=True)
        drop_earlier_marks(book, TINTS.values())
        clean(book, results)
        for item in reversed(made.items):
            _mark(book, item)
        draw_fix_list(book, made)
        book.properties.lastModifiedBy = by
        return saved(book, at.astimezone(UTC), _results(results))


def _look_at_size(original: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(original)) as container:
        size = sum(part.file_size for part in container.infolist() if part.filename.lower().endswith(_MARKUP))
        if size > MOST_MARKUP:
            raise CannotMarkError("too much to open")
        if any("macrosheets/" in name.lower() for name in container.namelist()):
            raise CannotMarkError("a sheet of macros")


def _loaded(original: bytes, data_only: bool) -> Workbook:
    return load_workbook(
        io.BytesIO(original), data_only=data_only, keep_vba=False, keep_links=False, rich_text=not data_only
    )


def _results(results: Workbook) -> Results:
    return {
        sheet.title: {cell.coordinate: cell.value for cell in cells_of(sheet) if cell.value is not None}
        for sheet in results.worksheets
    }


def _mark(book: Workbook, item: Item) -> None:
    """Colour the item's cells; gravest items come last, so that their colour and words stand on top."""
    sheet = _sheet(book, item.sheet)
    if sheet is None or item.cell is None:
        return
    words = f"{SEVERITIES[item.severity]}：{item.problem}{item.do}"
    told = words if len(words) <= _COMMENT_AT_MOST else f"{words[:_COMMENT_AT_MOST]}…"
    for address, text in chain([(item.cell, told)], ((other, _same_as(item)) for other in item.also)):
        cell = _cell(sheet, address)
        cell.fill = PatternFill("solid", fgColor=TINTS[item.severity])
        comment_on(cell, text)
        # a sum of an issued blank is locked; what has to be changed must be open
        cell.protection = Protection(locked=False, hidden=cell.protection.hidden)


def _same_as(item: Item) -> str:
    return f"{SEVERITIES[item.severity]}：与 {item.cell} 是同一个原因，请一并核对改正。"


def _sheet(book: Workbook, name: str | None) -> Worksheet | None:
    found: Any = book[name] if name in book.sheetnames else None
    return found if isinstance(found, Worksheet) else None


def _cell(sheet: Worksheet, address: str) -> Cell:
    """The cell; within a merged range its first one, the only one that shows."""
    cell: Any = sheet[address]
    if isinstance(cell, MergedCell):
        over = next(merged for merged in sheet.merged_cells.ranges if address in merged)
        cell = sheet.cell(over.min_row, over.min_col)
    found: Cell = cell
    return found
