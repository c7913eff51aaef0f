"""`python -m benchmarks.workers 2000 200`: the intake of so many files in batches of so many, by one Celery worker and then
by two, each with one task and one reader at a time; how throughput grows. Needs no container and no network."""

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from benchmarks.composed import Composed
from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from etl.definitions import Definitions

AT = "2022-02-09T10:00:00+08:00"
SEED = 1
STAGES = ("take_in", "read", "check_and_load", "answer")
ONE_CORE_A_WORKER = {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"}
NO_CLOCK = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
_ENDS_WITHIN_S = 3_600


@dataclass(frozen=True)
class Measured:
    """Seconds of an intake, and of each stage from its first task's start to its last one's end."""

    workers: int
    seconds: float
    stages: dict[str, float]


def main(files: int, files_a_batch: int) -> None:
    with tempfile.TemporaryDirectory(prefix="workers-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # PostgreSQL may be run by a user of its own
        definitions = write_config(root / "config", files)
        _set_limits(root / "config" / "limits.toml", batch_files=files_a_batch, readers=1)
        with Composed(
            root / "up", NO_CLOCK | ONE_CORE_A_WORKER | {"RETURNS_CONFIG": str(root / "config")}
        ) as up:
            measured = []
            for workers in (1, 2):
                up.start_worker(f"worker{workers}")
                _fresh(up, definitions, files)
                measured.append(_intake(up, workers))
    print("| workers | files/s | intake, s | " + ", s | ".join(STAGES) + ", s |\n" + "|---" * 7 + "|")
    for one in measured:
        stages = " | ".join(f"{one.stages[stage]:.1f}" for stage in STAGES)
        print(f"| {one.workers} | {files / one.seconds:.0f} | {one.seconds:.1f} | {stages} |")
    grown = " | ".join(f"{measured[0].stages[stage] / measured[1].stages[stage]:.2f}" for stage in STAGES)
    print(f"| 1 ÷ 2 | | {measured[0].seconds / measured[1].seconds:.2f} | {grown} |")
    print(
        f"\n{files} files, {files_a_batch} a batch, load {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores"
    )


def _set_limits(file: Path, **limits: int) -> None:
    said = file.read_text("utf-8")
    for name, value in limits.items():
        said = re.sub(rf"^{name} +=.*$", f"{name} = {value}", said, flags=re.MULTILINE)
    file.write_text(said, "utf-8")


def _fresh(up: Composed, definitions: Definitions, files: int) -> None:
    """An empty warehouse, an empty share, the campaign open, and the same files in the inbox."""
    with psycopg.connect(up.file.given("migrate")["RETURNS_WAREHOUSE"], autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    up.do("migrate", "returns", "migrate")
    for folder in ("share", "data"):
        for path in (up.root / folder).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    up.until(lambda: {"open_campaign", "intake"} <= up.api.dags(), "the DAGs")
    _ended(up, "open_campaign", up.api.start("open_campaign", {"campaign": CAMPAIGN}))
    write_inbox(up.root / "share" / "收件箱", definitions, files, SEED)


def _intake(up: Composed, workers: int) -> Measured:
    run = up.api.start("intake", {"at": AT})
    _ended(up, "intake", run)
    tasks = up.api.get(f"dags/intake/dagRuns/{run}/taskInstances", limit=1_000)["task_instances"]

    def span(names: tuple[str, ...]) -> float:
        some = [task for task in tasks if task["task_id"] in names]
        began, ended = min(t["start_date"] for t in some), max(t["end_date"] for t in some)
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()

    return Measured(workers, span(STAGES), {stage: span((stage,)) for stage in STAGES})


def _ended(up: Composed, dag: str, run: str) -> None:
    up.until(lambda: up.api.state(dag, run) in ("success", "failed"), f"the end of {dag}", _ENDS_WITHIN_S)
    if up.api.state(dag, run) != "success":
        raise SystemExit(f"{dag} has failed; logs: {up.root}")


if __name__ == "__main__":
    chosen = [int(number) for number in sys.argv[1:]]
    main(*(chosen or (2_000, 200)))
