"""A date as people and programs write it."""

from datetime import date, datetime

import pytest

from etl.sheets.dates import as_date

DAY = date(2022, 2, 8)


@pytest.mark.parametrize(
    "written",
    [
        DAY,
        datetime(2022, 2, 8, 9, 30),  # noqa: DTZ001 - a date cell knows no zone
        "2022-02-08",
        "2022.2.8",
        "2022 / 2 / 8",
        "20220208",
        "2022年2月8日",
        "２０２２年 ２ 月 ８ 日",
        "22年2月8号",
        "二〇二二年二月八日",
        "2022-02-08 00:00:00",
        "2022/2/8 9:30",
        "2022-02-08T09:30:00.000",
        "2022年2月8日 9：30",
    ],
)
def test_a_date_is_read_however_it_is_written(written: object) -> None:
    assert as_date(written) == DAY


@pytest.mark.parametrize(
    "written", ["", "2022年  月  日", "2022.13.1", "2022-02-081", "二月八日", "13800001111"]
)
def test_what_names_no_day_is_no_date(written: str) -> None:
    assert as_date(written) is None
