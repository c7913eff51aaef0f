"""The district summary (汇总表): the form added up, a sheet with a unit a row, and 报送情况."""

from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.books.amounts import amount, in_unit, write_column_sum
from etl.books.by_group import write_by_group
from etl.books.by_unit import word_of, write_by_unit
from etl.books.coverage import write_coverage
from etl.books.header import write_header
from etl.books.open_points import write_open_points
from etl.books.rules import write_rules
from etl.books.since_last import write_changes
from etl.books.sources import SOURCES_SHEET, Places, places, write_sources
from etl.books.standing import standing_line
from etl.books.styles import (
    COUNT,
    LABEL,
    LINE,
    MONEY,
    NOTE,
    STANDING,
    TEXT,
    TITLE,
    new_book,
    print_on_a4_landscape,
    styled,
    write_over,
)
from etl.books.words import day, moment, zone
from etl.definitions import Campaign, Column, Form
from etl.model import Material, Summary

FORM_SHEET = "汇总表"

Links = Mapping[tuple[str, str], str]
"""(row id, column id) → where in the workbook the cells of a figure are listed, as xlsxwriter takes it."""

_STANDING_ROW, _TITLE_ROW, _UNIT_ROW, _HEADER_TOP, _FIRST_ROW = 0, 1, 2, 3, 5
_UNIT_SPAN = 4  # columns that the district's name may run over
_FIGURE_WIDTH = 13.0  # a district's 万元 to the 分: in less, General would round what is shown


def summary_workbook(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """An .xlsx: 汇总表 ready to print and stamp, then what it is made of, sheet by sheet; equal values, equal bytes.

    Of a campaign whose units fit on one list; the larger have `branch_workbook`.
    """
    buffer, book = new_book(summary.as_of)
    write_form(book, summary, form, campaign)
    write_by_unit(book, summary, form, campaign)
    write_by_group(book, summary, form, campaign)
    write_coverage(book, summary, campaign)
    write_open_points(book, summary, campaign)
    write_changes(book, summary, form, campaign)
    write_sources(book, summary, form, campaign)
    write_rules(book, summary)
    book.close()
    return buffer.getvalue()


def write_form(
    book: Workbook, summary: Summary, form: Form, campaign: Campaign, links: Links | None = None
) -> None:
    """The form's own layout with the district's totals; `links` where there is no line a figure in 溯源."""
    sheet = book.add_worksheet(FORM_SHEET)
    last = len(form.columns)
    standing = standing_line(summary, campaign)
    write_over(sheet, (_STANDING_ROW, 0), (_STANDING_ROW, last), standing, styled(book, STANDING))
    title = form.title_of(campaign.year, campaign.festival)
    write_over(sheet, (_TITLE_ROW, 0), (_TITLE_ROW, last), title, styled(book, TITLE))
    _write_unit_line(book, sheet, summary, form, campaign)
    write_header(book, sheet, form, _HEADER_TOP)
    label = styled(book, LABEL)
    for line, row in enumerate(form.rows, _FIRST_ROW):
        sheet.write_string(line, 0, row.label, label)
    begins = places(summary)
    for at, column in enumerate(form.columns, 1):
        _write_column(book, sheet, summary, form, column, at, begins, links or {})
    bottom = _FIRST_ROW + len(form.rows)
    write_over(sheet, (bottom, 0), (bottom, last), _remark(summary, campaign), styled(book, NOTE))
    _size(sheet, form)
    print_on_a4_landscape(sheet, bottom, last)


def _write_unit_line(
    book: Workbook, sheet: Worksheet, summary: Summary, form: Form, campaign: Campaign
) -> None:
    """填报单位（盖章）：铜梁区  日期：2022年2月12日."""
    last = len(form.columns)
    unit, date = form.labels.unit, form.labels.date
    sheet.write_string(_UNIT_ROW, 0, f"{unit.label}{unit.note}：", styled(book, LINE, bold=True))
    name = summary.district or campaign.office
    write_over(sheet, (_UNIT_ROW, 1), (_UNIT_ROW, _UNIT_SPAN), name, styled(book, LINE, bottom=1))
    sheet.write_string(_UNIT_ROW, last - 1, f"{date.label}{date.note}：", styled(book, LINE, align="right"))
    dated = styled(book, LINE, bottom=1, align="center")
    sheet.write_string(_UNIT_ROW, last, day(campaign, summary.as_of), dated)


def _write_column(
    book: Workbook,
    sheet: Worksheet,
    summary: Summary,
    form: Form,
    column: Column,
    at: int,
    begins: Places,
    links: Links,
) -> None:
    style = styled(book, {"text": TEXT, "count": COUNT, "money": MONEY}[column.type])
    categories = [line for line, row in enumerate(form.rows, _FIRST_ROW) if not row.total]
    for line, row in enumerate(form.rows, _FIRST_ROW):
        if not column.is_figure:
            sheet.write_blank(line, at, None, style)
            continue
        value = in_unit(column, amount(form, summary.totals, row, column))
        if row.total:
            write_column_sum(sheet, (categories[0], categories[-1]), line, at, value, style)
        elif column.sum_of:
            parts = [form.columns.index(form.column(part)) + 1 for part in column.sum_of]
            cells = "+".join(xl_rowcol_to_cell(line, part) for part in parts)
            sheet.write_formula(line, at, f"={cells}", style, value)
        else:
            if (row.id, column.id) in begins:
                target = f"internal:'{SOURCES_SHEET}'!A{begins[row.id, column.id] + 1}"
                sheet.write_url(line, at, target, style, tip="点开看由哪些单位的哪一格相加而成")
            elif link := links.get((row.id, column.id)):
                sheet.write_url(line, at, link, style, tip="点开看各单位的这个数在哪一格")
            sheet.write_number(line, at, value, style)


def _remark(summary: Summary, campaign: Campaign) -> str:
    """What was added up, and up to when."""
    forms, nil, voluntary = forms_added_up(summary)
    marks = [f"{name} {count} 个" for name, count in (("零报告", nil), ("自愿报送", voluntary)) if count]
    inside = f"（其中{'、'.join(marks)}）" if marks else ""
    until = f"{moment(campaign, summary.as_of)}（{zone(campaign)}）"
    return (
        f"注：由 {forms} 个单位的统计表相加而成{inside}，截至 {until}。"
        f"各单位的数字见“{'下级' if summary.below else '分单位'}”，报送率见“报送情况”。"
    )


def forms_added_up(summary: Summary) -> tuple[int, int, int]:
    """How many forms were added up, and how many of them are nil returns and voluntary."""
    if summary.below:  # its lists do not hold all units
        lines = [line for line in summary.coverage if line.material is Material.STATISTICS]
        voluntary = sum(line.voluntary for line in lines)
        return (
            sum(line.accepted for line in lines) + voluntary,
            sum(line.nil_returns for line in lines),
            voluntary,
        )
    words = [word_of(unit) for unit in summary.units if unit.amounts is not None]
    nil, voluntary = (sum(mark in word for word in words) for mark in ("零报告", "自愿报送"))
    return len(words), nil, voluntary


def _size(sheet: Worksheet, form: Form) -> None:
    """Widths and heights (in characters and points) that fill the page."""
    sheet.set_column(0, 0, 23)
    for at, column in enumerate(form.columns, 1):
        sheet.set_column(at, at, max(column.width, _FIGURE_WIDTH) if column.is_figure else column.width)
    heights = [20, 44, 30, 28, 52, *[76] * len(form.rows), 24]
    for at, height in enumerate(heights):
        sheet.set_row(at, height)
    sheet.hide_gridlines(2)
