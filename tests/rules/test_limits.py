"""DESIGN section 6, figures: at a limit exactly is right, just beyond is not. A case a row."""

from decimal import Decimal

import pytest

ONE_DECIMAL = """
             走访人数   慰问金 发放人数  慰问品  件数 发放人数  合计
                  C       D      E       F      G      H       I
6  优抚          50      3.5    40      1.2    60     30      4.7
7  困难          20      1.2    20      0.3    20     20      1.5
8  驻地         100      2.1    50      4.4    80     80      6.5
9  边海防         0      0       0      0       0      0      0
10 总计         170      6.8   110      5.9   160    130     12.7
"""
FIVE_A_HEAD = {"D10": "203.2", "I6": "201.25", "I10": "208.75"}
FIVE_A_HEAD_OF_GOODS = {"F10": "105.25", "I7": "101.2", "I10": "111.95"}
FIVE_A_GARRISON_HEAD = {"D10": "254.7", "I8": "254", "I10": "260.25"}
HUNDRED_A_GARRISON_HEAD = {"D10": "5004.7", "I8": "5004", "I10": "5010.25"}

ERRORS = [
    # rule, right, wrong, cell
    ("not_a_number", {"D6": "3.5"}, {"D6": "待定"}, "D6"),
    ("negative", {"C9": "0"}, {"C9": "-1"}, "C9"),
    ("negative", {"D9": "0"}, {"D9": "-0.000001"}, "D9"),
    ("negative", {"I10": "12.25"}, {"I10": "-12.25"}, "I10"),
    ("fraction_in_count", {"C6": "50.0"}, {"C6": "50.000002"}, "C6"),
    ("fraction_in_count", {"G6": "60"}, {"G6": "60.5"}, "G6"),
    ("fraction_in_count", {"C10": "170"}, {"C10": "170.5"}, "C10"),
    ("column_sum_count", {"C10": "170"}, {"C10": "171"}, "C10"),
    ("column_sum_count", {"H10": "130"}, {"H10": "129"}, "H10"),
    ("column_sum_money", {"D10": "6.71"}, {"D10": "6.710001", "I10": "12.260001"}, "D10"),
    ("column_sum_money", {"D10": "6.69"}, {"D10": "6.689999", "I10": "12.239999"}, "D10"),
    ("row_sum", {"I6": "4.76", "I7": "1.49"}, {"I6": "4.760001", "I7": "1.49"}, "I6"),
    ("row_sum", {"I6": "4.74", "I7": "1.51"}, {"I6": "4.739999", "I7": "1.51"}, "I6"),
    ("part_of_sums", {"D6": "3.51"}, {"D6": "3.510001"}, "D6"),
    ("part_of_sums", {"F8": "3.99"}, {"F8": "3.989999"}, "F8"),
    ("per_head_too_much", {"D6": "200", **FIVE_A_HEAD}, {"D6": "200.000001", **FIVE_A_HEAD}, "D6"),
    (
        "per_head_too_much",
        {"F7": "100", **FIVE_A_HEAD_OF_GOODS},
        {"F7": "100.000001", **FIVE_A_HEAD_OF_GOODS},
        "F7",
    ),
    ("blank_form", {}, dict.fromkeys([f"{c}{r}" for c in "CDEFGH" for r in range(6, 10)], "-"), None),
]


@pytest.fixture(scope="module")
def answers(drawn, told_each):
    """What is found in every form of the table, right and wrong, in one validation."""
    right = [drawn(**right) for _, right, _, _ in ERRORS]
    wrong = [drawn(**wrong) for _, _, wrong, _ in ERRORS]
    found = told_each(right + wrong)
    return list(zip(found[: len(ERRORS)], found[len(ERRORS) :], strict=True))


@pytest.mark.parametrize("at", range(len(ERRORS)), ids=[f"{rule} {cell}" for rule, _, _, cell in ERRORS])
def test_at_a_limit_exactly_is_right_and_just_beyond_is_one_error(at, answers):
    rule, _, _, cell = ERRORS[at]
    right, wrong = answers[at]

    assert right == []
    assert wrong == [(rule, cell)]


def test_garrison_money_is_asked_about_above_5_and_wrong_above_100_a_head(drawn, told_each):
    at_5 = drawn(D8="250", **FIVE_A_GARRISON_HEAD)
    above_5 = drawn(D8="250.000001", **FIVE_A_GARRISON_HEAD)
    at_100 = drawn(D8="5000", **HUNDRED_A_GARRISON_HEAD)
    above_100 = drawn(D8="5000.000001", **HUNDRED_A_GARRISON_HEAD)

    assert told_each([at_5, above_5, at_100, above_100]) == [
        [],
        [("garrison_per_head_high", "D8")],
        [("garrison_per_head_high", "D8")],
        [("garrison_per_head_too_much", "D8")],
    ]


def test_money_without_recipients_is_not_judged_by_the_head(drawn, told):
    assert told(drawn(D6="200", E6="0", E10="70", **FIVE_A_HEAD)) == [("money_without_recipients", "E6")]
    assert told(drawn(D6="200", E6="-", E10="70", **FIVE_A_HEAD)) == [("money_without_recipients", "E6")]


def test_money_a_head_in_the_total_row_is_not_judged(drawn, told):
    goods_without_recipients = {"H6": "0", "H7": "0", "H8": "0", "H10": "0", "F8": "900", "I8": "902"}

    assert told(drawn(F10="901.55", I10="908.25", **goods_without_recipients)) == [
        ("money_without_recipients", "H6")
    ]


ROUNDED = [
    ({}, []),
    # a column of four rows and its total: 0.05 x 5; a row of two and its 合计: 0.05 x 3
    ({"D10": "7.0", "I10": "12.9"}, [("sum_rounded", "D10")]),
    ({"D10": "7.1", "I10": "13"}, [("column_sum_money", "D10")]),
    ({"I6": "4.8", "I7": "1.4"}, [("sum_rounded", "I6")]),
    ({"I6": "4.9", "I7": "1.4"}, [("row_sum", "I6"), ("sum_rounded", "I7")]),
    ({"D10": "6.9"}, [("sum_rounded", "D10")]),
]


def test_money_rounded_to_one_decimal_before_adding_is_asked_about(drawn, told_each):
    forms = [drawn(ONE_DECIMAL, **typed) for typed, _ in ROUNDED]

    assert told_each(forms) == [findings for _, findings in ROUNDED]


def test_exactly_as_much_as_rounding_can_do_is_asked_about(drawn, told, changed):
    off_by_a_fifth = drawn(ONE_DECIMAL, D10="7.0", I10="12.9")

    assert told(off_by_a_fifth, changed("sum_rounded", limit=Decimal("0.04"))) == [("sum_rounded", "D10")]
    assert told(off_by_a_fifth, changed("sum_rounded", limit=Decimal("0.039999"))) == [
        ("column_sum_money", "D10")
    ]


def test_a_second_decimal_anywhere_in_the_sum_rules_out_rounding(drawn, told):
    assert told(drawn(ONE_DECIMAL, D6="3.55", D7="1.15", D10="7.0", I6="4.75", I7="1.45", I10="12.9")) == [
        ("column_sum_money", "D10")
    ]


def test_counts_are_never_excused_by_rounding(drawn, told):
    assert told(drawn(ONE_DECIMAL, C10="171")) == [("column_sum_count", "C10")]


def test_a_sum_over_a_figure_that_cannot_be_read_is_not_judged(drawn, told):
    assert told(drawn(D6="待定", I6="7.05", D10="9", I10="14.55")) == [("not_a_number", "D6")]


def test_a_sum_over_an_absent_row_is_not_judged(drawn, told):
    whole = drawn(C10="999")
    without_border = tuple(figure for figure in whole.figures if figure.row != "border_garrison")

    assert told(whole) == [("column_sum_count", "C10")]
    assert told(type(whole)(whole.sheet, without_border)) == []


def test_a_batch_without_a_single_figure_has_no_findings(drawn, told):
    assert told(type(drawn())("统计表", ())) == []


def test_findings_come_in_the_order_of_the_forms_and_only_where_they_belong(drawn, form, rulebook):
    from etl.rules.check import check_forms

    forms = [drawn(), drawn(C10="171"), drawn(), drawn(D6="待定")]
    found = check_forms(forms, form, rulebook).findings

    assert [[finding.cell for finding in findings] for findings in found] == [[], ["C10"], [], ["D6"]]
