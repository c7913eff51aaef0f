"""A page of a validation: every broken figure up to a bound, whatever Great Expectations leaves out."""

import re

import pytest

from etl.rules.check import check_forms
from etl.rules.data_docs import FIGURES_AT_MOST, Heading, data_docs_page

HEADING = Heading("第 7 批", "2022年春节", "2022年1月20日 09:00")


@pytest.fixture
def page_of(form, rulebook):
    """The page of a batch of forms, whose receipts are numbered from 0."""

    def page(forms, rules=rulebook):
        receipts = [f"2022-spring-{at:06d}" for at in range(len(forms))]
        validation = check_forms(forms, form, rules).validation
        return data_docs_page(validation, receipts, HEADING, rules).decode("utf-8")

    return page


def listed(page):
    """The figures of the page's first table: rule, severity, receipt, cell, row · column, value, typed."""
    table = page.partition('<table class="hits">')[2].partition("</table>")[0]
    lines = [re.findall("<td[^>]*>(.*?)</td>", line, re.S) for line in table.split("<tr>")]
    return [tuple(re.sub("<.*?>", "", cell) for cell in line[1:]) for line in lines if line]


def test_every_broken_figure_is_listed_with_rule_receipt_cell_value_and_what_was_typed(page_of, drawn):
    page = page_of([drawn(), drawn(C10="171"), drawn(D6="待定")])

    assert listed(page) == [
        ("column_sum_count", "错误", "2022-spring-000001", "C10", "grand_total · visited", "1.0", "171"),
        (
            "not_a_number",
            "错误",
            "2022-spring-000002",
            "D6",
            "key_beneficiaries · money_amount",
            "True",
            "待定",
        ),
    ]


def test_a_rule_in_trial_is_listed_as_one(page_of, drawn, changed):
    page = page_of([drawn(C10="171")], changed("column_sum_count", mode="trial"))

    assert [(rule, severity) for rule, severity, *_ in listed(page)] == [("column_sum_count", "试行")]


def test_a_batch_that_is_all_wrong_makes_a_page_that_still_opens(page_of, drawn):
    many = FIGURES_AT_MOST + 100
    page = page_of([drawn(C10="171")] * many)

    assert len(listed(page)) == FIGURES_AT_MOST
    assert "还有 100 处没有列出" in page
    assert len(page) < 1_000_000


def test_what_is_serious_is_listed_before_the_bound_cuts_off(page_of, drawn):
    derived = drawn(C10="-", D10="-", E10="-", F10="-", G10="-", H10="-", I10="-")
    page = page_of(
        [*[derived] * (FIGURES_AT_MOST // 7 + 1), drawn(D6="约3.5", raises={"D6": "figure_approximate"})]
    )

    assert [severity for _, severity, *_ in listed(page)] == ["核实", *["提示"] * (FIGURES_AT_MOST - 1)]


def test_what_passed_is_said_too_and_a_batch_without_fault_lists_nothing(page_of, drawn):
    page = page_of([drawn()])

    assert listed(page) == []
    assert page.count("✔ Succeeded") == 5
    assert "✘ Failed" not in page


def test_suites_and_expectations_are_great_expectations_own_words(page_of, drawn):
    page = page_of([drawn(C6="-5")])

    assert "expectations/figures.json" in page
    assert "values must be greater than or equal to" in page
    assert "Evaluated Expectations" in page


def test_markup_that_was_typed_is_only_text(page_of, drawn):
    page = page_of([drawn(D6="<script>alert(1)</script>{{7*7}}$x")])

    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}$x" in page
    assert "<script" not in page


def test_a_mobile_number_is_masked_where_it_is_a_figure(page_of, drawn):
    page = page_of([drawn(C10="13812345678"), drawn(C10="138 1234 5678")])

    assert "13812345" not in page
    assert "138 1234" not in page
    assert "138****" in page
