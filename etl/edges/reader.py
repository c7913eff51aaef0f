"""One reader process, seen from the office: asked ahead, it answers in order."""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

from etl.edges.reader_process import Request, Setup, write_frame, write_frames

START_SECONDS = 60.0
_MOST_IDLE = 3
_PIPE_BYTES = 1 << 20
"""Room for some two hundred answers while nobody listens."""
_LAST_BREATH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file of the archive and the base name it was sent under."""

    path: Path
    name: str


@dataclass(slots=True, eq=False)
class Reader:
    """A process at work. `asked` are the files it has not answered yet, the one it is at first.

    `due` (monotonic) is when it must have answered that one, or be ready; `gone` says that it ended; `was_idle`
    that it was kept from a batch before: somebody may have ended it since.
    """

    process: subprocess.Popen[bytes]
    due: float
    ready: bool = False
    gone: bool = False
    was_idle: bool = False
    answered: int = 0
    asked: deque[int] = field(default_factory=deque)
    _buffer: bytearray = field(default_factory=bytearray)

    @property
    def answers(self) -> IO[bytes]:
        assert self.process.stdout
        return self.process.stdout

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.due and bool(self.asked or not self.ready)

    def ask(self, indexes: Sequence[int], files: Iterable[ToRead], seconds: float) -> None:
        """Ask for more files. A reader that has ended meanwhile does not mind."""
        if not self.asked:
            self.due = time.monotonic() + seconds
        self.asked.extend(indexes)
        requests = [Request(str(file.path), file.name) for file in files]
        with suppress(BrokenPipeError):
            write_frames(self.process.stdin, requests)  # type: ignore[arg-type]

    def take(self, seconds: float) -> list[tuple[int, bytes]]:
        """What has come in by now: files and their answers, as they were sent."""
        chunk = self.answers.read(1 << 20)
        self.gone = self.gone or not chunk
        self._buffer += chunk or b""
        told = []
        for payload in _frames(self._buffer):
            self.due = time.monotonic() + seconds
            if self.ready:
                told.append((self.asked.popleft(), payload))
                self.answered += 1
            self.ready = True
        return told

    @property
    def may_be_innocent(self) -> bool:
        """Whether the file it was at when it died may not be to blame: somebody else killed it, or it had
        read others before, which may have left its memory full."""
        return self.answered > 0 or self.process.returncode in (-signal.SIGKILL, -signal.SIGTERM)

    def end(self) -> None:
        if self.gone:
            with suppress(subprocess.TimeoutExpired):  # then it only closed its end
                self.process.wait(_LAST_BREATH_SECONDS)
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            with suppress(BrokenPipeError):
                stream.close()


_idle: deque[tuple[Setup, Reader]] = deque()
"""Readers between two batches: to start one takes longer than to read two hundred files."""
_turn = Lock()
"""Two batches may be read by two threads of one process: one at a time looks among the idle."""


def hire(setup: Setup) -> Reader:
    """A reader for this form and these limits: an idle one, or a new one that will tell when it is ready."""
    while reader := _an_idle(setup):
        if reader.process.poll() is None:
            reader.due, reader.was_idle = time.monotonic() + START_SECONDS, True
            return reader
        reader.end()
    return _start(setup)


def _an_idle(setup: Setup) -> Reader | None:
    with _turn:
        kept = next((kept for kept in _idle if kept[0] == setup), None)
        if kept:
            _idle.remove(kept)
    return kept[1] if kept else None


def release(reader: Reader, setup: Setup) -> None:
    """Keep a reader that owes no answer for the next batch; end any other, and the longest idle beyond a few."""
    if reader.gone or reader.asked:
        reader.end()
        return
    with _turn:
        _idle.append((setup, reader))
        too_long = _idle.popleft()[1] if len(_idle) > _MOST_IDLE else None
    if too_long:
        too_long.end()


def _end_idle() -> None:
    while _idle:
        _idle.pop()[1].end()


def _in_a_child() -> None:
    _idle.clear()  # they answer the process that started them
    _turn.release()


atexit.register(_end_idle)
os.register_at_fork(before=_turn.acquire, after_in_parent=_turn.release, after_in_child=_in_a_child)


def _start(setup: Setup) -> Reader:
    process = subprocess.Popen(
        [sys.executable, "-m", "etl.edges.reader_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean_environment(),
    )
    reader = Reader(process, due=time.monotonic() + START_SECONDS)
    os.set_blocking(reader.answers.fileno(), False)
    with suppress(OSError):  # then it is as small as the system wants it
        fcntl.fcntl(reader.answers, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    write_frame(process.stdin, setup)  # type: ignore[arg-type]
    return reader


def clean_environment() -> dict[str, str]:
    """Nothing of ours that a reader could give away."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    return {"PYTHONUTF8": "1", **{key: os.environ[key] for key in kept if key in os.environ}}


def _frames(buffer: bytearray) -> list[bytes]:
    """The whole messages at the front of the buffer, taken off it."""
    frames = []
    while len(buffer) >= 4 and len(buffer) >= 4 + (size := int.from_bytes(buffer[:4], "big")):
        frames.append(bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
    return frames
