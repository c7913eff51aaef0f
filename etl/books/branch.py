"""The summary of one node of the tree (下级), or of the top of a campaign too large for one list: the form added
up, what is right below it a line each, and of the units listed here the cells that their figures were read from."""

from collections.abc import Callable, Sequence
from math import fsum

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from etl.books.by_unit import LATE_BY_THE_FIRST, word_of
from etl.books.coverage import write_coverage
from etl.books.header import write_captions
from etl.books.long_list import Formula, ListCell, LongList
from etl.books.open_points import write_open_points
from etl.books.rules import write_rules
from etl.books.since_last import write_changes
from etl.books.styles import (
    COUNT,
    HEADER,
    LINE,
    MONEY,
    SMALL,
    TEXT,
    TITLE,
    new_book,
    print_on_a4_landscape,
    repeat_and_number,
    styled,
    write_over,
)
from etl.books.summary import Links, write_form
from etl.books.words import moment, zone
from etl.definitions import Campaign, Column, Form, Row
from etl.model import FEN_IN_WAN_YUAN, Amounts, Branch, Summary, UnitLine

BELOW_SHEET, KINDS_SHEET, UNITS_SHEET, PLACES_SHEET = "下级", "分类汇总", "分单位", "溯源"
_TITLE_ROW, _ABOUT_ROW, _HEADER_TOP, _FIRST_ROW = 0, 1, 2, 5
_PLACES = 6
"""Decimals of a 万元 down to the 分."""
_ROW_HEIGHT, _FIGURE_WIDTH, _CELL_WIDTH = 19.0, 12.5, 13.0
_PLACE_HEIGHT, _SHA256_WIDTH = 28.0, 51.0
"""Of a line of 溯源: its file's name may take two lines; a SHA-256 stands on one, in small type."""

Captions = Sequence[tuple[str, float, str]]
"""What a line says before its figures: caption, width in characters, and the style of its cells by _STYLES."""
_Line = tuple[list[ListCell], Amounts | None]
"""What a line says before its figures, and these; None for no form."""
_OF_BRANCH: Captions = (
    ("名称", 22.0, "text"), ("单位", 8.0, "count"), ("已报统计表", 8.0, "count"), ("应报（份）", 8.0, "count"),
    ("已报（份）", 8.0, "count"), ("未报（份）", 8.0, "count"), ("其中逾期", 8.0, "count"),
    ("待说明（处）", 8.0, "count"), ("报送率", 9.0, "rate"),
)  # fmt: skip
_OF_KIND: Captions = (("类别", 22.0, "text"), ("已报统计表", 10.0, "count"))
_OF_UNIT: Captions = (
    ("编码", 9.0, "text"), ("单位", 24.0, "text"), ("类别", 10.0, "text"), ("上级", 12.0, "text"),
    ("报送情况", 14.0, "text"), ("收到时间", 17.0, "time"), ("迟报", 6.0, "text"),
)  # fmt: skip
_OF_PLACE: Captions = (
    ("编码", 9.0, "text"), ("单位", 24.0, "text"), ("回执号", 21.0, "text"), ("文件", 46.0, "file"),
    ("工作表", 12.0, "text"),
)  # fmt: skip
_STYLES: dict[str, dict[str, object]] = {
    "text": {"indent": 1, "text_wrap": False},
    "file": {"indent": 1, "font_size": 10},
    "count": {"align": "right", "num_format": "0"},
    "rate": {"align": "right", "num_format": "0.0%"},
    "time": {"align": "center", "num_format": "yyyy-mm-dd hh:mm"},
}


def branch_workbook(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """An .xlsx; equal values, equal bytes. Units stand in the summary's order, long lists in one format a column."""
    buffer, book = new_book(summary.as_of)
    write_form(book, summary, form, campaign, _links(form) if summary.places else None)
    if summary.below:
        lines = [_branch(branch, line) for line, branch in enumerate(summary.below, _FIRST_ROW + 1)]
        _write_figures(
            book,
            BELOW_SHEET,
            _OF_BRANCH,
            summary,
            form,
            campaign,
            [(line, branch.totals) for line, branch in zip(lines, summary.below, strict=True)],
            "下级合计",
        )
    if summary.by_kind:
        kinds: list[_Line] = [([one.kind, one.forms], one.totals) for one in summary.by_kind]
        _write_figures(book, KINDS_SHEET, _OF_KIND, summary, form, campaign, kinds, "各类合计")
    if summary.units:
        _write_figures(
            book,
            UNITS_SHEET,
            _OF_UNIT,
            summary,
            form,
            campaign,
            [(_unit(unit, campaign), unit.amounts) for unit in summary.units],
        )
    write_coverage(book, summary, campaign)
    write_open_points(book, summary, campaign)
    if summary.changes:
        write_changes(book, summary, form, campaign)
    if summary.places:
        _write_places(book, summary, form, campaign)
    if summary.rules:
        write_rules(book, summary)
    book.close()
    return buffer.getvalue()


def _branch(branch: Branch, line: int) -> list[ListCell]:
    """`line` is its row as Excel counts."""
    rate = _rate(branch.accepted, branch.expected, line)
    owed = (branch.expected, branch.accepted, branch.missing_pairs, branch.overdue, branch.open_queries)
    return [branch.name, branch.units, branch.forms, *owed, rate]


def _rate(accepted: float, expected: float, line: int) -> Formula | None:
    if not expected:
        return None
    owed, came = (
        xl_rowcol_to_cell(line - 1, at) for at in (_column_of("应报（份）"), _column_of("已报（份）"))
    )
    return Formula(f"{came}/{owed}", accepted / expected)


def _column_of(caption: str) -> int:
    return [name for name, _, _ in _OF_BRANCH].index(caption)


def _added_up(rows: Sequence[Sequence[ListCell]], captions: Captions, called: str) -> list[ListCell]:
    """The row below: each column added up, a rate from what the row then says."""
    bottom = _FIRST_ROW + len(rows) - 1
    columns = list(zip(*rows, strict=True))
    rates = [at for at, (_, _, style) in enumerate(captions) if style == "rate"]
    sums: list[ListCell] = [
        Formula(f"SUM({xl_range(_FIRST_ROW, at, bottom, at)})", round(fsum(map(float, column)), _PLACES))
        if at and at not in rates
        else called
        for at, column in enumerate(columns)
    ]
    for at in rates:
        expected, accepted = (
            fsum(map(float, columns[_column_of(name)])) for name in ("应报（份）", "已报（份）")
        )
        sums[at] = _rate(accepted, expected, bottom + 2)
    return sums


def _unit(unit: UnitLine, campaign: Campaign) -> list[ListCell]:
    # a workbook knows no zones: the office's own clock stands in the cell
    came = campaign.local(unit.received_at).replace(tzinfo=None) if unit.received_at else None
    late = "迟报" if unit.late else None
    return [unit.code, unit.name, unit.kind, unit.parent, word_of(unit), came, late]


def _write_figures(
    book: Workbook,
    name: str,
    captions: Captions,
    summary: Summary,
    form: Form,
    campaign: Campaign,
    lines: Sequence[_Line],
    adds_up_to: str = "",
) -> None:
    """A sheet of lines with their figures: the total of the form in sight, its categories folded to the right.
    `adds_up_to` is what the row is called that adds them up, below them; "" for none."""
    sections = [form.total_row, *form.category_rows]
    wide, shown = len(form.figure_columns), len(captions) + len(form.figure_columns) - 1
    sheet = _list_sheet(book, name, captions, shown, summary, campaign)
    style = styled(book, HEADER, bg_color="#F2F2F2")
    for place, row in enumerate(sections):
        first = len(captions) + place * wide
        write_over(sheet, (_HEADER_TOP, first), (_HEADER_TOP, first + wide - 1), row.label, style)
        write_captions(sheet, form.figure_columns, (_HEADER_TOP + 1, first), style)
    last = len(captions) + len(sections) * wide - 1
    sheet.set_column(len(captions), shown, _FIGURE_WIDTH)
    sheet.set_column(shown + 1, last, _FIGURE_WIDTH, None, {"level": 1, "hidden": True})
    sheet.set_column(last + 1, last + 1, None, None, {"collapsed": True})
    numbers = {"count": styled(book, COUNT), "money": styled(book, MONEY)}
    formats = [
        *_formats(book, captions),
        *(numbers[one.type] for _ in sections for one in form.figure_columns),
    ]
    figures, blank = _figures_of(form), [None] * wide * len(sections)
    rows = [[*line, *(blank if amounts is None else figures(amounts))] for line, amounts in lines]
    sums = [_added_up(rows, captions, adds_up_to)] if adds_up_to else []
    _end_in(sheet, rows, formats, last, shown, sums)


def _figures_of(form: Form) -> Callable[[Amounts], list[float]]:
    """Amounts as the figures of a line, 总计 first: sums from their parts, money in 万元 (a 分 is a millionth)."""
    rows, columns = [row.id for row in form.category_rows], form.figure_columns
    parts = [column.sum_of or (column.id,) for column in columns]
    is_money = [column.type == "money" for column in columns] * (1 + len(rows))

    def figures(amounts: Amounts) -> list[float]:
        lines = [[sum(map(amounts[row].__getitem__, part)) for part in parts] for row in rows]
        values = [*map(sum, zip(*lines, strict=True)), *(value for line in lines for value in line)]
        return [
            value / FEN_IN_WAN_YUAN if money else value for value, money in zip(values, is_money, strict=True)
        ]

    return figures


def _parts(form: Form) -> list[tuple[Row, Column]]:
    """The figures that 溯源 has a column for, in its order."""
    return [(row, column) for row in form.category_rows for column in form.part_columns]


def _links(form: Form) -> Links:
    """Each figure's column in 溯源: its caption stays in sight, the cells are below."""
    return {
        (row.id, column.id): f"internal:'{PLACES_SHEET}'!{xl_rowcol_to_cell(_FIRST_ROW, at)}"
        for at, (row, column) in enumerate(_parts(form), len(_OF_PLACE))
    }


def _write_places(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """溯源, a line a unit: its file, and of each figure the cell."""
    parts = _parts(form)
    last = len(_OF_PLACE) + len(parts)
    sheet = _list_sheet(book, PLACES_SHEET, _OF_PLACE, last, summary, campaign)
    style = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (row, column) in enumerate(parts, len(_OF_PLACE)):
        write_over(sheet, (_HEADER_TOP, at), (_FIRST_ROW - 1, at), f"{row.label}\n{column.full_label}", style)
    write_over(sheet, (_HEADER_TOP, last), (_FIRST_ROW - 1, last), "文件 SHA-256", style)
    sheet.set_column(len(_OF_PLACE), last - 1, _CELL_WIDTH)
    sheet.set_column(last, last, _SHA256_WIDTH)
    text = styled(book, TEXT, **_STYLES["text"])
    formats = [
        *_formats(book, _OF_PLACE),
        *(text for _ in parts),
        styled(book, TEXT, **_STYLES["text"], **SMALL),
    ]
    names = {unit.code: unit.name for unit in summary.units}
    empty: tuple[None, ...] = (None,) * len(form.part_columns)
    rows: list[list[ListCell]] = [
        [
            one.code,
            names[one.code],
            one.receipt,
            one.file,
            one.sheet,
            *(cell for row in form.category_rows for cell in one.cells.get(row.id, empty)),
            one.sha256,
        ]
        for one in summary.places
    ]
    _end_in(sheet, rows, formats, last, last, height=_PLACE_HEIGHT)


def _list_sheet(
    book: Workbook, name: str, captions: Captions, shown: int, summary: Summary, campaign: Campaign
) -> LongList:
    """A sheet with title, the moment it is of, and the captions over three rows."""
    sheet: LongList = book.add_worksheet(name, LongList)
    whose = f"（{summary.node}）" if summary.node else ""
    title = f"{campaign.title}双拥活动情况{name}{whose}"
    until = f"截至 {moment(campaign, summary.as_of)}（{zone(campaign)}），金额单位：万元。"
    until += LATE_BY_THE_FIRST if captions is _OF_UNIT else ""
    write_over(sheet, (_TITLE_ROW, 0), (_TITLE_ROW, shown), title, styled(book, TITLE))
    write_over(sheet, (_ABOUT_ROW, 0), (_ABOUT_ROW, shown), until, styled(book, LINE))
    style = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (caption, width, _) in enumerate(captions):
        write_over(sheet, (_HEADER_TOP, at), (_FIRST_ROW - 1, at), caption, style)
        sheet.set_column(at, at, width)
    for row, height in enumerate((36, 22, 20, 20, 52)):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)
    return sheet


def _formats(book: Workbook, captions: Captions) -> list[Format]:
    return [styled(book, TEXT, **_STYLES[style]) for _, _, style in captions]


def _end_in(
    sheet: LongList,
    rows: Sequence[Sequence[ListCell]],
    formats: Sequence[Format],
    last: int,
    shown: int,
    sums: Sequence[Sequence[ListCell]] = (),
    height: float = _ROW_HEIGHT,
) -> None:
    """The rows, the filter over them, the sums below, and how they print: up to the column `shown`."""
    bottom = _FIRST_ROW + len(rows) - 1
    sheet.end_in(_FIRST_ROW, height, formats, [*rows, *sums])
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.autofilter(_FIRST_ROW - 1, 0, bottom, last)
    print_on_a4_landscape(sheet, bottom + len(sums), shown, pages_tall=0)
    repeat_and_number(sheet, _HEADER_TOP, _FIRST_ROW - 1)
