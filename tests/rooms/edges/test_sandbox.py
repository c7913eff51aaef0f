"""Files read in processes that may die: what kills, hangs or swells costs only itself."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from etl.books.blank import unit_blank
from etl.definitions import Definitions
from etl.edges.sandbox import Sandbox, ToRead
from etl.errors import Unavailable
from etl.model import Material, Reading
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, GOOD, fill
from tests.hostile.workbooks import (
    MAIN,
    ONE_CELL,
    SHEET_PART,
    one_long_text_a_thousand_times_over,
    said_to_be_small,
    workbook,
)
from tests.pdfs import scan

pytestmark = pytest.mark.timed
T = TypeVar("T")
MIB = 1024**2
KILLER = (PROJECT / "tests/fuzz/finds/memory-bd856c6fe769.xls").read_bytes()
"""A workbook that aborts its parser, whatever is looked at before."""
A_WHILE_S = 20.0
SLACK_S = 0.2
"""Less than a reader takes to start."""
MORE_THAN_A_READER_IS_ASKED_AT_ONCE = 20


class Kept:
    """Files lying in an archive of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, name: str, content: bytes) -> ToRead:
        path = self.root / f"{len(list(self.root.iterdir()))}"
        path.write_bytes(content)
        return ToRead(path, name)

    def stuck(self, name: str) -> ToRead:
        """A file whose bytes never come: a pipe that nobody writes to."""
        os.mkfifo(self.root / "pipe")
        return ToRead(self.root / "pipe", name)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture(scope="module")
def forms(definitions: Definitions) -> list[bytes]:
    """Good forms; the first figure of each is its place in the list."""
    campaign = definitions.campaign(CAMPAIGN)
    form = definitions.form_of(campaign)
    blank = unit_blank(form, campaign, definitions.roster.units[0])
    return [fill(blank, form, GOOD, C5=n) for n in range(MORE_THAN_A_READER_IS_ASKED_AT_ONCE)]


def sandbox(definitions: Definitions, **limits: object) -> Sandbox:
    return Sandbox(definitions.forms["double-support"], definitions.limits.model_copy(update=limits))


def visited(reading: Reading) -> int | None:
    if reading.form is None:
        return None
    figure = next(f for f in reading.form.figures if (f.row, f.column) == ("key_beneficiaries", "visited"))
    return None if figure.value is None else int(figure.value)


def rules(reading: Reading) -> list[str]:
    return [finding.rule for finding in reading.findings]


@pytest.mark.parametrize("readers", [1, 2])
def test_every_file_has_its_reading_in_the_order_given(
    definitions: Definitions, kept: Kept, forms: list[bytes], readers: int
) -> None:
    files = [kept(f"{n}.xlsx", form) for n, form in enumerate(forms)]
    read = sandbox(definitions, readers=readers).read_all(files)
    assert [visited(reading) for reading in read] == list(range(len(forms)))


def test_no_files_need_no_reader(definitions: Definitions) -> None:
    assert sandbox(definitions).read_all([]) == []


@pytest.mark.parametrize("readers", [1, 2])
def test_a_file_that_takes_its_reader_down_costs_only_itself(
    definitions: Definitions, kept: Kept, forms: list[bytes], readers: int
) -> None:
    good = [kept(f"{n}.xlsx", form) for n, form in enumerate(forms[:6])]
    killers = [
        kept("假.xlsx", KILLER),
        kept("假.xls", KILLER),
        kept("没有扩展名", KILLER),
    ]
    batch = [good[0], killers[0], *good[1:4], killers[1], killers[2], *good[4:]]
    read = sandbox(definitions, readers=readers).read_all(batch)
    assert [visited(reading) for reading in read] == [0, None, 1, 2, 3, None, None, 4, 5]
    assert [rules(read[n]) for n in (1, 5, 6)] == [["too_slow"]] * 3
    assert [read[n].material for n in (1, 5, 6)] == [Material.STATISTICS, Material.STATISTICS, None]


def test_nothing_but_killers_is_still_a_reading_each(definitions: Definitions, kept: Kept) -> None:
    read = sandbox(definitions).read_all([kept(f"{n}.xlsx", KILLER) for n in range(3)])
    assert [rules(reading) for reading in read] == [["too_slow"]] * 3


def test_a_file_that_hangs_costs_the_others_its_own_time_and_not_the_start_of_another_reader(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    good = [kept(f"{n}.xlsx", form) for n, form in enumerate(forms[:4])]
    reads = sandbox(definitions, readers=1, read_seconds=1.5)
    without, _ = fastest(lambda: reads.read_all(good))
    batch = [*good[:2], kept.stuck("卡住.xlsx"), *good[2:]]
    within, read = fastest(lambda: reads.read_all(batch))
    assert [visited(reading) for reading in read] == [0, 1, None, 2, 3]
    assert rules(read[2]) == ["too_slow"]
    assert 1.5 <= within - without + SLACK_S < 1.5 + 2 * SLACK_S


def fastest(read: Callable[[], list[Reading]]) -> tuple[float, list[Reading]]:
    """Of two times, since others use this machine too."""
    times = []
    for _ in range(2):
        began = time.monotonic()
        readings = read()
        times.append(time.monotonic() - began)
    return min(times), readings


@pytest.mark.parametrize(
    ("bomb", "rule"),
    [
        (workbook(ONE_CELL + " " * (200 * MIB)), "unpacks_too_far"),
        (said_to_be_small(workbook(ONE_CELL + " " * (200 * MIB)), SHEET_PART), "corrupt"),
        (one_long_text_a_thousand_times_over(), "too_slow"),
    ],
    ids=["honest", "said to be small", "swells in memory"],
)
def test_a_file_that_swells_is_returned_and_the_next_is_read(
    definitions: Definitions, kept: Kept, forms: list[bytes], bomb: bytes, rule: str
) -> None:
    assert len(bomb) < MIB
    batch = [kept("大.xlsx", bomb), kept("好.xlsx", forms[7])]
    swollen, good = sandbox(definitions, readers=1).read_all(batch)
    assert rules(swollen) == [rule]
    assert swollen.material == Material.STATISTICS
    assert visited(good) == 7


def padded_workbook(size: int) -> bytes:
    empty = len(workbook(ONE_CELL))
    return workbook(ONE_CELL, picture=bytes(size - empty))


@pytest.mark.parametrize(
    ("name", "content", "expected", "material"),
    [
        ("正好.xlsx", padded_workbook(MIB), ["no_form"], Material.STATISTICS),
        ("超过.xlsx", padded_workbook(MIB + 1), ["too_large"], Material.STATISTICS),
        ("工作总结.pdf", scan().ljust(2 * MIB), [], Material.NARRATIVE),
        ("工作总结.pdf", scan().ljust(2 * MIB + 1), ["too_large"], Material.NARRATIVE),
        ("盖章件.jpg", b"\xff\xd8\xff".ljust(2 * MIB), [], Material.STAMPED),
        ("超过.xlsx", padded_workbook(2 * MIB + 1), ["too_large"], Material.STATISTICS),
    ],
    ids=["form at", "form over", "narrative at", "narrative over", "stamped at", "form past all"],
)
def test_at_a_limit_exactly_a_file_is_read_and_over_it_returned(
    definitions: Definitions,
    kept: Kept,
    name: str,
    content: bytes,
    expected: list[str],
    material: Material,
) -> None:
    (reading,) = sandbox(definitions, form_mib=1, narrative_mib=2).read_all([kept(name, content)])
    assert (rules(reading), reading.material) == (expected, material)


def test_sheet_data_over_the_limit_is_returned(definitions: Definitions, kept: Kept) -> None:
    frame = len(f"<worksheet {MAIN}><sheetData>{ONE_CELL}</sheetData></worksheet>")
    assert frame < 1_000
    over = kept("大.xlsx", workbook(ONE_CELL + " " * MIB))
    under = kept("小.xlsx", workbook(ONE_CELL + " " * (MIB - 10_000)))
    read = sandbox(definitions, unpacked_mib=1).read_all([over, under])
    assert [rules(reading) for reading in read] == [["unpacks_too_far"], ["no_form"]]


@contextmanager
def reader_at_work(definitions: Definitions, kept: Kept) -> Iterator[psutil.Process]:
    """The process that reads, while it waits for the bytes of a file."""
    waiting = kept.stuck("表.xlsx")
    reading = threading.Thread(target=sandbox(definitions, read_seconds=60).read_all, args=([waiting],))
    reading.start()
    try:
        with waiting.path.open("wb") as pipe:  # opens once the reader has opened the other end
            pipe.write(b"x")
            yield next(r for r in _readers_under(psutil.Process()) if _has_open(r, waiting.path))
    finally:
        reading.join()


def _readers_under(process: psutil.Process) -> list[psutil.Process]:
    """Those at work, spare or idle."""
    alive = [p for p in process.children() if p.status() != psutil.STATUS_ZOMBIE]
    return [p for p in alive if "etl.edges.reader_process" in p.cmdline()]


def test_a_reader_knows_none_of_our_secrets_and_has_only_the_memory_allowed(
    definitions: Definitions, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNS_WAREHOUSE", "postgresql://office:secret@db/returns")
    with reader_at_work(definitions, kept) as reader:
        environment = reader.environ()
        memory = reader.rlimit(psutil.RLIMIT_AS)
        written = reader.rlimit(psutil.RLIMIT_FSIZE)
    assert not [key for key, value in environment.items() if "RETURNS" in key or "secret" in value]
    assert memory == (512 * MIB, 512 * MIB)
    assert written == (0, 0)


def killed_while_reading(stuck: ToRead, times: int, reading: threading.Thread) -> None:
    """Somebody kills the process that is at the stuck file, so many times."""
    reading.start()
    for _ in range(times):
        pipe = _opened_for_a_reader(stuck.path)
        reader = soon(
            lambda: next((r for r in _readers_under(psutil.Process()) if _has_open(r, stuck.path)), None)
        )
        reader.suspend()  # else it, or the one after it, takes the end of our pipe for the end of the file
        os.close(pipe)
        reader.kill()
        with suppress(ChildProcessError):  # its own parent may have waited for it
            os.waitid(os.P_PID, reader.pid, os.WEXITED | os.WNOWAIT)


def _opened_for_a_reader(path: Path) -> int:
    """The pipe to write to, as soon as somebody has opened the other end."""

    def opened() -> int | None:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    return soon(opened)


def soon(seen: Callable[[], T | None]) -> T:
    """What is seen within a while."""
    until = time.monotonic() + A_WHILE_S
    while time.monotonic() < until:
        if (found := seen()) is not None:
            return found
        time.sleep(0.005)
    raise AssertionError("not within a while")


def _has_open(process: psutil.Process, path: Path) -> bool:
    return any(link.resolve() == path for link in Path(f"/proc/{process.pid}/fd").iterdir())


def test_a_file_whose_reader_somebody_killed_is_read_again_and_not_blamed(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    stuck, others = kept.stuck("表.xlsx"), [kept(f"{n}.xlsx", form) for n, form in enumerate(forms[:3])]
    read: list[Reading] = []
    reading = threading.Thread(
        target=lambda: read.extend(
            sandbox(definitions, read_seconds=30, readers=1).read_all([others[0], stuck, *others[1:]])
        )
    )
    killed_while_reading(stuck, 1, reading)
    stuck.path.write_bytes(forms[9])
    reading.join()
    assert [visited(reading) for reading in read] == [0, 9, 1, 2]


def test_a_file_whose_reader_is_killed_twice_is_given_up(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    stuck, good = kept.stuck("表.xlsx"), kept("好.xlsx", forms[4])
    read: list[Reading] = []
    reading = threading.Thread(
        target=lambda: read.extend(sandbox(definitions, read_seconds=30).read_all([stuck, good]))
    )
    killed_while_reading(stuck, 2, reading)
    reading.join()
    assert rules(read[0]) == ["too_slow"]
    assert visited(read[1]) == 4


def test_readers_end_with_the_process_that_started_them(kept: Kept) -> None:
    pipe = kept.stuck("表.xlsx").path
    program = (
        "import sys; from pathlib import Path; from etl.definitions import load_definitions;"
        "from etl.edges.sandbox import Sandbox, ToRead; d = load_definitions(Path(sys.argv[1]));"
        "limits = d.limits.model_copy(update={'read_seconds': 60.0});"
        "Sandbox(d.forms['double-support'], limits).read_all([ToRead(Path(sys.argv[2]), 'x')])"
    )
    office = subprocess.Popen([sys.executable, "-c", program, PROJECT / "config", pipe])
    with pipe.open("wb"):
        readers = _readers_under(psutil.Process(office.pid))
        office.kill()
        office.wait()
        gone, alive = psutil.wait_procs(readers, A_WHILE_S)
    assert gone and not alive


def test_an_archive_that_is_away_is_the_worlds_failure_and_no_fault_of_the_clerks(
    definitions: Definitions, kept: Kept
) -> None:
    lost = kept("表.xlsx", workbook(ONE_CELL))
    lost.path.unlink()
    with pytest.raises(Unavailable, match="存档里找不到"):
        sandbox(definitions).read_all([lost])


def test_readers_that_cannot_start_are_the_worlds_failure(definitions: Definitions, kept: Kept) -> None:
    with pytest.raises(Unavailable, match="启动不了"):
        sandbox(definitions, read_memory_mib=0).read_all([kept("表.xlsx", b"x")])


def test_the_next_batch_is_read_by_the_same_readers(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    reads = sandbox(definitions, readers=1, read_seconds=2.5)
    reads.read_all([kept("一.xlsx", forms[1])])
    before = {process.pid for process in _readers_under(psutil.Process())}
    assert [visited(one) for one in reads.read_all([kept("二.xlsx", forms[2])])] == [2]
    assert {process.pid for process in _readers_under(psutil.Process())} == before


def test_readers_that_died_between_two_batches_are_replaced(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    reads = sandbox(definitions, readers=2)
    for _ in range(2):
        assert visited(reads.read_all([kept("表.xlsx", forms[3])])[0]) == 3
        for process in _readers_under(psutil.Process()):
            process.kill()


def test_a_process_that_was_forked_off_starts_readers_of_its_own(
    definitions: Definitions, kept: Kept, forms: list[bytes]
) -> None:
    reads = sandbox(definitions)
    files = [kept(f"{n}.xlsx", form) for n, form in enumerate(forms[:4])]
    reads.read_all(files)
    child = os.fork()
    if not child:
        os._exit(0 if [visited(one) for one in reads.read_all(files)] == [0, 1, 2, 3] else 1)
    assert [visited(one) for one in reads.read_all(files)] == [0, 1, 2, 3]
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
