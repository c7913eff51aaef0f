"""What the clerk reads, rule by rule: each sentence as it stands on a receipt."""

from dataclasses import replace

import pytest
from msgspec import structs

from etl.rules.frame import RAISED_WHILE_READING

RECIPIENTS_TOO_FEW = {"D6": "100", "D10": "103.2", "I6": "101.25", "I10": "108.75", "E6": "4"}

SENTENCES = [
    # typed (and what the reader noticed), rule, sentence
    (
        {"D6": "待定", "D8": "待定"},
        {},
        "not_a_number",
        "重点优抚对象·发放慰问金情况·发放金额填的是“待定”，认不出是多少，同一列的驻地部队基层官兵（D8）也是这样。"
        "请改填数字（单位万元），没有就填 0 或“无”。",
    ),
    (
        {"C6": "=A1"},
        {"C6": "part_without_value"},
        "part_without_value",
        "重点优抚对象·走访慰问人数是公式，但文件里没有保存它的结果。"
        "请用 WPS 或 Excel 打开、保存一次，或直接填数字后再报。",
    ),
    (
        {"C6": "9e99x"},
        {"C6": "figure_too_large"},
        "figure_too_large",
        "重点优抚对象·走访慰问人数填的是“9e99x”，大得不合情理。请核对后改正。",
    ),
    (
        {"C6": "-5"},
        {},
        "negative",
        "重点优抚对象·走访慰问人数填的是“-5”，是负数。请改填实际数，没有就填 0。",
    ),
    (
        {"G6": "60.5"},
        {},
        "fraction_in_count",
        "重点优抚对象·发放慰问品情况·发放慰问品数量填的是“60.5”，件数应是整数。请改填整数。",
    ),
    (
        {"C10": "171"},
        {},
        "column_sum_count",
        "总计·走访慰问人数填的是171，各行相加是170，相差1人。请核对各行与总计，改正后再报。",
    ),
    (
        {"D10": "7.7", "I10": "13.25"},
        {},
        "column_sum_money",
        "总计·发放慰问金情况·发放金额填的是7.7，各行相加是6.7，相差1万元，"
        "另外总计·合计（I10）差1万元也对不上。请核对各行与总计，改正后再报。",
    ),
    (
        {"I6": "5.75", "I7": "0.5"},
        {},
        "row_sum",
        "重点优抚对象·合计填的是5.75，发放金额、购买慰问品支出金额相加是4.75，相差1万元，"
        "另外困难退役军人等优抚对象·合计（I7）差1万元也对不上。"
        "请核对这一行各项与合计，改正后再报。",
    ),
    (
        {"D6": "4.5"},
        {},
        "part_of_sums",
        "重点优抚对象·发放慰问金情况·发放金额填的是4.5，与本行的合计、本列的总计都对不上，差1万元；"
        "如果这里是3.5，就对上了。请先核对这里，改正后再报。",
    ),
    (
        {"I10": "13.25"},
        {},
        "part_of_sums",
        "总计·合计填的是13.25，与本列各行之和、本行各项之和都对不上，差1万元；"
        "如果这里是12.25，就对上了。请先核对这里，改正后再报。",
    ),
    (
        RECIPIENTS_TOO_FEW,
        {},
        "part_of_sums",
        "重点优抚对象·发放慰问金情况·发放人数填的是4，与本列的总计对不上，差36人；"
        "如果这里是40，就对上了。请先核对这里，改正后再报。",
    ),
    (
        {"D6": "35000", "D7": "12000"},
        {},
        "per_head_too_much",
        "重点优抚对象·发放慰问金情况·发放金额填的是35000万元，按40人算人均875万元，超过5万元，"
        "同一列的困难退役军人等优抚对象（D7）也是这样。"
        "请核对是否把“元”当成了“万元”；如果是，这里应填3.5。",
    ),
    (
        {"D8": "20000"},
        {},
        "garrison_per_head_too_much",
        "驻地部队基层官兵·发放慰问金情况·发放金额填的是20000万元，按50人（单位）算每份400万元，超过100万元。"
        "请核对是否把“元”当成了“万元”；如果是，这里应填2。",
    ),
    (
        {"D8": "400", "D10": "404.7", "I8": "404", "I10": "410.25"},
        {},
        "garrison_per_head_high",
        "驻地部队基层官兵·发放慰问金情况·发放金额填的是400万元，按50人算人均8万元，超过5万元。"
        "如果人数填的是单位数，请书面说明；如果把“元”当成了“万元”，请改正。",
    ),
    (
        dict.fromkeys([f"{column}{row}" for column in "CDEFGH" for row in range(6, 10)], "-"),
        {},
        "blank_form",
        "表里各类对象的数字一个也没有填。请填好再报；确实没有开展的，各格填 0 或“无”，就是零报告。",
    ),
    (
        {},
        {"C6": "figure_approximate"},
        "figure_approximate",
        "重点优抚对象·走访慰问人数填的是“50”，是个约数，我们先按50计。请改报准确数字，或书面说明。",
    ),
    (
        {"D10": "6.8", "F6": "1.2", "F10": "5.5", "I6": "4.7", "I10": "12.2"},
        {},
        "sum_rounded",
        "总计·发放慰问金情况·发放金额填的是6.8，各行相加是6.7，相差0.1万元，"
        "另外总计·合计（I10）差0.1万元也对不上，像是先四舍五入再相加的。请改报准确数字，或书面说明。",
    ),
    (
        {},
        {"D6": "figure_converted", "D7": "figure_converted"},
        "figure_converted",
        "重点优抚对象·发放慰问金情况·发放金额的“3.5”换算成3.5万元，"
        "同一列的困难退役军人等优抚对象（D7）也是这样。请核对；不对请重报。",
    ),
    (
        {},
        {"D6": "figure_rounded"},
        "figure_rounded",
        "重点优抚对象·发放慰问金情况·发放金额的“3.5”小数太多，四舍五入到分，读作3.5万元。请核对；不对请重报。",
    ),
    (
        {"I6": "-", "I7": "-", "I8": "-", "I9": "-", "I10": "-"},
        {},
        "sum_derived",
        "“合计”整列没有数字（空着、划线，或公式没有结果），已由各部分相加得出。请核对；不对请重报。",
    ),
    (
        {},
        {"C6": "formula_computed", "I10": "formula_computed"},
        "formula_computed",
        "重点优抚对象·走访慰问人数（C6）、总计·合计（I10）是公式，文件里没有保存结果，已按公式算出。"
        "以后请用 WPS 或 Excel 打开、保存一次再报。",
    ),
]


AGAINST_LAST = [
    # typed, typed last time, rule, sentence
    (
        {"E6": "-", "E10": "70"},
        None,
        "money_without_recipients",
        "重点优抚对象·发放慰问金情况·发放人数没有填（按 0 计），可是发放金额是3.5万元。请补上人数，或书面说明。",
    ),
    (
        {"F6": "0", "G6": "0", "F10": "4.3", "G10": "100", "I6": "3.5", "I10": "11"},
        None,
        "recipients_without_money",
        "重点优抚对象·发放慰问品情况·购买慰问品支出金额填的是0，可是发放慰问品数量也是 0，发放人数是30人。"
        "请补上发放的情况，或书面说明。",
    ),
    (
        {"C6": "30", "C10": "150"},
        None,
        "visited_too_few",
        "重点优抚对象·走访慰问人数填的是30人，比发放慰问金情况·发放人数（40人）少10人。"
        "领到慰问金、慰问品的人也算走访慰问到的人，请核对后改正，或书面说明。",
    ),
    (
        {},
        {"C6": "8", "C7": "3"},
        "far_from_last",
        "重点优抚对象·走访慰问人数填的是50人，上期是8人，是上期的6.25倍，超过5倍，"
        "同一列的困难退役军人等优抚对象（C7）也是这样。请核对后改正，或书面说明。",
    ),
    (
        {},
        {"C6": "400"},
        "far_from_last",
        "重点优抚对象·走访慰问人数填的是50人，上期是400人，上期是这期的8倍，超过5倍。请核对后改正，或书面说明。",
    ),
    (
        {},
        {"C9": "4"},
        "far_from_last",
        "边海防官兵·走访慰问人数填的是0，上期是4人，这期却没有。请核对后改正，或书面说明。",
    ),
    (
        {"D6": "35000", "E6": "0", "I6": "35001.25", "D10": "35003.2", "E10": "70", "I10": "35008.75"},
        {"D6": "3.4"},
        "yuan_against_last",
        "重点优抚对象·发放慰问金情况·发放金额填的是35000万元，上期是3.4万元，差了一万倍左右，"
        "像是把“元”当成了“万元”。如果是，这里应填3.5，请改正后重报；如果不是，请书面说明。",
    ),
    (
        {},
        {},
        "same_as_last",
        "表里各类对象的数字与上期完全一样，像是把上期的表又报了一次。"
        "请核对是不是拿错了表；如果确实一样，请书面说明。",
    ),
]


@pytest.fixture(scope="module")
def said_against_last(drawn, check_each, rulebook):
    last = [None if before is None else drawn(**before) for _, before, _, _ in AGAINST_LAST]
    found = check_each([drawn(**typed) for typed, *_ in AGAINST_LAST], last=last)
    return [{finding.rule: rulebook.message(finding) for finding in findings} for findings in found]


@pytest.mark.parametrize("at", range(len(AGAINST_LAST)), ids=[rule for _, _, rule, _ in AGAINST_LAST])
def test_a_query_reads_as_one_plain_sentence(at, said_against_last):
    _, _, rule, sentence = AGAINST_LAST[at]

    assert said_against_last[at][rule] == sentence


@pytest.fixture(scope="module")
def said(drawn, check_each, rulebook):
    """The sentences of every form above by rule, from one validation."""
    found = check_each([drawn(**typed, raises=raises) for typed, raises, _, _ in SENTENCES])
    return [{finding.rule: rulebook.message(finding) for finding in findings} for findings in found]


@pytest.mark.parametrize("at", range(len(SENTENCES)), ids=[rule for _, _, rule, _ in SENTENCES])
def test_a_finding_reads_as_one_plain_sentence(at, said):
    _, _, rule, sentence = SENTENCES[at]

    assert said[at][rule] == sentence


def test_every_rule_about_figures_has_its_sentence_here(asked_by_suites):
    assert {rule for _, _, rule, _ in SENTENCES + AGAINST_LAST} == asked_by_suites | {"part_of_sums"}
    assert set(RAISED_WHILE_READING) <= asked_by_suites


def test_a_long_text_is_quoted_short_and_on_one_line(drawn, check, rulebook):
    (finding,) = check(drawn(C6="大约\n" + "很多" * 500))

    assert finding.typed == "大约\n" + "很多" * 500
    assert "“大约 很多很多很多很多很多很多很多很多很多很多很多很多很多很…”" in rulebook.message(finding)


def test_a_text_is_handed_on_whole_so_that_it_can_be_masked_before_it_is_cut(drawn, check):
    (finding,) = check(drawn(C6="某" * 28 + "500101199001011234"))

    assert finding.facts["typed"].endswith("500101199001011234")


def test_a_part_left_blank_is_never_said_to_be_filled_in(drawn, check, rulebook):
    (finding,) = check(drawn(D6="-"))

    assert rulebook.message(finding).startswith(
        "重点优抚对象·发放慰问金情况·发放金额没有填（按 0 计），与本行的合计、本列的总计都对不上，差3.5万元"
    )


def test_a_figure_read_otherwise_than_typed_is_quoted_as_typed(drawn, check, rulebook):
    reading = drawn(D6="15000", D10="15003.2", I6="15001.25", I10="15008.75")
    figures = tuple(structs.replace(f, typed="1.5") if f.cell == "D6" else f for f in reading.figures)
    (finding,) = check(replace(reading, figures=figures))

    assert "发放金额填的是“1.5”（按15000万元计），按40人" in rulebook.message(finding)


BAD_TEXT = [
    ({"D10": "待定"}, "请改填数字（单位万元），照各部分相加填写。"),
    ({"I6": "待定"}, "请改填数字（单位万元），照各部分相加填写。"),
    (
        {"D6": "待定", "D10": "待定"},
        "请改填数字（单位万元），没有就填 0 或“无”，合计、总计照各部分相加填写。",
    ),
    ({"C10": "-170"}, "请改填实际数，照各部分相加填写。"),
]


def test_nobody_is_told_to_fill_a_sum_with_nothing(drawn, check_each, rulebook):
    found = check_each([drawn(**typed) for typed, _ in BAD_TEXT])

    for (_, asked), (finding,) in zip(BAD_TEXT, found, strict=True):
        assert rulebook.message(finding).endswith(asked)


def test_money_a_head_just_above_the_limit_never_reads_as_the_limit(drawn, check):
    (finding,) = check(drawn(D6="200.000001", D10="203.2", I6="201.25", I10="208.75"))

    assert finding.facts["per_head"] == "5.0001"


def test_braces_in_a_cell_are_only_text(drawn, check, rulebook):
    (finding,) = check(drawn(C6="{limit}{0}"))

    assert "“{limit}{0}”" in rulebook.message(finding)
