"""What is said of a database that cannot be reached, is none, or breaks off."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import (
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import ProgrammingError

from etl.errors import DefinitionError, Unavailable
from etl.warehouse.engine import Warehouse
from tests.rooms.warehouse.notes import add_one, count, end_sessions, metadata, notes, take


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
    take(warehouse)
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
        take(warehouse)
    warehouse.close()


def test_a_file_that_is_no_database_is_the_offices_mistake(tmp_path: Path) -> None:
    (tmp_path / "统计表.xlsx").write_bytes(b"PK\x03\x04" + bytes(5000))
    warehouse = Warehouse(f"sqlite:///{tmp_path}/统计表.xlsx")
    with pytest.raises(DefinitionError, match=r"RETURNS_WAREHOUSE：.*统计表.xlsx 不是 SQLite 数据库"):
        count(warehouse)
    warehouse.close()


@pytest.mark.parametrize("use", [count, add_one, take], ids=["reading", "writing", "alone"])
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
        end_sessions(postgres, connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        connection.execute(select(notes))
    assert count(warehouse) == 0
    warehouse.close()


def test_a_pooled_connection_that_died_in_its_sleep_is_replaced_unseen(
    new_url: Callable[[str], str], postgres: str
) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with warehouse.reading() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    end_sessions(postgres, backend)
    with warehouse.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != backend
    warehouse.close()


def test_our_own_wrong_sql_is_no_absent_database(new_url: Callable[[str], str]) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with pytest.raises(ProgrammingError), warehouse.reading() as connection:
        connection.execute(text("SELEKT 1"))
    warehouse.close()


def test_a_postgresql_thattakes_the_call_and_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        warehouse = Warehouse(f"postgresql://office@127.0.0.1:{silent.getsockname()[1]}/returns")
        began = time.monotonic()
        with pytest.raises(Unavailable, match="数据库连不上或写不进"), warehouse.reading():
            pass
        assert time.monotonic() - began < 30
        warehouse.close()
