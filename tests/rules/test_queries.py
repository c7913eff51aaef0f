"""DESIGN section 6, queries on category rows: people, and the same unit's last campaign."""

from dataclasses import replace
from decimal import Decimal

import pytest

PEOPLE = [
    # rule, right, wrong, cell
    ("money_without_recipients", {"E6": "1", "E10": "71"}, {"E6": "0", "E10": "70"}, "E6"),
    ("money_without_recipients", {"H7": "1", "H10": "111"}, {"H7": "-", "H10": "110"}, "H7"),
    (
        "money_without_recipients",
        # goods without cost, and now without recipients
        {"F6": "0", "F10": "4.3", "I6": "3.5", "I10": "11"},
        {"F6": "0", "F10": "4.3", "I6": "3.5", "I10": "11", "H6": "0", "H10": "100"},
        "H6",
    ),
    (
        "recipients_without_money",
        {"D6": "0.000001", "D10": "3.200001", "I6": "1.250001", "I10": "8.750001"},
        {"D6": "0", "D10": "3.2", "I6": "1.25", "I10": "8.75"},
        "D6",
    ),
    (
        "recipients_without_money",
        {"F6": "0", "F10": "4.3", "I6": "3.5", "I10": "11", "G6": "1", "G10": "101"},
        {"F6": "0", "F10": "4.3", "I6": "3.5", "I10": "11", "G6": "0", "G10": "100"},
        "F6",
    ),
    ("visited_too_few", {"C6": "40", "C10": "160"}, {"C6": "39", "C10": "159"}, "C6"),
    ("visited_too_few", {"H8": "100", "H10": "150"}, {"H8": "101", "H10": "151"}, "C8"),
]


def test_people_at_the_limit_are_right_and_just_beyond_are_one_query(drawn, told_each):
    right = told_each([drawn(**right) for _, right, _, _ in PEOPLE])
    wrong = told_each([drawn(**wrong) for _, _, wrong, _ in PEOPLE])

    assert right == [[] for _ in PEOPLE]
    assert wrong == [[(rule, cell)] for rule, _, _, cell in PEOPLE]


def test_donated_goods_cost_nothing_and_are_not_asked_about(drawn, told):
    assert told(drawn(F6="0", F10="4.3", I6="3.5", I10="11")) == []


def test_nothing_given_to_nobody_is_right(drawn, told):
    assert told(drawn(D6="0", E6="0", D10="3.2", E10="70", I6="1.25", I10="8.75")) == []


def test_a_column_of_recipients_left_out_is_one_query_at_its_first(drawn, check):
    (finding,) = check(drawn(E6="0", E7="0", E8="0", E10="0"))

    assert (finding.rule, finding.cell) == ("money_without_recipients", "E6")
    assert "（E7）" in finding.facts["also"]
    assert "（E8）" in finding.facts["also"]


def test_a_recipient_that_cannot_be_read_is_not_asked_about_again(drawn, told):
    assert told(drawn(E6="待定")) == [("not_a_number", "E6")]
    assert told(drawn(H8="待定")) == [("not_a_number", "H8")]


def test_a_sum_that_tells_the_missing_number_is_said_and_not_asked_about_again(drawn, told_each):
    forms = [drawn(C6="5"), drawn(E6="0"), drawn(E6="400"), drawn(D6="0")]

    assert told_each(forms) == [
        [("column_sum_count", "C10")],
        [("column_sum_count", "E10")],
        [("column_sum_count", "E10")],
        [("part_of_sums", "D6")],
    ]


def test_a_wrong_sum_that_would_not_settle_the_query_stands_beside_it(drawn, told):
    assert told(drawn(C6="5", C10="126")) == [("column_sum_count", "C10"), ("visited_too_few", "C6")]


def test_the_total_row_is_not_asked_about_people(drawn, told):
    assert told(drawn(C9="0", D9="0", E9="0")) == []


AGAINST_LAST = [
    # now, last time, cell where asked
    ({}, {}, None),
    ({}, {"C6": "10"}, None),
    ({}, {"C6": "9"}, "C6"),
    ({}, {"C6": "250"}, None),
    ({}, {"C6": "251"}, "C6"),
    ({}, {"D6": "0.7"}, None),
    ({}, {"D6": "0.699999"}, "D6"),
    ({}, {"G8": "400"}, None),
    ({}, {"G8": "401"}, "G8"),
    ({}, {"C6": "0"}, None),
    ({"C9": "7", "C10": "177"}, {"C9": "1"}, "C9"),
    ({}, {"C9": "1"}, "C9"),
    ({}, {"C10": "1", "I10": "1", "I6": "0.01"}, None),
]


def test_five_times_last_time_is_right_and_just_beyond_is_asked_about(drawn, told_each):
    something_else = {"G6": "59"}
    forms = [drawn(**now) for now, _, _ in AGAINST_LAST]
    last = [drawn(**{**something_else, **before}) for _, before, _ in AGAINST_LAST]
    found = told_each(forms, last=last)

    assert found == [[("far_from_last", cell)] if cell else [] for _, _, cell in AGAINST_LAST]


def test_without_a_last_time_nothing_is_compared(drawn, told_each, told):
    assert told_each([drawn(), drawn()], last=[None, drawn(G6="59")]) == [[], []]
    assert told(drawn(), last=None) == []


def test_what_is_unknown_of_last_time_is_not_compared(drawn, told):
    whole = drawn(C6="5", G6="59")
    without = tuple(figure for figure in whole.figures if figure.cell != "C6")

    assert told(drawn(), last=whole) == [("far_from_last", "C6")]
    assert told(drawn(), last=replace(whole, figures=without)) == []


def test_a_row_that_grew_as_a_whole_is_one_query_and_so_is_a_column(drawn, check_each):
    row = {"C6": "5", "D6": "0.35", "E6": "4", "F6": "0.125", "G6": "6", "H6": "3"}
    column = {"G6": "6", "G7": "2", "G8": "8"}
    nothing_now = dict.fromkeys(["C6", "D6", "E6", "F6", "G6", "H6"], "0")
    sums = {"C10": "120", "D10": "3.2", "E10": "70", "F10": "4.3", "G10": "100", "H10": "100"}
    by_row, by_column, gone = check_each(
        [drawn(), drawn(), drawn(**nothing_now, **sums, I6="0", I10="7.5")],
        last=[drawn(**row), drawn(**column), drawn()],
    )

    assert [(finding.rule, finding.cell) for finding in by_row] == [("far_from_last", "C6")]
    assert [(finding.rule, finding.cell) for finding in by_column] == [("far_from_last", "G6")]
    assert [(finding.rule, finding.cell) for finding in gone] == [("far_from_last", "C6")]
    assert all(f"（{cell}6）" in by_row[0].facts["also"] for cell in "DEFGH")
    assert all(f"（G{row}）" in by_column[0].facts["also"] for row in (7, 8))


def test_what_grew_and_what_shrank_are_two_queries(drawn, told):
    assert told(drawn(), last=drawn(C6="5", E6="400")) == [("far_from_last", "C6"), ("far_from_last", "E6")]


def test_a_nil_return_after_a_full_one_is_one_query(drawn, check):
    nothing = {f"{column}{row}": "0" for column in "CDEFGHI" for row in range(6, 11)}
    (finding,) = check(drawn(**nothing), last=drawn())

    assert (finding.rule, finding.cell) == ("far_from_last", "C6")
    assert finding.facts["compared"] == "这期却没有"


NO_HEADS = {"E6": "0", "E7": "0", "E8": "0", "E10": "0"}
MONEY = {"D6": "35000", "D7": "12000", "D8": "20000", "D10": "67000"}
WITH_SUMS = {**MONEY, "I6": "35001.25", "I7": "12000.3", "I8": "20004", "I10": "67005.55"}


def test_a_column_ten_thousand_times_last_time_is_one_query_that_names_yuan(drawn, check, rulebook):
    unasked, finding = check(drawn(**NO_HEADS, **WITH_SUMS), last=drawn(**NO_HEADS, D6="3.4"))

    assert unasked.rule == "money_without_recipients"
    assert (finding.rule, finding.cell, finding.facts["proposed"]) == ("yuan_against_last", "D6", "3.5")
    assert "把“元”当成了“万元”" in rulebook.message(finding)
    assert "（D8）" in finding.facts["also"]


def test_money_a_ten_thousandth_of_last_time_is_asked_about_too(drawn, check, rulebook):
    tiny = {"D6": "0.00035", "D10": "3.20035", "I6": "1.25035", "I10": "8.75035"}
    (finding,) = check(drawn(**tiny), last=drawn())

    assert (finding.rule, finding.cell, finding.facts["proposed"]) == ("yuan_against_last", "D6", "3.5")
    assert "把“万元”当成了“元”" in rulebook.message(finding)


ABOUT_TEN_THOUSAND = [
    # last time, rule; now it is 35000
    ("3.5", "yuan_against_last"),
    ("0.7", "yuan_against_last"),
    ("0.699999", "far_from_last"),
    ("17.5", "yuan_against_last"),
    ("17.500001", "far_from_last"),
]


def test_about_ten_thousand_times_is_up_to_five_times_that_either_way(drawn, told_each):
    forms = [drawn(**{**NO_HEADS, **WITH_SUMS}) for _ in ABOUT_TEN_THOUSAND]
    last = [drawn(**NO_HEADS, D6=money, D7="0", D8="0") for money, _ in ABOUT_TEN_THOUSAND]

    assert told_each(forms, last=last) == [
        [("money_without_recipients", "E6"), (rule, "D6")] for _, rule in ABOUT_TEN_THOUSAND
    ]


def test_yuan_that_is_an_error_is_not_asked_about_again(drawn, told):
    assert told(drawn(**WITH_SUMS), last=drawn(D6="3.4")) == [("per_head_too_much", "D6")]
    assert told(drawn(D6="35000"), last=drawn(D6="3.4")) == [("per_head_too_much", "D6")]


def test_a_figure_that_the_sums_prove_wrong_is_not_compared_as_it_stands(drawn, told):
    assert told(drawn(D6="35"), last=drawn(D6="3.4")) == [("part_of_sums", "D6")]


def test_garrison_money_that_is_asked_about_by_the_head_is_not_asked_about_twice(drawn, told):
    much = drawn(D8="400", D10="404.7", I8="404", I10="410.25")

    assert told(much, last=drawn(G6="59")) == [("garrison_per_head_high", "D8")]


def test_the_same_figures_as_last_time_are_one_query(drawn, told_each):
    forms = [drawn(), drawn(), drawn(I6="-", I10="-"), drawn(G6="61", G10="161")]
    last = [drawn(), drawn(G6="61"), drawn(), drawn()]

    assert told_each(forms, last=last) == [
        [("same_as_last", None)],
        [],
        [("same_as_last", None), ("sum_derived", "I6")],
        [],
    ]


def test_a_nil_return_again_is_nobodys_copy(drawn, told):
    nothing = {f"{column}{row}": "0" for column in "CDEFGHI" for row in range(6, 11)}

    assert told(drawn(**nothing), last=drawn(**nothing)) == []


def test_figures_that_are_only_partly_known_of_last_time_are_nobodys_copy(drawn, told):
    whole = drawn()
    without = tuple(figure for figure in whole.figures if figure.cell != "C9")

    assert told(drawn(), last=replace(whole, figures=without)) == []


@pytest.mark.parametrize("rule", ["visited_too_few", "far_from_last", "yuan_against_last"])
def test_limits_of_queries_are_taken_from_the_rulebook(rule, drawn, told, changed):
    form, last, looser = {
        "visited_too_few": (drawn(C6="39", C10="159"), None, Decimal(1)),
        "far_from_last": (drawn(), drawn(C6="9"), Decimal(6)),
        "yuan_against_last": (drawn(**NO_HEADS, **WITH_SUMS), drawn(**NO_HEADS, D6="3.4"), Decimal("0.5")),
    }[rule]

    assert rule in [name for name, _ in told(form, last=last)]
    assert rule not in [name for name, _ in told(form, changed(rule, limit=looser), last=last)]


def test_without_the_rule_about_yuan_the_figure_is_only_far_from_last_time(drawn, told, changed):
    for mode in ("off", "trial"):
        found = told(
            drawn(**NO_HEADS, **WITH_SUMS), changed("yuan_against_last", mode=mode), last=drawn(**NO_HEADS)
        )
        assert ("far_from_last", "D6") in found
        assert (("yuan_against_last", "D6") in found) == (mode == "trial")
