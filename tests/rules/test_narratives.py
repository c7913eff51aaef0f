"""Narratives that say nothing, one line, or something else than the form: a false question is worse than none."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from etl.definitions import Form, Limits, Rulebook, load_definitions
from etl.model import FormReading, Narrative
from etl.rules.narratives import differences, thin
from etl.settings import PROJECT
from etl.sheets.mentions import mentions_in

TITLE = "土桥镇双拥工作总结"
LONG = "春节期间，我镇认真贯彻通知要求，普遍走访、重点慰问，送去党和政府的关怀温暖。"


@pytest.fixture(scope="session")
def limits() -> Limits:
    return load_definitions(PROJECT / "config").limits


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([], "narrative_empty"),
        ([TITLE], "narrative_one_line"),
        (["已开展。"], "narrative_one_line"),
        ([TITLE, "已开展。"], "narrative_one_line"),
        ([TITLE, "已开展。", "土桥镇人民政府", "2022年1月20日"], "narrative_one_line"),
        ([TITLE, "已开展。", "二〇二二年一月二十日"], "narrative_one_line"),
        ([TITLE, LONG[:38]], "narrative_one_line"),
        ([TITLE, LONG * 2], None),
        ([TITLE, "已走访。", "已慰问。"], None),
        (["已走访。", "已慰问。"], None),
    ],
)
def test_a_narrative_of_nothing_or_one_line_is_asked_about(
    lines: list[str], rule: str | None, limits: Limits
) -> None:
    found = thin(Narrative("\n".join(lines)), limits)
    assert [finding.rule for finding in found] == ([rule] if rule else [])


def test_the_line_is_quoted_and_not_the_title(limits: Limits, rulebook: Rulebook) -> None:
    (found,) = thin(Narrative(f"{TITLE}\n已开展。"), limits)
    assert rulebook.message(found) == (
        "工作总结只有一行字（“已开展。”）。请补充走访慰问、帮扶解困等情况后再报，或书面说明。"
    )


@pytest.mark.parametrize("text", ["", TITLE])
def test_what_stands_in_pictures_is_not_called_missing(text: str, limits: Limits) -> None:
    assert thin(Narrative(text, is_partial=True), limits) == ()


@pytest.fixture
def asked(drawn: Callable[..., FormReading], form: Form, limits: Limits) -> Callable[..., list[str]]:
    """The facts of the one finding about a narrative beside the form drawn in conftest; [] for none.

    The form: visited 50, 20, 100, 0 = 170; money 3.5, 1.2, 2, 0 = 6.7; goods 1.25, 0.3, 4, 0 = 5.55,
    60, 20, 80, 0 = 160 items; 合计 12.25.
    """

    def compare(text: str, **typed: str) -> list[str]:
        narrative = Narrative(text, mentions=mentions_in(text, form, limits))
        found = differences(narrative, drawn(**typed), form, limits)
        assert len(found) <= 1
        return [found[0].facts["said"], found[0].facts["form"]] if found else []

    return compare


@pytest.mark.parametrize(
    "text",
    [
        "",
        "军民团结一家亲。",
        "走访慰问170人，发放慰问金6.7万元、慰问品160件，价值5.55万元。",
        "慰问金和慰问品共计12.25万元。",
        "走访慰问优抚对象50人。",
        "走访慰问优抚对象50人，走访慰问退役军人20人，走访慰问官兵100人。",
        "走访慰问烈属40人、军属70人、退役军人60人。",
        "共走访慰问170人。走访慰问军属33人，走访慰问官兵11人。",
        "走访慰问500人，走访慰问官兵100人。",
        "走访慰问近180人，发放慰问金约7万元。",
        "走访慰问178人。",
        "发放慰问金7万元。",
        "发放慰问金6.67万元。",
        "区领导到我镇视察，来访干部500人。",
    ],
)
def test_a_narrative_that_may_well_mean_the_form_is_not_asked(
    text: str, asked: Callable[..., list[str]]
) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    ("text", "said", "in_form"),
    [
        ("走访慰问优抚对象300人。", "“走访慰问优抚对象300人”", "走访慰问人数总计170人"),
        ("走访慰问180人。", "“走访慰问180人”", "走访慰问人数总计170人"),
        ("走访慰问约200人。", "“走访慰问约200人”", "走访慰问人数总计170人"),
        ("发放慰问金67万元。", "“慰问金67万元”", "发放慰问金情况·发放金额总计6.7万元"),
        ("发放慰问金6.7元。", "“慰问金6.7元”", "发放慰问金情况·发放金额总计6.7万元"),
        (
            "走访慰问30人，再次走访慰问90人；发放慰问品900件。",
            "“走访慰问90人”、“慰问品900件”",
            "走访慰问人数总计170人、发放慰问品情况·发放慰问品数量总计160件",
        ),
        ("慰问金和慰问品共计20万元。", "“慰问金和慰问品共计20万元”", "合计总计12.25万元"),
    ],
)
def test_a_narrative_that_plainly_differs_is_asked_once_for_all(
    text: str, said: str, in_form: str, asked: Callable[..., list[str]]
) -> None:
    assert asked(text) == [said, in_form]


def test_at_the_limit_exactly_is_still_the_same(asked: Callable[..., list[str]]) -> None:
    assert asked("走访慰问200人。", C10="190") == []
    assert asked("走访慰问200人。", C10="189") != []
    assert asked("走访慰问约200人。", C10="180") == []
    assert asked("走访慰问约200人。", C10="179") != []


def test_a_nil_return_with_visits_in_its_narrative_is_asked(asked: Callable[..., list[str]]) -> None:
    nothing = {f"{column}{row}": "0" for column in "CDEFGHI" for row in range(6, 11)}
    assert asked("走访慰问170人。", **nothing) == ["“走访慰问170人”", "走访慰问人数总计0人"]


def test_the_question_at_a_form_stands_at_the_first_total(
    drawn: Callable[..., FormReading], form: Form, limits: Limits, rulebook: Rulebook
) -> None:
    narrative = Narrative("", mentions=mentions_in("发放慰问金67万元", form, limits))
    (found,) = differences(narrative, drawn(), form, limits, at_form=True)
    assert (found.cell, found.typed) == ("D10", "6.7")
    assert rulebook.message(found) == (
        "总结里写的是“慰问金67万元”，统计表里是发放慰问金情况·发放金额总计6.7万元，差得明显。"
        "请核对是哪一处不对，改正后再报，或书面说明。"
    )


def test_money_is_compared_to_the_fen(limits: Limits, form: Form) -> None:
    (found,) = mentions_in("慰问金15050.55元", form, limits)
    assert found.value == Decimal("1.505055")
