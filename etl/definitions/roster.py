"""The roster (花名册): who may report, under which names, and when each unit exists.

The office keeps it in Excel: a CSV in UTF-8 or GB18030, or an .xlsx whose first sheet has the same
header. A first line that begins with # is a remark. Several aliases are parted by | or 、.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from etl.definitions.by_lines import csv_lines, iso_day, says_something
from etl.definitions.strict import Strict, checked
from etl.definitions.tree import check_tree
from etl.errors import DefinitionError

NOT_IN_A_FILE_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
REQUIRED = ("code", "name", "kind")
"""Columns a roster cannot do without; the others may be absent or empty."""
UNKNOWN_SENDER = "未识别单位"
"""The receipts folder of files whose sender is not known; no unit may be called so."""


class Unit(Strict):
    """A reporting unit (填报单位). Empty validity dates mean always; both ends are included."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    kind: str = Field(min_length=1)
    parent: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def valid_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @field_validator("aliases", mode="before")
    @classmethod
    def _parted(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(alias.strip() for alias in re.split(r"[|｜、]", value) if alias.strip())
        return value

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.date()
        return iso_day(value) if isinstance(value, str) else value

    @field_validator("name")
    @classmethod
    def _name_can_be_a_folder(cls, name: str) -> str:
        if NOT_IN_A_FILE_NAME.search(name) or name.startswith(".") or name == UNKNOWN_SENDER:
            raise ValueError(
                f'“{name}”要用作文件夹名，不能含 / \\ : * ? " < > |、以点开头或叫“{UNKNOWN_SENDER}”'
            )
        return name

    @model_validator(mode="after")
    def _lives_forwards(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from、valid_to：起止日期颠倒了")
        return self


class Roster(Strict):
    """All units, in the office's order."""

    units: tuple[Unit, ...]

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds in order of first appearance."""
        return tuple(dict.fromkeys(unit.kind for unit in self.units))

    def valid_on(self, day: date) -> tuple[Unit, ...]:
        """The units that exist on a day; the very same tuple where all do, so that what was made of it still serves."""
        units = tuple(unit for unit in self.units if unit.valid_on(day))
        return self.units if len(units) == len(self.units) else units


def load_roster(folder: Path) -> Roster:
    """The roster of `folder`: roster.csv or roster.xlsx, whichever is there; not both."""
    found = [path for path in (folder / "roster.csv", folder / "roster.xlsx") if path.is_file()]
    if len(found) != 1:
        said = "两份花名册都在，只能留一份" if found else "没有花名册"
        raise DefinitionError(f"{folder}：{said}（roster.csv 或 roster.xlsx）")
    path = found[0]
    lines = csv_lines(path) if path.suffix == ".csv" else _xlsx_lines(path)
    return roster_from_lines(lines, path)


def roster_from_lines(lines: Iterable[tuple[int, list[Any]]], path: Path) -> Roster:
    """A roster from numbered lines, the header first. Errors name the line."""
    numbered = [(number, cells) for number, cells in lines if says_something(cells)]
    if not numbered:
        raise DefinitionError(f"{path}：花名册是空的")
    header = [str(cell or "").strip() for cell in numbered[0][1]]
    _check_header(header, path)
    for number, cells in numbered[1:]:
        if any(str(cell).strip() for cell in cells[len(header) :]):
            raise DefinitionError(f"{path}：第{number}行：比表头多出格子，是不是多了一个逗号？")
    units = [checked(Unit, _record(header, cells), path, f"第{number}行") for number, cells in numbered[1:]]
    lines_of_units = [number for number, _ in numbered[1:]]
    _refuse_twins(units, lines_of_units, path)
    check_tree(units, lines_of_units, path)
    return Roster(units=tuple(units))


def _xlsx_lines(path: Path) -> Iterable[tuple[int, list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError) as why:
        raise DefinitionError(f"{path}：打不开（{why}）") from None
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        yield number, [int(c) if isinstance(c, float) and c.is_integer() else c for c in cells]


def _check_header(header: list[str], path: Path) -> None:
    allowed = list(Unit.model_fields)
    unknown = [name for name in header if name and name not in allowed]
    absent = [name for name in REQUIRED if name not in header]
    if unknown or absent:
        parts = [f"不认识的列 {'、'.join(unknown)}"] if unknown else []
        parts += [f"缺少列 {'、'.join(absent)}"] if absent else []
        raise DefinitionError(f"{path}：表头：{'；'.join(parts)}。可用的列：{'、'.join(allowed)}")


def _record(header: list[str], cells: list[Any]) -> dict[str, Any]:
    pairs = {name: cell for name, cell in zip(header, cells, strict=False) if name}
    return {name: _plain(cell) for name, cell in pairs.items() if str(cell).strip()}


def _plain(cell: Any) -> Any:
    return str(cell) if isinstance(cell, int | float) else cell


def _refuse_twins(units: list[Unit], numbers: list[int], path: Path) -> None:
    """Two units may share a name only if they never exist on the same day (a town that was merged)."""
    codes: dict[str, int] = {}
    named: dict[str, list[tuple[Unit, int]]] = {}
    for unit, number in zip(units, numbers, strict=True):
        if unit.code in codes:
            raise DefinitionError(f"{path}：第{number}行.code：“{unit.code}”与第{codes[unit.code]}行重复")
        codes[unit.code] = number
        for name in unit.names:
            for other, line in named.get(name, []):
                if other is not unit and _overlap(unit, other):
                    raise DefinitionError(f"{path}：第{number}行：名称或别名“{name}”与第{line}行重复")
            named.setdefault(name, []).append((unit, number))


def _overlap(one: Unit, other: Unit) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_to or date.max, other.valid_to or date.max)
    return starts <= ends
