"""docs/bad-inputs.md tells of every bad input that there is, and truly."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.definitions import Definitions
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words
from etl.stages.verdict import spoken
from tests.fuzz.run import FINDS
from tests.hostile.case import NARRATIVE, READ, STAMPED
from tests.hostile.catalogue import (
    HOSTILE,
    MIB,
    PAGE,
    Bad,
    Measuring,
    _cell,
    everything,
    judged,
    line,
    lines_on_page,
    page,
)
from tests.messy.test_corpus import WAYS

_KIND = (READ, NARRATIVE, STAMPED)
_REFUSED = {
    *("corrupt", "encrypted", "unpacks_too_far", "no_form", "format_not_taken", "too_slow", "empty_file"),
    *("too_large", "missing_row", "missing_column", "blank_form", "several_forms"),
}
"""Rules of reading; others speak of the figures, once they are read."""
_QUICK = ("corrupt", "format_not_taken", "encrypted", "too_large", "empty_file", "no_form")


def test_the_page_tells_of_every_bad_input_and_of_no_other() -> None:
    due = {(section, _cell(case.what)) for section, cases in HOSTILE.items() for case in cases}
    due |= {
        ("Bent at random, and once more than a reader bore", _cell(path.name))
        for path in FINDS.iterdir()
        if path.suffix
    }
    due |= {("Messy, and meant well", _cell(str(way))) for way in WAYS}
    assert lines_on_page().keys() == due


def test_what_the_page_says_of_a_hostile_file_is_what_it_deserves(definitions: Definitions) -> None:
    told = lines_on_page()
    for section, cases in HOSTILE.items():
        for case in cases:
            _, name, status, rules, *_ = told[section, _cell(case.what)]
            first = rules.split()[0].strip("`") if rules else ""
            assert name == case.name
            refused = status == "退回" and first in _REFUSED
            assert first in case.outcomes if refused else set(case.outcomes) & set(_KIND), case.what


def test_the_words_on_the_page_are_those_that_a_clerk_is_told_today(definitions: Definitions) -> None:
    """Read again, here and at once: those that are refused by a look and never parsed."""
    told, words = lines_on_page(), form_words(definitions.forms["double-support"])
    again = 0
    for section, cases in HOSTILE.items():
        for case in cases:
            cells = told[section, _cell(case.what)]
            if isinstance(case.outcome, str) and case.outcome in _QUICK:
                (finding,) = read_document(case.make(), case.name, words, definitions.limits).findings[:1]
                assert cells[4] == _cell(definitions.rulebook.message(spoken(finding)))
                again += 1
    assert again > 20


def test_no_line_of_the_page_is_past_the_limits(definitions: Definitions) -> None:
    for what, cells in lines_on_page().items():
        assert float(cells[5]) <= definitions.limits.read_seconds, what
        assert 0 < float(cells[6]) <= definitions.limits.read_memory_mib, what


@pytest.mark.prove
def test_every_bad_input_is_measured_and_judged_and_the_page_written_anew(
    definitions: Definitions, tmp_path: Path
) -> None:
    form, limits, rulebook = definitions.forms["double-support"], definitions.limits, definitions.rulebook
    inputs = list(everything())
    measuring = Measuring(form, limits, tmp_path)
    nothing = measuring.cost(Bad("", "", "空.xlsx", b""))
    costs = [measuring.cost(bad) for bad in inputs]
    measuring.close()
    judgements = judged(inputs, tmp_path, f"sqlite:///{tmp_path / 'warehouse.db'}")
    lines = [
        line(bad, judgements[f"{number:04}"], cost, rulebook, limits)
        for number, (bad, cost) in enumerate(zip(inputs, costs, strict=True))
    ]
    assert max(each.seconds for each in lines) <= limits.read_seconds
    assert max(each.mib for each in lines) <= limits.read_memory_mib
    PAGE.write_text(page(lines, limits, nothing.memory / MIB, f"{datetime.now(UTC):%Y-%m-%d}"), "utf-8")
