"""Connections: SQLite by default, PostgreSQL by URL, the same manners on both."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from etl.errors import DefinitionError, Unavailable

_BUSY_SECONDS = 60
_CONNECT_SECONDS = 5
"""A server that does not answer is told as such, instead of being waited for as long as TCP does."""
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""What may stand before :// in a URL, and the driver that serves it."""
_NOT_ALLOWED = ("42501", "3F000")
"""PostgreSQL's words for a role without the right to do what was asked, and for one that sees no schema."""
_LOCK_KEY = 0x5348_5559  # "SHUY": the advisory lock of a run
_RUN = f"pg_advisory_lock({_LOCK_KEY})"
_RUN_TOGETHER = f"pg_advisory_lock_shared({_LOCK_KEY})"
_BATCH = f"pg_advisory_lock({_LOCK_KEY}, CAST(:batch AS integer))"


class Warehouse:
    """One database. `reading()` and `writing()` give transactions; `alone()` the lock of a whole run,
    `alone_at()` that of one batch."""

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.engine = _engine(self.url)
        self._reader = _reader(self.engine)
        self._locking: Connection | None = None
        self._turn = threading.Lock()

    def close(self) -> None:
        self.engine.dispose()

    def leave_one_file(self) -> None:
        """Put all of a SQLite database into its one file, none beside it, so that the file can be moved."""
        with self.engine.connect() as connection:
            connection.rollback()
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA journal_mode=DELETE")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, all of it at one moment. Raises Unavailable where the database
        is not there."""
        with _told_kindly(self.url), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits whole at the end or not at all; on SQLite it is the only writer.

        Under a lock of PostgreSQL it goes over the connection that holds the lock: where that broke, and somebody
        else may be alone by now, nothing is written. The threads of a run take turns at it.
        """
        writer = self.engine.execution_options(writing=True)
        with _told_kindly(self.url):
            if self._locking:
                with self._turn, self._locking.begin():
                    yield self._locking
            else:
                with writer.begin() as connection:
                    yield connection

    def alone(self) -> AbstractContextManager[None]:
        """Hold the run lock; a second run waits here. A process that dies lets go of it."""
        return self._locked(_RUN)

    def alone_at(self, batch: int) -> AbstractContextManager[None]:
        """Hold the lock of one batch, and the run lock together with those at work on other batches: nobody is
        alone meanwhile. SQLite has one writer, so there this is `alone`."""
        return self._locked(_RUN_TOGETHER, _BATCH, batch=batch)

    @contextmanager
    def _locked(self, *locks: str, **of: int) -> Iterator[None]:
        if self.url.get_backend_name() == "sqlite":
            with _locked_file(Path(f"{self.url.database}.lock")):
                yield
        else:
            with _told_kindly(self.url), self.engine.connect() as connection:
                for lock in locks:
                    connection.execute(text(f"SELECT {lock}"), of)
                connection.commit()
                self._locking = connection
                try:
                    yield
                finally:
                    self._locking = None
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))
                    connection.commit()


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite warehouse, None for any other. Raises DefinitionError."""
    parsed = _url(url)
    return Path(str(parsed.database)).absolute() if parsed.get_backend_name() == "sqlite" else None


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as why:
        raise Unavailable(f"数据库旁的锁文件打不开：{path}（{why.strerror}）") from why
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _told_kindly(url: URL) -> Iterator[None]:
    try:
        yield
    except OperationalError as why:
        raise Unavailable(f"数据库连不上或写不进：{url.render_as_string()}（{why.orig}）") from why
    except DatabaseError as why:
        if getattr(why.orig, "sqlstate", None) in _NOT_ALLOWED:
            raise DefinitionError(
                f"数据库账号“{url.username}”不能这样做（{str(why.orig).splitlines()[0]}）。"
                "建表、升级、恢复要用属主的账号：把 RETURNS_WAREHOUSE 换成属主的，运行 returns migrate，再换回来"
            ) from None
        if getattr(why.orig, "sqlite_errorname", None) != "SQLITE_NOTADB":
            raise
        raise DefinitionError(f"RETURNS_WAREHOUSE：{url.database} 不是 SQLite 数据库") from None


def _url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DefinitionError(
            "RETURNS_WAREHOUSE：应是 SQLAlchemy 的地址，如 sqlite:////数据/warehouse.db"
        ) from None
    if parsed.drivername not in _DRIVERS:
        raise DefinitionError(
            "RETURNS_WAREHOUSE：只能用 SQLite（sqlite:///…）或 PostgreSQL（postgresql://…）"
        )
    if parsed.drivername == "sqlite" and (parsed.host or parsed.database in (None, "", ":memory:")):
        raise DefinitionError("RETURNS_WAREHOUSE：SQLite 要写明文件，如 sqlite:////数据/warehouse.db")
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_SECONDS})
    folder = Path(str(url.database)).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # made here for its owner alone: SQLite would let everybody read it, and its log takes its mode after it
        with suppress(FileExistsError):
            os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as why:
        raise Unavailable(f"数据库的文件夹建不了：{folder}（{why.strerror}）") from why
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _reader(engine: Engine) -> Engine:
    """SQLite's readers see one moment by themselves; PostgreSQL's have to be told."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """WAL, so that readers never wait; foreign keys; and no BEGIN but our own."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: two that begin by reading would both fail to go on."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
