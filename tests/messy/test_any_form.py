"""Random layouts × random typings of a random true form: read back exactly, or refused; never as another number."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.sheets.document import read_document
from etl.sheets.form import read_form
from etl.sheets.grid import Grid
from etl.sheets.locate import locate_forms
from tests.messy.drawing import COLUMNS, ROWS, TITLE, UNITS, Cell, Drawing, Layout, draw, joined, shifted
from tests.messy.truth import FORM, LIMITS, WORDS, Key, TrueForm, is_sum, with_sums
from tests.messy.ways.making import GRID_WRITERS
from tests.messy.ways.sheets import BUDGET, PHONES
from tests.messy.ways.typings import full_width, grouped, shortest, unit
from tests.messy.writers.xlsx import number
from tests.rooms.sheets.test_figures_properties import formal, spoken, written

UNHURRIED = settings(deadline=None)
PARTS = tuple((row.id, column.id) for row in FORM.category_rows for column in FORM.part_columns)
MONEY = frozenset(column.id for column in FORM.columns if column.type == "money")

# ── the true form ──────────────────────────────────────────
_POINTS = (0, -1, -2, -4, -6)


_FIGURES = st.lists(st.integers(0, 10**6), min_size=len(PARTS), max_size=len(PARTS))


@st.composite
def true_forms(draw: st.DrawFn) -> TrueForm:
    """In one draw a figure; hundreds of smaller ones would cost Hypothesis more than reading does."""
    said = draw(_FIGURES)
    points = draw(st.integers(0, 100))
    parts = {
        key: Decimal(n).scaleb(_POINTS[(points + at) % 5]) if key[1] in MONEY else Decimal(n)
        for at, (key, n) in enumerate(zip(PARTS, said, strict=True))
    }
    return TrueForm(with_sums(parts), "土桥镇", {})


# ── layouts, made backwards from what a form must have ──────────────────────────────────────────
_GROUPS = {
    name: tuple(c.id for c in FORM.columns if c.group == name) for name in (g.label for g in FORM.groups)
}
_ALONE = tuple((column.id,) for column in FORM.columns if not column.group)
_NAMES = {one.id: one.names for one in (*FORM.rows, *FORM.columns) if one.id != "total"}
_NAMES |= {group.label: group.names for group in FORM.groups}


def _spaced(text: str) -> str:
    return "　".join(text)


def _broken(text: str) -> str:
    return f"{text[:2]}\n{text[2:]}"


def _numbered(text: str) -> str:
    return f"（二）{text}"


def _behind_a_star(text: str) -> str:
    return f" *{text}："


REWORDINGS: list[Callable[[str], str]] = [str, _spaced, _broken, _numbered, _behind_a_star]


@st.composite
def column_orders(draw: st.DrawFn) -> tuple[str, ...]:
    """Columns in any order, those of a group side by side."""
    blocks = [*_ALONE, *(tuple(draw(st.permutations(columns))) for columns in _GROUPS.values())]
    return tuple(column for block in draw(st.permutations(blocks)) for column in block)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    worded = draw(st.integers(0, 5_040))
    group_cells = draw(st.sampled_from(("merged", "first", "each")))
    foreign = st.sampled_from(("备注", "联系电话", "", "单位"))
    return Layout(
        down=draw(st.integers(0, 40)),
        right=draw(st.integers(0, 30)),
        above=draw(st.sampled_from(((), ((TITLE,),), (("附件",), ("",), (TITLE,), ("填报单位：{unit}",))))),
        below=draw(
            st.sampled_from(((), (("填表人：", "", 13800000000),), (("",), ("合计", 1, 2, 3, 4, 5, 6, 7, 8))))
        ),
        rows=tuple(draw(st.permutations(ROWS))),
        columns=draw(column_orders()),
        labels={key: names[(worded + at) % len(names)] for at, (key, names) in enumerate(_NAMES.items())},
        reword=draw(st.sampled_from(REWORDINGS)),
        units=draw(st.sampled_from((UNITS, dict.fromkeys(UNITS, "")))),
        units_in_a_row=draw(st.booleans()),
        group_cells=group_cells,
        label_merged=group_cells == "merged",
        item=draw(st.sampled_from(("项目", "", "类  别"))),
        before=tuple(draw(st.lists(st.sampled_from(("序号", "编号", "")), max_size=2))),
        after=tuple(draw(st.lists(foreign, max_size=2))),
        beside=draw(
            st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(("备注", "其中：现役")), max_size=2)
        ),
        gaps=draw(st.dictionaries(st.sampled_from(ROWS), st.integers(1, 3), max_size=3)),
        under_header=draw(st.sampled_from(((), ("甲", *range(1, 10))))),
    )


# ── typings: each writes n so that it is n, or what no grammar may take for a number ─────────
Typed = tuple[Cell | None, Decimal | None]
"""What is typed, and what it must be read as: None where it must be refused."""
Write = Callable[[Decimal, Key], Cell | None]
PLAIN: list[Write] = [
    lambda value, _: number(value),
    lambda value, _: shortest(value),
    lambda value, _: full_width(grouped(value)),
    lambda value, _: f"　{grouped(value)}\u200b",
    lambda value, key: f"{grouped(value)} {unit(key)}",
    lambda value, _: f"{value:.6f}",
]
IN_MONEY: list[Write] = [
    lambda value, _: f"{(value * 10_000).normalize():f}元",
    lambda value, _: f"{shortest(value)}万",
    lambda value, _: f"约{shortest(value)}万元",
]
IN_COUNTS: list[Write] = [
    lambda value, _: written(int(value)),
    lambda value, key: spoken(int(value)) + unit(key),
    lambda value, _: formal(int(value)),
    lambda value, _: f"约{value:f}",
    lambda value, key: f"{grouped(value)}余{unit(key)}",
]
NOTHING: list[Write] = [lambda _, __, text=text: text for text in (None, "无", "/", "—", "〇", "没有", " ")]  # type: ignore[misc]
BAD = (
    "待定",
    "3.2.1",
    "3,5",
    "4-5",
    "1 234",
    "1.2E3",
    "1_000",
    "5²",
    "①",
    "¥3.5",
    "≥200",
    "#REF!",
    "05",
    "一百二",
    "++3",
)
_ONE_IN = 40


def typed(value: Decimal, key: Key, choice: int) -> Typed:
    """The figure typed in the way of that number; one in forty cannot be read."""
    if choice % _ONE_IN == _ONE_IN - 1 and not is_sum(key):
        return BAD[choice // _ONE_IN % len(BAD)], None
    ways = PLAIN + (IN_MONEY if key[1] in MONEY else IN_COUNTS)
    ways = ways + NOTHING if value == 0 and not is_sum(key) else ways
    return ways[choice % len(ways)](value, key), value


@st.composite
def sheets(draw_: st.DrawFn) -> tuple[Drawing, dict[Key, Decimal | None]]:
    """A drawn sheet, and what every figure on it must be read as."""
    true = draw_(true_forms())
    choices = draw_(st.lists(st.integers(0, 599), min_size=len(true.figures), max_size=len(true.figures)))
    types = {
        key: typed(value, key, at) for (key, value), at in zip(true.figures.items(), choices, strict=True)
    }
    if not any(text not in (None, " ") for key, (text, _) in types.items() if not is_sum(key)):
        types[PARTS[0]] = (0, Decimal(0))
    sheet = draw(draw_(layouts()), true, {key: text for key, (text, _) in types.items()})
    other = draw_(st.sampled_from((None, None, BUDGET, PHONES)))
    if other:
        sheet = joined(shifted(sheet, 9, 0), other)
    return sheet, {key: value for key, (_, value) in types.items()}


def grid_of(sheet: Drawing) -> Grid:
    """The sheet as a reader of workbooks gives it."""
    cells = {at: number(cell) if isinstance(cell, Decimal) else cell for at, cell in sheet.cells.items()}
    return Grid(sheet.name, cells)  # type: ignore[arg-type]


def assert_true(
    read: dict[Key, tuple[Decimal | None, str | None]], sheet: Drawing, truth: dict[Key, Decimal | None]
) -> None:
    assert read == {key: (value, sheet.cell_of(key)) for key, value in truth.items()}


@settings(UNHURRIED, max_examples=1_000)
@given(sheets())
def test_any_form_typed_any_way_is_read_exactly_or_refused_at_its_cell(
    drawn: tuple[Drawing, dict[Key, Decimal | None]],
) -> None:
    sheet, truth = drawn
    grid = grid_of(sheet)
    places = locate_forms(grid, WORDS)
    assert len(places) == 1
    found = read_form(grid, places[0], WORDS, LIMITS)
    assert_true({(f.row, f.column): (f.value, f.cell) for f in found.reading.figures}, sheet, truth)
    refused = {f.cell for f in found.reading.figures if "not_a_number" in f.raises}
    assert refused == {sheet.cell_of(key) for key, value in truth.items() if value is None}
    assert not found.findings


@settings(UNHURRIED, max_examples=150)
@given(sheets(), st.sampled_from(sorted(GRID_WRITERS)))
def test_any_form_is_read_so_from_whatever_workbook_it_is_saved_in(
    drawn: tuple[Drawing, dict[Key, Decimal | None]], writer: str
) -> None:
    sheet, truth = drawn
    write, ending = GRID_WRITERS[writer]
    form = read_document(write(replace(sheet, name="统计表")), f"土桥镇.{ending}", WORDS, LIMITS).form
    assert form
    assert_true({(f.row, f.column): (f.value, f.cell) for f in form.figures}, sheet, truth)
