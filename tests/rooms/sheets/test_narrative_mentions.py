"""Figures that a narrative names, and those that only look like it."""

import time

import pytest

from etl.definitions import Definitions, Form
from etl.sheets.mentions import mentions_in

V, M, C, N, T = "visited", "money_amount", "goods_cost", "goods_items", "total"

TOLD = [
    # sentence, (column, value in the column's unit) …
    ("共走访慰问195人，其中走访慰问重点优抚对象120人。", [(V, "195"), (V, "120")]),
    ("走访慰问军烈属、退役军人等优抚对象200人次", [(V, "200")]),
    ("走访了120名重点优抚对象", [(V, "120")]),
    ("看望慰问退役军人两百一十人", [(V, "210")]),
    ("走访慰问优抚对象1,200人", [(V, "1200")]),
    ("走访慰问优抚对象１，２００人", [(V, "1200")]),
    ("走访慰问优抚对象1.2万人", [(V, "12000")]),
    ("走访慰问各类优抚对象，共计 200 人", [(V, "200")]),
    ("走访慰问烈属30人、军属50人、退役军人80人", [(V, "30"), (V, "50"), (V, "80")]),
    ("走访慰问人数：120人；慰问金总额：3万元", [(V, "120"), (M, "3")]),
    ("发放慰问金12.5万元", [(M, "12.5")]),
    ("发放慰问金１２．５万元整", [(M, "12.5")]),
    ("发放慰问金150,500元", [(M, "15.05")]),
    ("发放慰问金一万五千零五十元", [(M, "1.505")]),
    ("发放慰问金十二点五万元", [(M, "12.5")]),
    ("发放慰问金共计人民币12.5万元", [(M, "12.5")]),
    ("发放慰问金12.5万，群众满意", [(M, "12.5")]),
    ("送去12.5万元慰问金和120份慰问品", [(M, "12.5"), (N, "120")]),
    ("送去慰问金12.5万元和慰问品120件", [(M, "12.5"), (N, "120")]),
    ("慰问金：优抚对象3.6万元、退役军人2万元", [(M, "3.6"), (M, "2")]),
    ("购买慰问品支出4.305万元，发放235件，惠及195人", [(C, "4.305"), (N, "235")]),
    ("发放慰问品200件，价值3万元", [(N, "200"), (C, "3")]),
    ("慰问物资120套（折合人民币15050元）", [(N, "120"), (C, "1.505")]),
    ("慰问金和慰问品共计15万元", [(T, "15")]),
    ("慰问品、慰问金合计15万元", [(T, "15")]),
    ("发放15万元的慰问金和慰问品", [(T, "15")]),
    ("发放慰问款物15万元", [(T, "15")]),
    ("2021年走访慰问300人。2022年春节走访慰问100人", [(V, "100")]),
]
ABOUT = [
    "走访慰问优抚对象200余人",
    "走访慰问优抚对象约200人",
    "走访慰问优抚对象近200人",
    "走访慰问优抚对象200人左右",
    "走访慰问优抚对象两百多人",
    "走访慰问优抚对象超过200人",
]
NOT_TOLD = [
    "发放慰问金、慰问品分别为12万元、3万元",
    "发放慰问金和慰问品120份",
    "每人发放慰问金500元",
    "人均慰问金0.05万元",
    "慰问金500元/人",
    "慰问金500元不等",
    "慰问金500至1000元",
    "慰问金500元至1000元",
    "按每户1000元的标准发放慰问金",
    "去年走访慰问500人",
    "走访慰问人数同比增加50人",
    "下一步计划走访慰问300人",
    "组织20名干部走访慰问",
    "20名慰问组成员",
    "走访慰问时出动人员50人",
    "走访慰问组12人",
    "走访慰问困难户30户",
    "走访慰问，慰问信500份",
    "张贴慰问信500份",
    "走访慰问一名老兵",
    "开展走访慰问活动，参加干部60人",
    "走访慰问部队3个",
    "走访慰问120",
    "走访慰问\n120人",
    "走访慰问12.3.4人",
    "发放慰问金一百二万元",
    "走访慰问一百二十三百人",
    "发放慰问金3万美元",
]


@pytest.mark.parametrize(("sentence", "expected"), TOLD, ids=[sentence for sentence, _ in TOLD])
def test_a_figure_is_taken_for_the_column_it_speaks_of(
    sentence: str, expected: list[tuple[str, str]], definitions: Definitions
) -> None:
    found = mentions_in(sentence, definitions.forms["double-support"], definitions.limits)
    assert [(mention.column, f"{mention.value}") for mention in found] == expected
    assert not any(mention.is_about for mention in found)


@pytest.mark.parametrize("sentence", ABOUT)
def test_an_approximate_figure_is_known_as_such(sentence: str, definitions: Definitions) -> None:
    (found,) = mentions_in(sentence, definitions.forms["double-support"], definitions.limits)
    assert (found.column, found.value, found.is_about) == ("visited", 200, True)


@pytest.mark.parametrize("sentence", NOT_TOLD)
def test_a_figure_that_speaks_of_something_else_is_left_alone(
    sentence: str, definitions: Definitions
) -> None:
    assert mentions_in(sentence, definitions.forms["double-support"], definitions.limits) == ()


def test_a_mention_quotes_the_words_and_the_figure(definitions: Definitions) -> None:
    said = "春节期间，我镇走访慰问重点优抚对象120人，发放慰问金和慰问品共计15万元。"
    found = mentions_in(said, definitions.forms["double-support"], definitions.limits)
    assert [mention.said for mention in found] == [
        "走访慰问重点优抚对象120人",
        "慰问金和慰问品共计15万元",
    ]


def test_another_form_is_told_by_its_own_words(definitions: Definitions) -> None:
    form = definitions.forms["double-support"].model_dump()
    items = next(column for column in form["columns"] if column["id"] == N)
    items.update(told_as=("挂牌",), told_in=("块",))
    other = Form.model_validate(form)
    (found,) = mentions_in("挂牌120块", other, definitions.limits)
    assert (found.column, found.value) == (N, 120)


@pytest.mark.timed
@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000,
        "一" * 200_000,
        "走访慰问" * 50_000,
        "走访1人" * 40_000,
        "慰问品1件，" + "共计" * 90_000 + "Z3万元",
        "慰问金" + "，共计" * 60_000 + "3万元",
        "慰问金1万元、" * 20_000,
    ],
    ids=["digits", "numerals", "names", "figures", "filling", "commas", "list"],
)
def test_no_text_however_made_takes_long(text: str, definitions: Definitions) -> None:
    before = time.process_time()
    found = mentions_in(text, definitions.forms["double-support"], definitions.limits)
    assert time.process_time() - before < 1.5
    assert len(found) <= 1_000
