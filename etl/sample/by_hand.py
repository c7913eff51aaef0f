"""The same form typed by hand: shifted, renamed, reordered, with columns and remarks of the clerk's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from random import Random

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.books.styles import new_book, write_over
from etl.definitions import Campaign, Column, Form, Row, Unit
from etl.sample.plan import Sending
from etl.sample.typing_in import Page, Place

_FONTS = ("宋体", "仿宋", "仿宋_GB2312", "微软雅黑", "黑体")


@dataclass(frozen=True, slots=True)
class Layout:
    """One clerk's idea of the form. `down` and `right` shift it; columns and rows stand in this order."""

    font: str
    down: int
    right: int
    numbered: bool
    remarks: bool
    merged: bool
    title: str | None
    one_line: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    labels: dict[str, str]
    captions: dict[str, str]
    footer: tuple[str, ...]
    cover: bool

    @property
    def first_column(self) -> int:
        """Where the form's own columns begin: behind 项目, and 序号 where there is one."""
        return self.right + self.numbered + 1


def draw_layout(sending: Sending, form: Form, campaign: Campaign, page: Page, rng: Random) -> Layout:
    """A layout drawn for one file."""
    columns = _columns(form, page, rng)
    title = form.title_of(campaign.year, campaign.festival)
    titles = (
        title,
        f"{sending.calls_itself}{campaign.title}双拥活动情况统计表",
        f"{campaign.title}期间双拥活动情况统计表",
        None,
    )
    return Layout(
        font=rng.choice(_FONTS),
        down=rng.choice((0, 0, 1, 2, 4)),
        right=rng.choice((0, 0, 0, 1, 2)),
        numbered=rng.random() < 0.4,
        remarks=rng.random() < 0.3,
        merged=rng.random() < 0.7,
        title=rng.choice(titles),
        one_line=rng.random() < 0.5,
        columns=columns,
        rows=_rows(form, rng),
        labels={row.id: _spaced(rng.choice((row.label, *row.names)), rng) for row in form.rows},
        captions={column.id: _caption(column, rng) for column in columns},
        footer=_footer(sending.unit, rng),
        cover=rng.random() < 0.2,
    )


def type_by_hand(layout: Layout, page: Page, form: Form, unit_text: str, saved: datetime) -> bytes:
    """The page typed in that layout."""
    buffer, book = new_book(saved)
    if layout.cover:
        book.add_worksheet("封面").write_string(3, 1, layout.title or "统计表")
    sheet = book.add_worksheet("Sheet1")
    top = _write_title(book, sheet, layout, form, unit_text, saved.date())
    _write_header(book, sheet, layout, form, top)
    _write_rows(book, sheet, layout, form, page, top + 2)
    for at, line in enumerate(layout.footer, top + 3 + len(layout.rows)):
        sheet.write_string(at, layout.right, line)
    _size(sheet, layout, top)
    book.close()
    return buffer.getvalue()


def _columns(form: Form, page: Page, rng: Random) -> tuple[Column, ...]:
    """The form's columns: groups swapped or not, columns within a group swapped or not."""
    kept = [column for column in form.columns if column.id != page.left_out]
    blocks = [list(members) for _, members in groupby(kept, key=lambda column: column.group or column.id)]
    grouped = [at for at, block in enumerate(blocks) if block[0].group]
    if rng.random() < 0.3:
        blocks[grouped[0]], blocks[grouped[-1]] = blocks[grouped[-1]], blocks[grouped[0]]
    if rng.random() < 0.3:
        for at in grouped:
            blocks[at].reverse()
    return tuple(column for block in blocks for column in block)


def _rows(form: Form, rng: Random) -> tuple[Row, ...]:
    rows = list(form.category_rows)
    if rng.random() < 0.25:
        rng.shuffle(rows)
    return (*rows, form.total_row)


def _spaced(text: str, rng: Random) -> str:
    """A label with a line break or spaces in it, as it comes when a cell is too narrow."""
    way = rng.random()
    if way < 0.6:
        return text
    if way < 0.8:
        return f"{text[:2]}\n{text[2:]}" if len(text) > 2 else " ".join(text)
    return " ".join(text) if len(text) <= 6 else f" {text}　"


def _caption(column: Column, rng: Random) -> str:
    if not column.unit:
        return column.label
    shape = rng.choice(("{label}\n（{unit}）", "{label}（{unit}）", "{label}({unit})", "{label} （{unit}） "))
    return shape.format(label=column.label, unit=column.unit)


def _footer(unit: Unit, rng: Random) -> tuple[str, ...]:
    lines = (
        f"单位负责人：          填表人：{unit.contact}          联系电话：{unit.phone}",
        "注：以上数据截至节前，金额单位为万元。",
    )
    return rng.choice(((), lines[:1], lines))


def _write_title(
    book: Workbook, sheet: Worksheet, layout: Layout, form: Form, unit_text: str, dated: date
) -> int:
    """Title and unit line; the row (from 0) where the header begins."""
    at, left = layout.down, layout.right
    last = layout.first_column + len(layout.columns) - 1
    if layout.title:
        look = book.add_format({"font_name": layout.font, "font_size": 18, "bold": True, "align": "center"})
        write_over(sheet, (at, left), (at, last if layout.merged else left), layout.title, look)
        at += 1
    day = f"{dated.year}年{dated.month}月{dated.day}日"
    unit, when = form.labels.unit, form.labels.date
    if layout.one_line:
        sheet.write_string(at, left, f"{unit.label}{unit.note}：{unit_text}          {when.label}：{day}")
    else:
        sheet.write_string(at, left, f"{unit.label}：")
        sheet.write_string(at, left + 1, unit_text)
        sheet.write_string(at, last - 1, f"{when.label}：")
        sheet.write_string(at, last, f"{dated.year}-{dated.month}-{dated.day}")
    return at + 1


def _write_header(book: Workbook, sheet: Worksheet, layout: Layout, form: Form, top: int) -> None:
    style = _boxed(book, layout, bold=True)
    first = layout.first_column
    heads = [(layout.right, "序号")] if layout.numbered else []
    heads.append((first - 1, form.labels.item.label))
    heads += [(at, layout.captions[c.id]) for at, c in enumerate(layout.columns, first) if not c.group]
    if layout.remarks:
        heads.append((first + len(layout.columns), "备注"))
    for at, text in heads:
        write_over(sheet, (top, at), (top + layout.merged, at), text, style)
    placed = [(at, column) for at, column in enumerate(layout.columns, first) if column.group]
    for group, members in groupby(placed, key=lambda at_column: at_column[1].group):
        together = list(members)
        start, end = together[0][0], together[-1][0]
        write_over(sheet, (top, start), (top, end if layout.merged else start), str(group), style)
        for at, column in together:
            sheet.write_string(top + 1, at, layout.captions[column.id], style)


def _write_rows(book: Workbook, sheet: Worksheet, layout: Layout, form: Form, page: Page, top: int) -> None:
    style = _boxed(book, layout)
    lines = {row.id: at for at, row in enumerate(layout.rows, top)}
    for number, row in enumerate(layout.rows, 1):
        at = lines[row.id]
        if layout.numbered:
            sheet.write_number(at, layout.right, number, style)
        sheet.write_string(at, layout.first_column - 1, layout.labels[row.id], style)
        for column in layout.columns:
            across = _across(layout, column.id)
            formula = _formula(layout, form, row, column, lines)
            typed = page.cells.get((row.id, column.id), page.words.get((row.id, column.id)))
            if formula and page.sums in ("calculated", "uncalculated"):
                sheet.write_formula(at, across, formula, style, typed if page.sums == "calculated" else "")
            elif not formula or page.sums == "typed":
                sheet.write(at, across, typed, style)


def _formula(layout: Layout, form: Form, row: Row, column: Column, lines: dict[str, int]) -> str | None:
    """The sum that a clerk writes there: SUM down a column, or over the parts of a row; None for a part."""
    if row.total and column.is_figure:
        down: list[Place] = [(category.id, column.id) for category in form.category_rows]
        return _sum_of(layout, down, lines)
    across: Sequence[Place] = [(row.id, part) for part in column.sum_of]
    return _sum_of(layout, across, lines) if across else None


def _sum_of(layout: Layout, places: Sequence[Place], lines: dict[str, int]) -> str:
    cells = [xl_rowcol_to_cell(lines[row], _across(layout, column)) for row, column in places]
    return f"=SUM({','.join(cells)})"


def _across(layout: Layout, column_id: str) -> int:
    ids = [column.id for column in layout.columns]
    return layout.first_column + ids.index(column_id)


def _size(sheet: Worksheet, layout: Layout, top: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(layout.first_column - 1, layout.first_column + len(layout.columns), 14)
    for at in range(top, top + 2 + len(layout.rows)):
        sheet.set_row(at, 44)


def _boxed(book: Workbook, layout: Layout, bold: bool = False) -> object:
    return book.add_format(
        {
            "font_name": layout.font,
            "border": 1,
            "text_wrap": True,
            "bold": bold,
            "align": "center",
            "valign": "vcenter",
        }
    )
