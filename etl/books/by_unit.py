"""分单位: one row a unit, its state, and its figures; the details of each category stand folded to the right."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.books.amounts import amount, in_unit, write_column_sum
from etl.books.header import write_captions
from etl.books.styles import (
    COUNT,
    HEADER,
    LABEL,
    LINE,
    MONEY,
    NOTE,
    TEXT,
    TITLE,
    print_on_a4_landscape,
    repeat_and_number,
    styled,
    write_over,
)
from etl.books.words import moment, zone
from etl.definitions import Campaign, Column, Form, Row
from etl.model import Summary, UnitLine

UNITS_SHEET = "分单位"

_TITLE_ROW, _COUNT_ROW, _HEADER_TOP, _FIRST_ROW = 0, 1, 2, 5
_ABOUT = (
    ("编码", 7.0), ("单位", 24.0), ("类别", 10.0), ("上级", 9.0), ("报送情况", 12.0), ("收到时间", 17.0), ("迟报", 6.0)
)  # fmt: skip
"""What a row says of the unit itself, with widths in characters."""
_FIGURE_WIDTH = 12.5
_COLOURS = {"未报": "#B3261E", "零报告": "#6B5B00", "自愿报送": "#1D5F8A", "不要求": "#8A8A8A"}


LATE_BY_THE_FIRST = "收到时间按现在这份，迟报按第一次收下的。"
"""Without it a correction received after the deadline looks late and is not marked."""

KIND_AT, PARENT_AT = 2, 3
"""The columns (from 0) of a unit's kind and parent."""


def figure_at(form: Form, row: Row, column: Column) -> int:
    """The column (from 0) of one figure of the form."""
    sections = [form.total_row, *form.category_rows]
    return len(_ABOUT) + sections.index(row) * len(form.figure_columns) + form.figure_columns.index(column)


def unit_lines(summary: Summary) -> tuple[int, int]:
    """The first and the last row (from 0) of units."""
    return _FIRST_ROW, _FIRST_ROW + len(summary.units) - 1


def word_of(unit: UnitLine) -> str:
    """已报, 零报告 or 未报 of a unit that owes the form; 自愿报送 or 不要求 of one that does not."""
    if unit.amounts is None:
        return "未报" if unit.owes_form else "不要求"
    if not unit.owes_form:
        return "自愿报送（零报告）" if unit.nil_return else "自愿报送"
    return "零报告" if unit.nil_return else "已报"


def write_by_unit(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """Add the sheet 分单位: all units in the summary's order, and the district's sums as formulas."""
    sheet = book.add_worksheet(UNITS_SHEET)
    sections = [form.total_row, *form.category_rows]
    figures = [(row, column) for row in sections for column in form.figure_columns]
    shown = len(_ABOUT) + len(form.figure_columns) - 1
    write_over(sheet, (_TITLE_ROW, 0), (_TITLE_ROW, shown), _title(campaign), styled(book, TITLE))
    write_over(sheet, (_COUNT_ROW, 0), (_COUNT_ROW, shown), _counts(summary, campaign), styled(book, LINE))
    _write_header(book, sheet, form, sections)
    _write_units(book, sheet, summary, form, campaign, figures)
    _write_sums(book, sheet, summary, form, figures)
    _arrange(sheet, summary, form, len(sections))


def _title(campaign: Campaign) -> str:
    return f"{campaign.title}双拥活动情况分单位统计"


def _counts(summary: Summary, campaign: Campaign) -> str:
    """How many units stand where, and when that was."""
    words = [word_of(unit) for unit in summary.units]
    counts = "、".join(f"{word} {words.count(word)}" for word in dict.fromkeys(words))
    until = f"{moment(campaign, summary.as_of)}（{zone(campaign)}）"
    return f"共 {len(words)} 个单位：{counts}。截至 {until}。{LATE_BY_THE_FIRST}"


def _write_header(book: Workbook, sheet: Worksheet, form: Form, sections: list[Row]) -> None:
    """Three rows: of what the figures are the sum, and the form's own two."""
    style = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (name, _) in enumerate(_ABOUT):
        write_over(sheet, (_HEADER_TOP, at), (_FIRST_ROW - 1, at), name, style)
    wide = len(form.figure_columns)
    for place, row in enumerate(sections):
        first = len(_ABOUT) + place * wide
        write_over(sheet, (_HEADER_TOP, first), (_HEADER_TOP, first + wide - 1), row.label, style)
        write_captions(sheet, form.figure_columns, (_HEADER_TOP + 1, first), style)
    # beside the details and outside the printed area: only who has it on a screen can unfold them
    hint = styled(book, NOTE, text_wrap=False)
    sheet.write_string(
        _HEADER_TOP, len(_ABOUT) + len(sections) * wide, "← 点上方的“+”展开各类对象的明细", hint
    )


def _write_units(
    book: Workbook,
    sheet: Worksheet,
    summary: Summary,
    form: Form,
    campaign: Campaign,
    figures: list[tuple[Row, Column]],
) -> None:
    about = _AboutStyles(book)
    numbers = {"count": styled(book, COUNT), "money": styled(book, MONEY)}
    for line, unit in enumerate(summary.units, _FIRST_ROW):
        about.write(sheet, line, unit, campaign)
        for at, (row, column) in enumerate(figures, len(_ABOUT)):
            if unit.amounts is None:
                sheet.write_blank(line, at, None, numbers[column.type])
            else:
                value = in_unit(column, amount(form, unit.amounts, row, column))
                sheet.write_number(line, at, value, numbers[column.type])


class _AboutStyles:
    """The formats of what a row says of its unit, made once, and the writing of it."""

    def __init__(self, book: Workbook) -> None:
        self.centred = styled(book, TEXT, align="center")
        self.left = styled(book, TEXT, indent=1)
        self.time = styled(book, TEXT, align="center", num_format="yyyy-mm-dd hh:mm")
        self.late = styled(book, TEXT, align="center", font_color="#B3261E")
        self.words: dict[str, Format] = {
            word: styled(book, TEXT, align="center", font_color=colour) for word, colour in _COLOURS.items()
        }

    def write(self, sheet: Worksheet, line: int, unit: UnitLine, campaign: Campaign) -> None:
        word = word_of(unit)
        sheet.write_string(line, 0, unit.code, self.centred)
        sheet.write_string(line, 1, unit.name, self.left)
        sheet.write_string(line, 2, unit.kind, self.centred)
        sheet.write_string(line, 3, unit.parent, self.centred)
        sheet.write_string(line, 4, word, self.words.get(word.split("（")[0], self.centred))
        if unit.received_at is None:
            sheet.write_blank(line, 5, None, self.time)
        else:
            # a workbook knows no zones: the office's own clock stands in the cell
            sheet.write_datetime(line, 5, campaign.local(unit.received_at).replace(tzinfo=None), self.time)
        if unit.late:
            sheet.write_string(line, 6, "迟报", self.late)
        else:
            sheet.write_blank(line, 6, None, self.late)


def _write_sums(
    book: Workbook, sheet: Worksheet, summary: Summary, form: Form, figures: list[tuple[Row, Column]]
) -> None:
    bottom = _FIRST_ROW + len(summary.units)
    write_over(sheet, (bottom, 0), (bottom, len(_ABOUT) - 1), "全区合计", styled(book, LABEL))
    numbers = {"count": styled(book, COUNT, bold=True), "money": styled(book, MONEY, bold=True)}
    reported = [unit.amounts for unit in summary.units if unit.amounts is not None]
    for at, (row, column) in enumerate(figures, len(_ABOUT)):
        total = in_unit(column, sum(amount(form, amounts, row, column) for amounts in reported))
        write_column_sum(sheet, (_FIRST_ROW, bottom - 1), bottom, at, total, numbers[column.type])


def _arrange(sheet: Worksheet, summary: Summary, form: Form, sections: int) -> None:
    """Widths, the folded details, frozen names, the filter, and how it prints (without the details)."""
    wide = len(form.figure_columns)
    first_detail = len(_ABOUT) + wide
    last = len(_ABOUT) + sections * wide - 1
    for at, (_, width) in enumerate(_ABOUT):
        sheet.set_column(at, at, width)
    sheet.set_column(len(_ABOUT), first_detail - 1, _FIGURE_WIDTH)
    sheet.set_column(first_detail, last, _FIGURE_WIDTH, None, {"level": 1, "hidden": True})
    sheet.set_column(last + 1, last + 1, None, None, {"collapsed": True})
    for row, height in enumerate((36, 22, 20, 20, 52)):
        sheet.set_row(row, height)
    bottom = _FIRST_ROW + len(summary.units)
    for row in range(_FIRST_ROW, bottom + 1):
        sheet.set_row(row, 19)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.autofilter(_FIRST_ROW - 1, 0, bottom - 1, last)
    print_on_a4_landscape(sheet, bottom, first_detail - 1, pages_tall=0)
    repeat_and_number(sheet, _HEADER_TOP, _FIRST_ROW - 1)
    sheet.hide_gridlines(2)
