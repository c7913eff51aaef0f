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
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from etl.definitions import Form, Limits
from etl.edges.reader import Reader, ToRead, hire, release
from etl.edges.reader_process import Setup
from etl.errors import Unavailable
from etl.model import Reading

__all__ = ["Sandbox", "ToRead"]

_AHEAD = 128
"""Requests under way at one reader: enough that it never waits, few enough that no pipe fills up."""
_MANY = 16
_NAP_SECONDS = 0.004
"""Where many answers are to come they are taken by the dozen: to be woken by each costs as much as reading it."""


class Sandbox:
    """Reads batches of files for one form."""

    def __init__(self, form: Form, limits: Limits) -> None:
        self._setup = Setup(form.model_dump_json(), limits.model_dump_json())
        self._limits = limits

    def read_all(self, files: Iterable[ToRead]) -> list[Reading]:
        """One Reading a file, in the order given; else as `portions`."""
        some = list(files)
        said = chain.from_iterable(self.portions(some, len(some) or 1))
        return [msgspec.json.decode(one, type=Reading) for one in said]

    def portions(self, files: Sequence[ToRead], most: int) -> Iterator[list[bytes]]:
        """One Reading a file, as JSON, in the order given, at most so many at a time: while the caller has some
        the readers are at the next. No file, however made, makes this raise.

        Raises Unavailable where no reader can be started, or the archive is not there.
        """
        batch = _Batch(files, self._setup, self._limits)
        try:
            for start in range(0, len(files), most):
                wanted = range(start, min(start + most, len(files)))
                while not batch.has_answered(wanted):
                    batch.work()
                yield [batch.answers.pop(index) for index in wanted]
        finally:
            batch.close()


class _Batch:
    """Files, who reads them, and what came of them."""

    def __init__(self, files: Sequence[ToRead], setup: Setup, limits: Limits) -> None:
        self.files = files
        self.answers: dict[int, bytes] = {}
        self._unanswered = set(range(len(files)))
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

    def has_answered(self, wanted: range) -> bool:
        return self._unanswered.isdisjoint(wanted)

    def work(self) -> None:
        """One round: give out what waits, take what was answered, see who ended."""
        self.staff()
        self.ask()
        self.prepare()
        self.listen()
        self.bury()

    def staff(self) -> None:
        """As many readers as there is work for. While a suspect waits for the spare, few files are not worth it: the
        next to be ready would take longer than they do."""
        waiting = -(-len(self._queue) // _MANY) if self._suspects else len(self._queue)
        while len(self._readers) < min(self._limits.readers, waiting):
            self._readers.append(self._fresh())

    def ask(self) -> None:
        """Give the readers their next files; a suspect goes to a fresh one, when nothing else waits."""
        for reader in self._readers:
            room = _AHEAD - len(reader.asked) if reader.ready else 0
            if self._queue and room >= _AHEAD // 2:
                indexes = [self._queue.popleft() for _ in range(min(room, self._share()))]
                reader.ask(indexes, [self.files[index] for index in indexes], self._limits.read_seconds)
        idle = [reader for reader in self._readers if not reader.asked]
        if self._suspects and not self._queue and (idle or not self._readers):
            self._read_alone(idle)

    def prepare(self) -> None:
        """Once the readers are at work one more starts beside them: nobody waits for it when one ends."""
        if not self._spare and self._unanswered - self._alone and all(r.ready for r in self._readers):
            self._spare = self._start()

    def listen(self) -> None:
        """Wait for answers, at most until the next reader is late."""
        due = min((r.due for r in self._everybody if r.asked or not r.ready), default=time.monotonic())
        if max((len(r.asked) for r in self._readers), default=0) > _MANY:
            time.sleep(_NAP_SECONDS)
        for key, _ in self._selector.select(timeout=max(0.0, due - time.monotonic())):
            reader: Reader = key.data
            for index, payload in reader.take(self._limits.read_seconds):
                self._answer(index, payload)

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
        """The first suspect, in the spare as soon as that is ready; where all readers are there still, in the place of
        one with nothing to do."""
        if not self._spare or not self._spare.ready:
            return
        if len(self._readers) >= self._limits.readers:
            self._dismiss(idle[0])
        fresh = self._fresh()
        self._readers.append(fresh)
        index, seconds = self._suspects.popleft()
        self._alone.add(index)
        fresh.ask([index], [self.files[index]], seconds)

    def _judge(self, index: int, reader: Reader) -> None:
        """What to do about the file that a reader was at when it ended."""
        if not os.access(self.files[index].path, os.R_OK):
            raise Unavailable(f"存档里找不到这个文件：{self.files[index].path}")
        seconds_left = reader.due - time.monotonic()
        if reader.gone and reader.may_be_innocent and seconds_left > 0 and index not in self._alone:
            self._suspects.append((index, seconds_left))
        else:
            from etl.sheets.document import given_up  # with it come all parsers, and hardly a file needs it

            given = given_up(self.files[index].name, self._limits)
            self._answer(index, msgspec.json.encode(given))

    def _answer(self, index: int, reading: bytes) -> None:
        self.answers[index] = reading
        self._unanswered.discard(index)

    def _share(self) -> int:
        """How many of the waiting files one reader is given: so few at the end that all end together."""
        return -(-len(self._queue) // max(1, len(self._readers)))

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
