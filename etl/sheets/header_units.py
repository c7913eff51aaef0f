"""Units that captions and headers name: （元） over a 万元 column, 单位：元 over the whole table."""

import re
from dataclasses import dataclass
from functools import lru_cache

from etl.definitions import Column
from etl.sheets.form_words import units_behind
from etl.sheets.grid import LONGEST_LABEL, Position, Raw, bracketed, core, squeezed
from etl.sheets.typed_units import header_units

_CAPTION_UNITS = re.compile(r"(?<![报表送])单位[:：]([^:：）)\]】]+)(?:[）)\]】]|$)")


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """A unit that a header names and that is not its column's own, and the header's place."""

    unit: str
    at: Position


def caption_units(raw: Raw, column: Column) -> list[str]:
    """Units that a caption names for the whole table: 单位：元, （金额单位：万元、人）. Not those of 填报单位：元."""
    if not isinstance(raw, str) or not column.is_figure:
        return []
    found = _CAPTION_UNITS.search(squeezed(raw))
    if not found:
        return []
    return [unit for unit in re.split("[、，,/和]", found.group(1)) if unit in header_units(column)]


def units_said(raw: Raw, column: Column) -> list[str]:
    """Units in brackets, or behind the column's name, or alone; not those of a figure (10000元) in a row of
    examples or totals under the header."""
    if not isinstance(raw, str) or not column.is_figure or len(raw) > LONGEST_LABEL:
        return []
    return _units_in(raw, column)


@lru_cache(maxsize=8192)
def _units_in(raw: str, column: Column) -> list[str]:
    if re.search(r"\d", core(raw)):
        return []
    units = [said.replace("单位", "").lstrip(":：") for said in bracketed(raw)]
    text, names = core(raw), [core(name) for name in column.names]
    behind = [
        unit
        for unit in units_behind(column)
        if text == unit or any(text.endswith(name + unit) for name in names)
    ]
    return [unit for unit in units if unit in header_units(column)] or behind[:1]
