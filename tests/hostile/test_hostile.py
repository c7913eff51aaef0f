"""Every hostile file has the answer it deserves, within its time and memory, and the good ones beside it are read."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from etl.definitions import Definitions
from etl.edges.sandbox import Sandbox, ToRead
from etl.model import Reading
from tests.hostile import binaries, containers, contents, markup
from tests.hostile.case import NARRATIVE, READ, STAMPED
from tests.hostile.sheets import VISITED, xlsx

pytestmark = pytest.mark.timed
MIB = 1024**2
CASES = {case.what: case for case in (*containers.CASES, *markup.CASES, *binaries.CASES, *contents.CASES)}
READER = "etl.edges.reader_process"
_START_S = 1.0
"""Room for each reader that has to be started anew on a busy machine."""


@dataclass
class Looked:
    """What was seen while the whole catalogue was read. Sizes in bytes."""

    readings: dict[str, Reading]
    good: list[Reading]
    seconds: float
    largest: int = 0
    all_together: int = 0


@pytest.fixture(scope="module")
def looked(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """The catalogue, read in one batch as the office reads it, a good form behind each hostile file."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "good").write_bytes(xlsx())
    batch = []
    for number, case in enumerate(CASES.values()):
        (folder / str(number)).write_bytes(case.make())
        batch += [ToRead(folder / str(number), case.name), ToRead(folder / "good", "好.xlsx")]
    looked = Looked({}, [], 0.0)
    done = threading.Event()
    watching = threading.Thread(target=_watch, args=(looked, done))
    watching.start()
    began = time.monotonic()
    read = Sandbox(definitions.forms["double-support"], definitions.limits).read_all(batch)
    looked.seconds = time.monotonic() - began
    done.set()
    watching.join()
    looked.readings, looked.good = dict(zip(CASES, read[::2], strict=True)), read[1::2]
    return looked


def _watch(looked: Looked, done: threading.Event) -> None:
    """The most memory that one reader and all of us together held, looked at all the time."""
    while not done.wait(0.01):
        sizes = list(_sizes(psutil.Process().children()))
        looked.largest = max([looked.largest, *sizes])
        looked.all_together = max(looked.all_together, sum(sizes) + psutil.Process().memory_info().rss)


def _sizes(processes: list[psutil.Process]) -> Iterator[int]:
    """Of the readers: a child that is not yet one is still the image of the tests, with all their memory."""
    for process in processes:
        try:
            if READER in process.cmdline():
                yield process.memory_info().rss
        except psutil.Error:
            continue


@pytest.mark.parametrize("what", CASES)
def test_a_hostile_file_has_the_answer_it_deserves(what: str, looked: Looked) -> None:
    case, reading = CASES[what], looked.readings[what]
    answer = outcome(reading)
    assert answer in case.outcomes
    if answer == READ:
        assert visited(reading) == case.visited


def outcome(reading: Reading) -> str:
    if reading.findings:
        return reading.findings[0].rule
    if reading.form:
        return READ
    return {"narrative": NARRATIVE, "stamped": STAMPED}[str(reading.material)]


def visited(reading: Reading) -> list[int]:
    assert reading.form
    return [int(f.value) for f in reading.form.figures if f.column == "visited" and f.value is not None]


def test_the_good_files_beside_the_hostile_ones_are_read_right(looked: Looked) -> None:
    assert [visited(reading) for reading in looked.good] == [VISITED] * len(CASES)


def test_a_hostile_file_costs_no_more_than_its_own_time(looked: Looked, definitions: Definitions) -> None:
    given_up = sum(outcome(reading) == "too_slow" for reading in looked.readings.values())
    limits = definitions.limits
    assert given_up < len(CASES) / 8, "most of them are refused kindly, by a look before any parser"
    assert looked.seconds < (given_up * (limits.read_seconds + _START_S)) / limits.readers + len(CASES) * 0.2


def test_a_hostile_file_takes_no_more_memory_than_a_reader_may_use(
    looked: Looked, definitions: Definitions
) -> None:
    assert 0 < looked.largest <= definitions.limits.read_memory_mib * MIB
    assert looked.all_together < 2048 * MIB


def test_no_hostile_file_hides_another_of_the_same_name() -> None:
    assert len(CASES) == len(containers.CASES) + len(markup.CASES) + len(binaries.CASES) + len(contents.CASES)
