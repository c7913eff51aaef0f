"""A thousand correct forms, drawn as the sample draws them, against figures of a last time: nobody is accused."""

from datetime import datetime
from decimal import Decimal
from random import Random

import pytest

from etl.model import FEN_IN_WAN_YUAN, Figure, FormReading, Material, Severity
from etl.rules.check import check_forms
from etl.rules.remarks import form_remarks
from etl.sample.by_hand import draw_layout, type_by_hand
from etl.sample.figures import better, draw_form, nil_form
from etl.sample.plan import Sending
from etl.sample.stories import Act
from etl.sample.typing_in import type_page
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words

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
    found = check_forms([reading_of(one, form) for one in drawn], form, rulebook).findings

    assert [findings for findings in found if findings] == []


def test_a_thousand_forms_much_like_last_time_are_not_asked_about(form, rulebook):
    rng = Random(2023)
    last = [draw_form(form, rng.choice(KINDS), rng) for _ in range(FORMS)]
    now = [better(form, one, rng) for one in last]
    before = [one.amounts for one in last]
    found = check_forms([reading_of(one, form) for one in now], form, rulebook, before).findings
    asked = [finding for findings in found for finding in findings]

    assert [finding for finding in asked if rulebook.severity(finding) is Severity.ERROR] == []
    assert [finding for finding in asked if finding.rule != "far_from_last"] == []
    assert len(asked) < FORMS // 100


@pytest.mark.prove
def test_a_thousand_correct_forms_typed_by_hand_in_all_their_mess_are_not_accused(
    definitions, form, rulebook
):
    campaign = definitions.campaigns["2022-spring"]
    units = campaign.units(definitions.roster)
    words, saved = form_words(form), datetime(2022, 1, 15, 9, 0, tzinfo=campaign.tz)
    readings = []
    for at in range(FORMS):
        rng, unit = Random(f"2022/{at}"), units[at % len(units)]
        figures = draw_form(form, unit.kind, rng)
        sending = Sending(
            unit, Act(1, Material.STATISTICS), "统计表.xlsx", "typed", figures, unit.name, str(at)
        )
        page = type_page(sending, form, rng)
        content = type_by_hand(draw_layout(sending, form, campaign, page, rng), page, form, unit.name, saved)
        readings.append(read_document(content, "统计表.xlsx", words, definitions.limits))
    found = check_forms([reading.form for reading in readings], form, rulebook).findings
    accused = [
        finding
        for reading, findings in zip(readings, found, strict=True)
        for finding in (*reading.findings, *findings)
        if rulebook.severity(finding) is not Severity.WARNING
    ]
    remarked = [
        finding
        for reading in readings
        for finding in form_remarks(reading.form, form, campaign, definitions.limits)
    ]

    assert accused == []
    assert [finding for finding in remarked if finding.rule != "personal_number"] == []
