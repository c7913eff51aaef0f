"""What one pass over correct files does not show: marked copies, an idle look, a file that kills, imports."""

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks.inputs import write_config, write_inbox
from benchmarks.measured import measure
from benchmarks.one_pass import SEED
from etl.definitions import Definitions
from etl.edges.inbox import look
from etl.edges.sandbox import Sandbox, ToRead
from etl.settings import PROJECT
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words

HEAD = "| beside | measured | aim |\n|---|---|---|"
_IDLE, _GOOD, _COPIES = 10_000, 200, 100
_KILLER = PROJECT / "tests/fuzz/finds/memory-bd856c6fe769.xls"
_TASKS = {
    "`returns --help`": "import sys; sys.argv = ['returns', '--help']; import etl.cli",
    "take in": "import etl.office, etl.stages.take_in",
    "read": "import etl.office, etl.stages.read",
    "check and load": "import etl.office, etl.stages.check, etl.stages.load",
    "check, once a form is there": "import etl.office, etl.stages.check, etl.rules.suites",
    "answer": "import etl.office, etl.stages.answer",
    "summarise and publish": "import etl.office, etl.stages.summarise, etl.stages.publish",
}


def rows() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        definitions = write_config(root / "config", _IDLE)
        yield _idle(root / "idle")
        good = root / "good"
        good.mkdir()
        write_inbox(good, definitions, _GOOD, SEED)
        yield _read(good, definitions)
        yield _killed(good, definitions)
    yield _marked()
    for task, code in _TASKS.items():
        yield f"| imports of {task}, s | {_imports(code):.2f} | |"


def _idle(inbox: Path) -> str:
    """A look at an inbox whose files were all seen before."""
    inbox.mkdir()
    for number in range(_IDLE):
        (inbox / f"单位{number}统计表.xlsx").write_bytes(b"x")
    took = _fastest(lambda: look(inbox, sys.maxsize), 5, time.process_time)
    return f"| a look at {_IDLE:,} files, µs of CPU a file | {took / _IDLE * 1e6:.1f} | < 10 |"


def _read(good: Path, definitions: Definitions) -> str:
    """Seconds at work for reading, in one process, beside calamine's for the same files: others at work on the
    machine change the two alike."""
    files = [(path.name, path.read_bytes()) for path in sorted(good.iterdir())]
    words = form_words(definitions.forms["double-support"])

    def ours() -> None:
        for name, content in files:
            read_document(content, name, words, definitions.limits)

    def floor() -> None:
        for _, content in files:
            CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    took, least = _fastest(ours, 5, time.process_time), _fastest(floor, 5, time.process_time)
    return (
        f"| reading, × calamine alone, CPU | {took / least:.1f} ({took / len(files) * 1e3:.2f} ms a file) | |"
    )


def _killed(good: Path, definitions: Definitions) -> str:
    """What a file that takes its reader down costs the others, in a warm process, beside its own time: it is read a
    second time alone, when all others are done, in what is left of its own limit."""
    files = [ToRead(path, path.name) for path in sorted(good.iterdir())]
    sandbox = Sandbox(definitions.forms["double-support"], definitions.limits)
    killer = ToRead(_KILLER, _KILLER.name)
    half = len(files) // 2
    without = _fastest(lambda: sandbox.read_all(files), 4)
    within = _fastest(lambda: sandbox.read_all([*files[:half], killer, *files[half:]]), 4)
    alone = _fastest(lambda: sandbox.read_all([killer]), 4)
    more = (within - without - 2 * alone) * 1e3
    return f"| a file that kills its reader, among {_GOOD}: ms more than its own time ({2 * alone:.2f} s) | {more:.0f} | ≤ 100 |"


def _marked() -> str:
    said = measure("benchmarks.marked", _COPIES).printed.split()
    ours, openpyxl = float(said[0]), float(said[1])
    return (
        f"| marked copies of {_COPIES} returned forms, × openpyxl's own load and save in one thread "
        f"| {ours / openpyxl:.2f} ({ours / _COPIES * 1e3:.1f} ms each) | ≤ 1.3 |"
    )


def _imports(code: str) -> float:
    """Seconds of a new interpreter over those of one that does nothing."""
    return _fastest(lambda: _python(code), 3) - _fastest(lambda: _python("pass"), 3)


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT)


def _fastest(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    took = []
    for _ in range(times):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took)
