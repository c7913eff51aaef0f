"""All forms of a batch as one tall frame: one row a figure, one column for each thing a suite asks about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.definitions import Form, Rulebook
from etl.model import Amounts, Figure, FormReading
from etl.rules.grid import FigureGrid, Flags, Reals, Whole, flags
from etl.rules.last_time import last_columns
from etl.rules.people import people_columns
from etl.rules.sums import MILLION, Cell, Sum, is_money, rounding, sums_of

RAISED_WHILE_READING = (
    "not_a_number",
    "part_without_value",
    "figure_too_large",
    "figure_approximate",
    "figure_converted",
    "figure_rounded",
    "sum_derived",
    "formula_computed",
)
"""The rules that a figure's own text touches; each is a boolean column of the frame."""


@dataclass(frozen=True)
class TallFrame:
    """The frame, and the exact sums behind its gaps: forms down, `sums` across.

    `gaps` are stated minus parts in millionths; `known` is False where a figure of the sum is absent,
    unread, or itself an error, so that the sum cannot be judged.
    """

    frame: pd.DataFrame
    at_form: Whole
    at_cell: Whole
    cells: tuple[Cell, ...]
    sums: tuple[Sum, ...]
    gaps: Whole
    known: Flags

    def places(self, rows: Sequence[int]) -> list[tuple[int, Cell]]:
        """Rows of the frame as (form, cell)."""
        return [(int(self.at_form[row]), self.cells[self.at_cell[row]]) for row in rows]

    def gaps_of(self, at: int) -> dict[Sum, int]:
        """The gaps of one form's sums, as far as they can be judged."""
        judged = zip(self.sums, self.gaps[at].tolist(), self.known[at].tolist(), strict=True)
        return {item: gap for item, gap, known in judged if known}


def build_frame(
    forms: Sequence[FormReading], form: Form, rulebook: Rulebook, last: Sequence[Amounts | None] = ()
) -> TallFrame:
    """The frame of a batch. Money is in 万元, counts in heads or pieces; empty means: not asked here.

    `last` are the figures of each form's unit in its last campaign, where they are known.
    """
    grid = FigureGrid(forms, form)
    sums = sums_of(form)
    gaps, known = _gaps(grid, sums)
    columns: dict[str, object] = {
        "submission": grid.at_form,
        "row": _named([row for row, _ in grid.cells], grid),
        "column": _named([column for _, column in grid.cells], grid),
        "cell": np.array([figure.cell for figure in grid.figures], dtype=object),
        "typed": np.array([figure.typed for figure in grid.figures], dtype=object),
        "typed_figures": _typed_figures(grid),
        "amount": np.where(grid.read & ~grid.derived, grid.exact / MILLION, np.nan),
        "fraction_of_count": np.where(grid.fraction_asked, grid.exact % MILLION / MILLION, np.nan),
        **_raised(grid.figures),
        **_heads(grid, form),
        **_gap_columns(grid, sums, gaps, known, rulebook),
        **people_columns(grid, form),
        **last_columns(grid, form, last),
    }
    return TallFrame(pd.DataFrame(columns), grid.at_form, grid.at_cell, grid.cells, sums, gaps, known)


def _named(names: list[str], grid: FigureGrid) -> "pd.Categorical[str]":
    """Names of the form's cells, one a figure, each name kept once."""
    known = sorted(set(names))
    codes = np.array([known.index(name) for name in names])
    return pd.Categorical.from_codes(codes[grid.at_cell], pd.Index(known))


def _gaps(grid: FigureGrid, sums: tuple[Sum, ...]) -> tuple[Whole, Flags]:
    """Stated minus parts for every form and sum, and whether every figure of the sum is sound."""
    signs = np.zeros((len(grid.cells), len(sums)), np.int64)
    for at, item in enumerate(sums):
        signs[grid.index(item.stated), at] = 1
        signs[[grid.index(part) for part in item.parts], at] = -1
    sound = grid.spread(grid.sound).astype(np.bool_)
    derived = grid.spread(grid.derived).astype(np.bool_)
    for item in sums:
        stated, parts = grid.index(item.stated), [grid.index(part) for part in item.parts]
        sound[:, stated] &= sound[:, parts].all(axis=1) | ~derived[:, stated]
    unsound = (~sound).astype(np.int64) @ np.abs(signs)
    return grid.spread(grid.exact) @ signs, unsound == 0


def _gap_columns(
    grid: FigureGrid, sums: tuple[Sum, ...], gaps: Whole, known: Flags, rulebook: Rulebook
) -> dict[str, Reals]:
    """`<rule>_gap`, and for money `<rule>_rounded`: the gap's size at the stated figure.

    A derived sum is not judged: it holds by its making. A gap that rounding can explain is asked about
    instead of being an error only while sum_rounded is on; in trial it is both.
    """
    names = {f"{item.rule}_gap" for item in sums} | {
        f"{item.rule}_rounded" for item in sums if is_money(item)
    }
    columns = {name: grid.empty() for name in sorted(names)}
    derived = grid.spread(grid.derived).astype(np.bool_)
    exact = grid.spread(grid.exact)
    mode = rulebook.rules["sum_rounded"].mode
    for at, item in enumerate(sums):
        stated = grid.index(item.stated)
        size = np.abs(gaps[:, at])
        judged = known[:, at] & ~derived[:, stated]
        tenths = (exact[:, [grid.index(cell) for cell in item.cells]] % (MILLION // 10) == 0).all(axis=1)
        rounded = judged & tenths & (size <= rounding(item, rulebook)) & (mode != "off") & is_money(item)
        if is_money(item):
            columns[f"{item.rule}_rounded"][rounded, stated] = size[rounded] / MILLION
        errors = judged & ~(rounded & (mode == "on"))
        columns[f"{item.rule}_gap"][errors, stated] = size[errors] / MILLION
    return {name: grid.listed(column) for name, column in columns.items()}


def _heads(grid: FigureGrid, form: Form) -> dict[str, Reals]:
    """Money a head, at the money's figure; where recipients may be whole units, in a column of its own."""
    columns = {"per_head": grid.empty(), "garrison_per_head": grid.empty()}
    exact, sound = grid.spread(grid.exact), grid.spread(grid.sound).astype(np.bool_)
    for column in form.part_columns:
        for row in form.category_rows:
            if column.recipients is None or column.type != "money":
                continue
            money, heads = grid.index((row.id, column.id)), grid.index((row.id, column.recipients))
            asked = sound[:, money] & sound[:, heads] & (exact[:, heads] > 0)
            target = columns["garrison_per_head" if row.recipients_may_be_units else "per_head"]
            target[asked, money] = exact[asked, money] / exact[asked, heads]
    return {name: grid.listed(column) for name, column in columns.items()}


def _typed_figures(grid: FigureGrid) -> Reals:
    """How many category figures of the form are typed, once a form, at its first category figure."""
    typed = flags(figure.is_typed for figure in grid.figures)
    counts = np.bincount(grid.at_form[grid.is_part & typed], minlength=grid.forms)
    return grid.first_of_form(counts.astype(np.float64))


def _raised(figures: list[Figure]) -> dict[str, Flags]:
    columns = {rule: np.zeros(len(figures), np.bool_) for rule in RAISED_WHILE_READING}
    for at, figure in enumerate(figures):
        for rule in figure.raises:
            columns[rule][at] = True
    return columns
