"""The blank workbook (空白表): the notice's annex as a workbook, made from the form's definition.

Sheets: 统计表 to fill in, 填表说明 to read, and in the common blank a hidden list of units. Who it was
issued to stands in custom document properties, so that it survives renaming and retitling.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.books.guide import guide_lines
from etl.books.header import caption, write_header
from etl.books.styles import (
    HEADER,
    LABEL,
    LINE,
    MONEY,
    NOTE,
    TEXT,
    TITLE,
    new_book,
    print_on_a4_landscape,
    styled,
    write_over,
)
from etl.definitions import Campaign, Column, Form, Unit
from etl.model import IDENTITY_PROPERTIES

FORM_SHEET = "统计表"
GUIDE_SHEET = "填表说明"
UNITS_SHEET = "单位名单"
_REMARK = f"注：没有的填 0 或“无”，不要写“待定”；各栏怎么填，见“{GUIDE_SHEET}”。"

_TITLE_ROW, _UNIT_ROW, _HEADER_TOP, _FIRST_ROW = 0, 1, 2, 4
_UNIT_SPAN = 4  # columns that the unit's name may run over
_LONGEST_PROMPT = 255  # Excel's limits for what a validation says
_LONGEST_PROMPT_TITLE = 32


def unit_blank(form: Form, campaign: Campaign, unit: Unit) -> bytes:
    """The blank issued to one unit: an .xlsx with its name filled in and its identity hidden."""
    buffer, book = new_book(campaign.opens)
    sheet = _form_sheet(book, form, campaign, unit.name)
    _any_text(sheet, _UNIT_ROW, 1, form.labels.unit.label, "已填好本单位名称，请不要改。")
    _guide_sheet(book, form, campaign, [unit.kind])
    _identify(book, form, campaign, unit.code)
    book.close()
    return buffer.getvalue()


def typed_form(
    form: Form, campaign: Campaign, unit: Unit, typed: Mapping[tuple[str, str], str], dated: date
) -> bytes:
    """The unit's blank with cells filled in, by row and column id, and a date: an .xlsx as if it had been sent.
    A sum that is typed takes the place of its formula."""
    buffer, book = new_book(campaign.opens)
    sheet = _form_sheet(book, form, campaign, unit.name)
    for line, row in enumerate(form.rows, _FIRST_ROW):
        for at, column in enumerate(form.columns, 1):
            if (row.id, column.id) in typed:
                look = styled(book, MONEY if column.is_figure else TEXT, locked=False)
                sheet.write_string(line, at, typed[row.id, column.id], look)
    sheet.write_string(_UNIT_ROW, len(form.columns), dated.isoformat(), styled(book, LINE, align="center"))
    _identify(book, form, campaign, unit.code)
    book.close()
    return buffer.getvalue()


def cell_of(form: Form, row_id: str, column_id: str) -> str:
    """Where the blank has a figure or a text of the form: D5."""
    line = next(at for at, row in enumerate(form.rows, _FIRST_ROW) if row.id == row_id)
    at = next(at for at, column in enumerate(form.columns, 1) if column.id == column_id)
    return str(xl_rowcol_to_cell(line, at))


def caption_cells(form: Form) -> tuple[str, str, str]:
    """Where the blank has its title, 填报单位 and 日期."""
    places = ((_TITLE_ROW, 0), (_UNIT_ROW, 1), (_UNIT_ROW, len(form.columns)))
    title, unit, date = (str(xl_rowcol_to_cell(*place)) for place in places)
    return title, unit, date


def common_blank(form: Form, campaign: Campaign, units: Sequence[Unit]) -> bytes:
    """统计表（通用）: an .xlsx where the clerk chooses the unit from a list; it names the campaign only."""
    buffer, book = new_book(campaign.opens)
    sheet = _form_sheet(book, form, campaign, "")
    _guide_sheet(book, form, campaign, list(dict.fromkeys(unit.kind for unit in units)))
    _units_sheet(book, sheet, form, units)
    _identify(book, form, campaign, None)
    book.close()
    return buffer.getvalue()


def _form_sheet(book: Workbook, form: Form, campaign: Campaign, unit_name: str) -> Worksheet:
    sheet = book.add_worksheet(FORM_SHEET)
    last = len(form.columns)
    title = form.title_of(campaign.year, campaign.festival)
    write_over(sheet, (_TITLE_ROW, 0), (_TITLE_ROW, last), title, styled(book, TITLE))
    _unit_line(book, sheet, form, campaign, unit_name)
    write_header(book, sheet, form, _HEADER_TOP)
    for at, row in enumerate(form.rows, _FIRST_ROW):
        sheet.write_string(at, 0, row.label, styled(book, LABEL))
    for at, column in enumerate(form.columns, 1):
        _fill_column(book, sheet, form, column, at)
    bottom = _FIRST_ROW + len(form.rows)
    write_over(sheet, (bottom, 0), (bottom, last), _REMARK, styled(book, NOTE))
    _size(sheet, form)
    print_on_a4_landscape(sheet, bottom, last)
    sheet.protect("", {"format_rows": True, "format_columns": True})
    sheet.set_selection(_FIRST_ROW, 1, _FIRST_ROW, 1)
    return sheet


def _unit_line(book: Workbook, sheet: Worksheet, form: Form, campaign: Campaign, unit_name: str) -> None:
    """填报单位（盖章）：…  日期：…, both open for writing."""
    last = len(form.columns)
    unit, date = form.labels.unit, form.labels.date
    open_line = styled(book, LINE, locked=False)
    open_date = styled(book, LINE, locked=False, num_format='yyyy"年"m"月"d"日"', align="center")
    sheet.write_string(_UNIT_ROW, 0, f"{unit.label}{unit.note}：", styled(book, LINE, bold=True))
    write_over(sheet, (_UNIT_ROW, 1), (_UNIT_ROW, _UNIT_SPAN), unit_name, open_line)
    sheet.write_string(_UNIT_ROW, last - 1, f"{date.label}{date.note}：", styled(book, LINE, align="right"))
    sheet.write_blank(_UNIT_ROW, last, None, open_date)
    example = campaign.deadline_date
    said = f"填表的日期，如 {example.year}-{example.month}-{example.day}。"
    _any_text(sheet, _UNIT_ROW, last, date.label, said)


def _fill_column(book: Workbook, sheet: Worksheet, form: Form, column: Column, at: int) -> None:
    """Open the cells to fill of one column, with what may stand there; lock its formulas."""
    look = MONEY if column.is_figure else TEXT  # a count too shows as typed: 12.5 must not print as 13
    opened, locked = styled(book, look, locked=False), styled(book, look)
    for line, row in enumerate(form.rows, _FIRST_ROW):
        if column.is_figure and (row.total or column.sum_of):
            sheet.write_formula(line, at, _sum_formula(form, column, at, line), locked, "")
        else:
            sheet.write_blank(line, at, None, opened)
    lines = [line for line, row in enumerate(form.rows, _FIRST_ROW) if not (row.total and column.is_figure)]
    if not column.sum_of:
        sheet.data_validation(min(lines), at, max(lines), at, _validation(column))


def _sum_formula(form: Form, column: Column, at: int, line: int) -> str:
    """A sum that stays blank until there is a number, and where a part is words that SUM would pass over.

    The cells are locked: a wrong sum beside “200人” would send the file back for what the clerk cannot mend.
    Only 无 is a number in words that everybody uses.
    """
    parts = [form.columns.index(form.column(part)) + 1 for part in column.sum_of] or [at]
    categories = [at_row for at_row, row in enumerate(form.rows, _FIRST_ROW) if not row.total]
    lines = [line] if line in categories else categories
    ranges = [xl_range(lines[0], part, lines[-1], part) for part in parts]
    cells = ",".join(ranges)
    none = "".join(f'-COUNTIF({cells_of_part},"无")' for cells_of_part in ranges)
    total = f"ROUND(SUM({cells}),6)" if column.type == "money" else f"SUM({cells})"
    return f'=IF(OR(COUNT({cells})=0,COUNT({cells})<COUNTA({cells}){none}),"",{total})'


def _validation(column: Column) -> dict[str, object]:
    """What Excel asks and says at a cell. It warns only, so that 无 may still be typed."""
    asks: dict[str, object] = {
        "input_title": column.label[:_LONGEST_PROMPT_TITLE],
        "input_message": column.explain[:_LONGEST_PROMPT] or caption(column)[:_LONGEST_PROMPT],
    }
    if not column.is_figure:
        return {"validate": "any", **asks}
    number = "整数" if column.type == "count" else "数字"
    return {
        "validate": "integer" if column.type == "count" else "decimal",
        "criteria": ">=",
        "value": 0,
        "error_type": "warning",
        "error_title": f"{column.label}请填数字"[:_LONGEST_PROMPT_TITLE],
        "error_message": f"这里应填不小于 0 的{number}（单位：{column.unit}），不用写单位。没有就填 0 或“无”。",
        **asks,
    }


def _any_text(sheet: Worksheet, row: int, column: int, title: str, message: str) -> None:
    asks = {"validate": "any", "input_title": title, "input_message": message}
    sheet.data_validation(row, column, row, column, asks)


def _size(sheet: Worksheet, form: Form) -> None:
    """Widths and heights (in characters and points) that fill the page."""
    sheet.set_column(0, 0, 19)
    for at, column in enumerate(form.columns, 1):
        sheet.set_column(at, at, column.width)
    heights = [48, 34, 32, 58, *[76] * len(form.rows), 26]
    for at, height in enumerate(heights):
        sheet.set_row(at, height)
    sheet.hide_gridlines(2)


def _guide_sheet(book: Workbook, form: Form, campaign: Campaign, kinds: Sequence[str]) -> None:
    """填表说明: two columns, what and how."""
    sheet = book.add_worksheet(GUIDE_SHEET)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    write_over(sheet, (0, 0), (0, 1), GUIDE_SHEET, styled(book, TITLE))
    sheet.set_row(0, 36)
    lines = guide_lines(form, campaign, kinds)
    name, words = styled(book, HEADER), styled(book, TEXT, indent=1)
    for at, (what, how) in enumerate(lines, 1):
        sheet.write_string(at, 0, what, name)
        sheet.write_string(at, 1, how, words)
        sheet.set_row(at, 10 + 16 * (1 + max(what.count("\n"), how.count("\n"))))
    print_on_a4_landscape(sheet, len(lines), 1)
    sheet.hide_gridlines(2)
    sheet.protect()


def _units_sheet(book: Workbook, form_sheet: Worksheet, form: Form, units: Sequence[Unit]) -> None:
    sheet = book.add_worksheet(UNITS_SHEET)
    for at, unit in enumerate(units):
        sheet.write_string(at, 0, unit.name)
    sheet.very_hidden()
    choice = {
        "validate": "list",
        "source": f"={UNITS_SHEET}!{xl_range_abs(0, 0, len(units) - 1, 0)}",
        "input_title": form.labels.unit.label,
        "input_message": "请点右边的箭头，从名单里选本单位。",
        "error_title": "名单里没有这个单位",
        "error_message": "请点右边的箭头，从名单里选。名单里没有本单位的，请问区双拥办。",
    }
    form_sheet.data_validation(_UNIT_ROW, 1, _UNIT_ROW, 1, choice)


def _identify(book: Workbook, form: Form, campaign: Campaign, unit_code: str | None) -> None:
    values = {
        "unit": unit_code,
        "campaign": campaign.id,
        "form": form.id,
        "form_version": str(form.version),
    }
    for part, name in IDENTITY_PROPERTIES.items():
        value = values[part]
        if value is not None:
            book.set_custom_property(name, value, "text")
