"""Warnings about what is not a figure: the leader, the date, long texts and personal numbers in them.

Plain functions: a form has one date and eight texts, each judged by itself and against the campaign's own
dates, and a regular expression of Great Expectations would see no more than `masked` does.
"""

import re
from collections.abc import Iterator, Sequence

from etl.definitions import Campaign, Column, Form, Limits
from etl.masking import masked
from etl.model import Finding, FormReading, Words
from etl.rules.case import listed, number

_NOBODY = frozenset({"", "无", "没有", "/", "\\", "-", "−", "—", "——", "–"})
_MASKED_NUMBER = re.compile(r"[0-9Xx]{3}\*+[0-9Xx]{4}")


def form_remarks(reading: FormReading, form: Form, campaign: Campaign, limits: Limits) -> list[Finding]:
    """What is to be said of a form's texts and date; of a form that nobody filled in only the texts."""
    found = [*_too_long(reading, form, limits), *_personal_numbers(reading, form)]
    if any(figure.is_typed for figure in reading.figures):
        found = [*_leaders(reading, form), *_date(reading, form, campaign), *found]
    return found


def _leaders(reading: FormReading, form: Form) -> Iterator[Finding]:
    """One finding a column, at the first row with people and without a leader, naming the others.

    A sheet without the column has no Words in it; that is the finding text_column_missing.
    """
    people = {(figure.row, figure.column): figure.value for figure in reading.figures}
    for column in form.text_columns:
        without = [
            words
            for words in _in_column(reading, column)
            if words.text.strip() in _NOBODY and (people.get((words.row, column.wanted_with or "")) or 0) > 0
        ]
        if without:
            first = without[0]
            facts = _facts(without, column, form)
            facts["visited"] = number(people[first.row, column.wanted_with or ""])
            yield Finding("leader_missing", reading.sheet, first.cell, first.text or None, facts)


def _too_long(reading: FormReading, form: Form, limits: Limits) -> Iterator[Finding]:
    """One finding for the same text down a column, as one merged cell gives it to all its rows."""
    for column in form.text_columns:
        long = [words for words in _in_column(reading, column) if len(words.text) > limits.text_length]
        for text in dict.fromkeys(words.text for words in long):
            same = [words for words in long if words.text == text]
            yield Finding("text_cut", reading.sheet, same[0].cell, text, _facts(same, column, form))


def _personal_numbers(reading: FormReading, form: Form) -> Iterator[Finding]:
    for column in form.text_columns:
        having = [words for words in _in_column(reading, column) if masked(words.text) != words.text]
        if having:
            first = having[0]
            shown = _MASKED_NUMBER.search(masked(first.text))
            facts = {**_facts(having, column, form), "number": shown[0] if shown else ""}
            yield Finding("personal_number", reading.sheet, first.cell, first.text, facts)


def _in_column(reading: FormReading, column: Column) -> list[Words]:
    return [words for words in reading.words if words.column == column.id]


def _facts(same: Sequence[Words], column: Column, form: Form) -> dict[str, str]:
    first, *rest = same
    places = [form.row(words.row).label + (f"（{words.cell}）" if words.cell else "") for words in rest]
    also = f"，{listed(places)}也是这样" if places else ""
    return {"row": form.row(first.row).label, "column": column.label, "also": also}


def _date(reading: FormReading, form: Form, campaign: Campaign) -> Iterator[Finding]:
    """Missing, not to be understood, or outside the days on which the campaign takes forms in."""
    label, example = form.labels.date.label, campaign.deadline_date.isoformat()
    rule, facts = "date_outside", {"label": label, "example": example}
    opens, closes = campaign.local(campaign.opens).date(), campaign.local(campaign.closes).date()
    if reading.dated is None:
        rule = "date_unclear" if reading.dated_text else "date_missing"
    elif reading.dated < opens:
        facts["outside"] = f"比本期开始的 {opens} 早 {(opens - reading.dated).days} 天"
    elif reading.dated > closes:
        facts["outside"] = f"比本期关账的 {closes} 晚 {(reading.dated - closes).days} 天"
    else:
        return
    yield Finding(rule, reading.sheet, reading.dated_cell, reading.dated_text, facts)
