"""A form that comes again is told beside the one before it: cell by cell, in plain words."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from etl.books.changes import TOLD_AT_MOST, changes_between, lines, moved_sums
from etl.definitions import Form
from etl.model import Figure, FormReading, Words

Cell = tuple[str, str]
Said = str | tuple[str | None, str | None] | Figure
"""A figure as it was typed; where that is no bare number, (typed, value)."""
Make = Callable[..., FormReading]

KEY, VETERANS, TOTAL = "key_beneficiaries", "veterans_in_difficulty", "grand_total"


@pytest.fixture(scope="session")
def reading(form: Form) -> Make:
    """A form whose every figure is 0, but for those said; `texts` by row and column id."""

    def make(said: dict[Cell, Said], texts: dict[Cell, str] | None = None) -> FormReading:
        figures = tuple(
            _figure(row.id, column.id, said.get((row.id, column.id), "0"))
            for row in form.rows
            for column in form.figure_columns
        )
        words = tuple(Words(row, column, None, text) for (row, column), text in (texts or {}).items())
        return FormReading("统计表", figures, words)

    return make


def _figure(row: str, column: str, said: Said) -> Figure:
    if isinstance(said, Figure):
        return said
    typed, value = said if isinstance(said, tuple) else (said, said)
    read = None if value is None else Decimal(value)
    return Figure(row, column, "统计表", "C5", typed, read, is_typed=typed is not None)


def by_itself(cell: Cell, value: str) -> Figure:
    """A sum that is a formula of the blank, or was left blank and derived."""
    return Figure(*cell, "统计表", "C9", None, Decimal(value), False, ("sum_derived",))


def told(before: FormReading, now: FormReading, form: Form) -> list[str]:
    return [sentence for row in lines(changes_between(before, now, form), form) for sentence in row]


def test_a_changed_figure_is_told_with_the_sums_that_should_have_followed(reading: Make, form: Form) -> None:
    before = reading({(KEY, "money_amount"): "12.0", (KEY, "total"): "12", (TOTAL, "money_amount"): "12"})
    now = reading({(KEY, "money_amount"): "12.5", (KEY, "total"): "12.5", (TOTAL, "money_amount"): "12"})
    assert told(before, now, form) == [
        "重点优抚对象·发放金额 12.0 → 12.5，总计未改",
        "重点优抚对象·合计 12 → 12.5，总计未改",
    ]


def test_both_sums_are_named_where_neither_followed(reading: Make, form: Form) -> None:
    before, now = (reading({(KEY, "money_amount"): money}) for money in ("12", "12.5"))
    assert told(before, now, form) == ["重点优抚对象·发放金额 12 → 12.5，合计、总计未改"]


def test_a_sum_need_not_follow_where_its_parts_moved_against_each_other(reading: Make, form: Form) -> None:
    before = reading({(KEY, "visited"): "10", (VETERANS, "visited"): "5", (TOTAL, "visited"): "15"})
    now = reading({(KEY, "visited"): "9", (VETERANS, "visited"): "6", (TOTAL, "visited"): "15"})
    assert told(before, now, form) == [
        "重点优抚对象·走访慰问人数 10 → 9",
        "困难退役军人等优抚对象·走访慰问人数 5 → 6",
    ]


def test_a_sum_that_was_typed_anew_is_told_for_itself(reading: Make, form: Form) -> None:
    before = reading({(KEY, "visited"): "10", (TOTAL, "visited"): "10"})
    now = reading({(KEY, "visited"): "12", (TOTAL, "visited"): "12"})
    assert told(before, now, form) == [
        "重点优抚对象·走访慰问人数 10 → 12",
        "总计·走访慰问人数 10 → 12",
    ]


def test_sums_that_follow_by_themselves_are_told_once_and_not_cell_by_cell(reading: Make, form: Form) -> None:
    def form_with(money: str) -> FormReading:
        sums = [(KEY, "total"), (TOTAL, "money_amount"), (TOTAL, "total")]
        return reading({(KEY, "money_amount"): money, **{cell: by_itself(cell, money) for cell in sums}})

    changes = changes_between(form_with("12"), form_with("12.5"), form)
    assert lines(changes, form) == [["重点优抚对象·发放金额 12 → 12.5"]]
    assert moved_sums(changes) == ("合计", "总计")


def test_a_formula_whose_result_is_another_though_no_part_moved_is_told(reading: Make, form: Form) -> None:
    cell = (TOTAL, "visited")
    before, now = (reading({cell: by_itself(cell, value)}) for value in ("10", "12"))
    assert told(before, now, form) == ["总计·走访慰问人数 10 → 12"]


def test_a_formula_that_was_not_worked_out_anew_did_not_follow(reading: Make, form: Form) -> None:
    cell = (TOTAL, "visited")
    before, now = (reading({(KEY, "visited"): n, cell: by_itself(cell, "10")}) for n in ("10", "12"))
    assert told(before, now, form) == ["重点优抚对象·走访慰问人数 10 → 12，总计未改"]


def test_columns_of_one_name_are_told_apart_by_their_group(reading: Make, form: Form) -> None:
    before, now = (
        reading({(KEY, "goods_recipients"): n, (TOTAL, "goods_recipients"): n}) for n in ("1", "2")
    )
    assert told(before, now, form)[0] == "重点优抚对象·发放慰问品情况·发放人数 1 → 2"


@pytest.mark.parametrize(
    ("was", "says", "expected"),
    [
        ((None, "0"), "3", "（空） → 3"),
        ("3", (None, "0"), "3 → （空）"),
        ((None, "0"), "0", "（空） → 0"),
        (("待定", None), "3", "待定 → 3"),
        (("待定", None), ("暂缺", None), "待定 → 暂缺"),
        ("3", ("３人", "3"), None),
        ("0", ("无", "0"), None),
        ("1234", ("1,234", "1234"), None),
        ("0.3", ("0.30000000000000004", "0.3"), None),
        ("0.2", ("0.30000000000000004", "0.3"), "0.2 → 0.3"),
        ("150", ("一百二十", "120"), "150 → 一百二十"),
        (("待定", None), ("待定", None), None),
    ],
)
def test_a_cell_differs_by_what_it_means(
    reading: Make, form: Form, was: Said, says: Said, expected: str | None
) -> None:
    cell = (KEY, "visited")
    said = told(reading({cell: was}), reading({cell: says}), form)
    assert [sentence.removesuffix("，总计未改") for sentence in said] == (
        [f"重点优抚对象·走访慰问人数 {expected}"] if expected else []
    )


def test_an_exact_figure_in_place_of_an_approximate_one_is_a_change(reading: Make, form: Form) -> None:
    cell = (KEY, "visited")
    about = Figure(*cell, "统计表", "C5", "约200人", Decimal(200), True, ("figure_approximate",))
    assert told(reading({cell: about}), reading({cell: "200"}), form) == [
        "重点优抚对象·走访慰问人数 约200人 → 200"
    ]


def test_a_figure_whose_column_was_not_there_is_as_good_as_blank(reading: Make, form: Form) -> None:
    whole = reading({(KEY, "goods_items"): "7"})
    lacking = FormReading("统计表", tuple(f for f in whole.figures if f.column != "goods_items"))
    assert told(lacking, whole, form)[0] == "重点优抚对象·发放慰问品数量 （空） → 7，总计未改"


def test_text_cells_are_compared_too(reading: Make, form: Form) -> None:
    before = reading({}, {(KEY, "leader"): "张三", (VETERANS, "difficulties"): "帮助 就业"})
    now = reading({}, {(KEY, "leader"): "张三、李四", (VETERANS, "difficulties"): "帮助\n就业"})
    assert told(before, now, form) == ["重点优抚对象·带队领导 张三 → 张三、李四"]
    assert told(reading({}), now, form)[0] == "重点优抚对象·带队领导 （空） → 张三、李四"
    assert told(now, reading({}), form)[0] == "重点优抚对象·带队领导 张三、李四 → （空）"


def test_a_long_text_is_cut_to_where_it_differs(reading: Make, form: Form) -> None:
    start, cell = "协调解决子女入学问题，" * 20, (KEY, "difficulties")
    said = told(
        reading({}, {cell: f"{start}共3户。"}), reading({}, {cell: f"{start}共5户，{'已办结。' * 20}"}), form
    )
    assert said == [
        "重点优抚对象·解决实际困难情况 …入学问题，共3户。 → …入学问题，共5户，已办结。已办结。已办结。已办结…"
    ]


def test_personal_numbers_are_masked_wherever_the_cut_falls(reading: Make, form: Form) -> None:
    cell, mobile = (KEY, "difficulties"), "13800138000"
    for before_it in range(40):
        was = f"{'字' * before_it}{mobile}{'尾' * 30}"
        for says in ("", f"{'字' * before_it}139{mobile[3:]}", f"{was}再", was.replace("尾", "巴")):
            [said] = told(reading({}, {cell: was}), reading({}, {cell: says}), form)
            assert "0013" not in said
            assert "13800" not in said


def test_a_change_that_masking_hides_is_said_to_be_one(reading: Make, form: Form) -> None:
    cell = (KEY, "leader")
    before, now = (reading({}, {cell: f"张三{mobile}"}) for mobile in ("13800138000", "13800148000"))
    assert told(before, now, form) == ["重点优抚对象·带队领导 有改动（号码不在这里显示）"]


def test_of_many_changes_twenty_are_told_row_by_row(reading: Make, form: Form) -> None:
    rows, columns = form.category_rows, form.part_columns
    now = reading({(row.id, column.id): "1" for row in rows for column in columns}, {(KEY, "leader"): "张三"})
    changes = changes_between(reading({}), now, form)
    assert len(changes) == 25
    said = lines(changes, form)
    assert sum(len(row) for row in said) == TOLD_AT_MOST
    assert [row[0].split("·")[0] for row in said] == [row.label for row in form.category_rows]
    assert [len(row) for row in said] == [7, 6, 6, 1]
    assert said[0][-1] == "重点优抚对象·带队领导 （空） → 张三"


def test_the_same_form_has_no_changes_and_no_sums_that_moved(reading: Make, form: Form) -> None:
    same = reading({(KEY, "visited"): "3", (TOTAL, "visited"): "3"}, {(KEY, "leader"): "张三"})
    assert changes_between(same, same, form) == ()
    assert moved_sums(()) == ()
