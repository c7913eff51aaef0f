"""The units that may be typed behind a figure, and what one of each is in the column's own unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from etl.definitions import Column

_ONE = Decimal(1)
_YUAN, _THOUSAND, _WAN = Decimal("0.0001"), Decimal(1000), Decimal(10000)
_WAN_OR_YI = re.compile("[万亿]")

_IN_WAN_YUAN = {
    "万元": _ONE,
    "元": _YUAN,
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "亿元": _WAN,
    "角": Decimal("0.00001"),
    "分": Decimal("0.000001"),
}
"""What one of the units that a money column's header may name is in 万元."""
_SCALES = {"": _ONE, "万": _WAN, "千": _THOUSAND, "百": Decimal(100)}
"""What may stand before 人 or 件 in a count column's header."""

Numerals = Literal["any", "below 万", "none"]


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit behind a number ("" if there is none); `converts`: reading it deserves a warning.

    `numerals` says which Chinese numerals may stand before it. Those with 万 or 亿 in them may not where
    the unit has one too, nor bare in a 万元 column, where 三万 may be meant as 3 or as 30000.
    """

    text: str
    factor: Decimal
    converts: bool = False
    numerals: Numerals = "any"

    def takes_numeral(self, text: str) -> bool:
        return self.numerals == "any" or (self.numerals == "below 万" and not _WAN_OR_YI.search(text))


def header_units(column: Column) -> frozenset[str]:
    """The units that a column's header may name and that we know how to convert."""
    if column.type == "money":
        return frozenset(_IN_WAN_YUAN)
    return frozenset(f"{scale}{column.unit}" for scale in _SCALES)


def endings(column: Column, header_unit: str | None) -> tuple[Ending, ...]:
    """The endings that a figure of this column may have, in the order in which to try them.

    There is no bare one ("") under a header unit that is not known: what a plain number means is not.
    """
    return _endings(column.type, column.unit, header_unit)


@lru_cache(maxsize=64)
def _endings(kind: str, unit: str | None, header_unit: str | None) -> tuple[Ending, ...]:
    if kind == "money":
        factor = _IN_WAN_YUAN.get(header_unit or "万元")
        bare = Ending("", factor, numerals="any" if header_unit == "元" else "below 万") if factor else None
        return (bare, *_money(header_unit)) if bare else _money(header_unit)
    factor = _SCALES.get((header_unit or str(unit)).removesuffix(str(unit)))
    return (Ending("", factor), *_counts(str(unit))) if factor else _counts(str(unit))


def _money(header_unit: str | None) -> tuple[Ending, ...]:
    return (
        Ending("万元", _ONE, numerals="below 万"),
        Ending("亿元", _WAN, header_unit != "亿元", "below 万"),
        Ending("元", _YUAN, header_unit != "元"),
        Ending("万", _ONE, numerals="none"),
    )


def _counts(unit: str) -> tuple[Ending, ...]:
    """The unit alone comes first: 三千人 is a numeral with its unit, which takes no conversion."""
    return (
        Ending(unit, _ONE),
        *(Ending(f"万{tail}", _WAN, converts=True, numerals="below 万") for tail in (unit, "")),
        *(Ending(f"千{tail}", _THOUSAND, converts=True, numerals="none") for tail in (unit, "")),
    )
