"""One manner on two databases: who waits for whom, and one run at a time."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import (
    insert,
    select,
    text,
    update,
)

from etl.errors import Unavailable
from etl.warehouse.engine import Warehouse
from tests.rooms.warehouse.notes import a_noted_warehouse, add_one, count, end_sessions, metadata, notes, take

AT_ONCE_S = 5.0
A_WHILE_S = 0.3
LONG_ENOUGH_S = 30.0
HOLDS_THE_LOCK = """
import subprocess, sys, time
from etl.warehouse.engine import Warehouse
with Warehouse(sys.argv[1]).alone():
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = subprocess.Popen(sleeps, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    yield from a_noted_warehouse(warehouse_url)


class Somebody:
    """Somebody else, at work beside us."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=[work])
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as why:  # noqa: BLE001 - shown in the thread of the test
            self._errors.append(why)

    def is_waiting(self) -> bool:
        self._thread.join(A_WHILE_S)
        return self._thread.is_alive()

    def ends_well(self, within_s: float = LONG_ENOUGH_S) -> bool:
        self._thread.join(within_s)
        assert self._errors == []
        return not self._thread.is_alive()


@pytest.mark.timed
def test_reading_never_waits_for_a_writer_and_sees_what_was_there_before(warehouse: Warehouse) -> None:
    began = time.monotonic()
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(count=7))
        assert count(warehouse) == 0
    assert count(warehouse) == 7
    assert time.monotonic() - began < AT_ONCE_S


@pytest.mark.timed
def test_writing_never_waits_for_a_reader(warehouse: Warehouse) -> None:
    began = time.monotonic()
    with warehouse.reading() as connection:
        connection.execute(select(notes)).all()
        add_one(warehouse)
    assert count(warehouse) == 1
    assert time.monotonic() - began < AT_ONCE_S


def test_all_that_one_reading_sees_is_of_one_moment(warehouse: Warehouse) -> None:
    with warehouse.reading() as connection:
        before = connection.execute(select(notes.c.count)).scalar_one()
        add_one(warehouse)
        assert connection.execute(select(notes.c.count)).scalar_one() == before
    assert count(warehouse) == before + 1


def test_of_two_writers_the_second_waits_and_nothing_is_lost(warehouse: Warehouse) -> None:
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(count=notes.c.count + 1))
        second = Somebody(lambda: add_one(warehouse))
        assert second.is_waiting()
    assert second.ends_well()
    assert count(warehouse) == 2


def test_on_sqlite_a_writer_waits_before_its_first_look_so_that_none_fails_halfway(
    new_url: Callable[[str], str],
) -> None:
    warehouse = Warehouse(new_url("sqlite"))
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, count=0))

    def look_then_write() -> None:
        for _ in range(20):
            with warehouse.writing() as connection:
                seen = connection.execute(select(notes.c.count)).scalar_one()
                connection.execute(update(notes).values(count=seen + 1))

    both = Somebody(look_then_write), Somebody(look_then_write)
    assert all(one.ends_well() for one in both)
    assert count(warehouse) == 40
    warehouse.close()


def test_what_fails_halfway_is_not_written_at_all(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.writing() as connection:
        connection.execute(update(notes).values(count=7))
        raise ZeroDivisionError
    assert count(warehouse) == 0


def test_of_two_runs_the_second_waits_until_the_first_has_ended(
    warehouse: Warehouse, warehouse_url: str
) -> None:
    other = Warehouse(warehouse_url)
    with warehouse.alone():
        second = Somebody(lambda: take(other))
        assert second.is_waiting()
    assert second.ends_well()
    other.close()


def test_a_run_that_fails_lets_go(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.alone():
        raise ZeroDivisionError
    assert Somebody(lambda: take(warehouse)).ends_well()


def test_reading_and_writing_go_on_while_a_run_is_alone(warehouse: Warehouse) -> None:
    with warehouse.alone():
        add_one(warehouse)
        assert count(warehouse) == 1


def test_threads_of_a_run_that_is_alonetake_turns_at_writing(warehouse: Warehouse) -> None:
    """While one batch is checked the next is read, and both write."""
    with warehouse.alone():
        with warehouse.writing():
            second = Somebody(lambda: add_one(warehouse))
            assert second.is_waiting()
        assert second.ends_well()
    assert count(warehouse) == 1


def test_a_run_that_is_killed_lets_go_even_if_a_child_of_it_lives_on(
    warehouse: Warehouse, warehouse_url: str
) -> None:
    run = subprocess.Popen([sys.executable, "-c", HOLDS_THE_LOCK, warehouse_url], stdout=subprocess.PIPE)
    assert run.stdout
    child = int(run.stdout.readline())
    try:
        second = Somebody(lambda: take(warehouse))
        assert second.is_waiting()
        run.send_signal(signal.SIGKILL)
        assert second.ends_well(within_s=AT_ONCE_S)
        os.kill(child, 0)  # it is still there
    finally:
        run.kill()
        run.communicate()
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("first", [7, None], ids=["at-a-batch", "alone"])
@pytest.mark.parametrize("second", [7, None], ids=["at-the-same-batch", "alone"])
def test_nobody_is_alone_while_others_are_at_work_and_nobody_else_at_the_same_batch(
    first: int | None, second: int | None, warehouse: Warehouse, warehouse_url: str
) -> None:
    other = Warehouse(warehouse_url)
    with warehouse.alone() if first is None else warehouse.alone_at(first):
        somebody = Somebody(lambda: take(other, second))
        assert somebody.is_waiting()
    assert somebody.ends_well()
    other.close()


@pytest.mark.parametrize("database", ["postgresql"])
def test_two_are_at_two_batches_at_once(database: str, new_url: Callable[[str], str]) -> None:
    url = new_url(database)
    one, other = Warehouse(url), Warehouse(url)
    with one.alone_at(7):
        assert Somebody(lambda: take(other, 8)).ends_well()
        for _ in range(2):  # what was held is let go, also in a connection that is used again
            assert Somebody(lambda: take(other, 9)).ends_well()
    one.close()
    other.close()


def test_who_lost_the_lock_with_its_connection_writes_nothing_any_more(
    new_url: Callable[[str], str], postgres: str
) -> None:
    url = new_url("postgresql")
    warehouse, other = Warehouse(url), Warehouse(url)
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, count=0))
    with pytest.raises(Unavailable), warehouse.alone():
        holder = text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        with other.reading() as connection:
            backend = connection.execute(holder).scalar_one()
        end_sessions(postgres, backend)
        with other.alone():
            add_one(other)
        add_one(warehouse)
    assert count(warehouse) == 1
    assert Somebody(lambda: take(warehouse)).ends_well()
    warehouse.close()
    other.close()
