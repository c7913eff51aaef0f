"""What is wrong with, or to be said of, single figures; the same thing down a column is said once."""

from collections.abc import Sequence

from etl.model import Finding
from etl.rules.case import Case, grouped
from etl.rules.sums import Cell, sums_of

_UNREAD = ("not_a_number", "part_without_value", "figure_too_large")
_FAULTS = (*_UNREAD, "negative", "fraction_in_count")
"""At one figure only the first of these is said."""


def faults(case: Case) -> list[Finding]:
    """Figures that cannot be read or cannot be so, most basic first."""
    findings, told = [], set[Cell]()
    for rule in _FAULTS:
        cells = [cell for cell in case.at(rule) if cell not in told and not _follows(case, rule, cell)]
        told.update(cells)
        for group in _by_text(case, rule, cells):
            absent = _absent(case, rule, group)
            findings.append(case.finding(rule, group[0], also=case.also(group), absent=absent))
    return findings


def _absent(case: Case, rule: str, cells: Sequence[Cell]) -> str:
    """What belongs where there is nothing to report: a sum is never nothing by itself."""
    sums = {item.stated for item in sums_of(case.form)}
    if sums.issuperset(cells):
        return "照各部分相加填写"
    nothing = "没有就填 0" if rule == "negative" else "没有就填 0 或“无”"
    return nothing if sums.isdisjoint(cells) else f"{nothing}，合计、总计照各部分相加填写"


def _follows(case: Case, rule: str, cell: Cell) -> bool:
    """Whether a sum has the fault only because a part of it has: -5 in a part, so -5 in its total."""
    shared: tuple[str, ...] = (rule,)
    if rule == "not_a_number":
        # Only a formula's own outcry (#VALUE!) follows from a part; words in a sum were typed there.
        if not (case.figures[cell].typed or "").startswith("#"):
            return False
        shared = _UNREAD
    broken = {at for one in shared for at in case.at(one)}
    return any(item.stated == cell and broken.intersection(item.parts) for item in sums_of(case.form))


def _by_text(case: Case, rule: str, cells: Sequence[Cell]) -> list[list[Cell]]:
    """A formula without a result is one cause through the whole form: it was never calculated."""
    if rule == "part_without_value":
        return [list(cells)] if cells else []
    return grouped(cells, [(column, case.figures[row, column].typed) for row, column in cells])


def remarks(case: Case) -> list[Finding]:
    """Queries and warnings that a figure's text raises: approximate, converted, rounded, left out."""
    findings = []
    approximate = case.at("figure_approximate")
    texts = [(column, case.figures[row, column].typed) for row, column in approximate]
    for group in grouped(approximate, texts):
        findings.append(case.finding("figure_approximate", group[0], also=case.also(group)))
    for rule in ("figure_converted", "figure_rounded"):
        for group in grouped(case.at(rule), [column for _, column in case.at(rule)]):
            findings.append(case.finding(rule, group[0], also=case.also(group)))
    for rule in ("sum_derived", "formula_computed"):
        cells = [cell for cell in case.at(rule) if case.figures[cell].value is not None]
        if cells:
            findings.append(case.finding(rule, cells[0], what=_whole_lines(case, cells)))
    return findings


def _whole_lines(case: Case, cells: Sequence[Cell]) -> str:
    """总计整行、合计整列 where a line is complete, else figure by figure."""
    left, names = list(cells), []
    total = case.form.total_row
    lines = [(f"“{total.label}”整行", [(total.id, column.id) for column in case.form.figure_columns])]
    for column in case.form.figure_columns:
        rows = case.form.category_rows
        lines.append((f"“{column.full_label}”整列", [(row.id, column.id) for row in rows]))
    for name, line in lines:
        if set(line) <= set(left):
            names.append(name)
            left = [cell for cell in left if cell not in line]
    singles = [case.placed(cell, case.name(cell)) for cell in left if not _in_whole_column(cell, names, case)]
    return "、".join([*names, *singles])


def _in_whole_column(cell: Cell, names: Sequence[str], case: Case) -> bool:
    """总计 of a column that is named whole needs no name of its own."""
    return f"“{case.form.column(cell[1]).full_label}”整列" in names
