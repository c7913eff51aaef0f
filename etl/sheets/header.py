"""The header of a form: which sheet column is which of the form's.

Its groups tell the two 发放人数 columns apart: a group spreads to its right until the next filled cell of its row.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from etl.definitions import Column, Form
from etl.sheets.form_words import FormWords, is_known
from etl.sheets.grid import Grid, Position, Raw, bracketed, squeezed
from etl.sheets.header_units import HeaderUnit, caption_units, units_said

LEAST_COLUMNS = 2
"""Fewer figure columns than this over a row label, and it is some other table."""
PAST_ALL_COLUMNS = 1 << 20


@dataclass(frozen=True, slots=True)
class _GroupSpan:
    label: str
    at: Position
    end: int


def header_above(
    grid: Grid, texts: dict[Position, str], words: FormWords, sides: range, above: int, first: int
) -> tuple[dict[str, int], dict[str, HeaderUnit]] | None:
    """Column positions and header units found in rows above..first-1, or None if this is no form.

    `sides` are the sheet columns in which the form's columns may stand.
    """
    block = {at: text for at, text in texts.items() if above <= at[0] < first and at[1] in sides}
    filled = {at for at, raw in grid.cells.items() if above <= at[0] < first and squeezed(str(raw))}
    groups = _groups(block, filled, words)
    named: dict[str, list[Position]] = defaultdict(list)
    loose: dict[str, list[Position]] = defaultdict(list)
    lines = _header_lines(block, words)
    foreign = _foreign_groups(lines, block, words)
    for at, text in sorted(block.items(), key=lambda item: item[0]):
        if foreign(at):
            continue
        column_id = _column_at(at, text, groups, words)
        if column_id:
            named[column_id].append(at)
        elif column_id := _of_no_group(text, words):
            loose[column_id].append(at)
    named = loose | named
    reach = min(_reach(grid, sides, above, first), _end_of_a_whole_form(named, lines, words))
    chosen = {
        column_id: _nearest(
            grid, [at for at in places if at[1] < reach] or places, words.form.column(column_id)
        )
        for column_id, places in named.items()
    }
    columns = {column_id: at for column_id, at in chosen.items() if at}
    figures = [column.id for column in words.form.figure_columns if column.id in columns]
    if len(figures) < LEAST_COLUMNS:
        return None
    units = _header_units(grid, columns, groups, range(above, first), words.form)
    return {column_id: at[1] for column_id, at in columns.items()}, units


def _header_lines(block: dict[Position, str], words: FormWords) -> dict[int, list[int]]:
    """The lines right above the body that hold several words of the form, with their filled sheet columns.

    Titles, captions and tables above are none: nothing above a blank line is looked at.
    """
    filled: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(block):
        filled[row].append(column)
    lines = {}
    row = max(filled, default=0)
    while row in filled:
        if sum(is_known(block[row, column], words) for column in filled[row]) >= LEAST_COLUMNS:
            lines[row] = filled[row]
        row -= 1
    return lines


def _foreign_groups(
    lines: dict[int, list[int]], block: dict[Position, str], words: FormWords
) -> Callable[[Position], bool]:
    """Whether a header stands under a group that is not the form's (上年同期, 计划数): it never names our column.

    Groups spread as ours do.
    """

    def is_under(at: Position) -> bool:
        for row, columns in lines.items():
            over = max((column for column in columns if column <= at[1]), default=None)
            if row < at[0] and over is not None and not is_known(block[row, over], words):
                return True
        return False

    return is_under


def _reach(grid: Grid, sides: range, above: int, first: int) -> int:
    """The first sheet column that is blank all through the header and the body's first row: what stands beyond
    is most likely another table."""
    filled = {column for row, column in grid.cells if above <= row <= first}
    start = next((column for column in sorted(filled) if column in sides), sides.start)
    return next(column for column in range(start, PAST_ALL_COLUMNS + 1) if column not in filled)


def _end_of_a_whole_form(
    named: dict[str, list[Position]], lines: dict[int, list[int]], words: FormWords
) -> int:
    """The sheet column behind which the form's words begin again, each of them having stood once before."""
    columns = [
        [column for row, column in named.get(definition.id, ()) if row in lines]
        for definition in words.form.columns
    ]
    return 1 + max(map(min, columns)) if all(columns) else PAST_ALL_COLUMNS


def _nearest(grid: Grid, places: list[Position], column: Column) -> Position | None:
    """Of several headers that name one column the one next to the table's body: those above belong to
    other tables or to captions. None for a part that two columns of one header row claim to be."""
    lowest = [at for at in places if at[0] == places[-1][0]]
    if len(lowest) > 1:
        fitting = [at for at in lowest if not _is_of_another_unit(grid.cells[at], column)]
        lowest = fitting or lowest
    return lowest[0] if len(lowest) == 1 or column.sum_of or not column.is_figure else None


def _is_of_another_unit(raw: Raw, column: Column) -> bool:
    return bool(bracketed(str(raw))) and not units_said(raw, column)


def _groups(block: dict[Position, str], filled: set[Position], words: FormWords) -> list[_GroupSpan]:
    """Group headers that have at least one of their own columns beneath them."""
    spans = []
    for at, text in block.items():
        if text not in words.groups:
            continue
        ends = [column for row, column in filled if row == at[0] and column > at[1]]
        end = min(ends, default=10**6)
        label = words.groups[text]
        beneath = [t for (row, column), t in block.items() if row > at[0] and at[1] <= column < end]
        own = {c.id for c in words.form.columns if c.group == label}
        if any(own & set(words.columns.get(t, ())) for t in beneath):
            spans.append(_GroupSpan(label, at, end))
    return spans


def _column_at(at: Position, text: str, groups: list[_GroupSpan], words: FormWords) -> str | None:
    """The one column that a header cell names, its group considered; None if nobody or two."""
    if any(group.at == at for group in groups):
        return None
    candidates = [words.form.column(column_id) for column_id in words.columns.get(text, ())]
    over = [g.label for g in groups if g.at[0] < at[0] and g.at[1] <= at[1] < g.end]
    if over:
        candidates = [c for c in candidates if c.group in over]
    elif len(candidates) > 1:
        candidates = [c for c in candidates if c.group is None]
    return candidates[0].id if len(candidates) == 1 else None


def _of_no_group(text: str, words: FormWords) -> str | None:
    """The column that the text alone names. One that has no group may stand under the last group's header all
    the same, where nothing beside that says how far it reaches."""
    candidates = words.columns.get(text, ())
    return candidates[0] if len(candidates) == 1 and words.form.column(candidates[0]).group is None else None


def _header_units(
    grid: Grid, columns: dict[str, Position], groups: list[_GroupSpan], rows: range, form: Form
) -> dict[str, HeaderUnit]:
    """Units that headers name in brackets and that are not the column's own: （元） over a 万元 column.

    What a column's own header says outweighs its group's, and that what stands over the whole table.
    """
    units = {}
    top = min(row for row, _ in columns.values())
    captions = [at for at in sorted(grid.cells) if at[0] in range(rows.start, top)]
    for column_id, (row, column) in columns.items():
        definition = form.column(column_id)
        over = [g.at for g in groups if g.label == definition.group and g.at[1] <= column < g.end]
        beneath = [(below, column) for below in range(row, rows.stop)]
        said = [HeaderUnit(unit, at) for at in captions for unit in caption_units(grid.cells[at], definition)]
        said += [
            HeaderUnit(unit, at)
            for at in (*over, *beneath)
            for unit in units_said(grid.cells.get(at), definition)
        ]
        if said and said[-1].unit != definition.unit:
            units[column_id] = said[-1]
    return units
