"""The look that all our workbooks share: one font, thin borders, and how a sheet prints on A4."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Look = Mapping[str, object]
"""Properties of an xlsxwriter format."""

FONT = "宋体"
"""On every machine with WPS or Excel; 方正小标宋 and 仿宋_GB2312 are not, and their stand-ins break lines elsewhere."""

_MIDDLE = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
_BOXED = {**_MIDDLE, "border": 1, "align": "center", "text_wrap": True}

TITLE: Look = {**_MIDDLE, "font_size": 20, "bold": True, "align": "center"}
LINE: Look = {**_MIDDLE, "font_size": 12}
"""A line of text outside the table: 填报单位, 日期, a remark."""
NOTE: Look = {**_MIDDLE, "font_size": 10, "text_wrap": True, "font_color": "#595959"}
STANDING: Look = {**NOTE, "bold": True, "font_color": "#A61B1B"}
"""The first line of a sheet, above its title: 快报, 定稿 or 更正, and who approved it."""
HEADER: Look = {**_BOXED, "bold": True}
LABEL: Look = {**_BOXED, "bold": True}
"""The first cell of a row that names it."""
TEXT: Look = {**_BOXED, "align": "left"}
SMALL: Look = {"font_size": 8}
"""What changes of a look for a hash of 64 signs: on one line in sight, printed still to be told."""
COUNT: Look = {**_BOXED, "num_format": "0"}
MONEY: Look = {**_BOXED, "num_format": "General"}
"""General shows 万元 to the 分 without trailing zeros; 0.###### would leave a bare point behind a whole number."""


def new_book(created: datetime) -> tuple[BytesIO, Workbook]:
    """An empty workbook that writes to the buffer when closed; equal values give equal bytes.

    `created` (aware) is all the time that it carries. No text ever becomes a formula, link or number.
    """
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 11},
    }
    book = Workbook(buffer, options)
    book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
    return buffer, book


def styled(book: Workbook, look: Look, **changes: object) -> Format:
    """A format of the book: `look`, with some properties changed (locked=False, align="right")."""
    return book.add_format({**look, **changes})


def write_over(
    sheet: Worksheet, first: tuple[int, int], last: tuple[int, int], text: str, style: Format
) -> None:
    """Write `text` into the cells from `first` to `last` (row, column; from 0), merged where they are several."""
    if first != last:
        sheet.merge_range(*first, *last, "", style)
    if text:
        sheet.write_string(*first, text, style)
    else:
        sheet.write_blank(*first, None, style)


def print_on_a4_landscape(sheet: Worksheet, last_row: int, last_column: int, pages_tall: int = 1) -> None:
    """Print all cells up to the last ones (from 0) on A4 landscape, one page wide.

    `pages_tall` 0 lets a long list run on over as many pages as it needs.
    """
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.6)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last_row, last_column)
    sheet.fit_to_pages(1, pages_tall)


def repeat_and_number(sheet: Worksheet, first_row: int, last_row: int) -> None:
    """Repeat the header rows (from 0) on every printed page, and number the pages: 第 1 页，共 3 页."""
    sheet.repeat_rows(first_row, last_row)
    sheet.set_footer("&C第 &P 页，共 &N 页")
