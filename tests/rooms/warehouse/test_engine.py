"""One manner on two databases: who waits for whom, what a moment and an amount are, and kind words."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError, StatementError

from etl.errors import DefinitionError, Unavailable
from etl.warehouse.engine import Warehouse
from etl.warehouse.questions import ask
from etl.warehouse.tables import UtcDateTime

AT_ONCE_S = 5.0
A_WHILE_S = 0.3
LONG_ENOUGH_S = 30.0
BEIJING = timezone(timedelta(hours=8))
HOLDS_THE_LOCK = """
import subprocess, sys, time
from etl.warehouse.engine import Warehouse
with Warehouse(sys.argv[1]).alone():
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = subprocess.Popen(sleeps, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(60)
"""

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("count", Integer, nullable=False, server_default="0"),
    Column("amount_fen", BigInteger),
    Column("noted_at", UtcDateTime),
)


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    """A warehouse with one note in it."""
    warehouse = Warehouse(warehouse_url)
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, count=0))
    yield warehouse
    warehouse.close()


def count(warehouse: Warehouse) -> int:
    with warehouse.reading() as connection:
        return connection.execute(select(notes.c.count).where(notes.c.id == 1)).scalar_one()


def add_one(warehouse: Warehouse) -> None:
    with warehouse.writing() as connection:
        connection.execute(update(notes).where(notes.c.id == 1).values(count=notes.c.count + 1))


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


# ── who waits for whom ─────────────────────────────────


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


# ── one run at a time ──────────────────────────────────


def test_of_two_runs_the_second_waits_until_the_first_has_ended(
    warehouse: Warehouse, warehouse_url: str
) -> None:
    other = Warehouse(warehouse_url)
    with warehouse.alone():
        second = Somebody(lambda: _take(other))
        assert second.is_waiting()
    assert second.ends_well()
    other.close()


def test_a_run_that_fails_lets_go(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.alone():
        raise ZeroDivisionError
    assert Somebody(lambda: _take(warehouse)).ends_well()


def test_reading_and_writing_go_on_while_a_run_is_alone(warehouse: Warehouse) -> None:
    with warehouse.alone():
        add_one(warehouse)
        assert count(warehouse) == 1


def test_threads_of_a_run_that_is_alone_take_turns_at_writing(warehouse: Warehouse) -> None:
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
        second = Somebody(lambda: _take(warehouse))
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
        somebody = Somebody(lambda: _take(other, second))
        assert somebody.is_waiting()
    assert somebody.ends_well()
    other.close()


@pytest.mark.parametrize("database", ["postgresql"])
def test_two_are_at_two_batches_at_once(database: str, new_url: Callable[[str], str]) -> None:
    url = new_url(database)
    one, other = Warehouse(url), Warehouse(url)
    with one.alone_at(7):
        assert Somebody(lambda: _take(other, 8)).ends_well()
        for _ in range(2):  # what was held is let go, also in a connection that is used again
            assert Somebody(lambda: _take(other, 9)).ends_well()
    one.close()
    other.close()


def _take(warehouse: Warehouse, batch: int | None = None) -> None:
    with warehouse.alone() if batch is None else warehouse.alone_at(batch):
        pass


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
        _end_sessions(postgres, backend)
        with other.alone():
            add_one(other)
        add_one(warehouse)
    assert count(warehouse) == 1
    assert Somebody(lambda: _take(warehouse)).ends_well()
    warehouse.close()
    other.close()


# ── moments, amounts, keys ─────────────────────────────


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING),
        datetime(2022, 2, 10, 15, 59, 59, 123456, tzinfo=UTC),
        datetime(1999, 12, 31, 19, 0, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=str,
)
def test_a_moment_comes_back_aware_in_utc_to_the_microsecond(warehouse: Warehouse, moment: datetime) -> None:
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=moment))
    with warehouse.reading() as connection:
        kept = connection.execute(select(notes.c.noted_at)).scalar_one()
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_database_that_lives_in_another_zone_says_the_same_moment(
    new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGTZ", "America/New_York")
    warehouse = Warehouse(new_url("postgresql"))
    moment = datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING)
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, noted_at=moment))
    with warehouse.reading() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "America/New_York"
        kept = connection.execute(select(notes.c.noted_at)).scalar_one()
        (row,) = connection.execute(text("SELECT noted_at FROM notes")).all()
    assert (kept, kept.tzinfo) == (moment, UTC)
    assert row.noted_at == moment
    warehouse.close()


def test_moments_of_different_zones_compare_as_moments(warehouse: Warehouse) -> None:
    earlier = datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING)
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=earlier))
    with warehouse.reading() as connection:
        for later in (datetime(2022, 2, 10, 16, 0, tzinfo=UTC), earlier + timedelta(microseconds=1)):
            before = select(func.count()).where(notes.c.noted_at < later)
            assert connection.execute(before).scalar_one() == 1


def test_a_moment_without_a_zone_is_never_kept(warehouse: Warehouse) -> None:
    naive = datetime(2022, 2, 10)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="a moment without a zone"), warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=naive))


def test_money_stays_whole_fen_however_much_it_is(warehouse: Warehouse) -> None:
    most = 100_000_000 * 1_000_000 + 1  # one 分 more than the largest figure a form may hold
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(amount_fen=most))
        connection.execute(insert(notes), [{"id": n, "amount_fen": most} for n in range(2, 102)])
    with warehouse.reading() as connection:
        kept = connection.execute(select(notes.c.amount_fen).where(notes.c.id == 1)).scalar_one()
        total = connection.execute(text("SELECT SUM(amount_fen) FROM notes")).scalar_one()
    assert (kept, type(kept)) == (most, int)
    assert int(total) == 101 * most
    assert not isinstance(total, float)


def test_a_key_that_leads_nowhere_is_refused_and_not_taken_for_an_absent_database(
    warehouse: Warehouse,
) -> None:
    with warehouse.writing() as connection:
        reference = "CREATE TABLE answers (note INTEGER NOT NULL REFERENCES notes (id))"
        connection.execute(text(reference))
    with pytest.raises(IntegrityError), warehouse.writing() as connection:
        connection.execute(text("INSERT INTO answers VALUES (99)"))


def test_a_moment_asked_by_a_question_is_aware_too(warehouse_url: str) -> None:
    from etl.warehouse.migrate import migrate

    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    with warehouse.reading() as connection:
        assert ask(connection, "held", campaign="2022-spring", as_of=datetime(2022, 2, 10, tzinfo=UTC)) == []
        with pytest.raises(StatementError, match="a moment without a zone"):
            ask(connection, "in_force", campaign="x", as_of=datetime(2022, 2, 10))  # noqa: DTZ001
    warehouse.close()


# ── kind words ─────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "应是 SQLAlchemy 的地址，如 sqlite:////数据/warehouse.db"),
        ("/var/warehouse.db", "应是 SQLAlchemy 的地址，如 sqlite:////数据/warehouse.db"),
        ("postgresql://db:port/returns", "应是 SQLAlchemy 的地址，如 sqlite:////数据/warehouse.db"),
        ("sqlite://", "SQLite 要写明文件，如 sqlite:////数据/warehouse.db"),
        ("sqlite:///:memory:", "SQLite 要写明文件，如 sqlite:////数据/warehouse.db"),
        ("sqlite://var/warehouse.db", "SQLite 要写明文件，如 sqlite:////数据/warehouse.db"),
        ("mysql://db/returns", "只能用 SQLite（sqlite:///…）或 PostgreSQL（postgresql://…）"),
        ("postgresql+asyncpg://db/returns", "只能用 SQLite（sqlite:///…）或 PostgreSQL（postgresql://…）"),
    ],
)
def test_an_address_that_cannot_be_is_told_by_the_settings_name(url: str, said: str) -> None:
    with pytest.raises(DefinitionError) as told:
        Warehouse(url)
    assert str(told.value) == f"RETURNS_WAREHOUSE：{said}"


@pytest.mark.parametrize("written", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_postgresql_may_be_written_in_three_ways(new_url: Callable[[str], str], written: str) -> None:
    address = new_url("postgresql").partition("://")[2]
    warehouse = Warehouse(written + address)
    with warehouse.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    warehouse.close()


def test_a_sqlite_file_gets_its_folder(tmp_path: Path) -> None:
    warehouse = Warehouse(f"sqlite:///{tmp_path}/数据/库/warehouse.db")
    _take(warehouse)
    assert (tmp_path / "数据" / "库").is_dir()
    warehouse.close()


def test_a_folder_that_cannot_be_made_is_the_worlds_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"数据库的文件夹建不了：.*file/库（Not a directory）"):
        Warehouse(f"sqlite:///{tmp_path}/file/库/warehouse.db")


def test_a_sqlite_database_that_cannot_be_opened_is_the_worlds_failure(tmp_path: Path) -> None:
    (tmp_path / "warehouse.db").mkdir()
    (tmp_path / "warehouse.db.lock").mkdir()
    warehouse = Warehouse(f"sqlite:///{tmp_path}/warehouse.db")
    with pytest.raises(Unavailable, match=r"数据库连不上或写不进：sqlite:///.*unable to open database file"):
        count(warehouse)
    with pytest.raises(Unavailable, match=r"数据库旁的锁文件打不开：.*warehouse.db.lock"):
        _take(warehouse)
    warehouse.close()


def test_a_file_that_is_no_database_is_the_offices_mistake(tmp_path: Path) -> None:
    (tmp_path / "统计表.xlsx").write_bytes(b"PK\x03\x04" + bytes(5000))
    warehouse = Warehouse(f"sqlite:///{tmp_path}/统计表.xlsx")
    with pytest.raises(DefinitionError, match=r"RETURNS_WAREHOUSE：.*统计表.xlsx 不是 SQLite 数据库"):
        count(warehouse)
    warehouse.close()


@pytest.mark.parametrize("use", [count, add_one, _take], ids=["reading", "writing", "alone"])
def test_a_postgresql_that_does_not_answer_is_the_worlds_failure_and_no_password_is_told(
    use: Callable[[Warehouse], object],
) -> None:
    warehouse = Warehouse("postgresql://office:geheim@127.0.0.1:1/returns")
    with pytest.raises(Unavailable, match=r"数据库连不上或写不进：.*office:.*@127.0.0.1:1/returns") as told:
        use(warehouse)
    assert "geheim" not in str(told.value)


def test_a_database_that_was_dropped_is_the_worlds_failure(
    new_url: Callable[[str], str], postgres: str
) -> None:
    url = new_url("postgresql")
    with psycopg.connect(postgres.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {make_url(url).database}".encode())
    warehouse = Warehouse(url)
    with pytest.raises(Unavailable, match="does not exist"):
        count(warehouse)
    warehouse.close()


def test_a_connection_that_breaks_halfway_is_told_and_the_next_is_a_new_one(
    new_url: Callable[[str], str], postgres: str
) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1))
    with pytest.raises(Unavailable), warehouse.writing() as connection:
        connection.execute(update(notes).values(count=7))
        _end_sessions(postgres, connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        connection.execute(select(notes))
    assert count(warehouse) == 0
    warehouse.close()


def test_a_pooled_connection_that_died_in_its_sleep_is_replaced_unseen(
    new_url: Callable[[str], str], postgres: str
) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with warehouse.reading() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    _end_sessions(postgres, backend)
    with warehouse.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != backend
    warehouse.close()


def _end_sessions(postgres: str, backend: int) -> None:
    with psycopg.connect(postgres.format(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_our_own_wrong_sql_is_no_absent_database(new_url: Callable[[str], str]) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with pytest.raises(ProgrammingError), warehouse.reading() as connection:
        connection.execute(text("SELEKT 1"))
    warehouse.close()


def test_a_postgresql_that_takes_the_call_and_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        warehouse = Warehouse(f"postgresql://office@127.0.0.1:{silent.getsockname()[1]}/returns")
        began = time.monotonic()
        with pytest.raises(Unavailable, match="数据库连不上或写不进"), warehouse.reading():
            pass
        assert time.monotonic() - began < 30
        warehouse.close()
