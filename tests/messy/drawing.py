"""A sheet as it is drawn, before any program writes it, and the layouts that draw it.

A Layout says how one clerk's form looks; `draw` puts typed figures into it and remembers where each
stands. Nothing here knows how the reader finds anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from tests.messy.truth import FORM, Key, TrueForm

Place = tuple[int, int]
"""Row and column from 0."""


@dataclass(frozen=True)
class Formula:
    """A formula without its "="; `saved` is the result the file holds, None where it holds none."""

    text: str
    saved: Decimal | str | bool | None = None


@dataclass(frozen=True)
class Error:
    """A cell that shows an error: #REF!, #DIV/0! …"""

    text: str


@dataclass(frozen=True)
class Styled:
    """A number shown by a number format of its own."""

    value: float
    number_format: str


@dataclass(frozen=True)
class Rich:
    """Text in several runs, some of them bold."""

    runs: tuple[str, ...]


Cell = str | int | float | bool | Decimal | date | datetime | Formula | Error | Styled | Rich
Span = tuple[int, int, int, int]
"""Top, left, bottom, right, all within."""


@dataclass
class Drawing:
    """One sheet. `places` says where each true figure stands on it."""

    name: str | None = "统计表"
    cells: dict[Place, Cell] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    merges: list[Span] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    visibility: str = "visible"

    def cell_of(self, key: Key) -> str | None:
        """The A1 address of a figure, None where the sheet leaves it out."""
        return a1(*self.places[key]) if key in self.places else None


def a1(row: int, column: int) -> str:
    """(5, 3) is D6; written here once more, so that the reader's own arithmetic is proved by it."""
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return f"{letters}{row + 1}"


TITLE = "2022年新年春节期间双拥活动情况统计表"
ROWS = tuple(row.id for row in FORM.rows)
COLUMNS = tuple(column.id for column in FORM.columns)
UNITS = {column.id: f"（{column.unit}）" if column.unit else "" for column in FORM.columns}


@dataclass(frozen=True)
class Layout:
    """How a form looks. Text fields may hold {unit}, filled with who sends it.

    `rows` and `columns` are ids in the order in which they stand (columns of a group side by side);
    leaving one out leaves it out of the sheet. `labels` rewords rows, columns (by id) and groups (by label).
    `before` are headers of foreign columns left of the labels, `after` of those at the right end, `beside`
    of those right behind a column; a foreign column's body is `filler(row number)`. `gaps` puts blank rows
    before a row id; `rows_before` whole foreign lines. `group_cells`: "merged", "first" (written once, not
    merged), "each" (written over every column). `header` is "two rows" or "one row".
    """

    down: int = 0
    right: int = 0
    above: tuple[tuple[Cell, ...], ...] = (
        (TITLE,),
        ("填报单位（盖章）：{unit}          日期：2022年2月8日",),
    )
    below: tuple[tuple[Cell, ...], ...] = ()
    rows: tuple[str, ...] = ROWS
    columns: tuple[str, ...] = COLUMNS
    labels: Mapping[str, str] = field(default_factory=dict)
    reword: Callable[[str], str] = str
    units: Mapping[str, str] = field(default_factory=lambda: UNITS)
    units_in_a_row: bool = False
    header: str = "two rows"
    group_cells: str = "merged"
    label_merged: bool = True
    item: str = "项目"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    filler: Callable[[int], Cell] = str
    under_header: tuple[Cell, ...] = ()
    gaps: Mapping[str, int] = field(default_factory=dict)
    rows_before: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    name: str | None = "统计表"


def draw(layout: Layout, true: TrueForm, typed: Mapping[Key, Cell | None] | None = None) -> Drawing:
    """The sheet of that layout. `typed` overrides what is typed for a figure; None leaves it blank."""
    sheet = Drawing(layout.name)
    row = layout.down
    for line in layout.above:
        _write(sheet, row, layout.right, line, true)
        row += 1
    slots = _slots(layout)
    row = _header(sheet, layout, slots, row)
    for number, row_id in enumerate(layout.rows, 1):
        row += layout.gaps.get(row_id, 0)
        if row_id in layout.rows_before:
            _write(sheet, row, layout.right, layout.rows_before[row_id], true)
            row += 1
        _body(sheet, layout, slots, (row, number, row_id), true, typed or {})
        row += 1
    for line in layout.below:
        _write(sheet, row, layout.right, line, true)
        row += 1
    return sheet


def _write(sheet: Drawing, row: int, left: int, line: Iterable[Cell], true: TrueForm) -> None:
    for column, cell in enumerate(line, left):
        if cell != "":
            sheet.cells[row, column] = cell.replace("{unit}", true.unit) if isinstance(cell, str) else cell


def _slots(layout: Layout) -> list[tuple[str, str]]:
    """What each sheet column is, left to right: ("label", ""), ("column", id), ("foreign", header), or
    ("inner", header) for a foreign column within a group."""
    slots = [("foreign", text) for text in layout.before] + [("label", "")]
    for number, column_id in enumerate(layout.columns):
        slots.append(("column", column_id))
        if column_id in layout.beside:
            group = FORM.column(column_id).group
            within = group and [FORM.column(one).group for one in layout.columns[number + 1 :]][:1] == [group]
            slots.append(("inner" if within else "foreign", layout.beside[column_id]))
    return slots + [("foreign", text) for text in layout.after]


def _header(sheet: Drawing, layout: Layout, slots: list[tuple[str, str]], top: int) -> int:
    """Write the header rows; the first row below them."""
    deep = layout.header == "two rows"
    open_group = None
    for column, (kind, what) in enumerate(slots, layout.right):
        text, group = _header_text(layout, kind, what)
        if kind == "inner" and deep:
            sheet.cells[top + 1, column] = text
        elif group and deep:
            if group != open_group or layout.group_cells == "each":
                sheet.cells[top, column] = layout.reword(layout.labels.get(group, group))
            sheet.cells[top + 1, column] = text
        else:
            sheet.cells[top, column] = text
        open_group = group if kind == "column" else open_group
        if layout.units_in_a_row and kind == "column" and layout.units[what]:
            sheet.cells[top + 1 + deep, column] = layout.units[what]
    sheet.cells = {at: text for at, text in sheet.cells.items() if text != ""}
    bottom = top + 1 + deep + layout.units_in_a_row
    if deep and layout.group_cells == "merged":
        _merge_header(sheet, layout, slots, top)
    if layout.under_header:
        for column, cell in enumerate(layout.under_header, layout.right):
            sheet.cells[bottom, column] = cell
        bottom += 1
    return bottom


def _header_text(layout: Layout, kind: str, what: str) -> tuple[str, str | None]:
    if kind == "label":
        return layout.item, None
    if kind in ("foreign", "inner"):
        return what, None
    column = FORM.column(what)
    label = layout.labels.get(what, column.label)
    if layout.header == "one row" and column.group and what not in layout.labels:
        label = column.group + label
    unit = "" if layout.units_in_a_row else layout.units.get(what, "")
    return layout.reword(label) + unit, column.group


def _merge_header(sheet: Drawing, layout: Layout, slots: list[tuple[str, str]], top: int) -> None:
    at = 0
    while at < len(slots):
        kind, what = slots[at]
        group = FORM.column(what).group if kind == "column" else None
        end = at
        while group and end + 1 < len(slots) and _group_at(slots, end + 1) in (group, "inner"):
            end += 1
        if group and end > at:
            sheet.merges.append((top, layout.right + at, top, layout.right + end))
        elif not group and kind != "inner" and layout.label_merged:
            sheet.merges.append((top, layout.right + at, top + 1, layout.right + at))
        at = end + 1


def _group_at(slots: list[tuple[str, str]], at: int) -> str | None:
    kind, what = slots[at]
    return FORM.column(what).group if kind == "column" else kind


def _body(
    sheet: Drawing,
    layout: Layout,
    slots: list[tuple[str, str]],
    line: tuple[int, int, str],
    true: TrueForm,
    typed: Mapping[Key, Cell | None],
) -> None:
    row, number, row_id = line
    for column, (kind, what) in enumerate(slots, layout.right):
        if kind == "label":
            cell: Cell | None = layout.reword(layout.labels.get(row_id, FORM.row(row_id).label))
        elif kind in ("foreign", "inner"):
            cell = layout.filler(number)
        elif (row_id, what) in true.figures:
            sheet.places[row_id, what] = (row, column)
            cell = typed[row_id, what] if (row_id, what) in typed else true.figures[row_id, what]
        else:
            cell = true.leaders.get(row_id, "") if what == "leader" else ""
        if cell not in (None, ""):
            sheet.cells[row, column] = cell  # type: ignore[assignment]


def shifted(sheet: Drawing, down: int, right: int) -> Drawing:
    """The same sheet with everything moved."""
    move = {(r + down, c + right): cell for (r, c), cell in sheet.cells.items()}
    places = {key: (r + down, c + right) for key, (r, c) in sheet.places.items()}
    merges = [(t + down, a + right, b + down, z + right) for t, a, b, z in sheet.merges]
    return replace(sheet, cells=move, places=places, merges=merges)


def joined(one: Drawing, other: Drawing, name: str | None = "统计表") -> Drawing:
    """Two drawings on one sheet; the places are the first one's."""
    return Drawing(name, {**other.cells, **one.cells}, one.places, [*one.merges, *other.merges])
