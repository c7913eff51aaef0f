"""Runs of `returns` in processes of their own that may be killed, hundreds of them: forked from one that has
imported what they need, as Airflow forks its tasks.

`python -m tests.faults.nursery` is that one: a line of JSON asks for runs at the same moment, a line answers when
all have ended. `Nursery` is the other end.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.desk import BEFORE_DEADLINE, CAMPAIGN, TWO_DAYS_LATE
from tests.faults.engine import Plan, lay_in
from tests.faults.inbox import drop, first, second
from tests.faults.office import Place

LONGEST_S = 120.0
"""A run that has not ended by then hangs, and is a failure of its own."""


@dataclass(frozen=True)
class Ran:
    """How a run ended: its exit status (minus a signal's number), what it printed, and the steps it told of."""

    status: int
    said: str
    steps: list[str] = field(default_factory=list)

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Nursery:
    """Starts runs. As a context manager it leaves no process behind. With `memory`, a folder, they remember what
    depends on a file alone (tests/faults/remembered.py)."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", *([str(self._memory)] if self._memory else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, root: Path, warehouse: str, *commands: list[str], plan: Plan | None = None) -> list[Ran]:
        """Run commands of `returns` at the same moment, in the office below `root`; the plan is the first one's."""
        plans = [plan and asdict(plan), *[None] * (len(commands) - 1)]
        asked = {"root": str(root), "warehouse": warehouse, "commands": commands, "plans": plans}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return [Ran(**each) for each in json.loads(self._process.stdout.readline())]


def main(memory: str | None = None) -> None:
    from tests.faults.remembered import remember

    _warm_up()
    if memory:
        remember(Path(memory))
    gc.freeze()  # what is here already is not looked through again in every child
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.monotonic()
        children = [
            _start(asked, command, Plan(**plan) if plan else None, number)
            for number, (command, plan) in enumerate(zip(asked["commands"], asked["plans"], strict=True))
        ]
        answers = [_ended(child, asked["root"], number, started) for number, child in enumerate(children)]
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Do once what a run does, so that those forked from here have all imported and every template at hand."""
    from datetime import datetime

    import etl.cli  # noqa: F401
    from etl.office import open_office
    from etl.pipeline import open_campaign, run_campaign

    with tempfile.TemporaryDirectory() as folder:
        place = Place.new(Path(folder) / "office", None)
        with open_office(place.settings) as office:
            open_campaign(CAMPAIGN, office)
            for at, files in ((BEFORE_DEADLINE, first()), (TWO_DAYS_LATE, second())):
                drop(place.inbox, files)
                run_campaign(CAMPAIGN, office, datetime.fromisoformat(at))


_Child = tuple[int, float | None]
"""Process id, and after how many seconds it is to be killed."""


def _start(asked: dict[str, Any], command: list[str], plan: Plan | None, number: int) -> _Child:
    pid = os.fork()
    if pid == 0:
        try:
            _be(asked, command, plan, number)
        finally:
            os._exit(98)
    return pid, plan.kill_after_s if plan else None


def _be(asked: dict[str, Any], command: list[str], plan: Plan | None, number: int) -> None:
    """Be one run of `returns`, from its settings to its exit status."""
    root, nowhere = asked["root"], os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    said = os.open(_beside(root, "said", number), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    told = os.open(_beside(root, "told", number), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.environ |= {
        "RETURNS_SHARE": f"{root}/share",
        "RETURNS_ARCHIVE": f"{root}/archive",
        "RETURNS_WAREHOUSE": asked["warehouse"],
    }
    from etl.cli import main as returns

    if plan and plan.kill_after_s is None:
        lay_in(plan, root + "/", told)
    try:
        returns(command)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(99)


def _ended(child: _Child, root: str, number: int, started: float) -> dict[str, Any]:
    pid, kill_after_s = child
    kill_at = started + (LONGEST_S if kill_after_s is None else kill_after_s)
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
        if time.monotonic() >= kill_at:
            os.kill(pid, signal.SIGKILL)
            kill_at = float("inf")
        time.sleep(0.001)
    status = os.waitstatus_to_exitcode(status)
    return {
        "status": status,
        "said": _text(root, "said", number),
        "steps": _text(root, "told", number).splitlines(),
    }


def _text(root: str, name: str, number: int) -> str:
    """What a run wrote; nothing where it was killed before it began to."""
    path = Path(_beside(root, name, number))
    return path.read_text("utf-8", "replace") if path.exists() else ""


def _beside(root: str, name: str, number: int) -> str:
    """Outside the office, so that no step is counted there."""
    return f"{root}.{name}{number}"


if __name__ == "__main__":
    main(*sys.argv[1:])
