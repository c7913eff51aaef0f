"""What stands around the table: the title, 填报单位, 日期."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from etl.definitions import Form
from etl.definitions.form import Label
from etl.sheets.dates import as_date
from etl.sheets.grid import Grid, Position, squeezed

_SPACE = r"[\s\u200b-\u200f\u2060\ufeff]*"
_AFTER_LABEL = rf"(?:[（(][^（()）]*[）)])?{_SPACE}[:：]?"
_FILLING = r"[_＿—\-:：\s\u200b-\u200f\u2060\ufeff]+"
"""Lines to write on, colons and spaces left over around what was written."""


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
    title = str(around[title_at]).strip() if title_at else None
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
            said = _before_date(str(around[beside]), form)
            if said:
                return said, beside
        blank = ("", at)
    return blank


def _dated(around: Mapping[Position, object], form: Form) -> date | None:
    names = _spaced(form.labels.date.names)
    labelled = re.compile(
        rf"(?:^|[^一-鿿])(?:{names}){_AFTER_LABEL}(.*)$|(?:{names}){_SPACE}[:：](.*)$", re.DOTALL
    )
    for at, raw in around.items():
        found = labelled.search(raw) if isinstance(raw, str) else None
        if not found:
            continue
        rest = found.group(1) or found.group(2) or ""
        beside = _next_in_row(around, at)
        read = as_date(rest) or (as_date(around[beside]) if beside else None)
        if read:
            return read
    return None


def _labelled(raw: object, label: Label) -> str | None:
    """What follows the label in its own cell; None if the cell does not begin with it."""
    if not isinstance(raw, str):
        return None
    found = re.match(rf"{_SPACE}(?:{_spaced(label.names)}){_SPACE}{_AFTER_LABEL}(.*)$", raw, re.DOTALL)
    return found.group(1) if found else None


def _before_date(text: str, form: Form) -> str:
    said = re.split(rf"(?:{_spaced(form.labels.date.names)}){_SPACE}[:：]", text)[0]
    return re.sub(rf"^{_FILLING}|{_FILLING}$", "", said)


@cache
def _spaced(names: tuple[str, ...]) -> str:
    """A pattern for any of the names, whatever spaces stand in it: 填 报 单 位."""
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(_SPACE.join(map(re.escape, name)) for name in longest_first)


def _next_in_row(around: Mapping[Position, object], at: Position) -> Position | None:
    later = [other for other in around if other[0] == at[0] and other[1] > at[1]]
    return min(later, default=None)
