"""Files read in processes that may die: reused for many files, bounded in time and memory.

Each reader answers in order, so the first unanswered file is the one that killed it: that file gets
the answer "given up", the others are read again by a fresh reader.
"""

import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from etl.definitions import Form, Limits
from etl.edges.reader_process import Request, Setup, write_frame
from etl.errors import Unavailable
from etl.model import Reading
from etl.sheets.document import given_up

_AHEAD = 16
"""Requests under way at one reader: enough that it never waits, few enough that no pipe fills up."""
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file of the archive and the base name it was sent under."""

    path: Path
    name: str


@dataclass(slots=True)
class _Reader:
    process: subprocess.Popen[bytes]
    due: float
    ready: bool = False
    asked: deque[int] = field(default_factory=deque)
    buffer: bytearray = field(default_factory=bytearray)

    @property
    def answers(self) -> IO[bytes]:
        assert self.process.stdout
        return self.process.stdout


class Sandbox:
    """Reads batches of files for one form."""

    def __init__(self, form: Form, limits: Limits) -> None:
        self._setup = Setup(form.model_dump_json(), limits.model_dump_json())
        self._limits = limits

    def read_all(
        self, files: Iterable[ToRead], progress: Callable[[int], object] = lambda _done: None
    ) -> list[Reading]:
        """One Reading a file, in the order given. No file, however made, makes this raise.

        Raises Unavailable where no reader can be started, or the archive is not there.
        """
        waiting = list(files)
        answers: dict[int, Reading] = {}
        queue = deque(range(len(waiting)))
        with selectors.DefaultSelector() as selector:
            readers: list[_Reader] = []
            try:
                while len(answers) < len(waiting):
                    while len(readers) < min(self._limits.readers, len(queue)):
                        readers.append(self._start(selector))
                    for reader in readers:
                        self._ask(reader, queue, waiting)
                    self._listen(selector, readers, answers)
                    self._bury(selector, readers, queue, answers, waiting)
                    progress(len(answers))
            finally:
                for reader in readers:
                    _end(reader)
        return [answers[index] for index in range(len(waiting))]

    def _start(self, selector: selectors.BaseSelector) -> _Reader:
        process = subprocess.Popen(
            [sys.executable, "-m", "etl.edges.reader_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
        )
        assert process.stdin
        reader = _Reader(process, due=time.monotonic() + _START_SECONDS)
        os.set_blocking(reader.answers.fileno(), False)
        selector.register(reader.answers, selectors.EVENT_READ, reader)
        write_frame(process.stdin, self._setup)  # type: ignore[arg-type]
        return reader

    def _ask(self, reader: _Reader, queue: deque[int], waiting: list[ToRead]) -> None:
        while reader.ready and queue and len(reader.asked) < _AHEAD:
            index = queue.popleft()
            if not reader.asked:
                reader.due = time.monotonic() + self._limits.read_seconds
            reader.asked.append(index)
            request = Request(str(waiting[index].path), waiting[index].name)
            try:
                write_frame(reader.process.stdin, request)  # type: ignore[arg-type]
            except BrokenPipeError:
                return

    def _listen(
        self, selector: selectors.BaseSelector, readers: list[_Reader], answers: dict[int, Reading]
    ) -> None:
        patience = max(0.0, min(reader.due for reader in readers) - time.monotonic())
        for key, _ in selector.select(timeout=patience):
            reader: _Reader = key.data
            chunk = reader.answers.read(1 << 20)
            if not chunk:
                reader.due = 0.0
                continue
            reader.buffer += chunk
            for payload in _frames(reader.buffer):
                self._take(reader, payload, answers)

    def _take(self, reader: _Reader, payload: bytes, answers: dict[int, Reading]) -> None:
        reader.due = time.monotonic() + self._limits.read_seconds
        if not reader.ready:
            reader.ready = True
            return
        answers[reader.asked.popleft()] = msgspec.msgpack.decode(payload, type=Reading)

    def _bury(
        self,
        selector: selectors.BaseSelector,
        readers: list[_Reader],
        queue: deque[int],
        answers: dict[int, Reading],
        waiting: list[ToRead],
    ) -> None:
        """Replace readers that died or are past their time; the first file each was asked is to blame."""
        for reader in [reader for reader in readers if _is_over(reader)]:
            if not reader.ready:
                raise Unavailable("读文件的进程启动不了，请检查内存和安装。")
            selector.unregister(reader.answers)
            _end(reader)
            readers.remove(reader)
            if reader.asked:
                killer = reader.asked.popleft()
                if not waiting[killer].path.exists():
                    raise Unavailable(f"存档里找不到这个文件：{waiting[killer].path}")
                answers[killer] = given_up(waiting[killer].name)
            queue.extendleft(reversed(reader.asked))


def _is_over(reader: _Reader) -> bool:
    idle = reader.ready and not reader.asked and reader.due > 0.0
    if idle:
        reader.due = time.monotonic() + _START_SECONDS
    return not idle and time.monotonic() >= reader.due


def _frames(buffer: bytearray) -> list[bytes]:
    """The whole messages at the front of the buffer, taken off it."""
    frames = []
    while len(buffer) >= 4 and len(buffer) >= 4 + (size := int.from_bytes(buffer[:4], "big")):
        frames.append(bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
    return frames


def _end(reader: _Reader) -> None:
    reader.process.kill()
    reader.process.wait()
    for stream in (reader.process.stdin, reader.process.stdout):
        if stream:
            try:
                stream.close()
            except BrokenPipeError:
                continue


def clean_environment() -> dict[str, str]:
    """Nothing of ours that a reader could give away."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    return {"PYTHONUTF8": "1", **{key: os.environ[key] for key in kept if key in os.environ}}
