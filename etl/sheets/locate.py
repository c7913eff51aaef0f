"""Find the form in a grid by its words, never by its address.

A form is a column of row labels with column headers above it. The header's groups tell the two
发放人数 columns apart: a group spreads to its right until the next filled cell of its row.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from etl.definitions import Column, Form
from etl.sheets.grid import LONGEST_LABEL, Grid, Position, Raw, bracketed, core, squeezed
from etl.sheets.typed_units import header_units

LEAST_COLUMNS = 2
"""Fewer figure columns than this over a row label, and it is some other table."""
_PAST_ALL_COLUMNS = 1 << 20
_FEW_CELLS = 2_000
_A_NUMBER = 0
"""What stands for whatever is no text."""
_CAPTION_UNITS = re.compile(r"(?<![报表送])单位[:：]([^:：）)\]】]+)(?:[）)\]】]|$)")


Outline = tuple[tuple[Position, Raw], ...]
"""Filled cells and what they are to whoever looks for the form."""


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """A unit that a header names and that is not its column's own, and the header's place."""

    unit: str
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where one form stands: sheet rows by row id, sheet columns by column id, units that headers name.
    Nobody's to change: it serves every sheet that has its words in the same places."""

    rows: dict[str, int]
    columns: dict[str, int]
    top: int
    header_units: dict[str, HeaderUnit] = field(default_factory=dict)

    def at(self, row_id: str, column_id: str) -> Position | None:
        if row_id in self.rows and column_id in self.columns:
            return self.rows[row_id], self.columns[column_id]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class FormWords:
    """The form's words, stripped to their core, and what each of them may mean. Made once a form."""

    form: Form
    rows: dict[str, str]
    categories: frozenset[str]
    total: str
    columns: dict[str, tuple[str, ...]]
    groups: dict[str, str]
    unit_letters: frozenset[str]
    order: tuple[tuple[str, str], ...]


def locate_forms(grid: Grid, words: FormWords) -> tuple[Located, ...]:
    """Every form in the grid, top to bottom, then left to right."""
    if len(grid.cells) > _FEW_CELLS or any(map(_is_long, grid.cells.values())):
        return _located(tuple(grid.cells.items()), words)
    outline = tuple(
        (at, _sign(raw, words) if isinstance(raw, str) else _A_NUMBER) for at, raw in grid.cells.items()
    )
    return _located_before(outline, words)


def _is_long(raw: Raw) -> bool:
    return isinstance(raw, str) and len(raw) > LONGEST_LABEL


@lru_cache(maxsize=8192)
def _sign(text: str, words: FormWords) -> str:
    """What the cell is to whoever looks for the form: the text itself where it is a word of the form or names
    a unit; else one stand-in for all words, one for all that is punctuation, one for all spaces."""
    bare = core(text)
    if bare in words.rows or _is_known(bare, words) or _names_a_unit(text, words):
        return text
    if bare:
        return "字"
    return "-" if squeezed(text) else " "


def _names_a_unit(text: str, words: FormWords) -> bool:
    if words.unit_letters.isdisjoint(text):
        return False
    columns = words.form.figure_columns
    return any(_caption_units(text, column) or _units_said(text, column) for column in columns)


def _located(outline: Outline, words: FormWords) -> tuple[Located, ...]:
    grid = Grid(None, dict(outline))
    texts = grid.texts()
    found = []
    end = _PAST_ALL_COLUMNS
    for label_column, anchors in sorted(_label_columns(texts, words).items(), reverse=True):
        forms = _forms_of_label_column(grid, texts, words, range(label_column + 1, end), anchors)
        end = label_column if forms else end  # a form ends where the next one to its right begins
        found += forms
    return tuple(sorted(found, key=lambda located: (located.top, min(located.columns.values()))))


_located_before = lru_cache(maxsize=128)(_located)
"""Most sheets of a round have their words where those before them have."""


def form_words(form: Form) -> FormWords:
    """Every name, synonym and group-and-name of the form, ready to be looked up."""
    columns: dict[str, list[str]] = defaultdict(list)
    for column in form.columns:
        of_group = [name for group in form.groups if group.label == column.group for name in group.names]
        for group_name, name, unit in product(("", *of_group), column.names, ("", *_units_behind(column))):
            columns[core(group_name + name + unit)].append(column.id)
    return FormWords(
        form=form,
        rows={core(name): row.id for row in form.rows for name in row.names},
        categories=frozenset(row.id for row in form.category_rows),
        total=form.total_row.id,
        columns={name: tuple(dict.fromkeys(ids)) for name, ids in columns.items()},
        groups={core(name): group.label for group in form.groups for name in group.names},
        order=tuple((row.id, column.id) for row in form.rows for column in form.figure_columns),
        unit_letters=frozenset(
            "".join(unit for column in form.figure_columns for unit in header_units(column))
        ),
    )


@lru_cache
def _units_behind(column: Column) -> list[str]:
    """Units that may follow a column's name without brackets (发放金额/万元), the longest first."""
    return sorted(header_units(column), key=len, reverse=True) if column.is_figure else []


def _label_columns(texts: dict[Position, str], words: FormWords) -> dict[int, list[tuple[int, str]]]:
    """Sheet columns that hold category labels, with (sheet row, row id) of each label in them."""
    labels: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), text in texts.items():
        if text in words.rows:
            labels[column].append((row, words.rows[text]))
    return {
        column: sorted(anchors)
        for column, anchors in labels.items()
        if any(row_id in words.categories for _, row_id in anchors)
    }


def _forms_of_label_column(
    grid: Grid,
    texts: dict[Position, str],
    words: FormWords,
    sides: range,
    anchors: list[tuple[int, str]],
) -> list[Located]:
    found: list[Located] = []
    above = 0
    filled_rows = {row for row, column in grid.cells if column in sides or column == sides.start - 1}
    for rows, ahead in _split_where_labels_repeat(anchors, words):
        rows = _without_another_tables_total(rows, filled_rows, words)
        first = min(rows.values())
        header = _header(grid, texts, words, sides, above, first)
        if header and ahead is not None and ahead >= above:
            without = _header(grid, texts, words, sides, above, ahead)
            if without and without[0] == header[0]:
                header, rows = without, rows | {words.total: ahead}
        if header is None and found:
            if _is_remark(rows, above, filled_rows):
                continue
            header = found[-1].columns, found[-1].header_units
        if header is not None:
            columns, units = header
            found.append(Located(rows, columns, min(rows.values()), units))
        above = max(rows.values()) + 1
    return found


def _split_where_labels_repeat(
    anchors: list[tuple[int, str]], words: FormWords
) -> list[tuple[dict[str, int], int | None]]:
    """Anchors as forms, each with the row of a total label that stands ahead of its first category.

    A label that comes again begins the next form; a second total after one stays out. What stands ahead
    is the form's own total only between its header and its body: it may also be the 合计 of another table.
    """
    forms: list[tuple[dict[str, int], int | None]] = []
    ahead = None
    for row, row_id in anchors:
        if row_id == words.total:
            ahead = row
            if forms:
                forms[-1][0].setdefault(row_id, row)
            continue
        if not forms or row_id in forms[-1][0]:
            forms.append(({}, ahead))
        forms[-1][0][row_id] = row
    return forms


def _is_remark(rows: dict[str, int], above: int, filled_rows: Set[int]) -> bool:
    """One line apart from the form above it that only begins with a row's name. Right below the form it may be
    the rest of a row, which nobody may leave out in silence."""
    return len(rows) == 1 and above not in filled_rows


def _without_another_tables_total(
    rows: dict[str, int], filled_rows: Set[int], words: FormWords
) -> dict[str, int]:
    """The rows without a total that stands below a gap and other lines: those of the next table."""
    last = max(row for row_id, row in rows.items() if row_id != words.total)
    total = rows.get(words.total, last)
    lines = sorted(row for row in filled_rows if last < row < total)  # rows may be thousands of millions
    is_anothers = lines != list(range(last + 1, last + 1 + len(lines)))
    return {row_id: row for row_id, row in rows.items() if row_id != words.total} if is_anothers else rows


def _header(
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
        if sum(_is_known(block[row, column], words) for column in filled[row]) >= LEAST_COLUMNS:
            lines[row] = filled[row]
        row -= 1
    return lines


def _is_known(text: str, words: FormWords) -> bool:
    return text in words.columns or text in words.groups


def _foreign_groups(
    lines: dict[int, list[int]], block: dict[Position, str], words: FormWords
) -> Callable[[Position], bool]:
    """Whether a header stands under a group that is not the form's (上年同期, 计划数): it never names our column.

    Groups spread as ours do.
    """

    def is_under(at: Position) -> bool:
        for row, columns in lines.items():
            over = max((column for column in columns if column <= at[1]), default=None)
            if row < at[0] and over is not None and not _is_known(block[row, over], words):
                return True
        return False

    return is_under


def _reach(grid: Grid, sides: range, above: int, first: int) -> int:
    """The first sheet column that is blank all through the header and the body's first row: what stands beyond
    is most likely another table."""
    filled = {column for row, column in grid.cells if above <= row <= first}
    start = next((column for column in sorted(filled) if column in sides), sides.start)
    return next(column for column in range(start, _PAST_ALL_COLUMNS + 1) if column not in filled)


def _end_of_a_whole_form(
    named: dict[str, list[Position]], lines: dict[int, list[int]], words: FormWords
) -> int:
    """The sheet column behind which the form's words begin again, each of them having stood once before."""
    columns = [
        [column for row, column in named.get(definition.id, ()) if row in lines]
        for definition in words.form.columns
    ]
    return 1 + max(map(min, columns)) if all(columns) else _PAST_ALL_COLUMNS


def _nearest(grid: Grid, places: list[Position], column: Column) -> Position | None:
    """Of several headers that name one column the one next to the table's body: those above belong to
    other tables or to captions. None for a part that two columns of one header row claim to be."""
    lowest = [at for at in places if at[0] == places[-1][0]]
    if len(lowest) > 1:
        fitting = [at for at in lowest if not _is_of_another_unit(grid.cells[at], column)]
        lowest = fitting or lowest
    return lowest[0] if len(lowest) == 1 or column.sum_of or not column.is_figure else None


def _is_of_another_unit(raw: Raw, column: Column) -> bool:
    return bool(bracketed(str(raw))) and not _units_said(raw, column)


@dataclass(frozen=True, slots=True)
class _GroupSpan:
    label: str
    at: Position
    end: int


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
        said = [
            HeaderUnit(unit, at) for at in captions for unit in _caption_units(grid.cells[at], definition)
        ]
        said += [
            HeaderUnit(unit, at)
            for at in (*over, *beneath)
            for unit in _units_said(grid.cells.get(at), definition)
        ]
        if said and said[-1].unit != definition.unit:
            units[column_id] = said[-1]
    return units


def _caption_units(raw: Raw, column: Column) -> list[str]:
    """Units that a caption names for the whole table: 单位：元, （金额单位：万元、人）. Not those of 填报单位：元."""
    if not isinstance(raw, str) or not column.is_figure:
        return []
    found = _CAPTION_UNITS.search(squeezed(raw))
    if not found:
        return []
    return [unit for unit in re.split("[、，,/和]", found.group(1)) if unit in header_units(column)]


def _units_said(raw: Raw, column: Column) -> list[str]:
    """Units in brackets, or behind the column's name, or alone; not those of a figure (10000元) in a row of
    examples or totals under the header."""
    if not isinstance(raw, str) or not column.is_figure or len(raw) > LONGEST_LABEL:
        return []
    return _units_in(raw, column)


@lru_cache(maxsize=8192)
def _units_in(raw: str, column: Column) -> list[str]:
    if re.search(r"\d", core(raw)):
        return []
    units = [said.replace("单位", "").lstrip(":：") for said in bracketed(raw)]
    text, names = core(raw), [core(name) for name in column.names]
    behind = [
        unit
        for unit in _units_behind(column)
        if text == unit or any(text.endswith(name + unit) for name in names)
    ]
    return [unit for unit in units if unit in header_units(column)] or behind[:1]
