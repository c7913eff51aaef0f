"""What stands around the table: the title, 填报单位, 日期."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from etl.definitions import Form
from etl.definitions.form import Label
from etl.sheets.grid import Grid, Position, squeezed

_DATE = re.compile(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_AFTER_LABEL = r"(?:[（(][^（()）]*[）)])?[:：]?"


@dataclass(frozen=True, slots=True)
class Captions:
    """`unit_text` is None where there is no 填报单位 at all, "" where it was left blank."""

    title: str | None = None
    title_at: Position | None = None
    unit_text: str | None = None
    unit_at: Position | None = None
    dated: date | None = None


def read_captions(grid: Grid, form: Form, inside: range) -> Captions:
    """The captions of the form whose rows are `inside` (sheet rows from the first category to the total)."""
    around = {at: raw for at, raw in sorted(grid.cells.items()) if at[0] not in inside}
    unit_text, unit_at = _unit(around, form)
    title_at = _title_at(around, form, inside.start)
    title = squeezed(str(around[title_at])) if title_at else None
    return Captions(title, title_at, unit_text, unit_at, _dated(around, form))


def _title_at(around: Mapping[Position, object], form: Form, first: int) -> Position | None:
    for at, raw in around.items():
        if at[0] < first and isinstance(raw, str) and not _labelled(raw, form.labels.unit):
            text = squeezed(raw)
            if any(word in text for word in form.title_words) and re.search(r"\d{4}|年", text):
                return at
    return None


def _unit(around: Mapping[Position, object], form: Form) -> tuple[str | None, Position | None]:
    blank: tuple[str | None, Position | None] = (None, None)
    for at, raw in around.items():
        rest = _labelled(raw, form.labels.unit)
        if rest is None:
            continue
        said = _before_date(rest, form)
        if said:
            return said, at
        beside = _next_in_row(around, at)
        if beside and _labelled(around[beside], form.labels.date) is None:
            said = _before_date(squeezed(str(around[beside])), form)
            if said:
                return said, beside
        blank = ("", at)
    return blank


def _dated(around: Mapping[Position, object], form: Form) -> date | None:
    names = "|".join(map(re.escape, form.labels.date.names))
    for at, raw in around.items():
        if not isinstance(raw, str):
            continue
        found = re.search(
            rf"(?:^|[^一-鿿])(?:{names}){_AFTER_LABEL}(.*)$|(?:{names})[:：](.*)$", squeezed(raw)
        )
        if not found:
            continue
        rest = found.group(1) or found.group(2) or ""
        beside = _next_in_row(around, at)
        read = as_date(rest) or (as_date(around[beside]) if beside else None)
        if read:
            return read
    return None


def as_date(raw: object) -> date | None:
    """A date cell, or a date as people type it: 2022.2.8, 2022年2月8日, 2022-02-08, 20220208."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    found = _DATE.search(squeezed(str(raw)))
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _labelled(raw: object, label: Label) -> str | None:
    """What follows the label in its own cell, without spaces; None if the cell does not begin with it."""
    if not isinstance(raw, str):
        return None
    names = "|".join(map(re.escape, sorted(label.names, key=len, reverse=True)))
    found = re.match(rf"(?:{names}){_AFTER_LABEL}(.*)$", squeezed(raw))
    return found.group(1) if found else None


def _before_date(text: str, form: Form) -> str:
    names = "|".join(map(re.escape, form.labels.date.names))
    said = re.split(rf"(?:{names})[:：]", text)[0]
    return said.strip("_＿—-:： ")


def _next_in_row(around: Mapping[Position, object], at: Position) -> Position | None:
    later = [other for other in around if other[0] == at[0] and other[1] > at[1]]
    return min(later, default=None)
