"""Files read in processes that may die: reused for many files, bounded in time and memory.

Each reader answers in order, so the first unanswered file is the one it was at when it ended. A file
that ran past its time is given up, and so is one that ended a fresh reader. Else it is a suspect only:
somebody else may have killed that reader, or the files before had filled its memory. Suspects are read
last, each alone in a fresh reader and in what is left of its time; whoever ends that one too is given up.
"""

import os
import selectors
import time
from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from etl.definitions import Form, Limits
from etl.edges.reader import Reader, ToRead, hire, release
from etl.edges.reader_process import Setup
from etl.errors import Unavailable
from etl.model import Reading
from etl.sheets.document import given_up

__all__ = ["Sandbox", "ToRead"]

_AHEAD = 16
"""Requests under way at one reader: enough that it never waits, few enough that no pipe fills up."""


class Sandbox:
    """Reads batches of files for one form."""

    def __init__(self, form: Form, limits: Limits) -> None:
        self._setup = Setup(form.model_dump_json(), limits.model_dump_json())
        self._limits = limits

    def read_all(self, files: Iterable[ToRead]) -> list[Reading]:
        """One Reading a file, in the order given. No file, however made, makes this raise.

        Raises Unavailable where no reader can be started, or the archive is not there.
        """
        batch = _Batch(list(files), self._setup, self._limits)
        try:
            while batch.has_work:
                batch.staff()
                batch.ask()
                batch.prepare()
                batch.listen()
                batch.bury()
        finally:
            batch.close()
        return [batch.answers[index] for index in range(len(batch.files))]


class _Batch:
    """Files, who reads them, and what came of them."""

    def __init__(self, files: Sequence[ToRead], setup: Setup, limits: Limits) -> None:
        self.files = files
        self.answers: dict[int, Reading] = {}
        self._queue = deque(range(len(files)))
        self._suspects: deque[tuple[int, float]] = deque()
        self._alone: set[int] = set()
        self._readers: list[Reader] = []
        self._spare: Reader | None = None
        self._selector = selectors.DefaultSelector()
        self._setup = setup
        self._limits = limits

    @property
    def _everybody(self) -> list[Reader]:
        return [*self._readers, self._spare] if self._spare else self._readers

    @property
    def has_work(self) -> bool:
        return len(self.answers) < len(self.files)

    def staff(self) -> None:
        """As many readers as there is work for."""
        while len(self._readers) < min(self._limits.readers, len(self._queue)):
            self._readers.append(self._fresh())

    def ask(self) -> None:
        """Give the readers their next files; a suspect goes to a fresh one, when nothing else waits."""
        for reader in self._readers:
            while reader.ready and self._queue and len(reader.asked) < _AHEAD:
                index = self._queue.popleft()
                reader.ask(index, self.files[index], self._limits.read_seconds)
        idle = [reader for reader in self._readers if not reader.asked]
        if self._suspects and not self._queue and (idle or not self._readers):
            self._read_alone(idle)

    def prepare(self) -> None:
        """Once the readers are at work one more starts beside them: nobody waits for it when one ends."""
        settled = self.answers.keys() | self._alone
        if not self._spare and len(settled) < len(self.files) and all(r.ready for r in self._readers):
            self._spare = self._start()

    def listen(self) -> None:
        """Wait for answers, at most until the next reader is late."""
        due = min((r.due for r in self._everybody if r.asked or not r.ready), default=time.monotonic())
        for key, _ in self._selector.select(timeout=max(0.0, due - time.monotonic())):
            reader: Reader = key.data
            for index, payload in reader.take(self._limits.read_seconds):
                self.answers[index] = msgspec.msgpack.decode(payload, type=Reading)

    def bury(self) -> None:
        """Let go of readers that died or are late; the file each was at is a suspect or given up."""
        for reader in [reader for reader in self._everybody if reader.gone or reader.is_late]:
            if not (reader.ready or reader.was_idle):
                raise Unavailable("读文件的进程启动不了，请检查内存和安装。")
            self._dismiss(reader)
            if reader.asked:
                self._judge(reader.asked.popleft(), reader)
            self._queue.extendleft(reversed(reader.asked))

    def close(self) -> None:
        self._selector.close()
        for reader in self._everybody:
            release(reader, self._setup)

    def _read_alone(self, idle: list[Reader]) -> None:
        """The first suspect, in the spare as soon as that is ready, in the place of one with nothing to do."""
        if not self._spare or not self._spare.ready:
            return
        for reader in idle[:1]:
            self._dismiss(reader)
        fresh = self._fresh()
        self._readers.append(fresh)
        index, seconds = self._suspects.popleft()
        self._alone.add(index)
        fresh.ask(index, self.files[index], seconds)

    def _judge(self, index: int, reader: Reader) -> None:
        """What to do about the file that a reader was at when it ended."""
        if not os.access(self.files[index].path, os.R_OK):
            raise Unavailable(f"存档里找不到这个文件：{self.files[index].path}")
        seconds_left = reader.due - time.monotonic()
        if reader.gone and reader.may_be_innocent and seconds_left > 0 and index not in self._alone:
            self._suspects.append((index, seconds_left))
        else:
            self.answers[index] = given_up(self.files[index].name, self._limits)

    def _fresh(self) -> Reader:
        """The spare, if there is one; a reader that has read nothing yet."""
        fresh, self._spare = self._spare or self._start(), None
        return fresh

    def _start(self) -> Reader:
        reader = hire(self._setup)
        self._selector.register(reader.answers, selectors.EVENT_READ, reader)
        return reader

    def _dismiss(self, reader: Reader) -> None:
        self._selector.unregister(reader.answers)
        reader.end()
        if reader is self._spare:
            self._spare = None
        else:
            self._readers.remove(reader)
