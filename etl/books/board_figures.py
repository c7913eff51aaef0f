"""The figures of 报送进度: the form's totals, and where each of them came from: cells, or other figures."""

from collections import defaultdict

from etl.books.amounts import amount, in_unit
from etl.definitions import Column, Form, Row
from etl.model import Source, Summary

Cells = list[tuple[str, str, list[tuple[str, float, Source]]]]
"""Of each figure: its place on the page, its name, and each unit's part of it (none that are 0)."""
Sums = list[tuple[str, str, list[tuple[str, float, str]]]]
"""Of each 总计 and 合计: its place, its name, and the figures it adds up: name, figure, place."""


def place_of(row: Row, column: Column) -> str:
    return f"{row.id}-{column.id}"


def totals_table(summary: Summary, form: Form) -> list[tuple[str, bool, list[tuple[float, str]]]]:
    """A row of the form: its label, whether it is the total, and each figure with its place, "" where none is told."""
    told = {place for place, *_ in (*cells_behind(summary, form), *sums_behind(summary, form))}
    return [
        (
            row.label,
            row.total,
            [
                (
                    _figure(summary, form, row, column),
                    place if (place := place_of(row, column)) in told else "",
                )
                for column in form.figure_columns
            ],
        )
        for row in form.rows
    ]


def cells_behind(summary: Summary, form: Form) -> Cells:
    """The cells behind each figure, where they fit on a page."""
    names = {unit.code: unit.name for unit in summary.units}
    found: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in summary.sources:
        found[source.row, source.column].append(source)
    return [
        (
            place_of(form.row(row), form.column(column)),
            _name(form.row(row), form.column(column)),
            [
                (names[one.code], in_unit(form.column(column), one.amount), one)
                for one in sources
                if one.amount
            ],
        )
        for (row, column), sources in found.items()
    ]


def sums_behind(summary: Summary, form: Form) -> Sums:
    """What each 总计 and 合计 adds up: a 合计 its own row's columns, a 总计 the rows above it."""
    if not summary.sources:
        return []
    return [
        (
            place_of(row, column),
            _name(row, column),
            [
                (_name(*part), _figure(summary, form, *part), place_of(*part))
                for part in _parts(form, row, column)
            ],
        )
        for row in form.rows
        for column in form.figure_columns
        if row.total or column.sum_of
    ]


def shares(summary: Summary, form: Form) -> list[tuple[str, float]]:
    """Each category's part of the last sum."""
    return [(row.label, _figure(summary, form, row, last_sum(form))) for row in form.category_rows]


def last_sum(form: Form) -> Column:
    return next((one for one in reversed(form.figure_columns) if one.sum_of), form.figure_columns[-1])


def _parts(form: Form, row: Row, column: Column) -> list[tuple[Row, Column]]:
    if column.sum_of:
        return [(row, form.column(part)) for part in column.sum_of]
    return [(category, column) for category in form.category_rows]


def _figure(summary: Summary, form: Form, row: Row, column: Column) -> float:
    return in_unit(column, amount(form, summary.totals, row, column))


def _name(row: Row, column: Column) -> str:
    return f"{row.label}·{column.full_label}（{column.unit}）"
