"""Two schedulers and two Celery workers at one campaign, as docker-compose.yml starts them but without containers;
workers and a scheduler are killed in the middle, an operator runs the day by hand at the same time, and what comes
out is what one process makes of the same files."""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from benchmarks.composed import AIRFLOW, Composed
from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from etl.definitions import Definitions
from etl.office import open_office
from etl.settings import Settings
from tests.desk import BEFORE_DEADLINE, Desk
from tests.journeys.test_workers import outcome, set_batches
from tests.proofs import proof

FILES, FILES_A_BATCH, SEED = 1_000, 100, 8
KILLED_AT = ("read", "check_and_load", "answer")
NO_CLOCK = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
"""The moment is given: no DAG may start by the real clock."""
GIVEN_UP_SOON = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
}
ONE_TASK_A_WORKER = {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"}
SECOND_SCHEDULER = "scheduler-two"
RUN_BY_HAND = [sys.executable, "-m", "etl", "run", CAMPAIGN, "--at", BEFORE_DEADLINE]
ENDS_WITHIN_S = 1_800

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A folder of its own: pytest tidies away its own after a few other runs, and this one takes long."""
    with tempfile.TemporaryDirectory(prefix="two-workers-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may be run by a user of its own
        yield Path(folder)


@pytest.fixture(scope="module")
def config(root: Path) -> tuple[Path, Definitions]:
    definitions = write_config(root / "config", FILES)
    set_batches(root / "config", FILES_A_BATCH)
    return root / "config", definitions


@pytest.fixture(scope="module")
def composed(root: Path, config: tuple[Path, Definitions]) -> Iterator[Composed]:
    more = {"RETURNS_CONFIG": str(config[0])} | NO_CLOCK | GIVEN_UP_SOON | ONE_TASK_A_WORKER
    with Composed(root / "composed", more) as running:
        for name in ("one", "two"):
            running.start_worker(name)
        running.start(SECOND_SCHEDULER, "scheduler")
        yield running


def test_each_services_own_health_check_says_that_it_is_well_and_a_dead_workers_that_it_is_not(
    composed: Composed,
) -> None:
    for service in ("postgres", "redis", *AIRFLOW):
        composed.until(partial(composed.is_well, service), service)
    assert composed.is_well("worker", "one") and composed.is_well("worker", "two")
    assert not composed.is_well("worker", "nobody")


def test_a_thousand_files_come_out_as_from_one_process_whoever_is_killed_and_whoever_else_is_at_work(
    composed: Composed, config: tuple[Path, Definitions], root: Path
) -> None:
    settings = Settings(
        composed.root / "share",
        composed.root / "data/archive",
        composed.file.given("worker")["RETURNS_WAREHOUSE"],
        config[0],
    )
    what = (
        f"{FILES} files, two schedulers, two workers, an operator at the command line; "
        f"a worker killed at each of {'、'.join(KILLED_AT)}, a scheduler after the first"
    )
    with proof("workers", what, seed=SEED) as told, open_office(settings) as office:
        run_dag(composed, "open_campaign", campaign=CAMPAIGN)
        desk = Desk(office, settings)
        dropped = drop(desk.inbox, config[1])
        copied = root / "files"
        shutil.copytree(desk.inbox, copied)
        cut_off = intake_with_kills(composed, settings)
        told.faults = len(KILLED_AT) + 1
        run_dag(composed, "publish", at=BEFORE_DEADLINE)
        told.rounds = 1
        taken = [each["file"] for each in desk.export()["submissions"]]
        told.losses = len(dropped - set(taken))
        told.doubles = len(taken) - len(set(taken))
        assert (told.losses, told.doubles) == (0, 0)
        assert cut_off >= len(KILLED_AT)
        alone = one_process(root / "one", copied, config[0])
        assert outcome(desk) == alone.outcome
        assert published(desk) == alone.published


@dataclass(frozen=True)
class Alone:
    """What one process makes of the same files."""

    outcome: Any
    published: dict[str, bytes]


def drop(inbox: Path, definitions: Definitions) -> set[str]:
    """A form of each unit, among them some cut short, some with a wrong sum, and some that come twice."""
    write_inbox(inbox, definitions, FILES - FILES // 20, SEED)
    for at, path in enumerate(sorted(inbox.iterdir())):
        if at % 20 == 0:
            (inbox / f"再报{path.name}").write_bytes(path.read_bytes())
        elif at % 20 == 7:
            path.write_bytes(path.read_bytes()[:5_000])
        elif at % 20 == 13:
            book = openpyxl.load_workbook(path)
            book["统计表"]["C9"] = 999_999
            book.save(path)
    return {path.name for path in inbox.iterdir()}


def intake_with_kills(composed: Composed, settings: Settings) -> int:
    """Run the intake of all files. Kill a worker at each stage and start another; kill a scheduler once; run the day at
    the command line besides. How many tasks were cut off."""
    chance = random.Random(SEED)
    run = composed.api.start("intake", {"at": BEFORE_DEADLINE})
    names = iter(("three", "four", "five"))
    by_hand: list[subprocess.Popen[bytes]] = []
    for stage in KILLED_AT:
        worker = at_work(composed, run, stage)
        time.sleep(chance.uniform(0.0, 0.3))  # a batch takes less than a second
        composed.kill(worker)
        if stage == KILLED_AT[0]:
            composed.kill("scheduler")
        elif not by_hand:
            by_hand = [subprocess.Popen(RUN_BY_HAND, env=own(settings), stdout=subprocess.DEVNULL)]
        composed.start_worker(next(names))
    ended(composed, "intake", run)
    assert [operator.wait(ENDS_WITHIN_S) for operator in by_hand] == [0]
    return sum(task["try_number"] > 1 for task in composed.api.tasks("intake", run))


def own(settings: Settings) -> dict[str, str]:
    """The environment of the command, with nothing of ours but the settings."""
    names = ("share", "archive", "warehouse", "config")
    return {f"RETURNS_{name.upper()}": str(getattr(settings, name)) for name in names}


def at_work(composed: Composed, run: str, stage: str) -> str:
    """Wait until a worker is at a batch of the stage, not the first; its name."""
    found: list[str] = []

    def looked() -> bool:
        running = {
            task["pid"]
            for task in composed.api.tasks("intake", run)
            if task["task_id"] == stage and task["state"] == "running" and task["map_index"] > 0
        }
        found[:] = [
            name
            for name in composed.running
            if name not in (*AIRFLOW, "redis") and composed.below(name) & running
        ]
        return bool(found)

    composed.until(looked, f"a worker at {stage}", ENDS_WITHIN_S)
    return found[0]


def run_dag(composed: Composed, dag: str, **conf: str) -> None:
    composed.until(lambda: dag in composed.api.dags(), dag)
    ended(composed, dag, composed.api.start(dag, conf))


def ended(composed: Composed, dag: str, run: str) -> None:
    composed.until(lambda: composed.api.state(dag, run) in ("success", "failed"), dag, ENDS_WITHIN_S)
    assert composed.api.state(dag, run) == "success"


def one_process(root: Path, files: Path, config: Path) -> Alone:
    """`returns run` over the same files, on SQLite."""
    settings = Settings(root / "share", root / "archive", f"sqlite:///{root / 'warehouse.db'}", config)
    root.mkdir()
    with Desk.at(settings) as desk:
        for path in files.iterdir():
            shutil.copy2(path, desk.inbox / path.name)
        subprocess.run(RUN_BY_HAND, env=own(settings), check=True, capture_output=True)
        return Alone(outcome(desk), published(desk))


def published(desk: Desk) -> dict[str, bytes]:
    """The tables that stand published, by name."""
    return {path.name: path.read_bytes() for path in desk.published.glob("*.xlsx")}
