"""The small decisions of checking, as plain functions of plain values."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from etl.definitions import Campaign, Column, Form, Rulebook
from etl.definitions.rules import ALWAYS_ERRORS
from etl.masking import masked
from etl.model import FEN_IN_WAN_YUAN, Amounts, Figure, Finding, FormReading, Sender, Severity

SECRET = "文件上有密级标志。涉密文件不能通过这个文件夹报送，请马上与本办联系。"
"""Why a file with 绝密★, 机密★ or 秘密★ is held."""
_WEIGHT = {Severity.ERROR: 0, Severity.QUERY: 1, Severity.WARNING: 2}


def by_weight(findings: Iterable[Finding], rulebook: Rulebook) -> tuple[Finding, ...]:
    """The findings of rules that run, most serious first, else in the order they were found."""
    running = [finding for finding in findings if rulebook.runs(finding.rule)]
    return tuple(sorted(running, key=lambda finding: _WEIGHT[rulebook.severity(finding)]))


def reason_to_hold(
    sender: Sender, of_another_round: str | None, campaign: Campaign, received_at: datetime
) -> str | None:
    """In Chinese why a person must look at it first; None where it may count."""
    if sender.doubt:
        return sender.doubt
    if sender.unit is None:
        return "看不出是哪个单位报的。"
    if of_another_round:
        return of_another_round
    if campaign.is_closed(received_at):
        closed = campaign.local(campaign.closes)
        return f"本期已在{closed.year}年{closed.month}月{closed.day}日关账，收在关账之后。"
    return None


def spoken(finding: Finding) -> Finding:
    """The finding as it may be spoken of; the warehouse keeps what was typed whole beside the words."""
    facts = {name: masked(fact) for name, fact in finding.facts.items()}
    return replace(finding, typed=masked(finding.typed or ""), facts=facts)


def can_be_waived(errors: Iterable[Finding]) -> bool:
    """Whether figures are there to be counted in spite of these errors."""
    return not any(finding.rule in ALWAYS_ERRORS for finding in errors)


def is_nil_return(reading: FormReading, form: Form) -> bool:
    """零报告: every category figure typed, and each of them means 0."""
    parts = _category_figures(reading, form)
    complete = len(parts) == len(form.category_rows) * len(form.part_columns)
    return complete and all(figure.is_typed and figure.value == 0 for figure in parts)


def _category_figures(reading: FormReading, form: Form) -> list[Figure]:
    rows = {row.id for row in form.category_rows}
    columns = {column.id for column in form.part_columns}
    return [figure for figure in reading.figures if figure.row in rows and figure.column in columns]


def amounts_of(reading: FormReading, form: Form) -> Amounts:
    """The form's figures as whole 分 and heads. Every figure has a value: the form has no error."""
    amounts: Amounts = {row.id: {} for row in form.rows}
    for figure in reading.figures:
        amounts[figure.row][figure.column] = _whole(figure, form.column(figure.column))
    return amounts


def known_amounts(reading: FormReading, form: Form) -> Amounts:
    """The same for a form that may have errors: only what can be read and fits; nothing unless a part is typed."""
    if not any(figure.is_typed for figure in _category_figures(reading, form)):
        return {}
    amounts: Amounts = {}
    for figure in reading.figures:
        column = form.column(figure.column)
        if figure.value is not None and figure.value >= 0 and _is_whole(figure.value, column):
            amounts.setdefault(figure.row, {})[figure.column] = _whole(figure, column)
    return amounts


def _is_whole(value: Decimal, column: Column) -> bool:
    return column.type == "money" or value == int(value)


def _whole(figure: Figure, column: Column) -> int:
    assert figure.value is not None
    return int(figure.value * FEN_IN_WAN_YUAN if column.type == "money" else figure.value)
