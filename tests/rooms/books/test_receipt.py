"""The receipt says first what to paste into a chat, then what we received, what is wrong and what is owed.

Golden page: tests/golden/receipt.html. After a wanted change look at it in a browser, then write it anew
with REFRESH_GOLDEN=1 pytest tests/rooms/books/test_receipt.py.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from etl.books.receipt import chat_text, receipt_pages
from etl.definitions import Campaign, Form
from etl.model import Change, Comparison, Figure, Receipt, Status
from tests.rooms.books.receipts import EARLIER, accepted, at, error, page


def test_the_page_is_exactly_the_golden_one(
    receipt: Receipt, form: Form, campaign: Campaign, golden: Callable[[str, str], None]
) -> None:
    golden("receipt.html", page(receipt, form, campaign))


def test_a_number_at_the_place_where_text_is_cut_is_masked_all_the_same(
    receipt: Receipt, form: Form, campaign: Campaign
) -> None:
    for before in range(20, 150):
        text = "字" * before + "，电话13800138000。" + "后" * 200
        held = replace(receipt, unit=None, file=text, status=Status.HELD, findings=(), why_held=text)
        returned = replace(receipt, unit=None, file=text, findings=(error(text),))
        for told in (held, returned):
            assert "13800" not in page(told, form, campaign)


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
