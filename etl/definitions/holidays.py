"""Working days: Monday to Friday, but for the days that the State Council moved (config/holidays.csv)."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from etl.definitions.by_lines import csv_lines, iso_day, says_something
from etl.definitions.strict import Strict, checked
from etl.errors import DefinitionError

_FRIDAY = 4
_ONE_DAY = timedelta(days=1)
_COLUMNS = ("day", "kind", "name")


class SpecialDay(Strict):
    """A weekday on which nobody works (休), or a weekend day on which everybody does (班)."""

    day: date
    kind: Literal["休", "班"]
    name: str = ""

    @field_validator("day", mode="before")
    @classmethod
    def _as_excel_writes_it(cls, value: Any) -> Any:
        return iso_day(value) if isinstance(value, str) else value


class Holidays(Strict):
    """The special days. A year of which none is known counts Monday to Friday, and is told."""

    works: dict[date, bool]

    def is_working_day(self, day: date) -> bool:
        return self.works.get(day, day.weekday() <= _FRIDAY)

    def working_day(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`, or before it where negative; 0: `day` itself, or the last
        working day before it. Days before a day off are counted from that last working day."""
        while number <= 0 and not self.is_working_day(day):
            day -= _ONE_DAY
        for _ in range(abs(number)):
            day += _ONE_DAY if number > 0 else -_ONE_DAY
            while not self.is_working_day(day):
                day += _ONE_DAY if number > 0 else -_ONE_DAY
        return day

    def unknown(self, years: Iterable[int]) -> tuple[int, ...]:
        """Those of `years` of which the file says nothing."""
        known = {day.year for day in self.works}
        return tuple(year for year in years if year not in known)


def load_holidays(folder: Path) -> Holidays:
    """The holidays of `folder`/holidays.csv. Without the file no year is known. Raises DefinitionError."""
    path = folder / "holidays.csv"
    if not path.is_file():
        return Holidays(works={})
    lines = [(number, cells) for number, cells in csv_lines(path) if says_something(cells)]
    header = tuple(cell.strip() for cell in lines[0][1] if cell.strip()) if lines else ()
    if header != _COLUMNS:
        raise DefinitionError(f"{path}：表头：应是 {','.join(_COLUMNS)}（日期、休或班、节日名称）")
    works: dict[date, bool] = {}
    for number, cells in lines[1:]:
        special = checked(SpecialDay, _record(cells), path, f"第{number}行")
        if special.day in works:
            raise DefinitionError(f"{path}：第{number}行.day：{special.day} 写了两次")
        works[special.day] = special.kind == "班"
    return Holidays(works=works)


def _record(cells: list[str]) -> dict[str, str]:
    """A line by its columns; what stands beyond them is under a name of its own, to be refused."""
    names = (*_COLUMNS, *(f"第{at}格" for at in range(len(_COLUMNS) + 1, len(cells) + 1)))
    return {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()}
