"""Working days: the shipped holidays are the State Council's, and a year that nobody knows stops nothing.

config/holidays.csv is seeded by REFRESH_DOCS=1 pytest tests/rooms/definitions/test_holidays.py, which adds the years
that a newer chinesecalendar knows, and keeps what else stands in the file.
"""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from chinese_calendar import Holiday
from chinese_calendar.constants import holidays as days_off
from chinese_calendar.constants import workdays as days_on

from etl.definitions import Holidays, load_definitions
from etl.definitions.holidays import load_holidays
from etl.errors import DefinitionError
from etl.settings import PROJECT

SHIPPED = PROJECT / "config" / "holidays.csv"
FIRST_YEAR = 2021
HEADER = "day,kind,name"
REMARK = "# 节假日和调休：休 不上班，班 周末上班。每年国务院办公厅的通知出来以后，把新一年的补在后面。"
NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


def of_the_library() -> list[tuple[str, str, str]]:
    """Every day that is not what its weekday says: day, 休 or 班, the festival."""
    special = [(day, "休", name) for day, name in days_off.items() if day.weekday() < 5]
    special += [(day, "班", name) for day, name in days_on.items() if day.weekday() >= 5]
    return [
        (day.isoformat(), kind, NAMES[name]) for day, kind, name in sorted(special) if day.year >= FIRST_YEAR
    ]


def in_the_file() -> list[tuple[str, str, str]]:
    if not SHIPPED.is_file():
        return []
    lines = list(csv.reader(SHIPPED.read_text("utf-8").splitlines()[2:]))
    return [(day, kind, name) for day, kind, name in lines]


def test_the_shipped_holidays_are_those_that_the_calendar_library_knows() -> None:
    known = of_the_library()
    years = {day[:4] for day, _, _ in known}
    if os.environ.get("REFRESH_DOCS"):
        ours = [line for line in in_the_file() if line[0][:4] not in years]
        lines = [",".join(line) for line in sorted([*known, *ours])]
        SHIPPED.write_text("\n".join([REMARK, HEADER, *lines]) + "\n", "utf-8")
    assert [line for line in in_the_file() if line[0][:4] in years] == known
    assert {"2021", "2022", "2026"} <= years


@pytest.fixture(scope="module")
def holidays() -> Holidays:
    return load_holidays(PROJECT / "config")


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (-5, "2022-01-29"),  # a Saturday on which everybody works, before the Spring Festival
        (-4, "2022-01-30"),
        (-3, "2022-02-07"),
        (-1, "2022-02-09"),
        (0, "2022-02-10"),
        (1, "2022-02-11"),
        (2, "2022-02-14"),
        (3, "2022-02-15"),
        (7, "2022-02-21"),
    ],
)
def test_working_days_around_the_deadline_leap_over_weekends_and_the_spring_festival(
    number: int, day: str, holidays: Holidays
) -> None:
    assert holidays.working_day(date(2022, 2, 10), number) == date.fromisoformat(day)


@pytest.mark.parametrize(("number", "day"), [(-1, 10), (0, 11), (1, 14), (2, 15)])
def test_around_a_deadline_on_a_sunday_the_friday_before_is_the_day(
    number: int, day: int, holidays: Holidays
) -> None:
    assert holidays.working_day(date(2022, 2, 13), number) == date(2022, 2, day)


def test_a_year_without_data_counts_monday_to_friday_and_is_told(holidays: Holidays) -> None:
    assert holidays.unknown(range(2025, 2029)) == (2027, 2028)
    assert not holidays.is_working_day(date(2026, 10, 1))
    assert holidays.is_working_day(date(2027, 10, 1))  # National Day, on a Friday: not known yet
    assert [holidays.is_working_day(date(2027, 10, day)) for day in (2, 3, 4)] == [False, False, True]
    assert holidays.working_day(date(2026, 12, 31), 2) == date(2027, 1, 4)


def test_without_the_file_every_year_counts_monday_to_friday(config: Path) -> None:
    (config / "holidays.csv").unlink()
    holidays = load_definitions(config).holidays
    assert holidays.unknown((2022,)) == (2022,)
    assert holidays.working_day(date(2022, 2, 10), -5) == date(2022, 2, 3)


def test_the_office_edits_it_in_excel(config: Path) -> None:
    written = "day,kind,name,,\r\n2027/2/6,休,春节,,\r\n2027年2月14日,班,,,\r\n\r\n"
    (config / "holidays.csv").write_bytes(written.encode("gb18030"))
    holidays = load_definitions(config).holidays
    assert holidays.works == {date(2027, 2, 6): False, date(2027, 2, 14): True}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "表头：应是 day,kind,name（日期、休或班、节日名称）"),
        ("date,kind\n", "表头：应是 day,kind,name（日期、休或班、节日名称）"),
        ("day,kind,name\n2027-02-30,休,\n", "第2行.day：应是日期，如 2022-02-10，现在是 '2027-02-30'"),
        ("day,kind,name\n明天,休,\n", "第2行.day：应是日期，如 2022-02-10，现在是 '明天'"),
        ("day,kind,name\n,休,春节\n", "第2行.day：缺少这一项"),
        ("day,kind,name\n2027-02-06,放假,\n", "第2行.kind：只能是 休、班，现在是 '放假'"),
        ("day,kind,name\n2027-02-06,休,春节,周六\n", "第2行.第4格：没有这一项（是否写错了名字？），现在是 '周六'"),
        ("day,kind,name\n2027-02-06,休,\n2027/2/6,班,\n", "第3行.day：2027-02-06 写了两次"),
        ('day,kind,name\n"2027-02-06,休,\n', "第2行：引号没有成对"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_holidays(config: Path, written: str, said: str) -> None:
    file = config / "holidays.csv"
    file.write_text(written, "utf-8")
    with pytest.raises(DefinitionError) as told:
        load_definitions(config)
    assert str(told.value).startswith(f"{file}：{said}")
