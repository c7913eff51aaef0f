"""Find the form in a grid by its words, never by its address: a column of row labels with column headers above it."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from functools import lru_cache

from etl.sheets.form_words import FormWords, is_known
from etl.sheets.grid import LONGEST_LABEL, Grid, Position, Raw, core, squeezed
from etl.sheets.header import PAST_ALL_COLUMNS, header_above
from etl.sheets.header_units import HeaderUnit, caption_units, units_said

_FEW_CELLS = 2_000
_A_NUMBER = 0
"""What stands for whatever is no text."""


Outline = tuple[tuple[Position, Raw], ...]
"""Filled cells and what they are to whoever looks for the form."""


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
    if bare in words.rows or is_known(bare, words) or _names_a_unit(text, words):
        return text
    if bare:
        return "字"
    return "-" if squeezed(text) else " "


def _names_a_unit(text: str, words: FormWords) -> bool:
    if words.unit_letters.isdisjoint(text):
        return False
    columns = words.form.figure_columns
    return any(caption_units(text, column) or units_said(text, column) for column in columns)


def _located(outline: Outline, words: FormWords) -> tuple[Located, ...]:
    grid = Grid(None, dict(outline))
    texts = grid.texts()
    found = []
    end = PAST_ALL_COLUMNS
    for label_column, anchors in sorted(_label_columns(texts, words).items(), reverse=True):
        forms = _forms_of_label_column(grid, texts, words, range(label_column + 1, end), anchors)
        end = label_column if forms else end  # a form ends where the next one to its right begins
        found += forms
    return tuple(sorted(found, key=lambda located: (located.top, min(located.columns.values()))))


_located_before = lru_cache(maxsize=128)(_located)
"""Most sheets of a round have their words where those before them have."""


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
        header = header_above(grid, texts, words, sides, above, first)
        if header and ahead is not None and ahead >= above:
            without = header_above(grid, texts, words, sides, above, ahead)
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
