"""Several wrong figures in one line: one finding where one slip explains them, and every number is true."""

from decimal import Decimal

FIRST_ROW_LEFT_OUT = {
    "C10": "120",
    "D10": "3.2",
    "E10": "70",
    "F10": "4.3",
    "G10": "100",
    "H10": "100",
    "I10": "7.5",
}
MONEY_DOUBLED = {"D10": "13.4", "F10": "11.1", "I10": "24.5"}


def said(findings, rulebook):
    return [rulebook.message(finding) for finding in findings]


def test_a_row_left_out_of_every_total_is_one_finding_with_each_true_difference(drawn, check, rulebook):
    (message,) = said(check(drawn(**FIRST_ROW_LEFT_OUT)), rulebook)

    assert "填的是120，各行相加是170，相差50人" in message
    for place in ("（D10）差3.5万元", "（E10）差40人", "（F10）差1.25万元", "（I10）差4.75万元"):
        assert place in message


def test_a_row_left_out_of_the_money_totals_only_is_one_finding(drawn, check, rulebook):
    money = {cell: FIRST_ROW_LEFT_OUT[cell] for cell in ("D10", "F10", "I10")}
    (message,) = said(check(drawn(**money)), rulebook)

    assert "填的是3.2，各行相加是6.7，相差3.5万元" in message
    assert "（I10）差4.75万元" in message


def test_a_row_counted_twice_is_one_finding(drawn, told):
    assert told(drawn(C10="190", E10="130", G10="180")) == [("column_sum_count", "C10")]


def test_money_totals_doubled_are_one_finding_with_each_true_difference(drawn, check, rulebook):
    (message,) = said(check(drawn(**MONEY_DOUBLED)), rulebook)

    assert "填的是13.4，各行相加是6.7，相差6.7万元" in message
    assert "（F10）差5.55万元" in message
    assert "（I10）差12.25万元" in message


def test_goods_left_out_of_every_sum_are_one_finding(drawn, check):
    (finding,) = check(drawn(I6="3.5", I8="2"))

    assert (finding.rule, finding.cell, finding.facts["difference"]) == ("row_sum", "I6", "1.25")
    assert "（I8）差4万元" in finding.facts["also"]


def test_independent_slips_in_the_total_row_are_findings_of_their_own(drawn, told):
    assert told(drawn(C10="173", E10="103")) == [("column_sum_count", "C10"), ("column_sum_count", "E10")]
    assert told(drawn(C10="173", E10="103", G10="165")) == [
        ("column_sum_count", "C10"),
        ("column_sum_count", "E10"),
        ("column_sum_count", "G10"),
    ]


def test_a_slip_beside_a_row_left_out_is_a_finding_of_its_own(drawn, told):
    assert told(drawn(C10="120", E10="70", G10="165")) == [
        ("column_sum_count", "C10"),
        ("column_sum_count", "G10"),
    ]


def test_independent_slips_in_a_column_of_parts_are_findings_of_their_own(drawn, told):
    findings = told(drawn(D6="4.6", D7="3.7", D8="5.3"))

    assert len(findings) == 3


def test_two_wrong_parts_of_one_row_name_only_the_sums_that_each_sets_right(drawn, check):
    for finding in check(drawn(D6="4.5", F6="3.25")):
        assert finding.facts["sums"] == "本列的总计"


def test_every_difference_of_a_sum_is_what_stands_there_minus_what_its_parts_add_to(drawn, check_each, form):
    forms = [
        drawn(**FIRST_ROW_LEFT_OUT),
        drawn(**MONEY_DOUBLED),
        drawn(**MONEY_DOUBLED, I6="9", D8="4"),
        drawn(D6="4.5", F8="5", I10="20"),
        drawn(D6="35000", D7="12000", D8="20000", D10="77000", I7="2.5", I10="9"),
    ]
    for reading, findings in zip(forms, check_each(forms), strict=True):
        amounts = {figure.cell: figure.value for figure in reading.figures}
        for finding in findings:
            if not finding.rule.startswith(("column_sum", "row_sum")):
                continue
            column, row = finding.cell[0], finding.cell[1:]
            parts = (
                [f"D{row}", f"F{row}"]
                if finding.rule == "row_sum"
                else [f"{column}{at}" for at in range(6, 10)]
            )
            added = sum((amounts[part] for part in parts), Decimal(0))
            assert Decimal(finding.facts["computed"]) == added
            assert Decimal(finding.facts["difference"]) == abs(amounts[finding.cell] - added)
