"""People who received and what they received, category row by category row."""

from collections.abc import Iterator

import numpy as np

from etl.definitions import Column, Form
from etl.rules.grid import FigureGrid, Reals
from etl.rules.sums import MILLION, Cell


def given_by_recipients(form: Form) -> dict[str, list[Column]]:
    """The id of each column that counts recipients → the columns of what they received, in the form's order."""
    given: dict[str, list[Column]] = {}
    for column in form.part_columns:
        if column.recipients:
            given.setdefault(column.recipients, []).append(column)
    return given


def people_columns(grid: FigureGrid, form: Form) -> dict[str, Reals]:
    """Three questions of category rows; empty where a figure of the question is absent or itself an error.

    recipients_where_given: how many recipients, where there was money or were goods, at the recipients.
    given_where_recipients: how much was given, where there are recipients, at the first thing given.
    recipients_beyond_visited: by how much the larger number of recipients is more than the visited, at these.
    """
    exact, sound = grid.spread(grid.exact), grid.spread(grid.sound).astype(np.bool_)
    recipients, given, beyond = grid.empty(), grid.empty(), grid.empty()
    for heads, things in _receiving(form):
        of_heads, of_things = grid.index(heads), [grid.index(thing) for thing in things]
        amounts = exact[:, of_things].sum(axis=1)
        known = sound[:, [of_heads, *of_things]].all(axis=1)
        has_given, has_heads = known & (amounts > 0), known & (exact[:, of_heads] > 0)
        recipients[has_given, of_heads] = exact[has_given, of_heads] / MILLION
        given[has_heads, of_things[0]] = amounts[has_heads] / MILLION
    for visited, others in _visiting(form):
        at, among = grid.index(visited), [grid.index(other) for other in others]
        asked = sound[:, [at, *among]].all(axis=1)
        beyond[asked, at] = (exact[:, among].max(axis=1) - exact[:, at])[asked] / MILLION
    return {
        "recipients_where_given": grid.listed(recipients),
        "given_where_recipients": grid.listed(given),
        "recipients_beyond_visited": grid.listed(beyond),
    }


def _receiving(form: Form) -> Iterator[tuple[Cell, list[Cell]]]:
    for row in form.category_rows:
        for heads, things in given_by_recipients(form).items():
            yield (row.id, heads), [(row.id, thing.id) for thing in things]


def _visiting(form: Form) -> Iterator[tuple[Cell, list[Cell]]]:
    for row in form.category_rows:
        for column in form.part_columns:
            if column.at_least:
                yield (row.id, column.id), [(row.id, other) for other in column.at_least]
