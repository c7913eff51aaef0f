"""What a file costs, in calls and statements, which are the same on every machine: a regression is seen at once."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from etl.pipeline import work_through
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words
from etl.stages.take_in import take_in
from tests.desk import BEFORE_DEADLINE, Desk

AT = datetime.fromisoformat(BEFORE_DEADLINE)
CALLS_TO_READ = 2_700
"""A form like one read before: some 2,400 today; it was 4,900 when each was unpacked, parsed and located anew."""


STATEMENTS_A_BATCH = 70


def calls_of(work: Callable[[], object]) -> int:
    """Calls of functions, ours and others'."""
    counted = 0

    def count(_frame: object, what: str, _argument: object) -> None:
        nonlocal counted
        counted += what in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("forms")
    definitions = write_config(root / "config", 12)
    (root / "in").mkdir()
    write_inbox(root / "in", definitions, 12, seed=1)
    yield definitions, [(path.name, path.read_bytes()) for path in sorted((root / "in").iterdir())]


def test_a_form_like_the_one_before_is_read_in_so_many_calls(forms: Any) -> None:
    definitions, files = forms
    words = form_words(definitions.forms["double-support"])

    def read(name: str, content: bytes) -> object:
        return read_document(content, name, words, definitions.limits)

    for name, content in files[:-1]:
        read(name, content)
    assert calls_of(lambda: read(*files[-1])) < CALLS_TO_READ


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Statements sent to databases, by their first word; many rows with one statement are one."""
    sent: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent[statement.split()[0]] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _taken_through(desk: Desk, units: range) -> Counter[str]:
    for at in units:
        name = desk.office.roster.units[at].name
        desk.drop(f"{name}统计表.xlsx", desk.filled(name))
    with statements() as sent, desk.office.alone():
        batches = take_in(CAMPAIGN, AT, desk.office, settled=True)
        verdicts, _ = work_through(batches, desk.office)
    assert verdicts == {"accepted": len(units)}
    return sent


def test_the_database_is_asked_per_batch_and_never_per_file(sqlite_desk: Desk) -> None:
    _taken_through(sqlite_desk, range(1))
    of_two = _taken_through(sqlite_desk, range(1, 3))
    of_ten = _taken_through(sqlite_desk, range(3, 13))
    assert of_ten == of_two
    assert sum(of_ten.values()) < STATEMENTS_A_BATCH
