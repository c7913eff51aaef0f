"""One cell's figure: what a person typed, read as the number it means, or refused.

The grammar is ours and strict, since a wrong figure costs more than a returned file: where DESIGN's
table says nothing, a text is refused.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal

from etl.definitions import Column, Limits
from etl.model import plain
from etl.sheets.grid import Raw
from etl.sheets.numerals import chinese_number
from etl.sheets.plain_text import clean_text, plain_width, trimmed
from etl.sheets.typed_units import Ending, endings

__all__ = ["Raw", "ReadText", "as_typed", "clean_text", "read_figure"]


@dataclass(frozen=True, slots=True)
class ReadText:
    """What one cell says. `value` is in the column's unit: None if unreadable, or nothing was typed.

    `dash` and `nothing` leave it to the row: 0 in a part, derived in a sum. 0, 零 and 无 are numbers.
    `raises` are ids of the rules that the text itself touches.
    """

    value: Decimal | None
    meaning: Literal["number", "dash", "nothing", "unreadable"]
    raises: tuple[str, ...] = ()


_NOTHING = ReadText(None, "nothing")
_DASH = ReadText(None, "dash")
_NOT_A_NUMBER = ReadText(None, "unreadable", ("not_a_number",))
_TOO_LARGE = ReadText(None, "unreadable", ("figure_too_large",))

_ZERO_WORDS = frozenset(("无", "零", "没有", "〇", "○"))
_DASHES = frozenset(("/", "\\", "-", "−", "—", "——", "–"))
_LONGEST = 64
"""Characters; nobody types a longer figure, and the arithmetic below stays exact within it."""

_NUMBER = re.compile(r"[-−]?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
"""No leading zeros: 05 may be a 0.5 that lost its point."""
_YUAN = re.compile("[元圆][整正]?$")
_ABOUT = re.compile(r"^(?:大约|约|近)\s*")
_OR_SO = re.compile(r"\s*左右$")
_AND_MORE = re.compile(r"\s*[余多](?=\s*[千万亿]?[人件元]?$)")

_EXACT = Context(prec=2 * _LONGEST)
_ZERO, _ONE = Decimal(0), Decimal(1)
_FEN = Decimal("0.000001")
_SILENT_IN_MONEY = Decimal("1e-9")
_SILENT_IN_COUNT = Decimal("1e-6")


def read_figure(raw: Raw, column: Column, limits: Limits, header_unit: str | None = None) -> ReadText:
    """The figure that `raw` means in `column` (a count or money column). Never raises, never guesses.

    `header_unit` is the unit that the header names if it is not the column's own (元 over 万元): plain
    numbers are then in that unit and converted silently. Under a header unit that is not known here
    (see endings), only figures with a unit of their own are read.
    """
    if raw is None:
        return _NOTHING
    if isinstance(raw, str):
        return _from_text(raw, column, limits, header_unit)
    if type(raw) is not float and type(raw) is not int:
        return _NOT_A_NUMBER
    is_money = column.type == "money"
    if header_unit is None:
        return _from_number(raw, is_money, _largest(is_money, limits), _ONE)
    bare = next((one for one in endings(column, header_unit) if not one.text), None)
    return _from_number(raw, is_money, _largest(is_money, limits), bare.factor) if bare else _NOT_A_NUMBER


def _largest(is_money: bool, limits: Limits) -> int:
    return limits.largest_money if is_money else limits.largest_count


@lru_cache(maxsize=4096, typed=True)
def _from_number(raw: float, is_money: bool, largest: int, factor: Decimal) -> ReadText:
    number = Decimal(int(raw)) if raw % 1 == 0 else Decimal(repr(raw))  # 0.1 as a person would write it
    return _judged(_EXACT.multiply(number, factor), is_money, largest, ())


def _judged(value: Decimal, is_money: bool, largest: int, raises: tuple[str, ...]) -> ReadText:
    """The value if within limits, free of floating noise and, if money, exact to the 分."""
    if not value.is_finite():
        return _NOT_A_NUMBER
    if value.copy_abs() > largest:
        return _TOO_LARGE
    whole = value.to_integral_value()
    if value == whole:
        return ReadText(whole or _ZERO, "number", raises)
    nearest = value.quantize(_FEN if is_money else _ONE, ROUND_HALF_UP, _EXACT) or _ZERO
    off = _EXACT.subtract(value, nearest).copy_abs()
    if not is_money:
        return ReadText(nearest if off <= _SILENT_IN_COUNT else value, "number", raises)
    rounded = () if off <= _SILENT_IN_MONEY else ("figure_rounded",)
    return ReadText(plain(nearest), "number", raises + rounded)


def _from_text(raw: str, column: Column, limits: Limits, header_unit: str | None) -> ReadText:
    text = _YUAN.sub("元", trimmed(plain_width(raw)))
    if not text:
        return _NOTHING
    if text in _DASHES:
        return _DASH
    if text in _ZERO_WORDS:
        return ReadText(_ZERO, "number")
    if len(text) > _LONGEST:
        return _NOT_A_NUMBER
    exact = _AND_MORE.sub("", _OR_SO.sub("", _ABOUT.sub("", text)))
    for ending in endings(column, header_unit):
        value = _before(ending, exact)
        if value is not None:
            raises = ("figure_approximate",) * (exact != text) + ("figure_converted",) * ending.converts
            is_money = column.type == "money"
            said = _EXACT.multiply(value, ending.factor)
            return _judged(said, is_money, _largest(is_money, limits), raises)
    return _NOT_A_NUMBER


def _before(ending: Ending, text: str) -> Decimal | None:
    """The number that `text` puts before this unit; None if it does not end so, or that is no number."""
    if not text.endswith(ending.text):
        return None
    number = text.removesuffix(ending.text).rstrip()
    if _NUMBER.fullmatch(number):
        return Decimal(number.replace(",", "").replace("−", "-"))
    return chinese_number(number) if ending.takes_numeral(number) else None


def as_typed(raw: Raw) -> str | None:
    """The cell as the clerk sees it typed: a number in its shortest decimal, a date in ISO, None for blank."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return clean_text(raw) if trimmed(raw) else None
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return _number_as_typed(raw)
    return _hours(raw) if isinstance(raw, timedelta) else _iso(raw)


@lru_cache(maxsize=4096, typed=True)
def _number_as_typed(raw: float) -> str:
    number = Decimal(raw) if isinstance(raw, int) else Decimal(repr(raw + 0.0))  # -0.0 is 0.0
    return f"{number:f}".removesuffix(".0")


def _iso(moment: datetime | date | time) -> str:
    if isinstance(moment, datetime) and moment.time() == time.min:
        return moment.date().isoformat()
    return moment.isoformat()


def _hours(span: timedelta) -> str:
    """A span as a workbook shows it, hours running on past the day: 36:00:00."""
    seconds = round(abs(span).total_seconds())
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
