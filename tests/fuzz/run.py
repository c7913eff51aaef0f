"""Read bent files for so many seconds, and note whatever is not a Reading in time."""

import hashlib
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from etl.definitions import load_definitions
from etl.edges.reader import clean_environment
from etl.edges.reader_process import read_frame, write_frame
from etl.settings import PROJECT
from tests.fuzz.mutate import mutate
from tests.fuzz.reader import Told
from tests.fuzz.seeds import Seed, seed_files

FINDS = Path(__file__).parent / "finds"
MIB = 1024**2
FILES_OF_ONE_READER = 3_000
MAY_GROW = 64 * MIB
"""What a reader may hold more after thousands of files than after its first hundred."""
_WARM = 100
_START_SECONDS = 60.0
_KINDS = ("xlsx", "xlsx", "xls", "xls", "xlsb", "xlsb", "ods", "ods", "docx", "html", "csv", "pdf")
"""Drawn from evenly: the binary readers twice."""


@dataclass(frozen=True, slots=True)
class Find:
    """What was not answered by a Reading in time. `what`: raised, died, hung, memory, grew.

    Finds of one cause are one: `case` and `content` are those of the first file.
    """

    what: str
    kind: str
    why: str
    case: int = field(default=0, compare=False)
    content: bytes = field(default=b"", compare=False)


@dataclass(slots=True)
class Run:
    """What one run saw. `outcomes` counts by rule, "read" where there was none."""

    seed: int
    seconds: float = 0.0
    files: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    finds: Counter[Find] = field(default_factory=Counter)
    slowest: float = 0.0
    grown: int = 0


def fuzz(seconds: float, seed: int) -> Run:
    """Bend and read files until the time is over. The same seed bends the same files in the same order."""
    definitions = load_definitions(PROJECT / "config")
    seeds, limit = seed_files(definitions), definitions.limits.read_seconds
    run, began, case = Run(seed), time.monotonic(), 0
    while time.monotonic() - began < seconds:
        with _reader() as reader:
            warm = 0
            for number in range(FILES_OF_ONE_READER):
                seed_file, content = bent(seeds, seed, case)
                told = _told(reader, seed_file.name, content, limit)
                _note(run, seed_file, case, content, told)
                case += 1
                if not isinstance(told, Told) or time.monotonic() - began >= seconds:
                    break
                warm = told.rss if number == _WARM else warm
            if isinstance(told, Told):
                _note_growth(run, _told(reader, "空.xlsx", b"", limit), warm)
    run.seconds = time.monotonic() - began
    return run


def bent(seeds: dict[str, list[Seed]], seed: int, case: int) -> tuple[Seed, bytes]:
    """The file that a seed bends at a place in its order."""
    rng = Random(f"{seed}:{case}")
    real = rng.choice(seeds[rng.choice(_KINDS)])
    return real, mutate(real.content, real.kind, rng)


def _note(run: Run, real: Seed, case: int, content: bytes, told: Told | str) -> None:
    run.files[real.kind] += 1
    if isinstance(told, Told) and not told.raised:
        run.outcomes[told.rules[0] if told.rules else "read"] += 1
        run.slowest = max(run.slowest, told.seconds)
        return
    why = told if isinstance(told, str) else told.raised
    what, _, why = why.partition(" ")
    run.outcomes[what] += 1
    run.finds[Find(what, real.kind, why, case, content)] += 1


def _note_growth(run: Run, told: Told | str, warm: int) -> None:
    """What a reader that is still there holds at the end, with nothing left to read."""
    if isinstance(told, Told) and warm:
        run.grown = max(run.grown, told.rss - warm)
        if told.rss - warm > MAY_GROW:
            run.finds[Find("grew", "all", f"past {MAY_GROW // MIB} MiB")] += 1


def _told(reader: subprocess.Popen[bytes], name: str, content: bytes, limit: float) -> Told | str:
    """The reader's answer, or what became of it: a word, and what more is known."""
    asking, answering = reader.stdin, reader.stdout
    assert asking and answering
    with suppress(BrokenPipeError):
        write_frame(asking, (name, content))  # type: ignore[arg-type]
    if not select.select([answering], [], [], limit)[0]:
        return "hung past its time"
    answer = read_frame(answering)  # type: ignore[arg-type]
    if answer:
        return msgspec.msgpack.decode(answer, type=Told)
    return f"died by signal {-reader.wait()}"


@contextmanager
def _reader() -> Iterator[subprocess.Popen[bytes]]:
    """A reader whose imports are done."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.reader"],
        cwd=PROJECT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        ready = _told(reader, "空.xlsx", b"", _START_SECONDS)
        if isinstance(ready, str):
            raise RuntimeError(f"no reader: {ready}")
        yield reader
    finally:
        reader.kill()
        reader.communicate()


def keep(find: Find) -> Path:
    """Lay the file beside the tests, under its own hash."""
    path = FINDS / f"{find.what}-{hashlib.sha256(find.content).hexdigest()[:12]}.{find.kind}"
    path.write_bytes(find.content)
    return path
