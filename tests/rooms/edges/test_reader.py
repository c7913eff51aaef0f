"""Readers kept between two batches: one batch has one, whichever thread asks."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from etl.definitions import Definitions
from etl.edges.reader import Reader, hire, release
from etl.edges.reader_process import Setup

AT_ONCE = 3
"""As many as are kept idle, so that after the first moment nobody starts one."""
TIMES = 150_000
SWITCHES_S = 1e-6


@pytest.fixture
def threads_that_switch_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHES_S)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_that_switch_often")
def test_threads_that_hire_and_release_at_once_never_have_the_same_reader(definitions: Definitions) -> None:
    setup = Setup(definitions.forms["double-support"].model_dump_json(), definitions.limits.model_dump_json())
    in_hand: set[Reader] = set()
    turn = Lock()

    def at_work() -> None:
        for _ in range(TIMES):
            reader = hire(setup)
            with turn:
                assert reader not in in_hand
                in_hand.add(reader)
            with turn:
                in_hand.remove(reader)
            release(reader, setup)

    with ThreadPoolExecutor(AT_ONCE) as workers:
        for done in [workers.submit(at_work) for _ in range(AT_ONCE)]:
            done.result()
