"""分类汇总: the form added up for each kind of unit and for each parent."""

from collections.abc import Callable, Iterable

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from etl.books.amounts import amount, in_unit
from etl.books.by_unit import KIND_AT, PARENT_AT, UNITS_SHEET, figure_at, unit_lines
from etl.books.header import write_captions
from etl.books.stacked import draw_stacked
from etl.books.styles import (
    COUNT,
    HEADER,
    LABEL,
    LINE,
    MONEY,
    TITLE,
    print_on_a4_landscape,
    styled,
    write_over,
)
from etl.books.words import moment, zone
from etl.definitions import Campaign, Column, Form, Row
from etl.model import Summary, UnitLine

GROUPS_SHEET = "分类汇总"
_HEADER_TOP, _FIRST_ROW = 2, 4
_CHART_ROWS = 18
"""Rows that the chart takes under the table."""
_ABOUT = (("分组", 9.0), ("名称", 14.0), ("报来单位", 9.0), ("对象", 24.0))
"""What a line says of its group, with widths in characters."""

Group = tuple[str, str, int, list[UnitLine]]
"""Whether by kind or parent, its name, the column of 分单位 (from 0) that names it, and its units."""


def write_by_group(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """Add the sheet: a block of the form's rows a group, as sums over 分单位."""
    sheet = book.add_worksheet(GROUPS_SHEET)
    last = len(_ABOUT) + len(form.figure_columns) - 1
    title = f"{campaign.title}双拥活动情况{GROUPS_SHEET}"
    about = (
        f"按类别、按上级相加，金额单位：万元。截至 {moment(campaign, summary.as_of)}（{zone(campaign)}）。"
    )
    write_over(sheet, (0, 0), (0, last), title, styled(book, TITLE))
    write_over(sheet, (1, 0), (1, last), about, styled(book, LINE))
    style = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (name, width) in enumerate(_ABOUT):
        write_over(sheet, (_HEADER_TOP, at), (_FIRST_ROW - 1, at), name, style)
        sheet.set_column(at, at, width)
    write_captions(sheet, form.figure_columns, (_HEADER_TOP, len(_ABOUT)), style)
    sheet.set_column(len(_ABOUT), last, 12.5)
    rows = _Rows(book, sheet, summary, form)
    line = _FIRST_ROW
    for group in _groups(summary):
        rows.write(line, group)
        line += len(form.rows)
    _draw(book, sheet, summary, form, line + 1)
    for row, height in ((0, 40), (1, 24), (2, 22), (3, 52)):
        sheet.set_row(row, height)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.hide_gridlines(2)
    print_on_a4_landscape(sheet, line + _CHART_ROWS, last)


def _draw(book: Workbook, sheet: Worksheet, summary: Summary, form: Form, line: int) -> None:
    """A chart of what each category was given, parted by kind; it reads the cells above."""
    categories = [place for place, row in enumerate(form.rows) if not row.total]
    column = next((at for at, one in enumerate(form.figure_columns) if one.sum_of), 0)
    series = []
    for place, kind in enumerate(dict.fromkeys(unit.kind for unit in summary.units)):
        first, last = (_FIRST_ROW + place * len(form.rows) + categories[end] for end in (0, -1))
        series.append(
            {
                "name": kind,
                "categories": [GROUPS_SHEET, first, len(_ABOUT) - 1, last, len(_ABOUT) - 1],
                "values": [GROUPS_SHEET, first, len(_ABOUT) + column, last, len(_ABOUT) + column],
            }
        )
    measured = form.figure_columns[column]
    title = f"各类对象{measured.label}（{measured.unit}）"
    draw_stacked(book, sheet, line, _CHART_ROWS, title, f"按类别的各类对象{measured.label}", series)


def _groups(summary: Summary) -> Iterable[Group]:
    """Kinds, then parents, in the order in which the units name them; who has no parent is in no parent's."""
    ways: tuple[tuple[str, int, Callable[[UnitLine], str]], ...] = (
        ("按类别", KIND_AT, lambda unit: unit.kind),
        ("按上级", PARENT_AT, lambda unit: unit.parent),
    )
    for way, at, name_of in ways:
        for name in dict.fromkeys(name_of(unit) for unit in summary.units if name_of(unit)):
            yield way, name, at, [unit for unit in summary.units if name_of(unit) == name]


def _reported(units: list[UnitLine]) -> str:
    """Of those that owe the form how many reported, and apart from them who reported of their own will."""
    owing = [unit for unit in units if unit.owes_form]
    there = sum(unit.amounts is not None for unit in owing)
    voluntary = sum(unit.amounts is not None for unit in units) - there
    said = [f"应报 {len(owing)}", f"已报 {there}"] if owing else ["不要求"]
    return "\n".join([*said, *([f"自愿 {voluntary}"] if voluntary else [])])


class _Rows:
    """Writes the block of one group; the formats are made once."""

    def __init__(self, book: Workbook, sheet: Worksheet, summary: Summary, form: Form) -> None:
        self.sheet, self.form = sheet, form
        self.lines = unit_lines(summary)
        self.label = styled(book, LABEL)
        self.numbers = {"count": styled(book, COUNT), "money": styled(book, MONEY)}
        self.totals = {
            "count": styled(book, COUNT, bold=True, bg_color="#FAF6EE"),
            "money": styled(book, MONEY, bold=True, bg_color="#FAF6EE"),
        }

    def write(self, line: int, group: Group) -> None:
        way, name, at, units = group
        bottom = line + len(self.form.rows) - 1
        reported = [unit for unit in units if unit.amounts is not None]
        for where, text in enumerate((way, name, _reported(units))):
            write_over(self.sheet, (line, where), (bottom, where), text, self.label)
        for place, row in enumerate(self.form.rows, line):
            self.sheet.write_string(place, len(_ABOUT) - 1, row.label, self.label)
            for column_at, column in enumerate(self.form.figure_columns, len(_ABOUT)):
                self._sum(place, column_at, row, column, (name, at), reported)

    def _sum(
        self, line: int, at: int, row: Row, column: Column, named: tuple[str, int], units: list[UnitLine]
    ) -> None:
        """=SUMIF over the units' own sheet, with its result beside it."""
        name, name_at = named
        first, last = self.lines
        figures = figure_at(self.form, row, column)
        names, added = (
            f"{UNITS_SHEET}!{xl_range_abs(first, where, last, where)}" for where in (name_at, figures)
        )
        formula = f'=SUMIF({names},"{name.replace(chr(34), chr(34) * 2)}",{added})'
        total = sum(amount(self.form, unit.amounts, row, column) for unit in units if unit.amounts)
        style = (self.totals if row.total else self.numbers)[column.type]
        self.sheet.write_formula(line, at, formula, style, in_unit(column, total))
