"""催办: texts ready to paste, and who is to be reminded today."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest

from etl.books.missing import missing_workbook
from etl.books.reminding import reminding_text
from etl.definitions import Campaign, Form
from etl.model import Reminded, Summary


def lines(summary: Summary, form: Form, campaign: Campaign) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(missing_workbook(summary, form, campaign)))
    return [tuple(row) for row in book["催办"].iter_rows(values_only=True)]


def test_every_unit_that_owes_something_has_one_text(few: Summary, form: Form, campaign: Campaign) -> None:
    said = lines(few, form, campaign)[4:]
    assert [line[1] for line in said] == ["蒲吕街道", "土桥镇"]
    assert said[0][5] == (
        "蒲吕街道：2022年春节双拥工作材料，统计表还没有收到；工作总结已退回，请按回执里的修改清单改正后重报；"
        "截止时间（2月10日23:59）已过，请尽快放进共享文件夹的“收件箱”。如已报送，请以回执为准。"
    )


def test_before_the_deadline_it_says_by_when(few: Summary, campaign: Campaign) -> None:
    early = replace(few, as_of=datetime.fromisoformat("2022-02-08T09:00:00+08:00"))
    assert "请于2月10日23:59前放进" in reminding_text(few.missing[:1], early, campaign)
    closed = replace(few, as_of=datetime.fromisoformat("2022-04-08T09:00:00+08:00"))
    assert "本期已关账，请先联系铜梁区双拥办。" in reminding_text(few.missing[:1], closed, campaign)


def test_what_was_extended_is_told_apart_from_what_was_not(few: Summary, campaign: Campaign) -> None:
    form, narrative = few.missing[:2]
    longer = replace(narrative, extended_to=datetime.fromisoformat("2022-03-01T18:00:00+08:00"))
    assert reminding_text((form, longer), few, campaign) == (
        "蒲吕街道：2022年春节双拥工作材料，统计表还没有收到；截止时间（2月10日23:59）已过，请尽快报送。"
        "工作总结已退回，请按回执里的修改清单改正后重报；请于3月1日18:00前报送。都放进共享文件夹的“收件箱”。"
        "如已报送，请以回执为准。"
    )
    both = (replace(form, extended_to=longer.extended_to), longer)
    assert "；请于3月1日18:00前放进共享文件夹的“收件箱”。" in reminding_text(both, few, campaign)


def test_who_only_waits_for_the_office_is_asked_to_send_nothing(few: Summary, campaign: Campaign) -> None:
    held = replace(few.missing[0], state="held")
    assert reminding_text((held,), few, campaign) == (
        "蒲吕街道：2022年春节双拥工作材料，统计表已收到，正由双拥办认领，请留意电话；如已报送，请以回执为准。"
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [(-5, "截止前第 5 个工作日"), (0, "截止当天"), (3, "逾期第 3 个工作日"), (None, None)],
)
def test_whose_day_it_is_stands_beside_the_text(
    step: int | None, words: str | None, few: Summary, form: Form, campaign: Campaign
) -> None:
    due = replace(few, missing=tuple(replace(one, step=step) for one in few.missing))
    said = lines(due, form, campaign)
    assert [line[4] for line in said[4:]] == [words, words]
    assert ("该催 2 个单位" in str(said[2][0])) is (step is not None)


def test_what_was_told_today_stands_there_though_its_own_day_was_missed(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    of = few.missing[0]
    since = campaign.deadline_date
    told = tuple(
        Reminded(of.code, of.unit, step, since, few.as_of, "", "没有设邮件") for step in ("returned", "1")
    )
    said = lines(replace(few, reminded=told), form, campaign)
    assert [line[4] for line in said[4:]] == ["逾期第 1 个工作日、退回后没有重报", None]
    assert "该催 1 个单位" in str(said[2][0])
    late = lines(replace(few, reminded=tuple(replace(one, made_up=True) for one in told)), form, campaign)
    assert late[4][4] == "逾期第 1 个工作日（补催）、退回后没有重报（补催）"
    yesterday = tuple(replace(one, reminded_at=few.as_of - timedelta(days=1)) for one in told)
    assert {line[4] for line in lines(replace(few, reminded=yesterday), form, campaign)[4:]} == {None}


def test_what_waits_for_the_office_itself_is_not_reminded(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    held = replace(few, missing=tuple(replace(one, step=1, state="held") for one in few.missing))
    assert {line[4] for line in lines(held, form, campaign)[4:]} == {None}


def test_after_closing_nobody_is_to_be_reminded(few: Summary, form: Form, campaign: Campaign) -> None:
    owing = replace(few, missing=tuple(replace(one, step=1, state="returned") for one in few.missing))
    assert {line[4] for line in lines(owing, form, campaign)[4:]} == {"逾期第 1 个工作日"}
    said = lines(replace(owing, as_of=campaign.closes + timedelta(seconds=1)), form, campaign)
    assert {line[4] for line in said[4:]} == {None}
    assert str(said[2][0]).endswith("个单位。本期已经关账，不再催办。")


def test_a_year_without_holidays_is_told(few: Summary, form: Form, campaign: Campaign) -> None:
    said = lines(replace(few, years_unknown=(2027,)), form, campaign)
    assert said[3][0] == "2027 年的节假日还没有录入，先按周一到周五算工作日。"


def test_nobody_is_reminded_where_nothing_is_owed(few: Summary, form: Form, campaign: Campaign) -> None:
    assert lines(replace(few, missing=()), form, campaign)[2][0] == "应报的材料已全部报齐，不用催。"
