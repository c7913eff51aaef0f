"""expectations/ and the rulebook fit together; a batch is validated once, whatever its size."""

import subprocess
import sys
import time
from collections import Counter

import pytest

from etl.rules import suites
from etl.rules.check import check_forms
from etl.rules.frame import build_frame

FOUND_WHILE_READING_THE_FILE = {
    "borrowed_blank",
    "corrupt",
    "date_missing",
    "date_outside",
    "date_unclear",
    "empty_file",
    "encrypted",
    "format_not_taken",
    "header_in_yuan",
    "hidden_read",
    "leader_missing",
    "missing_column",
    "missing_row",
    "narrative_differs",
    "narrative_empty",
    "narrative_one_line",
    "no_form",
    "personal_number",
    "several_forms",
    "text_column_missing",
    "text_cut",
    "title_of_another_campaign",
    "too_large",
    "too_slow",
    "unpacks_too_far",
}
MADE_OF_OTHER_FINDINGS = {"part_of_sums"}


def test_every_rule_is_asked_by_a_suite_or_found_by_the_reader(asked_by_suites, rulebook):
    by_hand = FOUND_WHILE_READING_THE_FILE | MADE_OF_OTHER_FINDINGS

    assert asked_by_suites | by_hand == set(rulebook.rules)
    assert not asked_by_suites & by_hand


def test_every_limit_of_an_asked_rule_is_taken_from_the_rulebook(rulebook):
    named = {
        limit for suite in suites.read_suites() for one in suite["expectations"] for limit in _limits(one)
    }

    assert named | {"sum_rounded"} == set(rulebook.limits)


def _limits(expectation):
    return [value["$PARAMETER"] for value in expectation["kwargs"].values() if isinstance(value, dict)]


def test_suites_speak_of_figures_and_not_of_one_form(form):
    ids = {thing.id for thing in (*form.rows, *form.columns)}
    columns = {one["kwargs"]["column"] for suite in suites.read_suites() for one in suite["expectations"]}

    assert not ids & columns


def test_every_column_that_a_suite_asks_about_is_in_the_frame(drawn, form, rulebook):
    frame = build_frame([drawn()], form, rulebook).frame
    columns = {one["kwargs"]["column"] for suite in suites.read_suites() for one in suite["expectations"]}

    assert columns <= set(frame.columns)


def test_the_frame_has_one_row_a_figure(drawn, form, rulebook):
    frame = build_frame([drawn(), drawn(D6="待定")], form, rulebook).frame

    assert len(frame) == 70
    assert frame.loc[36, ["submission", "row", "column", "cell", "typed"]].tolist() == [
        1,
        "key_beneficiaries",
        "money_amount",
        "D6",
        "待定",
    ]


@pytest.mark.timed
def test_a_thousand_forms_are_validated_in_one_go(drawn, form, rulebook, monkeypatch):
    from great_expectations.validator.v1_validator import Validator

    asked: Counter[str] = Counter()
    validate = Validator.validate_expectation_suite

    def counted(self, expectation_suite, **how):
        asked.update(str(one.configuration.to_json_dict()) for one in expectation_suite.expectations)
        return validate(self, expectation_suite=expectation_suite, **how)

    monkeypatch.setattr(Validator, "validate_expectation_suite", counted)
    forms = [drawn()] * 990 + [drawn(D6="4.5")] * 10
    check_forms(forms[:990], form, rulebook)
    assert set(asked.values()) == {1}  # whether anything is wrong
    asked.clear()
    began = time.perf_counter()
    found = check_forms(forms, form, rulebook).findings
    took = time.perf_counter() - began

    print(f"1,000 forms checked in {took:.2f} s")  # noqa: T201  # shown by pytest -s
    assert set(asked.values()) == {2}  # and where
    assert len(asked) == sum(len(suite["expectations"]) for suite in suites.read_suites())
    assert [len(findings) for findings in found] == [0] * 990 + [1] * 10
    assert took < 5


def test_severities_are_told_to_great_expectations(rulebook, drawn, form):
    check_forms([drawn()], form, rulebook)
    running = tuple((rule, it.severity) for rule, it in rulebook.rules.items() if it.mode != "off")
    told = {
        one.meta["rule"]: str(one.severity.value)
        for suite in suites._suites(running)
        for one in suite.expectations
    }

    assert told["not_a_number"] == "critical"
    assert told["sum_rounded"] == "warning"
    assert told["sum_derived"] == "info"


def test_a_question_that_cannot_be_asked_is_never_the_clerks_mistake(drawn, form, rulebook):
    frame = build_frame([drawn()], form, rulebook).frame.drop(columns="amount")

    with pytest.raises(RuntimeError):
        suites.validate(frame, rulebook)


def test_importing_the_room_does_not_import_great_expectations():
    code = "import etl.rules, sys; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_checking_writes_no_file(drawn, form, rulebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_forms([drawn(C10="171")], form, rulebook)

    assert list(tmp_path.iterdir()) == []
