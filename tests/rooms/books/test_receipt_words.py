"""What a receipt says to the clerk, first of all in the lines for a chat: what became of the file, and what to do."""

from dataclasses import replace

import pytest

from etl.books.receipt import chat_text
from etl.definitions import Campaign, Form
from etl.model import Material, Receipt, Severity, Status, Told
from etl.stages.verdict import SECRET
from tests.rooms.books.receipts import EARLIER, SECOND, accepted, at, error, page


def test_the_chat_text_comes_first_on_the_page(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    body = page(receipt, form, campaign).split("<body>")[1]
    assert body.index(chat_text(receipt, form, campaign)) < body.index("<h1>")


def test_the_chat_text_of_a_returned_form_says_who_what_and_by_when(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    assert chat_text(receipt, form, campaign) == (
        "土桥镇：统计表已退回。C9：总计·走访慰问人数填的是120，各行相加是125，相差5人。请核对各行与总计，改正后再报。"
        "请于2月10日23:59前改正后重报。还差工作总结，也请同时报送。回执号：2022-spring-000017"
    )


def test_the_chat_text_of_an_accepted_form_says_what_was_read_and_what_is_still_owed(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    assert chat_text(accepted(receipt), form, campaign) == (
        "土桥镇：统计表已收下。读到的总计：走访慰问人数120人，合计1.505万元。"
        "还差工作总结，请于2月10日23:59前报送。回执号：2022-spring-000017"
    )


def test_a_unit_that_owes_nothing_more_is_asked_for_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    narrative = accepted(receipt, material=Material.NARRATIVE, figures=(), still_owed=())
    assert chat_text(narrative, form, campaign) == "土桥镇：工作总结已收下。回执号：2022-spring-000017"
    assert "没有还要报的材料" in page(narrative, form, campaign)


def test_a_nil_return_is_called_so(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    nil = accepted(receipt, nil_return=True)
    assert "统计表已收下（零报告）" in chat_text(nil, form, campaign)
    assert '<span class="mark good">零报告</span>' in page(nil, form, campaign)


def test_a_late_return_is_accepted_and_called_late(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    late = accepted(receipt, late=True, received_at=at("2022-02-10T16:00:00+00:00"))
    assert "统计表已收下（迟报）" in chat_text(late, form, campaign)
    assert "2022年2月11日 00:00（北京时间）" in page(late, form, campaign)
    assert "迟报（截止 2022年2月10日 23:59:59）" in page(late, form, campaign)


def test_two_errors_are_both_told_where_they_fit_and_the_rest_is_counted(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    findings = (error("第一处错。", "C5"), error("第二处错。", "C6"), error("第三处错。", "C7"))
    said = chat_text(replace(receipt, findings=findings), form, campaign)
    assert "C5：第一处错。C6：第二处错。另有1处见回执。" in said


def test_a_finding_too_long_for_the_chat_is_told_in_whole_sentences(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    long = error(
        "发放金额填的是10500万元，按21人算人均500万元，超过5万元。" + "请核对是否把“元”当成了“万元”；" * 5
    )
    said = chat_text(replace(receipt, findings=(long,)), form, campaign)
    assert (
        "C9：发放金额填的是10500万元，按21人算人均500万元，超过5万元。请于2月10日23:59前改正后重报。" in said
    )


def test_queries_are_told_only_where_there_is_no_error(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    query = Told("figure_approximate", Severity.QUERY, "统计表", "C6", None, "是个约数。")
    assert "是个约数" not in chat_text(replace(receipt, findings=(query, error("错了。"))), form, campaign)
    asked = chat_text(accepted(receipt, findings=(query,)), form, campaign)
    assert "统计表已收下。C6：是个约数。请于2月10日23:59前改正或书面说明。" in asked


@pytest.mark.parametrize(
    ("answered", "asks"),
    [
        ("2022-02-10T23:59:59+08:00", "请于2月10日23:59前改正后重报"),
        ("2022-02-11T00:00:00+08:00", "已过截止时间，请尽快改正后重报"),
        ("2022-03-11T00:00:00+08:00", "本期已关账，请先联系铜梁区双拥办再改正后重报"),
    ],
)
def test_what_is_asked_fits_the_moment_of_the_answer(
    receipt: Receipt, form: Form, campaign: Campaign, answered: str, asks: str
) -> None:
    assert asks in chat_text(replace(receipt, answered_at=at(answered)), form, campaign)


def test_a_duplicate_repeats_the_verdict_and_changes_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    duplicate = replace(receipt, status=Status.DUPLICATE, duplicate_of=EARLIER)
    said = chat_text(duplicate, form, campaign)
    assert f"与回执{EARLIER}的文件完全相同，结论同前。C9：总计" in said
    assert "请于2月10日23:59前改正后重报" in said
    assert "重复报送" in page(duplicate, form, campaign)
    assert "不重复计算" in page(duplicate, form, campaign)
    assert "现在有效" not in page(duplicate, form, campaign)


def duplicate_of_the_first(receipt: Receipt, **changes: object) -> Receipt:
    """The bytes of an accepted file again; another one was received on 16 January."""
    again: dict[str, object] = {
        "status": Status.DUPLICATE,
        "duplicate_of": EARLIER,
        "earlier": Status.ACCEPTED,
        "in_force": SECOND,
        "in_force_at": at("2022-01-15T16:30:00+00:00"),
    }
    return accepted(receipt, **{**again, **changes})


def test_v1_v2_v1_again_is_told_that_v2_counts_and_how_to_change_that(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    query = Told("figure_approximate", Severity.QUERY, "统计表", "C6", None, "是个约数。")
    again = duplicate_of_the_first(receipt, findings=(query,))
    counts = "现在有效的是回执2022-spring-000010（1月16日收到）；要改用这一份，请联系铜梁区双拥办。"
    assert chat_text(again, form, campaign) == (
        f"土桥镇：统计表与回执{EARLIER}的文件完全相同，结论同前（已收下）。{counts}"
        "还差工作总结，请于2月10日23:59前报送。回执号：2022-spring-000017"
    )
    text = page(again, form, campaign)
    assert counts in text.split("<h1>")[1]
    assert "请核对" not in text
    assert "读作" not in text


def test_a_duplicate_of_the_file_in_force_says_that_it_is_the_one_that_counts(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    again = duplicate_of_the_first(receipt, in_force=EARLIER)
    assert "现在有效的就是那一份。" in page(again, form, campaign)
    assert "读到的总计：走访慰问人数120人" in chat_text(again, form, campaign)
    assert "现在有效" not in chat_text(again, form, campaign)


def test_a_returned_file_sent_again_is_to_be_corrected_only_if_it_is_to_take_the_others_place(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    again = duplicate_of_the_first(receipt, earlier=Status.RETURNED, findings=receipt.findings)
    said = chat_text(again, form, campaign)
    assert "结论同前（已退回）。现在有效的是回执2022-spring-000010（1月16日收到）。" in said
    assert "要改用这一份的，请于2月10日23:59前改正后重报。" in said
    assert "要改用这一份，请改正后重报。" in page(again, form, campaign)
    assert "请核对" in page(again, form, campaign)


def test_of_a_document_that_is_both_the_form_in_force_is_named(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    both = duplicate_of_the_first(receipt, material=Material.BOTH)
    assert "现在有效的统计表是回执2022-spring-000010" in chat_text(both, form, campaign)


def test_a_returned_file_names_the_one_that_still_counts_and_only_if_there_is_one(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    assert "照旧有效" not in page(receipt, form, campaign)
    stands = replace(
        receipt, in_force=SECOND, in_force_at=at("2022-01-16T09:00:00+08:00"), findings=(error("错了。"),)
    )
    told = page(stands, form, campaign)
    assert "以前收下的照旧有效：现在有效的是回执2022-spring-000010（1月16日收到）。" in told
    said = chat_text(stands, form, campaign)
    assert "C9：错了。以前收下的（回执2022-spring-000010）照旧有效。请于" in said


@pytest.mark.parametrize(
    ("answered", "asks"),
    [
        ("2022-03-10T23:59:59+08:00", "请照下面的意见改好，再把文件放进收件箱。"),
        ("2022-03-11T00:00:00+08:00", "请照下面的意见改好，本期已关账，请先联系铜梁区双拥办再重报。"),
    ],
)
def test_a_returned_file_is_asked_for_one_thing_only(
    receipt: Receipt, form: Form, campaign: Campaign, answered: str, asks: str
) -> None:
    told = page(replace(receipt, answered_at=at(answered)), form, campaign)
    assert asks in told
    assert ("放进收件箱" in told) is ("放进收件箱" in asks)


def test_a_superseded_form_names_the_newer_one(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    superseded = accepted(receipt, status=Status.SUPERSEDED, in_force=SECOND, in_force_at=receipt.received_at)
    assert "另有更新的一份（回执 2022-spring-000010）" in page(superseded, form, campaign)


def test_a_voluntary_return_is_thanked_for_and_never_late(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    late = at("2022-02-12T09:00:00+08:00")
    own_will = accepted(receipt, voluntary=True, late=True, still_owed=(), received_at=late, answered_at=late)
    assert "统计表已收下（自愿报送）。" in chat_text(own_will, form, campaign)
    told = page(own_will, form, campaign)
    assert "自愿报送，谢谢，计入全区汇总。" in told
    assert "<th>报送性质</th><td>自愿报送</td>" in told
    assert "迟报" not in told
    assert "是否按时" not in told
    narrative = replace(own_will, material=Material.NARRATIVE, figures=())
    assert "自愿报送，谢谢。" in page(narrative, form, campaign)
    nil = replace(own_will, nil_return=True)
    assert "统计表已收下（零报告、自愿报送）" in chat_text(nil, form, campaign)
    assert "这是自愿报送" in page(nil, form, campaign)


@pytest.mark.parametrize(
    ("answered", "asks"),
    [
        ("2022-02-12T09:00:00+08:00", "。请改正后重报。"),
        ("2022-03-11T00:00:00+08:00", "本期已关账，请先联系铜梁区双拥办再改正后重报。"),
    ],
)
def test_a_voluntary_return_has_no_deadline_but_the_books_close(
    receipt: Receipt, form: Form, campaign: Campaign, answered: str, asks: str
) -> None:
    returned = replace(receipt, voluntary=True, still_owed=(), answered_at=at(answered))
    assert asks in chat_text(returned, form, campaign)


def test_a_late_correction_of_what_came_on_time_is_told_that_it_costs_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    corrected = accepted(receipt, late=True, first_on_time=True)
    assert "统计表已收下（迟报；首次按时报送，不影响按时）" in chat_text(corrected, form, campaign)
    assert "（截止 2022年2月10日 23:59:59）；首次按时报送，不影响按时" in page(corrected, form, campaign)
    assert "首次按时" not in page(replace(corrected, first_on_time=False), form, campaign)
    assert "首次按时" not in page(replace(corrected, late=False), form, campaign)


def test_a_held_file_is_told_one_thing_to_do_not_two(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    why = "填报单位写的是“土桥村”，本期花名册里没有这个单位，是不是土桥镇？请联系区双拥办确认是哪个单位报的。"
    held = replace(receipt, unit=None, status=Status.HELD, findings=(), still_owed=(), why_held=why)
    told = page(held, form, campaign).split("<h1>")[1]
    assert "是不是土桥镇？文件已妥善保存，不用重报。请联系区双拥办确认是哪个单位报的。" in told
    assert "核实" not in told
    assert "是不是土桥镇？不用重报，请联系区双拥办确认是哪个单位报的。" in chat_text(held, form, campaign)


def test_who_sent_a_secret_file_is_told_to_call_and_nothing_else(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    secret = replace(
        receipt, status=Status.HELD, findings=(), figures=(), why_held=SECRET, secret=True, still_owed=()
    )
    again = replace(secret, status=Status.DUPLICATE, earlier=Status.HELD, duplicate_of=EARLIER, why_held=None)
    assert chat_text(secret, form, campaign).endswith(f"{SECRET}回执号：2022-spring-000017")
    assert f"<p>{SECRET}</p>" in page(secret, form, campaign)
    for told in (secret, again):
        for text in (page(told, form, campaign), chat_text(told, form, campaign)):
            assert "请马上与" in text
            assert "不用重报" not in text
            assert "核实" not in text


def test_a_held_file_of_an_unknown_sender_says_why_and_asks_for_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    held = replace(
        receipt,
        unit=None,
        status=Status.HELD,
        findings=(),
        still_owed=(),
        why_held="填报单位没有写，文件名也看不出",
    )
    assert chat_text(held, form, campaign) == (
        "未认出单位：文件“土桥镇/土桥镇统计表.xlsx”已收到，待认领。填报单位没有写，文件名也看不出。"
        "不用重报，铜梁区双拥办会核实处理。回执号：2022-spring-000017"
    )
    assert "文件已妥善保存，不用重报。铜梁区双拥办会核实处理。" in page(held, form, campaign)
    assert "还要报的" not in page(held, form, campaign)


def test_a_superseded_form_is_not_asked_about_any_more(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    query = Told("figure_approximate", Severity.QUERY, "统计表", "C6", None, "是个约数。")
    superseded = accepted(receipt, status=Status.SUPERSEDED, findings=(query,))
    assert "另有更新的一份" in page(superseded, form, campaign)
    assert "书面说明" not in chat_text(superseded, form, campaign)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("material", [None, *Material])
@pytest.mark.parametrize("unit", [None, "国家税务总局重庆市铜梁区税务局第一税务分局" * 3])
def test_no_chat_text_is_longer_than_150_and_each_ends_with_the_number(
    receipt: Receipt,
    form: Form,
    campaign: Campaign,
    status: Status,
    material: Material | None,
    unit: str | None,
) -> None:
    long = replace(
        receipt,
        unit=unit,
        file="很长的文件名" * 60,
        status=status,
        material=material,
        answered_at=at("2022-03-12T00:00:00+08:00"),
        late=True,
        findings=(error("说来话长，" * 80), error("还没有说完，" * 30)),
        duplicate_of=EARLIER if status is Status.DUPLICATE else None,
        earlier=Status.ACCEPTED if status is Status.DUPLICATE else None,
        in_force=SECOND,
        in_force_at=at("2022-02-12T00:00:00+08:00"),
        first_on_time=True,
        why_held="说不清是谁的，" * 40,
    )
    said = chat_text(long, form, campaign)
    assert len(said) <= 150
    assert said.endswith("回执号：2022-spring-000017")
