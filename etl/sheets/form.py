"""Read one located form: every figure with its place, sums derived where they were left out."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from etl.definitions import Column, Form, Limits, Row
from etl.model import Figure, Finding, FormReading, Words
from etl.sheets.captions import read_captions
from etl.sheets.figures import Raw, as_typed, clean_text, read_figure
from etl.sheets.form_words import FormWords
from etl.sheets.formulas import compute, is_over_cells
from etl.sheets.grid import Grid, Position, address
from etl.sheets.header_units import HeaderUnit
from etl.sheets.locate import Located

Values = dict[tuple[str, str], Figure]


@dataclass(frozen=True, slots=True)
class FormFound:
    """A form of the file: what it says, and what reading it brought up."""

    reading: FormReading
    findings: tuple[Finding, ...]

    def is_filled(self, form: Form) -> bool:
        categories = {row.id for row in form.category_rows}
        parts = {column.id for column in form.part_columns}
        return any(f.is_typed and f.row in categories and f.column in parts for f in self.reading.figures)


def read_form(grid: Grid, located: Located, words: FormWords, limits: Limits) -> FormFound:
    """The form at `located`. Every row and figure column that the sheet has yields a Figure; missing sums
    are derived, missing category rows and parts are left out and named by a finding."""
    form = words.form
    figures = {(cell.row, cell.column): _figure(grid, cell, limits) for cell in _cells(located, words)}
    if grid.uncached:
        _compute_formulas(figures, grid, located, form)
    _derive_sums(figures, grid.sheet, form)
    inside = range(located.top, max(located.rows.values()) + 1)
    captions = read_captions(grid, form, inside)
    reading = FormReading(
        sheet=grid.sheet,
        figures=tuple(figures[key] for key in words.order if key in figures),
        words=_words(grid, located, form),
        title=clean_text(captions.title) if captions.title else None,
        title_cell=_place(captions.title_at),
        unit_text=clean_text(captions.unit_text) if captions.unit_text is not None else None,
        unit_cell=_place(captions.unit_at),
        dated=captions.dated,
        dated_text=captions.dated_text,
        dated_cell=_place(captions.dated_at),
    )
    return FormFound(reading, tuple(_findings(grid, located, form)))


def _place(at: Position | None) -> str | None:
    """An address; paragraphs of a document stand above its table (row -1) and have none."""
    return address(at) if at and at[0] >= 0 else None


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure's cell: `definition` is its column; `header_unit` the unit its header names, if not its own."""

    row: str
    column: str
    at: Position
    address: str
    definition: Column
    is_sum: bool
    header_unit: str | None


@lru_cache(maxsize=128)
def _cells(located: Located, words: FormWords) -> tuple[_Cell, ...]:
    """The figure cells that the sheet has, row by row."""
    found = []
    for row in words.form.rows:
        for column in words.form.figure_columns:
            at, said = located.at(row.id, column.id), located.header_units.get(column.id)
            if at:
                unit = said.unit if said else None
                found.append(_Cell(row.id, column.id, at, address(at), column, _is_sum(row, column), unit))
    return tuple(found)


def _figure(grid: Grid, cell: _Cell, limits: Limits) -> Figure:
    raw: Raw = grid.cells.get(cell.at)
    formula = grid.formulas.get(cell.at)
    if cell.at in grid.uncached:
        return Figure(cell.row, cell.column, grid.sheet, cell.address, f"={formula}", None, False)
    text = read_figure(raw, cell.definition, limits, cell.header_unit)
    nothing_said = text.meaning in ("nothing", "dash")
    value = (None if cell.is_sum else Decimal(0)) if nothing_said else text.value
    typed = as_typed(raw)
    is_typed = typed is not None and (formula is None or not is_over_cells(formula))
    return Figure(cell.row, cell.column, grid.sheet, cell.address, typed, value, is_typed, text.raises)


def _is_sum(row: Row, column: Column) -> bool:
    return row.total or bool(column.sum_of)


def _compute_formulas(figures: Values, grid: Grid, located: Located, form: Form) -> None:
    """Give formulas without a saved result their value, parts before the sums that need them."""
    places = {at: key for key in figures if (at := located.at(*key))}

    def value_at(at: Position) -> Decimal | None:
        if at in places:
            return figures[places[at]].value
        return Decimal(0) if at not in grid.cells else None

    waiting = [places[at] for at in grid.uncached if at in places]
    for key in sorted(waiting, key=lambda key: (form.row(key[0]).total, bool(form.column(key[1]).sum_of))):
        figure = figures[key]
        formula = grid.formulas[located.at(*key)]  # type: ignore[index]
        value = compute(formula, value_at) if key[1] not in located.header_units else None
        if value is not None:
            figures[key] = _with(figure, value, "formula_computed")
        elif not _is_sum(form.row(key[0]), form.column(key[1])):
            figures[key] = _with(figure, None, "part_without_value")


def _with(figure: Figure, value: Decimal | None, rule: str) -> Figure:
    return replace(figure, value=value, raises=(*figure.raises, rule))


def _derive_sums(figures: Values, sheet: str | None, form: Form) -> None:
    """合计 from its columns row by row, then 总计 from its rows, wherever nobody typed them."""
    for row in form.category_rows:
        for column in form.sum_columns:
            parts = [(row.id, part) for part in column.sum_of]
            _derive(figures, (row.id, column.id), parts, sheet)
    for column in form.figure_columns:
        parts = [(row.id, column.id) for row in form.category_rows]
        _derive(figures, (form.total_row.id, column.id), parts, sheet)


def _derive(figures: Values, key: tuple[str, str], parts: list[tuple[str, str]], sheet: str | None) -> None:
    figure = figures.get(key) or Figure(*key, sheet, None, None, None, is_typed=False)
    if figure.value is not None or figure.raises:
        return
    found = [figures[part].value for part in parts if part in figures]
    if not found:  # the whole row or column is missing, which is said once
        return
    known = [value for value in found if value is not None]
    total = sum(known, Decimal(0)) if len(known) == len(parts) else None
    figures[key] = _with(figure, total, "sum_derived")


def _words(grid: Grid, located: Located, form: Form) -> tuple[Words, ...]:
    found = []
    for row in form.category_rows:
        for column in form.text_columns:
            at = located.at(row.id, column.id)
            if at:
                text = as_typed(grid.shown_at(at)) or ""
                found.append(Words(row.id, column.id, address(at), text))
    return tuple(found)


def _findings(grid: Grid, located: Located, form: Form) -> list[Finding]:
    sheet = grid.sheet
    found = [
        Finding("missing_row", sheet, facts={"row": row.label})
        for row in form.category_rows
        if row.id not in located.rows
    ]
    found += [
        Finding("missing_column", sheet, facts={"column": column.full_label})
        for column in form.part_columns
        if column.id not in located.columns
    ]
    found += _header_findings(grid, located, form)
    return found + _hidden_findings(grid, located)


def _header_findings(grid: Grid, located: Located, form: Form) -> list[Finding]:
    found = [
        Finding("text_column_missing", grid.sheet, facts={"column": column.label})
        for column in form.text_columns
        if column.id not in located.columns
    ]
    return found + [
        _header_finding(grid, column, located.header_units[column.id])
        for column in form.figure_columns
        if column.id in located.header_units
    ]


def _header_finding(grid: Grid, column: Column, said: HeaderUnit) -> Finding:
    facts = {"column": column.full_label, "header_unit": said.unit}
    return Finding("header_in_yuan", grid.sheet, _place(said.at), as_typed(grid.cells[said.at]), facts)


def _hidden_findings(grid: Grid, located: Located) -> list[Finding]:
    rows = sorted(grid.hidden_rows.intersection(located.rows.values()))
    columns = sorted(grid.hidden_columns.intersection(located.columns.values()))
    where = [f"第{row + 1}行" for row in rows]
    where += [f"{address((0, column))[:-1]}列" for column in columns]
    return [Finding("hidden_read", grid.sheet, facts={"where": "、".join(where)})] if where else []
