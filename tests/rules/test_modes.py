"""What the office decides of a rule: on, trial, off; severity; limit."""

from decimal import Decimal

import pytest

from etl.errors import DefinitionError
from etl.model import Severity


def test_a_rule_that_is_off_finds_nothing(drawn, told, changed):
    assert told(drawn(C10="171"), changed("column_sum_count", mode="off")) == []
    assert (
        told(
            drawn(D8="250", D10="254.7", I8="254", I10="260.25"),
            changed("garrison_per_head_high", mode="off"),
        )
        == []
    )


def test_a_rule_in_trial_finds_as_if_it_were_on(drawn, told, changed):
    assert told(drawn(C10="171"), changed("column_sum_count", mode="trial")) == [("column_sum_count", "C10")]


def test_a_limit_is_taken_from_the_rulebook(drawn, told, changed):
    looser = changed("column_sum_count", limit=Decimal(1))

    assert told(drawn(C10="171"), looser) == []
    assert told(drawn(C10="172"), looser) == [("column_sum_count", "C10")]


def test_without_part_of_sums_the_first_sum_is_said(drawn, told, changed):
    assert told(drawn(D6="4.5"), changed("part_of_sums", mode="off")) == [("row_sum", "I6")]


def test_part_of_sums_in_trial_does_not_change_what_the_clerk_reads(drawn, told, changed):
    findings = told(drawn(D6="4.5"), changed("part_of_sums", mode="trial"))

    assert findings == [("row_sum", "I6"), ("part_of_sums", "D6")]


def test_rounding_in_trial_or_off_leaves_the_error(drawn, told, changed):
    rounded = drawn(D10="6.8", F6="1.2", F10="5.5", I6="4.7", I10="12.2")

    assert told(rounded) == [("sum_rounded", "D10")]
    assert told(rounded, changed("sum_rounded", mode="off")) == [("part_of_sums", "D10")]
    assert told(rounded, changed("sum_rounded", mode="trial")) == [
        ("part_of_sums", "D10"),
        ("sum_rounded", "D10"),
    ]


def test_money_a_head_in_trial_hides_no_wrong_sum(drawn, told, changed):
    findings = told(drawn(D6="35000"), changed("per_head_too_much", mode="trial"))

    assert findings == [("part_of_sums", "D6"), ("per_head_too_much", "D6")]


def test_money_a_head_that_is_only_asked_about_hides_no_wrong_sum(drawn, told, changed):
    findings = told(drawn(D6="35000"), changed("per_head_too_much", severity=Severity.QUERY))

    assert findings == [("part_of_sums", "D6")]


def test_the_gravest_come_first(drawn, told):
    found = told(
        drawn(D6="待定", I7="-", C8="98", raises={"E6": "figure_approximate", "G6": "figure_converted"})
    )

    assert found == [
        ("not_a_number", "D6"),
        ("column_sum_count", "C10"),
        ("figure_approximate", "E6"),
        ("figure_converted", "G6"),
        ("sum_derived", "I7"),
    ]


@pytest.mark.parametrize("rule", ["row_sum", "sum_rounded", "per_head_too_much"])
def test_a_limit_left_out_of_the_rulebook_is_named(rule, drawn, told, changed):
    with pytest.raises(DefinitionError, match=f"{rule}.limit"):
        told(drawn(D6="4.5"), changed(rule, limit=None))
