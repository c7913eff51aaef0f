"""A thousand correct forms, drawn as the sample draws them, against figures of a last time: nobody is accused."""

from decimal import Decimal
from random import Random

from etl.model import FEN_IN_WAN_YUAN, Figure, FormReading, Severity
from etl.rules.check import check_forms
from etl.sample.figures import better, draw_form, nil_form

KINDS = ("镇街", "成员单位", "驻铜部队")
FORMS = 1000


def reading_of(drawn, form):
    """The drawn amounts as a reading."""
    figures = []
    for row in form.rows:
        for column in form.figure_columns:
            amount = drawn.amounts[row.id][column.id]
            value = Decimal(amount) / FEN_IN_WAN_YUAN if column.type == "money" else Decimal(amount)
            cell = f"{'CDEFGHI'[form.figure_columns.index(column)]}{form.rows.index(row) + 6}"
            figures.append(Figure(row.id, column.id, "统计表", cell, f"{value:f}", value))
    return FormReading("统计表", tuple(figures))


def test_a_thousand_correct_forms_and_not_one_false_error_or_query(form, rulebook):
    rng = Random(2022)
    drawn = [draw_form(form, rng.choice(KINDS), rng) for _ in range(FORMS - 20)] + [nil_form(form)] * 20
    found = check_forms([reading_of(one, form) for one in drawn], form, rulebook)

    assert [findings for findings in found if findings] == []


def test_a_thousand_forms_much_like_last_time_are_not_asked_about(form, rulebook):
    rng = Random(2023)
    last = [draw_form(form, rng.choice(KINDS), rng) for _ in range(FORMS)]
    now = [better(form, one, rng) for one in last]
    before = [one.amounts for one in last]
    found = check_forms([reading_of(one, form) for one in now], form, rulebook, before)
    asked = [finding for findings in found for finding in findings]

    assert [finding for finding in asked if rulebook.severity(finding) is Severity.ERROR] == []
    assert [finding for finding in asked if finding.rule != "far_from_last"] == []
    assert len(asked) < FORMS // 100
