"""The first sheet of a marked copy, drawn: a short head, then a line a finding, made to be printed on A4."""

from collections.abc import Iterator
from itertools import groupby
from math import ceil
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from etl.books.fix_list import FixList, Item
from etl.books.styles import FONT
from etl.books.words import SEVERITIES
from etl.model import Severity
from etl.sheets.explanations import EXPLAIN, FIX_LIST, WHERE

TINTS = {Severity.ERROR: "FBDCD9", Severity.QUERY: "FDEBCB", Severity.WARNING: "E3F0F3"}
INKS = {Severity.ERROR: "B3261E", Severity.QUERY: "A35A00", Severity.WARNING: "3C6470"}
"""The receipt's own colours (templates/receipt.html), behind a cell and for its word."""

_COLUMNS = (
    ("单位", 11.0),
    (WHERE, 20.0),
    ("问题", 36.0),
    ("填写内容", 12.0),
    ("应为/差额", 20.0),
    ("怎么改", 30.0),
    (EXPLAIN, 24.0),
)
_LAST = len(_COLUMNS)
_MARKS = _LAST + 1
"""The hidden column that tells each line's finding again when the sheet comes back."""
_TO_EXPLAIN = "FFF9D6"
_HEAD = "F5F2EE"
_RED = "A61B1B"
_THIN = Side(style="thin", color="B9B9B9")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_LINE_POINTS = 15.5
_ADVICE = "以下只是提示：请看一看；没有不对的，不用改，也不影响收下。"


def draw_fix_list(book: Workbook, made: FixList) -> Worksheet:
    """Put the list into `book` as its first and active sheet. Every text stays text."""
    sheet: Worksheet = book.create_sheet(FIX_LIST, 0)
    for at, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.column_dimensions[get_column_letter(_MARKS)].hidden = True
    header = _draw_head(sheet, made)
    line = header
    for is_advice, items in groupby(made.items, key=lambda item: item.severity is Severity.WARNING):
        if is_advice:
            line += 1
            _across(sheet, line, _ADVICE, Font(name=FONT, size=11, color=INKS[Severity.WARNING]))
        for item in items:
            line += 1
            _draw_item(sheet, line, item, made.unit)
    _set_up_page(sheet, header, line)
    _show_first(book, sheet)
    return sheet


def _draw_head(sheet: Worksheet, made: FixList) -> int:
    """Title, verdict, facts, what to do, and the header of the list; the header's row."""
    _across(sheet, 1, made.title, Font(name=FONT, size=18, bold=True), points=32)
    _across(sheet, 2, made.verdict, Font(name=FONT, size=13, bold=True, color=_RED))
    lines = ["　　".join(f"{name}：{value}" for name, value in facts) for facts in made.facts]
    lines += [f"{number}. {step}" for number, step in enumerate(made.how, 1)]
    for at, text in enumerate(lines, 3):
        _across(sheet, at, text, Font(name=FONT, size=11))
    line = 3 + len(lines)
    for at, (name, _) in enumerate(_COLUMNS, 1):
        cell = _write(sheet, line, at, name, Font(name=FONT, size=11, bold=True), _HEAD, horizontal="center")
        cell.border = _BOX
    sheet.row_dimensions[line].height = 24
    return line


def _draw_item(sheet: Worksheet, line: int, item: Item, unit: str) -> None:
    problem = f"【{SEVERITIES[item.severity]}】{item.problem}"
    texts = (unit, item.where, problem, item.typed, item.should, item.do, "")
    for at, text in enumerate(texts, 1):
        _write(sheet, line, at, text, Font(name=FONT, size=11)).border = _BOX
    where, open_cell = sheet.cell(line, 2), sheet.cell(line, _LAST)
    where.fill = _solid(TINTS[item.severity])
    sheet.cell(line, 3).font = Font(name=FONT, size=11, color=INKS[item.severity])
    if item.severity is not Severity.WARNING:
        open_cell.fill = _solid(_TO_EXPLAIN)
    _link(where, item)
    _write(sheet, line, _MARKS, item.mark, Font(name=FONT, size=8))
    sheet.row_dimensions[line].height = _height(zip(texts, _COLUMNS, strict=True))


def _link(cell: Any, item: Item) -> None:
    """To the cell, else to its sheet; a link inside the workbook."""
    if item.sheet is None:
        return
    target = f"{quote_sheetname(item.sheet)}!{item.cell or 'A1'}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, tooltip="点一下，到这一格去改")
    cell.font = Font(name=FONT, size=11, underline="single", color="0563C1")


def _write(
    sheet: Worksheet,
    line: int,
    at: int,
    text: str,
    font: Font,
    tint: str | None = None,
    horizontal: str = "left",
) -> Any:
    """A cell of text, whatever it begins with."""
    cell: Any = sheet.cell(line, at)
    cell.value = text or None
    if text:
        cell.data_type = "s"
    cell.quotePrefix = text.startswith("=")
    cell.font = font
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
    if tint:
        cell.fill = _solid(tint)
    return cell


def _across(sheet: Worksheet, line: int, text: str, font: Font, points: float = 0) -> None:
    """A line of text over all columns."""
    _write(sheet, line, 1, text, font)
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=_LAST)
    width = sum(width for _, width in _COLUMNS) * 11 / font.size
    sheet.row_dimensions[line].height = points or _LINE_POINTS * font.size / 11 * _lines(text, width) + 5


def _height(texts: Iterator[tuple[str, tuple[str, float]]]) -> float:
    return max(30.0, _LINE_POINTS * max(_lines(text, width) for text, (_, width) in texts) + 6)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column `width` characters wide; a Chinese one takes two, and a little air."""
    return sum(max(1, ceil(_width(part) / (width - 1.5))) for part in text.split("\n"))


def _width(text: str) -> float:
    return sum(2.05 if character > "\u2e7f" or character in "“”…—→·" else 1.1 for character in text)


def _set_up_page(sheet: Any, header: int, last: int) -> None:
    """A4 landscape, one page wide, the header on every page, the pages numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.page_margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{header}:{header}"
    sheet.print_area = f"A1:{get_column_letter(_LAST)}{last}"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.freeze_panes = f"A{header + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = _RED


def _show_first(book: Workbook, sheet: Worksheet) -> None:
    """Open the workbook on this sheet alone: with two selected, what is typed would go into both."""
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
    for view in book.views:
        view.firstSheet = 0


def _solid(tint: str) -> PatternFill:
    return PatternFill("solid", fgColor=tint)
