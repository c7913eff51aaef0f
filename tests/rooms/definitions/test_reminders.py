"""The ladder of reminders: each step on its working day, once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from etl.definitions import Holidays, load_definitions
from etl.errors import DefinitionError
from etl.settings import PROJECT


def test_each_step_has_its_one_working_day() -> None:
    known = load_definitions(PROJECT / "config")
    deadline = date(2022, 2, 10)
    days = [deadline + timedelta(days=ahead) for ahead in range(-30, 31)]
    steps = {day.isoformat(): known.reminders.step(deadline, day, known.holidays) for day in days}
    assert {day: step for day, step in steps.items() if step is not None} == {
        "2022-01-29": -5,
        "2022-02-09": -1,
        "2022-02-10": 0,
        "2022-02-11": 1,
        "2022-02-15": 3,
        "2022-02-21": 7,
    }


def test_a_year_without_holidays_never_stops_a_reminder() -> None:
    ladder = load_definitions(PROJECT / "config").reminders
    unknown = Holidays(works={})
    days = [date(2027, 2, 1) + timedelta(days=ahead) for ahead in range(28)]
    steps = [ladder.step(date(2027, 2, 10), day, unknown) for day in days]
    assert [step for step in steps if step is not None] == [-5, -1, 0, 1, 3, 7]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("before_deadline = [5, 5]\noverdue = [1]\nreturned = 2\n", "before_deadline：同一天写了两次"),
        ("before_deadline = [5]\noverdue = [0]\nreturned = 2\n", "overdue"),
        ("before_deadline = [5]\n", "overdue"),
    ],
)
def test_a_mistake_is_told_with_its_key(written: str, said: str, config: Path) -> None:
    (config / "reminders.toml").write_text(written, "utf-8")
    with pytest.raises(DefinitionError, match=said):
        load_definitions(config)
