"""Forms as drawn tables: five rows, seven columns, each cell as a clerk would type it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain

import pytest
from msgspec import structs

from etl.definitions import Form, Rulebook, load_definitions
from etl.model import Figure, Finding, FormReading
from etl.rules.check import check_forms
from etl.rules.suites import read_suites
from etl.settings import PROJECT
from etl.stages.verdict import known_amounts

SHEET = "统计表"
CONSISTENT = """
             走访人数   慰问金 发放人数  慰问品  件数 发放人数  合计
                  C       D      E       F      G      H       I
6  优抚          50      3.5    40      1.25   60     30      4.75
7  困难          20      1.2    20      0.3    20     20      1.5
8  驻地         100      2      50      4      80     80      6
9  边海防         0      0       0      0       0      0      0
10 总计         170      6.7   110      5.55  160    130     12.25
"""
"""A form without fault."""

Drawn = Callable[..., FormReading]
Cell = tuple[str, str]
Told = list[tuple[str, str | None]]


@pytest.fixture(scope="session")
def form() -> Form:
    return load_definitions(PROJECT / "config").forms["double-support"]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_definitions(PROJECT / "config").rulebook


@pytest.fixture(scope="session")
def drawn(form: Form) -> Drawn:
    """A table and the cells that are typed otherwise: drawn(D6="待定").

    `-` is a blank: 0 in a part, derived in a sum. Text that is no number is unread, as the reader has it;
    `raises` says by cell what the reader noticed.
    """

    def draw(
        table: str = CONSISTENT, *, raises: Mapping[str, str] | None = None, **typed: str
    ) -> FormReading:
        figures = {}
        lines = [line.split()[2:] for line in table.strip().splitlines()[2:]]
        for at_row, (row, line) in enumerate(zip(form.rows, lines, strict=True)):
            for at_column, (column, text) in enumerate(zip(form.figure_columns, line, strict=True)):
                cell = f"{'CDEFGHI'[at_column]}{at_row + 6}"
                noticed = (raises or {}).get(cell)
                figures[row.id, column.id] = _figure(row.id, column.id, cell, typed.get(cell, text), noticed)
        _derive(figures, form)
        return FormReading(SHEET, tuple(figures.values()))

    return draw


def _figure(row: str, column: str, cell: str, text: str, noticed: str | None) -> Figure:
    raises = (noticed,) if noticed else ()
    if text == "-":
        return Figure(row, column, SHEET, cell, None, Decimal(0), False, raises)
    try:
        return Figure(row, column, SHEET, cell, text, Decimal(text), True, raises)
    except InvalidOperation:
        return Figure(row, column, SHEET, cell, text, None, True, raises or ("not_a_number",))


def _derive(figures: dict[Cell, Figure], form: Form) -> None:
    """Blank sums from their parts, as the reader derives them."""
    for row in form.category_rows:
        for column in form.sum_columns:
            _derive_one(figures, (row.id, column.id), [(row.id, part) for part in column.sum_of])
    for column in form.figure_columns:
        _derive_one(figures, (form.total_row.id, column.id), [(r.id, column.id) for r in form.category_rows])


def _derive_one(figures: dict[Cell, Figure], stated: Cell, parts: list[Cell]) -> None:
    if figures[stated].typed is None:
        values = [figures[part].value for part in parts]
        known = [value for value in values if value is not None]
        total = sum(known, Decimal(0)) if len(known) == len(parts) else None
        figures[stated] = structs.replace(figures[stated], value=total, raises=("sum_derived",))


@pytest.fixture(scope="session")
def check_each(form: Form, rulebook: Rulebook) -> Callable[..., list[tuple[Finding, ...]]]:
    """The findings of each form, all checked as one batch; every sentence must have its blanks filled.

    `last` are the forms of each unit's last campaign.
    """

    def check_batch(
        readings: Sequence[FormReading], rules: Rulebook = rulebook, last: Sequence[FormReading | None] = ()
    ) -> list[tuple[Finding, ...]]:
        before = [reading and known_amounts(reading, form) for reading in last]
        found = check_forms(readings, form, rules, before).findings
        for finding in chain.from_iterable(found):
            absent = rules.rules[finding.rule].blanks - {"limit", *finding.facts}
            assert not absent, f"{finding.rule}: {absent}"
        return found

    return check_batch


@pytest.fixture(scope="session")
def check(check_each: Callable[..., list[tuple[Finding, ...]]]) -> Callable[..., tuple[Finding, ...]]:
    """The findings of one form."""
    return lambda reading, *rules, last=None: check_each([reading], *rules, last=[last])[0]


@pytest.fixture(scope="session")
def told_each(check_each: Callable[..., list[tuple[Finding, ...]]]) -> Callable[..., list[Told]]:
    """The findings of each form as flat pairs of rule and cell."""
    return lambda *of, **last: [
        [(one.rule, one.cell) for one in findings] for findings in check_each(*of, **last)
    ]


@pytest.fixture(scope="session")
def told(told_each: Callable[..., list[Told]]) -> Callable[..., Told]:
    """The findings of one form as flat pairs of rule and cell."""
    return lambda reading, *rules, last=None: told_each([reading], *rules, last=[last])[0]


@pytest.fixture(scope="session")
def changed(rulebook: Rulebook) -> Callable[..., Rulebook]:
    """The rulebook as if the office had changed one rule: changed("row_sum", mode="off")."""

    def change(rule: str, **changes: object) -> Rulebook:
        rules = rulebook.rules
        return Rulebook(rules={**rules, rule: rules[rule].model_copy(update=changes)})

    return change


@pytest.fixture(scope="session")
def asked_by_suites() -> set[str]:
    """The rules that expectations/ names."""
    return {one["meta"]["rule"] for suite in read_suites() for one in suite["expectations"]}
