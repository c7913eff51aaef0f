"""DESIGN section 5, "Who sent it", with the shipped roster."""

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl.definitions import Unit, load_definitions
from etl.model import Finding, HiddenIdentity, Sender
from etl.sheets.identity import match_unit, near_matches, who_sent
from etl.sheets.names import NO_AREAS, names_of

SHIPPED = load_definitions(Path(__file__).parents[3] / "config")
UNITS, AREAS = SHIPPED.roster.units, SHIPPED.other_areas.names
BY_NAME = {unit.name: unit for unit in UNITS}
NAMES = [(name, unit) for unit in UNITS for name in unit.names]
LOCAL = [(name.removeprefix("区"), unit) for name, unit in NAMES]
UNHURRIED = settings(deadline=None)

WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


def matched(text: str, units: tuple[Unit, ...] = UNITS) -> str | None:
    unit = match_unit(text, units, AREAS)
    return unit.name if unit else None


def issued(unit: str | None) -> HiddenIdentity:
    """What a blank that was issued to `unit` carries."""
    code = BY_NAME[unit].code if unit in BY_NAME else unit
    return HiddenIdentity(code, "2022-spring", "double-support", 1)


WHOLE = [
    "{}",
    " {}\u3000",
    "{}（盖章）",
    "（{}）",
    "[{}]",
    "____{}____",
    "：{}",
    "铜梁区{}",
    "重庆市铜梁区{}",
    "中共重庆市铜梁区{}",
    "重庆市 铜梁区 {} （盖章）",
]
CONTAINING = [
    "{}统计表",
    "2022年春节统计表-{}",
    "2022年新年春节期间双拥活动情况统计表（{}）",
    "{}（公章）2022年2月8日",
    "1.{}双拥工作总结(1)",
    "全区双拥工作：{}",
    "final{}",
    "v2 {}",
    "=cmd{}",
    "DDE（{}）",
    "2022年春节统计{}",
    "汇总{}",
    "上报材料{}",
    "最终稿{}",
    "定稿-{}",
    "走访慰问{}",
    "关于报送{}统计表的函",
    "由{}报送",
]


@pytest.mark.parametrize("decoration", WHOLE)
def test_every_name_is_known_with_district_city_brackets_and_stamp_around_it(decoration: str) -> None:
    for name, unit in LOCAL:
        text = decoration.format(name)
        assert match_unit(text, UNITS, AREAS) is unit, text
        assert match_unit(" ".join(text), UNITS, AREAS) is unit, text
        assert match_unit(text.translate(WIDE), UNITS, AREAS) is unit, text
        assert names_of(UNITS, AREAS).called(text) == (unit,), text


@pytest.mark.parametrize("decoration", WHOLE + CONTAINING)
def test_every_name_as_the_roster_writes_it_is_found_inside_a_longer_text(decoration: str) -> None:
    for name, unit in NAMES:
        assert match_unit(decoration.format(name), UNITS, AREAS) is unit, (decoration, name)


TRAPS = [
    ("铜梁区平滩镇人民政府（盖章）", "平滩镇"),
    ("重庆市土桥镇人民政府", "土桥镇"),
    ("铜梁区人民政府巴川街道办事处", "巴川街道"),
    ("铜梁县土桥镇", "土桥镇"),  # as the district was called until 2014
    ("重庆市区财政局", "区财政局"),
    ("重庆市财政局", "区财政局"),
    ("重庆市市场监督管理局", "区市场监督管理局"),
    ("财政局", "区财政局"),
    ("财政局统计表", "区财政局"),
    ("附件 2022年春节双拥统计表区财政局", "区财政局"),
    ("国家税务总局铜梁区税务局", "区税务局"),
    ("共青团重庆市铜梁区委员会", "共青团铜梁区委"),
    ("团区委", "共青团铜梁区委"),
    ("区政府办公室（区政府办）", "区政府办公室"),
    ("西部战区驻铜部队一", "驻铜部队一"),
    ("驻铜部队（一）2022年统计表", "驻铜部队一"),
    ("旧县街道", "旧县街道"),
    ("二坪镇一季度", "二坪镇"),
    ("final财政局", "区财政局"),
    ("太平镇支援大足统计表", "太平镇"),  # what stands behind a name is not its area
]


@pytest.mark.parametrize(("text", "name"), TRAPS)
def test_a_name_inside_a_name_misleads_nobody(text: str, name: str) -> None:
    assert matched(text) == name


NOBODY = [
    "",
    " ",
    "（盖章）",
    "____",
    "铜梁区",
    "重庆市铜梁区",
    "区",
    "镇",
    "某单位",
    "綦江区财政局",
    "重庆市綦江区财政局",
    "綦 江 区 财 政 局",
    "綦江区（财政局）",
    "璧山区-财政局",
    "大足区委办公室",
    "綦江区古南街道转土桥镇",
    "四川省成都市土桥镇",
    "垫江县太平镇人民政府",
    "毕节市公安局",
    "重庆市财政局统计表",
    "国家税务总局重庆市税务局",
    "市财政局",
    "綦江财政局",
    "镇政府办公室",
    "驻铜部队十一",
    "驻铜部队一二",
    "驻铜部队",
    "土桥",
    "土侨镇",
    "土桥镇和二坪镇",
    "区教委、区卫健委",
    "铜梁区财政局、綦江区财政局",
    "区财政局代区民政局报",
    "大足太平镇",
    "合川太平镇政府",
    "重庆市大足太平镇",
    "重庆合川双山镇",
    "大足（太平镇）",
    "璧山福果镇人民政府",
    "2022年潼南太平镇统计表",
    "潼南双拥工作总结-太平镇",
    "石柱土家族自治县太平镇",
    "垫江太平镇",
    "大足区太平镇",
    "泸县太平镇",
]


@pytest.mark.parametrize("text", NOBODY)
def test_another_districts_bureau_several_units_or_a_near_name_is_nobody(text: str) -> None:
    assert matched(text) is None


def test_a_listed_area_counts_with_and_without_its_ending_and_our_own_does_not() -> None:
    towns = (
        Unit(code="1", name="太平镇", kind="镇街", parent="大足区"),
        Unit(code="2", name="永川路街道", kind="镇街", parent="大足区"),
        Unit(code="3", name="潼南区", kind="区县", parent="重庆市"),
    )
    assert matched("大足太平镇", towns) == matched("重庆市大足区太平镇", towns) == "太平镇"
    assert matched("大足永川路街道统计表", towns) == "永川路街道"
    assert matched("潼南区统计表", towns) == "潼南区"
    assert matched("永川太平镇", towns) is matched("铜梁区太平镇", towns) is None
    assert match_unit("大足太平镇", UNITS) is BY_NAME["太平镇"]  # without the list nobody knows better


ELSEWHERE = [
    "綦江区",
    "璧山区",
    "大足区",
    "南川区",
    "东城区",
    "垫江县",
    "万年县",
    "天全县",
    "成都市",
    "焦作市",
    "湖北省",
]


@UNHURRIED
@given(
    st.one_of(
        st.sampled_from(ELSEWHERE),
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=3).map(
            lambda stem: stem + "区"
        ),
    ),
    st.sampled_from(NAMES + LOCAL),
    st.sampled_from(
        ["{}{}", "重庆市{}{}", "{}（{}）", "{} {}", "2022年{}{}统计表", "{}-{}（盖章）", "关于{}双拥工作的{}"]
    ),
)
def test_no_text_that_names_another_district_first_is_ever_matched(
    area: str, named: tuple[str, Unit], decoration: str
) -> None:
    assume(not area.endswith(NO_AREAS) and not area.endswith(("铜梁区", "重庆区")))
    assume(names_of(UNITS).named_in(area) == () and names_of(UNITS).bare(area) == area)
    assert matched(decoration.format(area, named[0])) is None


LIKELY = st.lists(
    st.sampled_from(
        [*(name for name, _ in NAMES + LOCAL), *ELSEWHERE, "大足", "final", *"铜梁区县市一1-（ 盖章"]
    )
).map("".join)


@UNHURRIED
@given(st.one_of(LIKELY, st.text(max_size=60)))
def test_a_match_always_stands_in_the_text_and_is_the_only_one(text: str) -> None:
    unit = match_unit(text, UNITS, AREAS)
    if unit is not None:
        bare = names_of(UNITS).bare(text)
        standing = {u.code for name, u in LOCAL if names_of(UNITS).bare(name).removeprefix("铜梁区") in bare}
        assert unit.code in standing
        assert match_unit(f"{text}、{unit.name}", UNITS, AREAS) in (unit, None)
        other = BY_NAME["土桥镇" if unit.name != "土桥镇" else "二坪镇"]
        assert match_unit(f"{text}、{other.name}", UNITS, AREAS) is None


@UNHURRIED
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_text_whatever_raises(code: str, unit_text: str, file: str) -> None:
    sender = who_sent(HiddenIdentity(code, None, None, None), unit_text, f"{unit_text}/{file}", UNITS)
    assert (sender.unit is None) == (sender.doubt is not None)
    assert len(near_matches(unit_text, UNITS)) <= 3


@pytest.mark.timed
@pytest.mark.parametrize("part", ["区", "綦江区", "大足", "铜梁区", "财政局", "土桥镇", "（", "1"])
def test_a_text_of_a_hundred_thousand_characters_costs_no_more_than_reading_it(part: str) -> None:
    began = perf_counter()
    match_unit(part * (100_000 // len(part)), UNITS, AREAS)
    assert perf_counter() - began < 2


def test_the_longest_name_wins_where_one_contains_another() -> None:
    one = Unit(code="1", name="驻铜部队一", kind="驻铜部队", parent="铜梁区")
    eleven = Unit(code="11", name="驻铜部队十一", kind="驻铜部队", parent="铜梁区")
    ten = Unit(code="10", name="驻铜部队十", kind="驻铜部队", parent="铜梁区")
    office = Unit(code="2", name="区财政局国库支付中心", kind="成员单位", parent="铜梁区")
    units = (one, ten, eleven, office, BY_NAME["区财政局"])
    assert matched("驻铜部队十一统计表", units) == "驻铜部队十一"
    assert matched("驻铜部队十统计表", units) == "驻铜部队十"
    assert matched("驻铜部队一统计表", units) == "驻铜部队一"
    assert matched("驻铜部队二十一统计表", units) is None
    assert matched("铜梁区财政局国库支付中心报表", units) == "区财政局国库支付中心"
    assert matched("区财政局报区财政局国库支付中心", units) is None


def test_a_numbered_unit_is_not_found_in_a_longer_number() -> None:
    units = (Unit(code="1", name="77123部队", aliases=("部队1",), kind="驻铜部队", parent="铜梁区"),)
    assert matched("77123部队统计表", units) == matched("2022年部队1", units) == "77123部队"
    assert matched("177123部队", units) is matched("部队12", units) is None


def test_the_district_is_the_rosters_own_and_not_typed_into_the_code() -> None:
    units = (
        Unit(code="1", name="县财政局", kind="成员单位", parent="忠县"),
        Unit(code="2", name="土桥镇", kind="镇街", parent="忠县"),
    )
    assert matched("重庆市忠县财政局", units) == matched("县财政局统计表", units) == "县财政局"
    assert matched("忠县土桥镇", units) == "土桥镇"
    assert matched("铜梁区土桥镇", units) is matched("铜梁区财政局", units) is None


def test_one_name_that_two_units_bear_is_nobodys() -> None:
    units = (
        Unit(code="1", name="区教委", kind="成员单位", parent="铜梁区"),
        Unit(code="2", name="教委", kind="成员单位", parent="铜梁区"),
    )
    assert matched("铜梁区教委", units) is None
    assert matched("区教委", units) == "区教委"
    assert matched("教委", units) == "教委"


def test_near_matches_are_few_likest_first_and_never_acted_on() -> None:
    assert near_matches("土侨镇", UNITS)[0].name == "土桥镇"
    assert near_matches("区财局", UNITS, most=1) == (BY_NAME["区财政局"],)
    assert len(near_matches("人民政府", UNITS)) <= 3
    assert near_matches("某单位", UNITS) == near_matches("", UNITS) == ()
    assert matched("土侨镇") is None


SOURCES = [
    (issued("土桥镇"), None, "表.xlsx", "土桥镇", "隐藏标识"),
    (issued("土桥镇"), "土桥镇", "土桥镇/土桥镇统计表.xlsx", "土桥镇", "隐藏标识"),
    (issued("土桥镇"), "铜梁区土桥镇人民政府（盖章）", "表.xlsx", "土桥镇", "隐藏标识"),
    (issued("土桥镇"), "____", "表.xlsx", "土桥镇", "隐藏标识"),
    (issued(None), "土桥镇", "表.xlsx", "土桥镇", "填报单位"),
    (issued("没有的代码"), "土桥镇", "表.xlsx", "土桥镇", "填报单位"),
    (None, "土桥镇", "土桥镇统计表.xlsx", "土桥镇", "填报单位"),
    (None, None, "土桥镇统计表.xlsx", "土桥镇", "文件名"),
    (None, "：（盖章）", "土桥镇.v2.xlsx", "土桥镇", "文件名"),
    (None, None, "土桥镇/附件/统计表.xlsx", "土桥镇", "文件夹"),
    (None, None, "2022/铜梁区财政局/统计表.xlsx", "区财政局", "文件夹"),
    (None, None, "土桥镇、二坪镇/二坪镇.xlsx", "二坪镇", "文件名"),
    (None, "二坪镇", "土桥镇的附件/统计表.xlsx", "二坪镇", "填报单位"),
    (None, "二坪镇", "土桥镇和二坪镇统计表.xlsx", "二坪镇", "填报单位"),
]


@pytest.mark.parametrize(("hidden", "unit_text", "file", "unit", "source"), SOURCES)
def test_sources_that_agree_name_the_sender_and_the_first_of_them_is_told(
    hidden: HiddenIdentity | None, unit_text: str | None, file: str, unit: str, source: str
) -> None:
    assert who_sent(hidden, unit_text, file, UNITS, AREAS) == Sender(BY_NAME[unit].code, source)


DOUBTS = [
    # nobody is named
    (None, None, "统计表.xlsx", ("都没有写明单位",)),
    (issued(None), "", "收文/统计表.xlsx", ("都没有写明单位",)),
    (issued("X99"), "", "统计表.xlsx", ("X99", "花名册里没有")),
    (None, None, "土桥镇二坪镇统计表.xlsx", ("文件名", "土桥镇、二坪镇")),
    (None, None, "关于土桥镇的文件/统计表.xlsx", ("都没有写明单位",)),
    (None, None, "区财政局代区民政局报.xlsx", ("文件名里不止一个单位", "区财政局、区民政局")),
    (None, None, "綦江区财政局.xlsx", ("文件名写的是“綦江区财政局”", "别的区县的单位")),
    (None, None, "潼南太平镇.xlsx", ("文件名写的是“潼南太平镇”", "别的区县的单位")),
    (None, "", "大足财政局统计表.xlsx", ("文件名写的是“大足财政局统计表”", "别的区县的单位")),
    (issued("X99"), "", "綦江区财政局.xlsx", ("綦江区财政局", "别的区县的单位")),
    (None, "区财政局代区民政局", "表.xlsx", ("填报单位", "不止一个单位", "区财政局、区民政局")),
    (None, "大足太平镇", "太平镇.xlsx", ("大足太平镇", "没有这个单位")),
    # form text that is there must match
    (None, "土侨镇", "土桥镇.xlsx", ("土侨镇", "是不是土桥镇")),
    (None, "綦江区财政局", "区财政局/表.xlsx", ("綦江区财政局", "没有这个单位")),
    (issued("土桥镇"), "綦江区财政局", "土桥镇.xlsx", ("綦江区财政局",)),
    (issued("土桥镇"), "某单位", "土桥镇.xlsx", ("某单位", "没有这个单位")),
    (None, "土桥镇和二坪镇", "土桥镇.xlsx", ("不止一个单位", "土桥镇、二坪镇")),
    # sources that contradict each other
    (issued("土桥镇"), None, "二坪镇.xlsx", ("发给土桥镇", "文件名写的是二坪镇")),
    (None, "土桥镇", "二坪镇.xlsx", ("填报单位写的是土桥镇", "文件名写的是二坪镇")),
    (None, None, "土桥镇/二坪镇.xlsx", ("文件名写的是二坪镇", "文件夹写的是土桥镇")),
    (None, None, "土桥镇/二坪镇/表.xlsx", ("文件夹写的是土桥镇", "文件夹写的是二坪镇")),
    # a unit typed over overrides the hidden identity only
    (issued("土桥镇"), "二坪镇", "土桥镇.xlsx", ("填报单位写的是二坪镇", "文件名写的是土桥镇")),
]


@pytest.mark.parametrize(("hidden", "unit_text", "file", "said"), DOUBTS)
def test_a_doubt_names_no_sender_and_says_what_was_unclear(
    hidden: HiddenIdentity | None, unit_text: str | None, file: str, said: tuple[str, ...]
) -> None:
    sender = who_sent(hidden, unit_text, file, UNITS, AREAS)
    assert (sender.unit, sender.source, sender.findings) == (None, None, ())
    assert sender.doubt is not None
    assert all(words in sender.doubt for words in said), sender.doubt
    assert sender.doubt.endswith("请联系区双拥办确认是哪个单位报的。")


def test_a_unit_typed_over_in_an_issued_blank_is_believed_with_a_query() -> None:
    sender = who_sent(issued("土桥镇"), "铜梁区二坪镇人民政府", "二坪镇/统计表.xlsx", UNITS)
    query = Finding("borrowed_blank", facts={"issued_to": "土桥镇", "unit": "二坪镇"})
    assert sender == Sender(BY_NAME["二坪镇"].code, "填报单位", findings=(query,))


def test_a_doubt_quotes_a_long_or_broken_text_short_and_clean() -> None:
    doubt = who_sent(None, "某\x00单位 " * 5000, "表.xlsx", UNITS).doubt
    assert doubt is not None
    assert len(doubt) < 120 and "某�单位" in doubt and "\x00" not in doubt
