"""The missing list tells the office whom to chase for what; the overdue list, who is past their own deadline.

Golden dump: tests/golden/missing.tsv. After a wanted change look at the workbook, then write it anew with
REFRESH_GOLDEN=1 pytest tests/rooms/books/test_missing.py.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from etl.books.missing import missing_workbook
from etl.definitions import Campaign, Form, Unit
from etl.model import Missing, Summary


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def listed(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """The rows that are numbered: unit, kind, parent, material, state, days, extension, contact, phone."""
    rows = book[sheet].iter_rows(values_only=True)
    return [row[1:] for row in rows if isinstance(row[0], int)]


@pytest.fixture(scope="module")
def content(few: Summary, form: Form, campaign: Campaign) -> bytes:
    return missing_workbook(few, form, campaign)


def test_every_cell_is_exactly_the_golden_one(
    content: bytes, golden: Callable[[str, str], None], told_workbook: Callable[[bytes], str]
) -> None:
    golden("missing.tsv", told_workbook(content))


def test_the_same_summary_gives_the_same_bytes(
    content: bytes, few: Summary, form: Form, campaign: Campaign
) -> None:
    assert missing_workbook(few, form, campaign) == content


def test_every_owed_pair_with_nothing_in_force_is_listed_once_with_whom_to_call(
    content: bytes, few: Summary
) -> None:
    rows = listed(opened(content), "未报名单")
    assert [(row[0], row[7], row[8]) for row in rows] == [
        (pair.unit, pair.contact, pair.phone) for pair in few.missing
    ]
    assert [(row[3], row[4]) for row in rows] == [
        ("统计表", "从未报送"),
        ("工作总结", "已退回未改"),
        ("工作总结", "从未报送"),
    ]


def test_units_are_grouped_by_kind_with_counts_on_top(
    district: Summary, form: Form, campaign: Campaign
) -> None:
    shuffled = replace(district, missing=tuple(sorted(district.missing, key=lambda pair: pair.days_overdue)))
    sheet = opened(missing_workbook(shuffled, form, campaign))["未报名单"]
    assert sheet["A1"].value == "快报：应报 126 份，已报 104 份，尚未定稿。"
    assert sheet["A3"].value == (
        "未报 22 份（从未报送 11 份，已退回未改 6 份，待认领 5 份）；"
        "镇街 7 个单位 10 份；成员单位 8 个单位 12 份。其中已逾期 21 份。"
    )
    banners = [row[0].value for row in sheet.iter_rows(min_row=6) if isinstance(row[0].value, str)]
    assert banners == ["镇街：7 个单位 10 份", "成员单位：8 个单位 12 份"]


def test_the_moment_and_the_deadline_are_said_in_words(content: bytes) -> None:
    assert opened(content)["未报名单"]["A4"].value == (
        "统计到：2022年2月12日 09:30；截止时间：2022年2月10日 23:59:59（北京时间）。"
        "统计表：《2022年新年春节期间双拥活动情况统计表》。"
    )


def test_before_the_deadline_nobody_is_overdue(
    few: Summary,
    form: Form,
    campaign: Campaign,
    before_deadline: datetime,
    few_units: list[Unit],
    summary_of: Callable[[Iterable[Unit], datetime], Summary],
) -> None:
    early = summary_of(few_units, before_deadline)
    book = opened(missing_workbook(early, form, campaign))
    assert book.sheetnames == ["未报名单", "催办"]
    assert {row[5] for row in listed(book, "未报名单")} == {"未到期"}


def test_the_last_second_of_the_deadline_is_not_overdue(few: Summary, form: Form, campaign: Campaign) -> None:
    at_the_end = replace(few, as_of=campaign.deadline)
    assert opened(missing_workbook(at_the_end, form, campaign)).sheetnames == ["未报名单", "催办"]
    a_second_later = replace(few, as_of=campaign.deadline + timedelta(seconds=1))
    assert opened(missing_workbook(a_second_later, form, campaign)).sheetnames == [
        "未报名单",
        "逾期名单",
        "催办",
    ]


def test_an_extension_moves_what_is_overdue_and_both_dates_are_shown(content: bytes) -> None:
    book = opened(content)
    extended = listed(book, "未报名单")[2]
    assert (extended[5], str(extended[6])) == ("未到期", "2022-02-20 23:59:59")
    assert [row[0] for row in listed(book, "逾期名单")] == ["蒲吕街道", "蒲吕街道"]


def test_a_passed_extension_is_overdue_again(few: Summary, form: Form, campaign: Campaign) -> None:
    later = replace(
        few,
        as_of=campaign.deadline + timedelta(days=12),
        missing=tuple(replace(pair, days_overdue=2 if pair.extended_to else 12) for pair in few.missing),
    )
    rows = listed(opened(missing_workbook(later, form, campaign)), "逾期名单")
    assert [(row[0], row[5]) for row in rows] == [("蒲吕街道", 12), ("蒲吕街道", 12), ("土桥镇", 2)]


def test_the_most_overdue_come_first(few: Summary, form: Form, campaign: Campaign) -> None:
    days = (1, 5, 3)
    mixed = replace(
        few,
        missing=tuple(
            replace(pair, days_overdue=count, extended_to=None)
            for pair, count in zip(few.missing, days, strict=True)
        ),
    )
    rows = listed(opened(missing_workbook(mixed, form, campaign)), "逾期名单")
    assert [row[5] for row in rows] == [5, 3, 1]


def test_when_all_have_reported_the_list_says_so(few: Summary, form: Form, campaign: Campaign) -> None:
    book = opened(missing_workbook(replace(few, missing=()), form, campaign))
    assert book["未报名单"]["A6"].value == "应报的材料已全部报齐，没有未报单位。"
    assert book["逾期名单"]["A6"].value == "没有逾期未报的单位。"


def test_a_name_that_looks_like_a_formula_stays_a_name(few: Summary, form: Form, campaign: Campaign) -> None:
    odd: Missing = replace(few.missing[0], unit="=1+1", contact="@cmd", phone="+8602300000000")
    sheet = opened(missing_workbook(replace(few, missing=(odd,)), form, campaign))["未报名单"]
    assert [(sheet[cell].value, sheet[cell].data_type) for cell in ("B7", "I7", "J7")] == [
        ("=1+1", "s"),
        ("@cmd", "s"),
        ("+8602300000000", "s"),
    ]


def test_a_long_list_prints_one_page_wide_with_its_header_on_every_page(
    district: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    content = missing_workbook(replace(district, missing=district.missing * 4), form, campaign)
    assert [sheet.print_title_rows for sheet in opened(content)] == ["$5:$5", "$5:$5", "$4:$4"]
    # two sheets of some 88 lines, 20 to 30 on a page; a sheet that spilled sideways would double this
    assert 6 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", converted(content, "pdf"))) <= 11
