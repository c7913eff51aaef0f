"""The fault engine: counts every step at which a run touches the world, and at one of them kills it or fails.

It is laid into a process from outside, before the run starts there (audit hooks, wrapped functions, events of
SQLAlchemy); the product knows nothing of it. A step is

- `write`: open to write, a piece written, rename, fsync or syncfs, unlink, mkdir, chmod, chown
- `read`: open to read, a folder listed, a file looked at (stat)
- `query`: a statement sent to the database, or a commit
- `entry`: what a listing says of a file, as a share that remembers for a while: STALE answers what it was before it
  was written to the end, and never says from the listing alone whether something is a folder

of whatever lies below the folder that holds share, archive and warehouse. A killed write leaves half of its bytes.
"""

import builtins
import ctypes
import errno
import importlib
import importlib.util
import io
import os
import resource
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KILL, STALE = "kill", "stale"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_AUDITED = {
    "os.rename": "write",
    "os.remove": "write",
    "os.mkdir": "write",
    "os.rmdir": "write",
    "os.chmod": "write",
    "os.chown": "write",
    "os.scandir": "read",
    "os.listdir": "read",
}
_OPEN = "/proc/self/fd/"
_FREES = ("os.remove", "os.rmdir")
"""What a full disk lets everybody do."""


@dataclass(frozen=True)
class Plan:
    """What goes wrong. `fault` is `kill`, `stale`, or the name of an errno, at step `at` of those of `kinds` whose path
    holds `where` (0: at none, only count); `lasting`: at every step from there on, as of a share that is away.
    `kill_after_s`: killed at that moment, wherever it is. `kill_others`: these processes are, instead of this one.
    `memory_kib`: the address space that a run may take beyond what it began with. `no_memory_at`: Python is refused
    memory that many askings on, once.
    """

    fault: str = KILL
    at: int = 0
    kinds: tuple[str, ...] = ("write", "query")
    where: str = ""
    lasting: bool = False
    kill_after_s: float | None = None
    kill_others: tuple[int, ...] = ()
    memory_kib: int | None = None
    no_memory_at: int | None = None


class Engine:
    """The steps of one process. `told` is an open file: a line a step that failed, or each step if none is to."""

    def __init__(self, plan: Plan, root: str, told: int) -> None:
        self._plan, self._root, self._told = plan, root, told
        self._count = 0

    @property
    def bends_listings(self) -> bool:
        return "entry" in self._plan.kinds

    def is_inside(self, path: object) -> bool:
        return isinstance(path, str | bytes | os.PathLike) and real_name(path).startswith(self._root)

    def step(self, kind: str, what: str, half_done: Callable[[], object] = lambda: None) -> None:
        """Come to a step; where it is the one that was planned, do half of it and then fail or die."""
        if self.is_due(kind, what):
            half_done()
            self._fail(kind, what)

    def is_due(self, kind: str, what: str) -> bool:
        """Come to a step; whether it is the one that was planned."""
        plan = self._plan
        if kind not in plan.kinds or plan.where not in what:
            return False
        if plan.fault == "ENOSPC" and what.endswith(_FREES):
            return False
        self._count += 1
        due = self._count >= plan.at if plan.lasting else self._count == plan.at
        if plan.at and not due:
            return False
        os.write(self._told, f"{kind} {what.removeprefix(self._root)}\n".encode(errors="replace"))
        return bool(plan.at)

    def _fail(self, kind: str, what: str) -> None:
        if self._plan.kill_others:
            for other in self._plan.kill_others:
                with suppress(ProcessLookupError):
                    os.kill(other, signal.SIGKILL)
        elif self._plan.fault == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        elif kind == "query":
            raise _database_error(what)
        else:
            number = getattr(errno, self._plan.fault)
            raise OSError(number, os.strerror(number), what)


def real_name(path: str | bytes | os.PathLike[str]) -> str:
    """The path; of one that begins at an open folder of this process, where that is."""
    said = os.fsdecode(path)
    if not said.startswith(_OPEN):
        return said
    number, _, name = said.removeprefix(_OPEN).partition("/")
    with suppress(OSError):
        return f"{Path(_OPEN + number).readlink()}/{name}"
    return said


def _database_error(what: str) -> Exception:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    return OperationalError(what, {}, sqlite3.OperationalError("database or disk is full"))


def can_refuse_memory() -> bool:
    """Whether this Python was built with its own test module."""
    return importlib.util.find_spec("_testcapi") is not None


def _testcapi() -> Any:
    return importlib.import_module("_testcapi")


def lay_in(plan: Plan, root: str, told: int) -> None:
    """From now on this process steps through the engine. It cannot be taken out again."""
    if plan.memory_kib is not None:
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = taken + plan.memory_kib * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        return
    if plan.no_memory_at is not None:
        _testcapi().set_nomemory(plan.no_memory_at, plan.no_memory_at + 1)
        return
    engine = Engine(plan, root, told)
    _watch_files(engine)
    _watch_bytes(engine)
    _watch_syncs(engine)
    _watch_looks(engine)
    _watch_listings(engine)
    _watch_database(engine)


def _watch_files(engine: Engine) -> None:
    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and engine.is_inside(args[0]):
            kind = "write" if args[2] & _WRITES else "read"
            engine.step(kind, f"{real_name(args[0])} open")
        elif event in _AUDITED and engine.is_inside(args[0]):
            engine.step(_AUDITED[event], f"{real_name(args[0])} {event}")

    sys.addaudithook(hook)


class _Pieces:
    """A file opened to write, each piece of which is a step."""

    def __init__(self, file: Any, engine: Engine, name: str) -> None:
        self._file, self._engine, self._name = file, engine, name

    def write(self, piece: bytes) -> int:
        def half_done() -> None:
            self._file.write(piece[: len(piece) // 2])
            self._file.flush()

        self._engine.step("write", f"{self._name} piece", half_done)
        return int(self._file.write(piece))

    def __enter__(self) -> "_Pieces":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _watch_bytes(engine: Engine) -> None:
    real_open, real_fdopen = io.open, os.fdopen

    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        made = real_open(file, mode, *more, **named)
        if "w" in mode and "b" in mode and engine.is_inside(file):
            return _Pieces(made, engine, os.fsdecode(file))
        return made

    def fdopened(handle: int, mode: str = "r", *more: Any, **named: Any) -> Any:
        made = real_fdopen(handle, mode, *more, **named)
        name = _name_of(handle)
        return _Pieces(made, engine, name) if "w" in mode and engine.is_inside(name) else made

    io.open = builtins.open = opened  # type: ignore[assignment]
    os.fdopen = fdopened  # type: ignore[assignment]


def _name_of(handle: int) -> str:
    return str(Path(f"/proc/self/fd/{handle}").readlink())


def _watch_syncs(engine: Engine) -> None:
    from etl.edges import durable

    real_fsync, real_syncfs = os.fsync, durable._libc.syncfs

    def fsync(handle: int) -> None:
        engine.step("write", f"{_name_of(handle)} fsync")
        real_fsync(handle)

    class Libc:
        @staticmethod
        def syncfs(handle: int) -> int:
            try:
                engine.step("write", f"{_name_of(handle)} syncfs")
            except OSError as why:
                ctypes.set_errno(why.errno or errno.EIO)
                return -1
            return int(real_syncfs(handle))

    os.fsync = fsync  # type: ignore[assignment]
    durable._libc = Libc()  # type: ignore[assignment]


def _watch_looks(engine: Engine) -> None:
    for name in ("stat", "lstat"):
        setattr(os, name, _watched(getattr(os, name), name, engine))


def _watched(real: Callable[..., os.stat_result], name: str, engine: Engine) -> Callable[..., os.stat_result]:
    def look(path: Any, *more: Any, **named: Any) -> os.stat_result:
        if engine.is_inside(path):
            engine.step("read", f"{real_name(path)} {name}")
        return real(path, *more, **named)

    return look


class _Entry:
    """What a listing tells of one name."""

    def __init__(self, entry: os.DirEntry[Any], engine: Engine) -> None:
        self._entry, self._engine = entry, engine

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        about = self._entry.stat(follow_symlinks=follow_symlinks)
        if stat.S_ISREG(about.st_mode) and self._engine.is_due("entry", real_name(self._entry.path)):
            return _as_it_was(about)
        return about

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISDIR(self._entry.stat(follow_symlinks=follow_symlinks).st_mode)

    def __fspath__(self) -> Any:
        return self._entry.path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)


def _as_it_was(about: os.stat_result) -> os.stat_result:
    """A minute before, when only half had been written."""
    fields = list(about)
    fields[stat.ST_SIZE] //= 2
    fields[stat.ST_MTIME] -= 60
    times = {
        "st_mtime_ns": about.st_mtime_ns - 60 * 10**9,
        "st_ctime_ns": about.st_ctime_ns,
        "st_atime_ns": about.st_atime_ns,
    }
    return os.stat_result(fields, times)


class _Listing:
    """What `os.scandir` gives, each entry watched."""

    def __init__(self, listing: Any, engine: Engine) -> None:
        self._listing, self._engine = listing, engine

    def __iter__(self) -> Iterator[Any]:
        return (_Entry(entry, self._engine) for entry in self._listing)

    def __next__(self) -> Any:
        return _Entry(next(self._listing), self._engine)

    def __enter__(self) -> "_Listing":
        return self

    def __exit__(self, *_: object) -> None:
        self._listing.close()

    def close(self) -> None:
        self._listing.close()


def _watch_listings(engine: Engine) -> None:
    if engine.bends_listings:
        real = os.scandir

        def scandir(path: Any = ".") -> Any:
            return _Listing(real(path), engine) if engine.is_inside(path) else real(path)

        os.scandir = scandir  # type: ignore[assignment]


def _watch_database(engine: Engine) -> None:
    from sqlalchemy import Engine as Database
    from sqlalchemy import event

    @event.listens_for(Database, "before_cursor_execute")
    def statement(_connection: Any, _cursor: Any, said: str, *_: Any) -> None:
        engine.step("query", " ".join(said.split())[:60])

    @event.listens_for(Database, "commit")
    def commit(_connection: Any) -> None:
        engine.step("query", "COMMIT")
