"""The first sheet of a marked copy is never a part of what a unit reports; only 填写说明 is read from it."""

import pytest

from etl.model import Explanation, Finding
from etl.sheets.explanations import explained, is_fix_list, mark_of, read_explanations
from etl.sheets.grid import Grid, Raw

HEADER: dict[tuple[int, int], Raw] = {(4, 1): "表·单元格", (4, 6): "填写说明"}
MARK = mark_of("visited_too_few", "C7", "10")


def sheet(name: str = "请修改清单", **texts: Raw) -> Grid:
    lines: dict[tuple[int, int], Raw] = {(5, 7): MARK, (5, 6): texts.get("said")}
    return Grid(name, {at: raw for at, raw in (HEADER | lines).items() if raw is not None})


def test_what_was_typed_is_read_with_the_mark_of_its_line() -> None:
    assert read_explanations([sheet(said=" 部队集中领取\n ")]) == (Explanation(MARK, "部队集中领取"),)


@pytest.mark.parametrize("said", [None, "  ", "\u3000"])
def test_a_line_left_blank_explains_nothing(said: Raw) -> None:
    assert read_explanations([sheet(said=said)]) == ()


def test_a_sheet_of_the_clerks_own_with_that_name_is_no_list() -> None:
    assert not is_fix_list(Grid("请修改清单", {(0, 0): "填写说明"}))
    assert not is_fix_list(sheet("统计表"))


def test_an_explanation_is_for_the_text_that_stood_there_then() -> None:
    given = read_explanations([sheet(said="部队集中领取")])
    assert explained(Finding("visited_too_few", "统计表", "C7", "10"), given) == "部队集中领取"
    assert explained(Finding("visited_too_few", "统计表", "C7", "11"), given) is None
    assert explained(Finding("visited_too_few", "统计表", "C8", "10"), given) is None
    assert explained(Finding("far_from_last", "统计表", "C7", "10"), given) is None
