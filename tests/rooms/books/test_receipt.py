"""The receipt says first what to paste into a chat, then what we received, what is wrong and what is owed.

Golden page: tests/golden/receipt.html. After a wanted change look at it in a browser, then write it anew
with REFRESH_GOLDEN=1 pytest tests/rooms/books/test_receipt.py.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from etl.books.receipt import chat_text, receipt_page, receipt_pages
from etl.definitions import Campaign, Form
from etl.model import Change, Comparison, Figure, Material, Receipt, Severity, Status, Told
from etl.stages.verdict import SECRET

EARLIER = "2022-spring-000009"
SECOND = "2022-spring-000010"


def page(receipt: Receipt, form: Form, campaign: Campaign) -> str:
    return receipt_page(receipt, form, campaign).decode("utf-8")


def accepted(receipt: Receipt, **changes: object) -> Receipt:
    """The same receipt, but nothing was wrong."""
    nothing: dict[str, object] = {
        "status": Status.ACCEPTED,
        "findings": (),
        "still_owed": (Material.NARRATIVE,),
    }
    return replace(receipt, **{**nothing, **changes})


def error(message: str, cell: str | None = "C9", typed: str | None = None) -> Told:
    return Told("not_a_number", Severity.ERROR, "统计表", cell, typed, message)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_page_is_exactly_the_golden_one(
    receipt: Receipt, form: Form, campaign: Campaign, golden: Callable[[str, str], None]
) -> None:
    golden("receipt.html", page(receipt, form, campaign))


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


def test_a_returned_file_sent_again_is_still_to_be_corrected_though_another_counts(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    again = duplicate_of_the_first(receipt, earlier=Status.RETURNED, findings=receipt.findings)
    said = chat_text(again, form, campaign)
    assert "结论同前（已退回）。现在有效的是回执2022-spring-000010（1月16日收到）。" in said
    assert "改正后重报" in said
    assert "要改用这一份" not in page(again, form, campaign)
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


def test_a_number_at_the_place_where_text_is_cut_is_masked_all_the_same(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    for before in range(20, 150):
        text = "字" * before + "，电话13800138000。" + "后" * 200
        held = replace(receipt, unit=None, file=text, status=Status.HELD, findings=(), why_held=text)
        returned = replace(receipt, unit=None, file=text, findings=(error(text),))
        for told in (held, returned):
            assert "13800" not in page(told, form, campaign)


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


def test_findings_stand_with_their_place_errors_first(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    text = page(receipt, form, campaign).split("审核意见")[1]
    assert text.index("统计表 C9") < text.index("统计表 C6") < text.index("统计表 D5")
    whole = replace(receipt, findings=(replace(error("打不开。", None), sheet=None),))
    assert "整个文件" in page(whole, form, campaign)


def test_readings_that_differ_from_what_was_typed_are_told_once_each(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    text = page(receipt, form, campaign)
    assert "“15050元”读作 1.505 万元（D5）" in text
    assert "“1,505”读作 1505 人（E5）" in text
    assert "“—”读作 0 人（C7、C8）" in text
    assert "“85”读作" not in text


def sent_again(*changes: Change) -> Comparison:
    return Comparison(EARLIER, at("2022-01-20T01:00:00+00:00"), changes)


def test_a_form_sent_again_says_what_changed_and_since_which_receipt(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    changes = (
        Change("key_beneficiaries", "money_amount", "12.0", "12.5", unmoved=("总计",), moved=("合计",)),
        Change("key_beneficiaries", "leader", "<b>张三", "（空）"),
        Change("grand_total", "visited", "3", "4"),
    )
    told = page(accepted(receipt, compared=sent_again(*changes)), form, campaign)
    assert f"与本单位上一份统计表（回执 {EARLIER}，1月20日09:00收到）相比，改了 3 处：" in told
    assert (
        "重点优抚对象·发放金额 12.0 → 12.5，总计未改；重点优抚对象·带队领导 &lt;b&gt;张三 → （空）</p>"
        in told
    )
    assert ">总计·走访慰问人数 3 → 4</p>" in told
    assert "合计已随之变动。" in told
    assert "比上一份改了3处。" in chat_text(accepted(receipt, compared=sent_again(*changes)), form, campaign)


def test_a_form_sent_again_unchanged_says_so_and_a_first_one_says_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    same = accepted(receipt, compared=sent_again())
    assert "相比，内容相同，各格的数字和文字都没有改动。" in page(same, form, campaign)
    assert "内容与上一份相同。" in chat_text(same, form, campaign)
    assert "上一份" not in page(receipt, form, campaign)


def test_more_than_twenty_changes_are_counted_and_not_all_listed(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    changes = [
        Change(row.id, column.id, "1", "2") for row in form.category_rows for column in form.part_columns
    ]
    told = page(accepted(receipt, compared=sent_again(*changes)), form, campaign)
    assert "改了 24 处：" in told
    assert told.count(" → ") == 20
    assert "另有 4 处改动没有列出。" in told


@pytest.mark.parametrize(
    ("typed", "value", "raises", "told"),
    [
        ("3.5万元", "3.5", (), "“3.5万元”读作 3.5 万元（D6）"),
        ("3.5 万元", "3.5", (), "“3.5 万元”读作 3.5 万元（D6）"),
        ("1,234.5", "1234.5", (), "“1,234.5”读作 1234.5 万元（D6）"),
        ("１２３", "123", (), "“１２３”读作 123 万元（D6）"),
        ("15050元", "1.505", ("figure_converted",), "“15050元”读作 1.505 万元（D6）"),
        ("15050", "1.505", (), "“15050”读作 1.505 万元（D6）"),
        ("1.2345678", "1.234568", ("figure_rounded",), "“1.2345678”读作 1.234568 万元（D6）"),
        ("无", "0", (), "“无”读作 0 万元（D6）"),
        ("——", "0", (), "“——”读作 0 万元（D6）"),
        ("三点五", "3.5", (), "“三点五”读作 3.5 万元（D6）"),
        ("约3", "3", ("figure_approximate",), "“约3”读作 3 万元（D6）"),
        ("3.5", "3.5", (), None),
        ("3.50", "3.5", (), None),
        (" 3.5 ", "3.5", (), None),
        ("-3", "-3", (), None),
        ("0.30000000000000004", "0.3", (), None),
        (None, "0", (), None),
    ],
)
def test_every_reading_but_the_plain_one_is_told(
    receipt: Receipt,
    form: Form,
    campaign: Campaign,
    typed: str | None,
    value: str,
    raises: tuple[str, ...],
    told: str | None,
) -> None:
    figure = Figure(
        "veterans_in_difficulty", "money_amount", "统计表", "D6", typed, Decimal(value), True, raises
    )
    text = page(accepted(receipt, figures=(figure,)), form, campaign)
    assert told in text if told else "读作" not in text


@pytest.mark.parametrize("rule", ["formula_computed", "sum_derived"])
def test_figures_that_we_worked_out_are_no_reading_of_what_was_typed(
    receipt: Receipt, form: Form, campaign: Campaign, rule: str
) -> None:
    formula = '=IF(C5="","",SUM(C5:C8))'
    ours = Figure("grand_total", "visited", "统计表", "C9", formula, Decimal(120), False, (rule,))
    text = page(replace(receipt, figures=(ours,)), form, campaign)
    assert "有些填法" not in text
    assert "=IF(" not in text


def test_floating_noise_is_not_told(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    noise = Figure("key_beneficiaries", "total", "统计表", "I5", "0.30000000000000004", Decimal("0.3"))
    text = page(replace(receipt, figures=(noise,)), form, campaign)
    assert "读作" not in text
    assert ">0.3<" in text


def test_a_cell_that_could_not_be_read_shows_what_was_typed(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    unread = Figure("key_beneficiaries", "visited", "统计表", "C5", "待定", None)
    wrong = replace(receipt, figures=(unread,), findings=(error("认不出。", "C5", "待定"),))
    assert '<td class="error">待定</td>' in page(wrong, form, campaign)


def test_text_from_a_file_is_only_ever_text(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    evil = '<img src=x onerror=alert(1)>"&\u202e\x00.xlsx'
    hostile = replace(
        receipt,
        file=evil,
        findings=(replace(error(f"填的是“{evil}”。", evil, evil), sheet=evil),),
        figures=(Figure("key_beneficiaries", "visited", evil, "C5", evil, None),),
        why_held=evil,
    )
    for status in Status:
        told = page(replace(hostile, status=status, unit=None, duplicate_of=EARLIER), form, campaign)
        assert _tags(told) <= _tags(page(receipt, form, campaign)) | {"p"}
        assert "\x00" not in told
        assert "\u202e" not in told


def test_personal_numbers_are_masked_everywhere_on_the_receipt(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    mobile, identity = "13800138000", "500224198001011234"
    told = replace(
        receipt,
        unit=None,
        file=f"{mobile}/张三{identity}.xlsx",
        findings=(error(f"填的是“{mobile}”，认不出。", "C5", mobile),),
        figures=(Figure("key_beneficiaries", "visited", identity, "C5", mobile, None),),
        why_held=f"要问张三{mobile}",
    )
    for status in Status:
        text = page(replace(told, status=status, duplicate_of=EARLIER), form, campaign)
        assert mobile not in text
        assert identity not in text
        assert "138****8000" in text


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    text = page(receipt, form, campaign)
    assert not {"script", "link", "img", "iframe", "object", "a", "form"} & _tags(text)
    assert "http://" not in text
    assert "https://" not in text
    assert "url(" not in text


@pytest.mark.timed
def test_a_thousand_receipts_are_quickly_written(receipt: Receipt, form: Form, campaign: Campaign) -> None:
    begun = time.process_time()
    receipt_pages([receipt] * 1000, form, campaign)
    assert time.process_time() - begun < 2


class _Tags(HTMLParser):
    """Every element of a page; none may carry a handler."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def _tags(text: str) -> set[str]:
    parser = _Tags()
    parser.feed(text)
    return parser.found
