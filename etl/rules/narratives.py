"""Narratives: nothing in them, one line in them, or other figures than the unit's form has.

A narrative tells its figures freely: one kind of people, one visit, all of it. So a figure is only asked about
where nothing that the narrative says of a column fits anything that the form says there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.definitions import Column, Form, Limits
from etl.model import Figure, Finding, FormReading, Mention, Narrative, plain

_ENDS_A_SENTENCE = re.compile(r"[。；！？，;!?,]")
_DATE = re.compile(r"[0-9０-９〇○零一二三四五六七八九十年月日.\-/ 　]{6,}")
_HALF = Decimal("0.5")


def thin(narrative: Narrative, limits: Limits) -> tuple[Finding, ...]:
    """Whether it says nothing, or one line only; silent where some of it could not be read."""
    if narrative.is_partial:
        return ()
    lines = narrative.text.splitlines()
    if not lines:
        return (Finding("narrative_empty"),)
    told = _without_signature(_without_title(lines))
    if len(told) > 1 or any(len(line) > limits.narrative_line for line in told):
        return ()
    return (Finding("narrative_one_line", typed=(told or lines)[0]),)


def _without_title(lines: Sequence[str]) -> Sequence[str]:
    return lines[1:] if not _ENDS_A_SENTENCE.search(lines[0]) else lines


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    """Without a date at the end, and the unit's name above it."""
    if not lines or not _DATE.fullmatch(lines[-1]):
        return lines
    above = lines[:-1]
    return above[:-1] if len(above) > 1 and not _ENDS_A_SENTENCE.search(above[-1]) else above


def differences(
    narrative: Narrative, reading: FormReading, form: Form, limits: Limits, at_form: bool = False
) -> tuple[Finding, ...]:
    """At most one finding, that names every column in which narrative and form differ plainly.

    `at_form`: the finding belongs to the form's file, and stands at the first such column's total.
    """
    apart = list(_apart(narrative.mentions, reading, form, limits))
    if not apart:
        return ()
    facts = {
        "said": "、".join(f"“{one.mention.said}”" for one in apart),
        "form": "、".join(_in_words(one) for one in apart),
    }
    if not at_form:
        return (Finding("narrative_differs", typed=apart[0].mention.said, facts=facts),)
    total = apart[0].total
    return (Finding("narrative_differs", total.sheet, total.cell, total.typed, facts),)


@dataclass(frozen=True, slots=True)
class _Apart:
    """A column, the figure that the narrative has for it, and the form's total."""

    column: Column
    mention: Mention
    total: Figure


def _in_words(one: _Apart) -> str:
    assert one.total.value is not None
    return f"{one.column.full_label}总计{plain(one.total.value):f}{one.column.unit}"


def _apart(mentions: Sequence[Mention], reading: FormReading, form: Form, limits: Limits) -> Iterator[_Apart]:
    for column in form.figure_columns:
        said = [mention for mention in mentions if mention.column == column.id]
        figures = [figure for figure in reading.figures if figure.column == column.id]
        total = next((figure for figure in figures if figure.row == form.total_row.id), None)
        if said and total is not None and total.value is not None and not _fits(said, figures, limits):
            yield _Apart(column, max(said, key=lambda mention: mention.value), total)


def _fits(said: Sequence[Mention], figures: Sequence[Figure], limits: Limits) -> bool:
    """Whether any figure that is told, or all of them together, is one of the form's."""
    is_about = any(mention.is_about for mention in said)
    together = [(sum(values, Decimal(0)), is_about) for values in _added_up(said)]
    told = [(mention.value, mention.is_about) for mention in said] + together
    known = [figure.value for figure in figures if figure.value is not None]
    return any(_is_near(value, known_value, about, limits) for value, about in told for known_value in known)


def _added_up(said: Sequence[Mention]) -> tuple[list[Decimal], list[Decimal]]:
    """All that is told, and each figure once: what the opening says the middle often says again."""
    values = [mention.value for mention in said]
    return values, list(dict.fromkeys(values))


def _is_near(told: Decimal, known: Decimal, is_about: bool, limits: Limits) -> bool:
    off = abs(told - known)
    if off <= _HALF.scaleb(int(told.as_tuple().exponent)):
        return True
    share = limits.narrative_apart_if_about if is_about else limits.narrative_apart
    return off <= share * max(told, known)
