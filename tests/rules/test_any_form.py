"""Whatever the figures are: what adds up is never accused, and one wrong figure is one finding.

Forms are built backwards: parts first, sums made of them, money within what its recipients may get.
"""

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from etl.model import Figure, FormReading
from etl.rules.check import check_forms
from etl.rules.sums import sums_of

SUMS = {"column_sum_count", "column_sum_money", "row_sum", "part_of_sums", "sum_rounded"}
FEN = 1_000_000
ROWS, PARTS = 4, 6

people = st.integers(0, 3000)
pieces = st.integers(0, 10_000)
tenths_of_wan = st.integers(0, 300).map(lambda tenths: Decimal(tenths) / 10)
fen_of_wan = st.integers(0, 30 * FEN).map(lambda fen: Decimal(fen) / FEN)
blanks = st.sets(st.sampled_from(["total_row", "sum_column"]))


@st.composite
def category_rows(draw):
    """Four rows of parts; money is nothing where it would be too much a head."""
    money = draw(st.sampled_from([tenths_of_wan, fen_of_wan]))
    rows = []
    for _ in range(ROWS):
        visited, of_money, of_goods, items = draw(people), draw(people), draw(people), draw(pieces)
        amount = min(draw(money), Decimal(5 * of_money)) if of_money else draw(money)
        cost = min(draw(money), Decimal(5 * of_goods)) if of_goods else draw(money)
        rows.append([visited, amount, of_money, cost, items, of_goods])
    return rows


def form_of(rows, form, derived=frozenset()):
    """The rows with all sums, as a reading; sums in `derived` lines were left blank by the clerk."""
    full = [[Decimal(part) for part in row] for row in rows]
    full = [[*row, row[1] + row[3]] for row in full]
    full.append([sum(column, Decimal(0)) for column in zip(*full, strict=True)])
    figures = []
    for row, values in zip(form.rows, full, strict=True):
        for at, (column, value) in enumerate(zip(form.figure_columns, values, strict=True)):
            blank = ("total_row" in derived and row.total) or ("sum_column" in derived and column.sum_of)
            cell = f"{'CDEFGHI'[at]}{form.rows.index(row) + 6}"
            typed = None if blank else str(value)
            raises = ("sum_derived",) if blank else ()
            figures.append(Figure(row.id, column.id, "统计表", cell, typed, value, not blank, raises))
    return FormReading("统计表", tuple(figures))


def with_one_wrong(reading, at, wrong):
    figures = list(reading.figures)
    figures[at] = structs.replace(figures[at], value=wrong, typed=str(wrong))
    return replace(reading, figures=tuple(figures))


heads_off = st.integers(1, 3000)
money_off = st.one_of(
    st.integers(1, 3000).map(lambda tenths: Decimal(tenths) / 10),
    st.integers(10_001, 300 * FEN).map(lambda fen: Decimal(fen) / FEN),
)


def wrong_value(figure, form, heads, money):
    """Another sound value, off by more than any limit."""
    off = money if form.column(figure.column).type == "money" else Decimal(heads)
    return figure.value + off if figure.value < off else figure.value - off


slowly = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@slowly
@given(st.lists(st.tuples(category_rows(), blanks), min_size=5, max_size=30))
def test_a_form_that_adds_up_is_never_accused(form, rulebook, batch):
    forms = [form_of(rows, form, derived) for rows, derived in batch]
    found = check_forms(forms, form, rulebook).findings

    assert [[f for f in findings if f.rule in SUMS] for findings in found] == [[] for _ in forms]


@slowly
@given(category_rows(), heads_off, money_off)
def test_one_wrong_figure_is_one_finding_that_names_its_cell_if_money(form, rulebook, rows, heads, money):
    right = form_of(rows, form)
    figures = right.figures
    forms = [
        with_one_wrong(right, at, wrong_value(figure, form, heads, money))
        for at, figure in enumerate(figures)
    ]
    for figure, findings in zip(figures, check_forms(forms, form, rulebook).findings, strict=True):
        of_sums = [finding for finding in findings if finding.rule in SUMS]
        about_heads = [finding for finding in findings if "per_head" in finding.rule]
        assert len(of_sums) + len(about_heads) == 1, (figure, findings)
        if form.column(figure.column).type == "money" and findings[0].rule != "sum_rounded":
            assert findings[0].cell == figure.cell


@slowly
@given(category_rows(), heads_off, money_off)
def test_one_wrong_part_before_derived_sums_is_at_most_one_finding(form, rulebook, rows, heads, money):
    right = form_of(rows, form, {"sum_column"})
    forms = [
        with_one_wrong(right, at, wrong_value(f, form, heads, money))
        for at, f in enumerate(right.figures)
        if f.typed
    ]
    forms = [_derived_again(reading, form) for reading in forms]
    for findings in check_forms(forms, form, rulebook).findings:
        assert len([f for f in findings if f.rule in SUMS or "per_head" in f.rule]) <= 1


def _derived_again(reading, form):
    """The blank sums follow their parts, as the reader makes them."""
    figures = {(figure.row, figure.column): figure for figure in reading.figures}
    for item in sums_of(form):
        if figures[item.stated].typed is None:
            value = sum((figures[part].value for part in item.parts), Decimal(0))
            figures[item.stated] = structs.replace(figures[item.stated], value=value)
    return replace(reading, figures=tuple(figures.values()))
