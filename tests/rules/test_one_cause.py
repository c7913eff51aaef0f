"""One cause gives one finding, at the figure that causes it, naming the rest."""

from dataclasses import replace

from etl.definitions import load_definitions
from etl.model import Words
from etl.rules.remarks import form_remarks
from etl.settings import PROJECT

YUAN_IN_MONEY = {"D6": "35000", "D7": "12000", "D8": "20000"}

ONE_WRONG_FIGURE = [
    # typed, rule, cell, what the sums propose
    ({"D6": "4.5"}, "part_of_sums", "D6", "3.5"),
    ({"F8": "0.4"}, "part_of_sums", "F8", "4"),
    ({"I6": "5.75"}, "part_of_sums", "I6", "4.75"),
    ({"D10": "7.6"}, "part_of_sums", "D10", "6.7"),
    ({"I10": "12.52"}, "part_of_sums", "I10", "12.25"),
    ({"D6": "350"}, "part_of_sums", "D6", "3.5"),
    ({"D8": "300"}, "part_of_sums", "D8", "2"),
]


def test_sums_that_fail_by_the_same_figure_are_one_finding_there(drawn, check_each):
    found = check_each([drawn(**typed) for typed, *_ in ONE_WRONG_FIGURE])

    for (_, *expected), (finding,) in zip(ONE_WRONG_FIGURE, found, strict=True):
        assert [finding.rule, finding.cell, finding.facts["proposed"]] == expected


def test_a_wrong_count_is_said_at_the_total_for_no_one_knows_which_part(drawn, told):
    assert told(drawn(C7="23")) == [("column_sum_count", "C10")]


def test_a_wrong_part_that_its_row_followed_is_one_finding_at_the_first_sum(drawn, check):
    (finding,) = check(drawn(D6="4.5", I6="5.75"))

    assert (finding.rule, finding.cell) == ("column_sum_money", "D10")
    assert "总计·合计（I10）" in finding.facts["also"]


def test_a_wrong_total_that_its_row_followed_is_one_finding_at_the_first_sum(drawn, told):
    assert told(drawn(D10="7.7", I10="13.25")) == [("column_sum_money", "D10")]


def test_a_wrong_part_that_its_column_followed_is_one_finding_at_the_first_sum(drawn, told):
    assert told(drawn(D6="4.5", D10="7.7")) == [("row_sum", "I6")]


def test_a_wrong_part_is_found_through_a_derived_sum(drawn, told):
    assert told(drawn(D6="4.5", I6="-")) == [("part_of_sums", "D6"), ("sum_derived", "I6")]
    assert told(drawn(D6="4.5", D10="-")) == [("part_of_sums", "D6"), ("sum_derived", "D10")]


def test_a_wrong_part_of_wholly_derived_rows_is_one_finding_at_the_first_sum(drawn, told):
    blanks = dict.fromkeys(["I6", "I7", "I8", "I9"], "-")

    assert told(drawn(**blanks, D6="4.5")) == [("column_sum_money", "D10"), ("sum_derived", "I6")]


def test_derived_sums_are_never_wrong_themselves(drawn, told):
    blanks = dict.fromkeys(["I6", "I7", "I8", "I9", *(f"{column}10" for column in "CDEFGHI")], "-")

    assert told(drawn(**blanks, D6="4.5")) == [("sum_derived", "I6")]


TWO_WRONG_FIGURES = [
    ({"D6": "4.5", "F8": "7"}, ["D6", "F8"]),
    ({"D6": "4.5", "F6": "3.25"}, ["D6", "F6"]),
    ({"I6": "5.75", "D8": "5"}, ["D8", "I6"]),
    ({"C10": "171", "E10": "112"}, ["C10", "E10"]),
    ({"C7": "23", "D6": "4.5"}, ["C10", "D6"]),
]


def test_two_wrong_figures_are_two_findings(drawn, check_each):
    found = check_each([drawn(**typed) for typed, _ in TWO_WRONG_FIGURES])

    assert [sorted(one.cell for one in findings) for findings in found] == [
        cells for _, cells in TWO_WRONG_FIGURES
    ]


def test_two_parts_wrong_by_the_same_are_not_guessed_at(drawn, check):
    # 4.5 and 5 here, or 3.25 under 慰问品 and 3 under 慰问金: the sums fail alike
    findings = check(drawn(D6="4.5", F8="5"))

    assert [(finding.rule, finding.cell) for finding in findings] == [("row_sum", "I6"), ("row_sum", "I8")]
    assert "D10" in findings[0].facts["also"]
    assert "F10" in findings[1].facts["also"]


def test_money_typed_in_the_wrong_row_is_one_finding(drawn, check):
    (finding,) = check(drawn(D6="1.2", D7="3.5"))

    assert (finding.rule, finding.cell) == ("row_sum", "I6")
    assert "I7" in finding.facts["also"]


def test_a_total_row_of_another_draft_is_one_finding_that_names_all(drawn, check):
    old = {"C10": "99", "D10": "5", "E10": "90", "F10": "4.5", "G10": "100", "H10": "90", "I10": "9.5"}
    (finding,) = check(drawn(**old))

    assert (finding.rule, finding.cell) == ("column_sum_count", "C10")
    assert all(cell in finding.facts["also"] for cell in ("D10", "E10", "F10", "G10", "H10", "I10"))


def test_a_column_of_sums_in_yuan_is_one_finding_at_its_first(drawn, told):
    column = {"I6": "47500", "I7": "15000", "I8": "60000"}

    assert told(drawn(**column, I10="122500")) == [("row_sum", "I6")]
    assert told(drawn(**column)) == [("row_sum", "I6")]


def test_rounding_before_adding_is_one_query_for_the_whole_form(drawn, check):
    tenths = {"F6": "1.2", "F7": "0.3", "I6": "4.8", "I7": "1.6", "I8": "6", "F10": "5.6", "I10": "12.2"}
    (finding,) = check(drawn(**tenths))

    assert (finding.rule, finding.cell) == ("sum_rounded", "I6")
    assert all(cell in finding.facts["also"] for cell in ("I7", "F10", "I10"))


def test_a_whole_column_in_yuan_is_one_finding_at_its_first_cell(drawn, check):
    (finding,) = check(
        drawn(**YUAN_IN_MONEY, D10="67000", I6="35001.25", I7="12000.3", I8="20004", I10="67005.55")
    )

    assert (finding.rule, finding.cell) == ("per_head_too_much", "D6")
    assert finding.facts["proposed"] == "3.5"
    assert "困难退役军人等优抚对象（D7）" in finding.facts["also"]
    assert "驻地部队基层官兵（D8）" in finding.facts["also"]


SUMS_BESIDE_YUAN = [
    {},  # every sum in 万元
    {"D10": "67000"},  # the column's total in 元 too
    {"D10": "67000", "I10": "67005.55"},
    {"I6": "35001.25", "I7": "12000.3", "I8": "20004"},  # rows added up by formula, totals in 万元
    {"D10": "67000", "I6": "35001.25", "I7": "12000.3", "I8": "20004"},
    {"I6": "-", "I7": "-", "I8": "-", "I9": "-"},
]


def test_a_sum_that_fails_only_by_yuan_is_not_said_again(drawn, told_each):
    for findings in told_each([drawn(**YUAN_IN_MONEY, **sums) for sums in SUMS_BESIDE_YUAN]):
        assert [found for found in findings if found[0] != "sum_derived"] == [("per_head_too_much", "D6")]


def test_one_figure_in_yuan_is_one_finding(drawn, told):
    assert told(drawn(D6="35000")) == [("per_head_too_much", "D6")]


def test_money_and_goods_in_yuan_are_one_finding_each(drawn, told):
    findings = told(drawn(D6="35000", F6="12500", I6="47500"))

    assert findings == [("per_head_too_much", "D6"), ("per_head_too_much", "F6")]


def test_yuan_of_a_row_without_recipients_is_the_same_cause(drawn, told):
    no_recipients = {"E8": "0", "E10": "60", "D10": "67000"}

    assert told(drawn(**YUAN_IN_MONEY, **no_recipients)) == [
        ("per_head_too_much", "D6"),
        ("money_without_recipients", "E8"),
    ]


def test_a_wrong_sum_beside_yuan_is_said_too(drawn, told):
    findings = told(drawn(**YUAN_IN_MONEY, D10="67000", I7="2.5"))

    assert findings == [("part_of_sums", "I7"), ("per_head_too_much", "D6")]


def test_garrison_money_in_a_column_of_yuan_is_the_same_cause(drawn, check):
    # 800 元 for 50 people is only asked about by itself
    (finding,) = check(drawn(D6="35000", D7="12000", D8="800", D10="4.78", I8="4.08", I10="10.33"))

    assert (finding.rule, finding.cell) == ("per_head_too_much", "D6")
    assert "驻地部队基层官兵（D8）" in finding.facts["also"]


def test_recipients_typed_too_few_are_the_cause_of_too_much_a_head(drawn, check):
    money = {"D6": "100", "D10": "103.2", "I6": "101.25", "I10": "108.75"}
    (finding,) = check(drawn(E6="4", **money))

    assert (finding.rule, finding.cell, finding.facts["proposed"]) == ("part_of_sums", "E6", "40")


def test_the_same_bad_text_down_a_column_is_one_finding(drawn, check):
    findings = check(drawn(C6="待定", C8="待定", C9="不详", E6="待定"))

    assert [(f.cell, f.typed) for f in findings] == [("C6", "待定"), ("E6", "待定"), ("C9", "不详")]
    assert findings[0].facts["also"] == "，同一列的驻地部队基层官兵（C8）也是这样"
    assert findings[1].facts["also"] == ""


def test_each_negative_is_its_own_finding_unless_the_text_repeats(drawn, told):
    assert told(drawn(C6="-5", C7="-5", C8="-6")) == [("negative", "C6"), ("negative", "C8")]


def test_a_negative_fraction_is_one_finding(drawn, told):
    assert told(drawn(C6="-5.5")) == [("negative", "C6")]


def test_a_sum_that_follows_a_negative_part_is_no_second_finding(drawn, told):
    assert told(drawn(C6="-500", C10="-380")) == [("negative", "C6")]


def test_a_formulas_outcry_over_an_unread_part_is_no_second_finding(drawn, told_each):
    outcry = {"I6": "#VALUE!", "D10": "#VALUE!", "I10": "#VALUE!"}
    forms = [drawn(D6="待定", **outcry), drawn(D10="#REF!", I10="#REF!"), drawn(I10="#REF!")]

    assert told_each(forms) == [[("not_a_number", cell)] for cell in ("D6", "D10", "I10")]


def test_formulas_that_were_never_calculated_are_one_finding(drawn, check):
    cells = {"C6": "=A1", "D6": "=A2", "E8": "=A3"}
    (finding,) = check(drawn(**cells, raises=dict.fromkeys(cells, "part_without_value")))

    assert (finding.rule, finding.cell) == ("part_without_value", "C6")
    assert "D6" in finding.facts["also"]
    assert "E8" in finding.facts["also"]


def test_a_blank_form_has_that_one_finding_only(drawn, told):
    parts = dict.fromkeys([f"{column}{row}" for column in "CDEFGH" for row in range(6, 10)], "-")

    assert told(drawn(**parts, I6="-", C10="-5")) == [("blank_form", None)]


def test_conversions_down_a_column_are_one_warning(drawn, told):
    raises = {
        "D6": "figure_converted",
        "D7": "figure_converted",
        "F6": "figure_converted",
        "D8": "figure_rounded",
    }

    assert told(drawn(raises=raises)) == [
        ("figure_converted", "D6"),
        ("figure_converted", "F6"),
        ("figure_rounded", "D8"),
    ]


def test_sums_left_out_are_one_warning_that_names_them(drawn, check_each):
    total_row = dict.fromkeys([f"{column}10" for column in "CDEFGHI"], "-")
    sum_column = dict.fromkeys(["I6", "I7", "I8", "I9"], "-")

    forms = {
        "“总计”整行": drawn(**total_row),
        "“合计”整列": drawn(**sum_column),
        "“总计”整行、“合计”整列": drawn(**total_row, **sum_column),
        "重点优抚对象·合计（I6）、总计·走访慰问人数（C10）": drawn(C10="-", I6="-"),
    }

    assert [[f.facts["what"] for f in found] for found in check_each(list(forms.values()))] == [
        [w] for w in forms
    ]


def test_the_total_of_a_column_left_out_whole_needs_no_name_of_its_own(drawn, check):
    (finding,) = check(drawn(I6="-", I7="-", I8="-", I9="-", I10="-"))

    assert finding.facts["what"] == "“合计”整列"


def test_a_derived_sum_that_the_sheet_has_no_cell_for_is_named_without_one(drawn, check):
    whole = drawn(I6="-")
    figures = tuple(
        type(f)(f.row, f.column, f.sheet, None, None, f.value, False, f.raises) if f.cell == "I6" else f
        for f in whole.figures
    )
    (finding,) = check(type(whole)(whole.sheet, figures))

    assert (finding.rule, finding.sheet, finding.cell) == ("sum_derived", "统计表", None)
    assert finding.facts["what"] == "重点优抚对象·合计"


NAMED_YUAN = [
    # without recipients nothing is too much a head; the sums alone tell the unit
    ({"D6": "35000", "E6": "0", "E10": "70"}, "part_of_sums", "D6", "3.5"),
    ({"D10": "67000"}, "part_of_sums", "D10", "6.7"),
    ({"I6": "47500", "I7": "15000", "I8": "60000", "I10": "122500"}, "row_sum", "I6", "4.75"),
]


def test_a_figure_that_the_sums_show_to_be_in_yuan_is_said_to_be(drawn, check_each, rulebook):
    for (_, rule, cell, right), findings in zip(
        NAMED_YUAN, check_each([drawn(**typed) for typed, *_ in NAMED_YUAN]), strict=True
    ):
        assert (findings[0].rule, findings[0].cell) == (rule, cell)
        assert "像是把“元”当成了“万元”" in rulebook.message(findings[0])
        assert right in rulebook.message(findings[0])


def test_a_wrong_figure_that_is_not_in_yuan_is_not_said_to_be(drawn, check, rulebook):
    (finding,) = check(drawn(D10="67001"))

    assert "元”当成" not in rulebook.message(finding)


def test_a_text_too_long_is_one_finding_down_its_column_and_at_the_limit_none(drawn, form, rulebook):
    known = load_definitions(PROJECT / "config")
    limits, campaign = known.limits, known.campaigns["2022-spring"]
    same, other = "好" * (limits.text_length + 1), "难" * (limits.text_length + 1)
    texts = [same, same, "好" * limits.text_length, other]
    words = [
        Words(row.id, "difficulties", f"J{at}", text)
        for at, row, text in zip(range(6, 10), form.rows, texts, strict=False)
    ]
    reading = replace(drawn(C6="0", C7="0", C8="0", C9="0"), words=tuple(words), dated=campaign.deadline_date)

    found = form_remarks(reading, form, campaign, limits)

    assert [(finding.rule, finding.cell) for finding in found] == [("text_cut", "J6"), ("text_cut", "J9")]
    assert "困难退役军人等优抚对象（J7）也是这样" in rulebook.message(found[0])
    assert "也是这样" not in rulebook.message(found[1])
