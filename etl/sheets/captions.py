"""What stands around the table: the title, 填报单位, 日期."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import islice

from etl.definitions import Form
from etl.definitions.form import Label
from etl.sheets.dates import as_date
from etl.sheets.figures import as_typed
from etl.sheets.grid import LONGEST_LABEL, Grid, Position, Raw, core, squeezed

_SPACE = r"[\s\u200b-\u200f\u2060\ufeff]*"
_AFTER_LABEL = rf"(?:[（(][^（()）]*[）)])?{_SPACE}[:：]?"
_FILLING = r"[_＿—\-:：\s\u200b-\u200f\u2060\ufeff]+"
"""Lines to write on, colons and spaces left over around what was written."""
_AT_THE_ENDS = re.compile(rf"^{_FILLING}|{_FILLING}$")

_TEXTS_LOOKED_AT = 500
"""Of a sheet without a form, which may be a list of a million lines."""

_SOME_NUMERAL = r"[\d一二三四五六七八九十]"

Dated = tuple[date | None, str | None, Position | None]
"""A date, the text that says it, and where it stands."""


@dataclass(frozen=True, slots=True)
class Captions:
    """`unit_text` is None where there is no 填报单位 at all, "" where it was left blank."""

    title: str | None = None
    title_at: Position | None = None
    unit_text: str | None = None
    unit_at: Position | None = None
    dated: date | None = None
    dated_text: str | None = None
    dated_at: Position | None = None


def read_captions(grid: Grid, form: Form, inside: range) -> Captions:
    """The captions of the form whose rows are `inside` (sheet rows from the first category to the total)."""
    around = {at: grid.cells[at] for at in sorted(at for at in grid.cells if at[0] not in inside)}
    unit_text, unit_at = _unit(around, form)
    title_at = _title_at(around, form, inside.start)
    title = str(around[title_at]).strip() if title_at else None
    return Captions(title, title_at, unit_text, unit_at, *_dated(around, form))


def unit_without_form(grid: Grid, form: Form) -> str | None:
    """What stands at 填报单位 on a sheet on which no form was found, among its first texts; None where nothing does."""
    texts = ((at, raw) for at, raw in grid.cells.items() if isinstance(raw, str))
    return _unit(dict(sorted(islice(texts, _TEXTS_LOOKED_AT))), form)[0] or None


def _title_at(around: Mapping[Position, Raw], form: Form, first: int) -> Position | None:
    above = ((at, raw) for at, raw in around.items() if at[0] < first and isinstance(raw, str))
    titles = (at for at, raw in above if not _labelled(raw, form.labels.unit) and _may_be_title(raw, form))
    return next(titles, None)


def _may_be_title(text: str, form: Form) -> bool:
    said = squeezed(text)
    return any(word in said for word in form.title_words) and re.search(r"\d{4}|年", said) is not None


def without_captions(prose: str, form: Form) -> str:
    """The lines of a document that are neither the form's title nor what stands beside it: 填报单位, 日期."""
    return "\n".join(line for line in prose.splitlines() if not _is_caption(line, form))


def _is_caption(line: str, form: Form) -> bool:
    """A title ends as the form's own does (…统计表): a summary that speaks of 双拥活动 in 2022 is none."""
    labels = (form.labels.unit, form.labels.date)
    if any(_labelled(line, label) is not None for label in labels):
        return True
    return _may_be_title(line, form) and core(line)[-1:] == core(form.title)[-1:]


def _unit(around: Mapping[Position, Raw], form: Form) -> tuple[str | None, Position | None]:
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


def _dated(around: Mapping[Position, Raw], form: Form) -> Dated:
    """The first date that can be read; else the first text that looks like one; else where one belongs."""
    written = [said for at in around for said in _dates_at(at, around, form)]
    readable = [said for said in written if said[0]]
    looking_so = [said for said in written if said[1] and re.search(_SOME_NUMERAL, said[1])]
    first = next(iter(readable or looking_so or written), None)
    if first is None:
        return None, None, None
    return first if first[0] or first in looking_so else (None, None, first[2])


def _dates_at(at: Position, around: Mapping[Position, Raw], form: Form) -> list[Dated]:
    """What stands behind the label 日期 in its own cell, and in the next one."""
    raw = around[at]
    rest = _behind_date(raw, form.labels.date) if isinstance(raw, str) else None
    if rest is None:
        return []
    beside = _next_in_row(around, at)
    own: Dated = (as_date(rest), as_typed(rest), at)
    return [own, (as_date(around[beside]), as_typed(around[beside]), beside)] if beside else [own]


def _behind_date(text: str, label: Label) -> str | None:
    """What follows the label 日期 somewhere in the text; None where it does not stand there."""
    return (_behind_date_before if len(text) <= LONGEST_LABEL else _behind_names_of_date)(text, label.names)


def _behind_names_of_date(text: str, names: tuple[str, ...]) -> str | None:
    found = _date_label(names).search(text)
    return (found.group(1) or found.group(2) or "") if found else None


_behind_date_before = lru_cache(maxsize=4096)(_behind_names_of_date)


@cache
def _date_label(names: tuple[str, ...]) -> re.Pattern[str]:
    label = _spaced(names)
    return re.compile(
        rf"(?:^|[^一-鿿])(?:{label}){_AFTER_LABEL}(.*)$|(?:{label}){_SPACE}[:：](.*)$", re.DOTALL
    )


def _labelled(raw: object, label: Label) -> str | None:
    """What follows the label in its own cell; None if the cell does not begin with it."""
    if not isinstance(raw, str):
        return None
    return (_behind_before if len(raw) <= LONGEST_LABEL else _behind_names)(raw, label.names)


def _behind_names(text: str, names: tuple[str, ...]) -> str | None:
    found = _beginning(names).match(text)
    return found.group(1) if found else None


_behind_before = lru_cache(maxsize=4096)(_behind_names)


@cache
def _beginning(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"{_SPACE}(?:{_spaced(names)}){_SPACE}{_AFTER_LABEL}(.*)$", re.DOTALL)


def _before_date(text: str, form: Form) -> str:
    said = _date_and_colon(form.labels.date.names).split(text)[0]
    return _AT_THE_ENDS.sub("", said)


@cache
def _date_and_colon(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_spaced(names)}){_SPACE}[:：]")


@cache
def _spaced(names: tuple[str, ...]) -> str:
    """A pattern for any of the names, whatever spaces stand in it: 填 报 单 位."""
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(_SPACE.join(map(re.escape, name)) for name in longest_first)


def _next_in_row(around: Mapping[Position, Raw], at: Position) -> Position | None:
    later = [other for other in around if other[0] == at[0] and other[1] > at[1]]
    return min(later, default=None)
