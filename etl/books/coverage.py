"""报送情况: what was expected, what came and what came on time, by kind and material, with rates."""

from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.books.amounts import write_column_sum
from etl.books.stacked import draw_stacked
from etl.books.styles import (
    COUNT,
    HEADER,
    LABEL,
    LINE,
    NOTE,
    TITLE,
    print_on_a4_landscape,
    styled,
    write_over,
)
from etl.books.words import MATERIALS, moment, zone
from etl.definitions import Campaign
from etl.model import CoverageLine, Summary

COVERAGE_SHEET = "报送情况"
NO_RATE = "—"
"""The rate of what nobody was asked for: not 0 %, not 100 %."""

_CHART_ROWS = 16
"""Rows that the chart takes under the notes."""
_TITLE_ROW, _AS_OF_ROW, _DEADLINE_ROW, _HEADER_ROW, _FIRST_ROW = 0, 1, 2, 3, 4
_HEADERS = (
    "类别",
    "材料",
    "应报",
    "已报",
    "未报",
    "按时报",
    "报送率",
    "按时率",
    "零报告",
    "自愿报送",
    "更正",
)
_KIND, _MATERIAL, _EXPECTED, _ACCEPTED, _MISSING, _ON_TIME, _RATE, _ON_TIME_RATE, _NIL, _VOLUNTARY, _AGAIN = (
    range(11)
)
_ADDED = (_EXPECTED, _ACCEPTED, _ON_TIME, _NIL, _VOLUNTARY, _AGAIN)
_NOTES = (
    "应报：按通知应报的单位各应报的材料，一个单位一种材料算一份；以截止日期当天在册的单位为准。",
    "已报：应报的材料里现在有一份有效的。按时报：第一份收下的不晚于截止时间；以后再更正，不影响按时。",
    "报送率 = 已报 ÷ 应报，按时率 = 按时报 ÷ 应报；没有应报的，不算比率，写“—”。",
    "零报告：各项都是 0 的统计表，算已报。自愿报送：不作要求的单位报来的，数字计入汇总，不计入报送率。",
    "更正：收下以后又报来、又收下的份数。",
)

Counts = dict[int, int]
"""Column → how many, for the columns that are added."""


def write_coverage(book: Workbook, summary: Summary, campaign: Campaign) -> None:
    """Add the sheet 报送情况: a line a kind and material, then each material and everything over all kinds."""
    sheet = book.add_worksheet(COVERAGE_SHEET)
    _write_top(book, sheet, summary, campaign)
    rows = _Rows(book, sheet)
    kinds = line = _write_kinds(rows, summary)
    line = _write_totals(rows, summary, line)
    note = styled(book, NOTE)
    for text in _NOTES:
        write_over(sheet, (line, 0), (line, len(_HEADERS) - 1), text, note)
        sheet.set_row(line, 20)
        line += 1
    _draw(book, sheet, (_FIRST_ROW, kinds - 1), line + 1)
    sheet.set_column(_KIND, _MATERIAL, 16)
    sheet.set_column(_EXPECTED, _AGAIN, 12)
    print_on_a4_landscape(sheet, line + _CHART_ROWS, len(_HEADERS) - 1)
    sheet.hide_gridlines(2)


def _write_top(book: Workbook, sheet: Worksheet, summary: Summary, campaign: Campaign) -> None:
    last = len(_HEADERS) - 1
    in_zone = zone(campaign)
    as_of = f"统计到：{moment(campaign, summary.as_of)}（{in_zone}）"
    deadline = f"截止时间：{moment(campaign, campaign.deadline)}（{in_zone}）"
    write_over(
        sheet, (_TITLE_ROW, 0), (_TITLE_ROW, last), f"{campaign.title}双拥工作报送情况", styled(book, TITLE)
    )
    write_over(sheet, (_AS_OF_ROW, 0), (_AS_OF_ROW, last), as_of, styled(book, LINE))
    write_over(sheet, (_DEADLINE_ROW, 0), (_DEADLINE_ROW, last), deadline, styled(book, LINE))
    header = styled(book, HEADER, bg_color="#F2F2F2")
    for at, name in enumerate(_HEADERS):
        counted = at >= _EXPECTED and at not in (_RATE, _ON_TIME_RATE)
        sheet.write_string(_HEADER_ROW, at, f"{name}（份）" if counted else name, header)
    for row, height in ((_TITLE_ROW, 40), (_AS_OF_ROW, 20), (_DEADLINE_ROW, 24), (_HEADER_ROW, 30)):
        sheet.set_row(row, height)


def _write_kinds(rows: "_Rows", summary: Summary) -> int:
    """A line a kind and material; returns the next free row."""
    line = _FIRST_ROW
    for kind, members in groupby(summary.coverage, key=lambda member: member.kind):
        lines = list(members)
        rows.name(line, line + len(lines) - 1, kind)
        for member in lines:
            counts = _counts([member])
            rows.material(line, MATERIALS[member.material])
            for at in _ADDED:
                rows.number(line, at, counts[at])
            rows.derived(line, counts)
            line += 1
    return line


def _write_totals(rows: "_Rows", summary: Summary, line: int) -> int:
    """全区 by material, then 总计, all as formulas over the lines above; returns the next free row."""
    first, last = _FIRST_ROW, line - 1
    materials = list(dict.fromkeys(member.material for member in summary.coverage))
    rows.name(line, line + len(materials), "全区", total=True)
    for material in materials:
        counts = _counts([member for member in summary.coverage if member.material is material])
        rows.material(line, MATERIALS[material], total=True)
        for at in _ADDED:
            rows.sum_of_material(line, at, (first, last), counts[at])
        rows.derived(line, counts, total=True)
        line += 1
    counts = _counts(list(summary.coverage))
    rows.material(line, "总计", total=True)
    for at in _ADDED:
        write_column_sum(rows.sheet, (first, last), line, at, counts[at], rows.total)
    rows.derived(line, counts, total=True)
    return line + 1


def _draw(book: Workbook, sheet: Worksheet, lines: tuple[int, int], at: int) -> None:
    """A chart of what came and what did not, by kind and material; it reads the cells above."""
    series = [
        {
            "name": _HEADERS[column],
            "categories": [COVERAGE_SHEET, lines[0], _KIND, lines[1], _MATERIAL],
            "values": [COVERAGE_SHEET, lines[0], column, lines[1], column],
            "fill": {"color": colour},
        }
        for column, colour in ((_ACCEPTED, "#1D7A43"), (_MISSING, "#B3261E"))
    ]
    title, description = "应报材料的报送情况（份）", "按类别和材料的已报、未报份数"
    draw_stacked(book, sheet, at, _CHART_ROWS, title, description, series)


def _counts(lines: list[CoverageLine]) -> Counts:
    return {
        _EXPECTED: sum(line.expected for line in lines),
        _ACCEPTED: sum(line.accepted for line in lines),
        _ON_TIME: sum(line.on_time for line in lines),
        _NIL: sum(line.nil_returns for line in lines),
        _VOLUNTARY: sum(line.voluntary for line in lines),
        _AGAIN: sum(line.corrections for line in lines),
    }


class _Rows:
    """Writes one line of the table; the formats are made once."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.label = styled(book, LABEL)
        self.count = styled(book, COUNT)
        self.rate = styled(book, COUNT, num_format="0.0%")
        self.total = styled(book, COUNT, bold=True, bg_color="#FAF6EE")
        self.total_rate = styled(book, COUNT, bold=True, bg_color="#FAF6EE", num_format="0.0%")

    def name(self, first: int, last: int, text: str, total: bool = False) -> None:
        write_over(self.sheet, (first, _KIND), (last, _KIND), text, self.total if total else self.label)

    def material(self, line: int, text: str, total: bool = False) -> None:
        self.sheet.write_string(line, _MATERIAL, text, self.total if total else self.count)
        self.sheet.set_row(line, 28)

    def number(self, line: int, at: int, count: int) -> None:
        self.sheet.write_number(line, at, count, self.count)

    def sum_of_material(self, line: int, at: int, lines: tuple[int, int], count: int) -> None:
        """=SUMIF over the lines whose material is this line's."""
        materials = xl_range_abs(lines[0], _MATERIAL, lines[1], _MATERIAL)
        added = xl_range_abs(lines[0], at, lines[1], at)
        formula = f"=SUMIF({materials},{xl_rowcol_to_cell(line, _MATERIAL)},{added})"
        self.sheet.write_formula(line, at, formula, self.total, count)

    def derived(self, line: int, counts: Counts, total: bool = False) -> None:
        """未报 and the two rates, as formulas of the line's own cells."""
        expected, accepted, on_time = (xl_rowcol_to_cell(line, at) for at in (_EXPECTED, _ACCEPTED, _ON_TIME))
        count, rate = (self.total, self.total_rate) if total else (self.count, self.rate)
        missing = counts[_EXPECTED] - counts[_ACCEPTED]
        self.sheet.write_formula(line, _MISSING, f"={expected}-{accepted}", count, missing)
        for at, cell, part in ((_RATE, accepted, _ACCEPTED), (_ON_TIME_RATE, on_time, _ON_TIME)):
            formula = f'=IF({expected}=0,"{NO_RATE}",{cell}/{expected})'
            value = counts[part] / counts[_EXPECTED] if counts[_EXPECTED] else NO_RATE
            self.sheet.write_formula(line, at, formula, rate, value)
