"""Airflow's records and logs are cleaned from outside; what is recent, and each DAG's last run, stays."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl.orchestration.airflow_home import airflow_environment
from etl.orchestration.tidy import ROTATE_OVER_BYTES, clean_logs, clean_records, rotate
from tests.dag_runs import throwaway_airflow
from tests.proofs import proof

YEAR = datetime(2020, 1, 1, tzinfo=UTC)


def test_of_a_year_of_runs_only_the_recent_ones_stay() -> None:
    throwaway_airflow()
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType
    from sqlalchemy import delete, func, select

    ours = DagRun.dag_id.in_(["a_year_of_intake", "long_ago"])

    def left() -> dict[str, int]:
        with create_session() as session:
            counted = select(DagRun.dag_id, func.count()).where(ours).group_by(DagRun.dag_id)
            return {row[0]: row[1] for row in session.execute(counted)}

    def ran(dag: str, at: datetime) -> DagRun:
        return DagRun(
            dag_id=dag,
            run_id=f"scheduled__{at.isoformat()}",
            logical_date=at,
            run_after=at,
            start_date=at,
            run_type=DagRunType.SCHEDULED,
            triggered_by=DagRunTriggeredByType.TIMETABLE,
            state=DagRunState.SUCCESS,
        )

    try:
        with create_session() as session:
            session.add_all(ran("a_year_of_intake", YEAR + timedelta(hours=6 * n)) for n in range(365 * 4))
            session.add(ran("long_ago", YEAR))
        assert left() == {"a_year_of_intake": 1460, "long_ago": 1}
        clean_records(YEAR + timedelta(days=305))
        assert left() == {"a_year_of_intake": 60 * 4, "long_ago": 1}
    finally:
        with create_session() as session:
            session.execute(delete(DagRun).where(ours))


def test_old_logs_of_tasks_go_and_those_of_the_components_stay(tmp_path: Path) -> None:
    old, new = (
        tmp_path / "dag_id=intake" / "run_id=1" / "1.log",
        tmp_path / "dag_id=intake" / "run_id=2" / "1.log",
    )
    for path in (old, new, tmp_path / "scheduler.log"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("said\n")
    for path in (old, tmp_path / "scheduler.log"):
        os.utime(path, (YEAR.timestamp(), YEAR.timestamp()))
    assert clean_logs(tmp_path, YEAR + timedelta(days=1)) == 1
    assert not old.parent.exists() and new.is_file() and (tmp_path / "scheduler.log").is_file()


def test_a_large_log_is_begun_anew_while_it_is_being_written(tmp_path: Path) -> None:
    log = tmp_path / "scheduler.log"
    with log.open("ab", buffering=0) as component:
        component.write(b"a" * 100)
        assert not rotate(log, 100)
        component.write(b"b")
        assert rotate(log, 100)
        component.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "scheduler.log.1").read_bytes() == b"a" * 100 + b"b"


A_YEAR = """
import os, sys, uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import insert

TASKS = ("take_in", "each_batch.read", "each_batch.check_and_load", "each_batch.answer")
now, minutes, logs = datetime.now(UTC), int(sys.argv[1]), Path(sys.argv[2])
moments = [now - timedelta(minutes=minutes * n) for n in range(365 * 24 * 60 // minutes)]
for start in range(0, len(moments), 5_000):
    some = moments[start : start + 5_000]
    names = {at: f"scheduled__{at.isoformat()}" for at in some}
    runs = [
        {"dag_id": "intake", "run_id": names[at], "run_type": "scheduled", "logical_date": at, "run_after": at,
         "start_date": at, "end_date": at, "state": "success"} for at in some
    ]
    tasks = [
        {"id": uuid.uuid4(), "task_id": task, "dag_id": "intake", "run_id": names[at], "map_index": -1, "pool": "warehouse",
         "start_date": at, "end_date": at, "state": "success", "try_number": 1} for at in some for task in TASKS
    ]
    with create_session() as session:
        session.execute(insert(DagRun.__table__), runs)
        session.execute(insert(TaskInstance.__table__), tasks)
for at in moments[:: 60 // minutes]:
    log = logs / "dag_id=intake" / f"run_id={at:%Y%m%d%H%M}" / "task_id=take_in" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    log.write_text("said")
    os.utime(log, (at.timestamp(), at.timestamp()))
print(len(moments))
"""


@pytest.mark.prove
def test_a_year_of_intake_every_three_minutes_is_cleaned_by_the_nightly_command(tmp_path: Path) -> None:
    """175,200 runs of four tasks."""
    with proof("operations", "a year of intake, 175,200 runs of four tasks, tidied"):
        minutes = 3
        home = tmp_path / "airflow"
        environment = airflow_environment(home)
        for command in (
            ["-m", "etl.orchestration.prepare"],
            ["-c", A_YEAR, str(minutes), str(home / "logs")],
        ):
            subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True)
        component = home / "logs" / "scheduler.log"
        component.write_bytes(b"x" * (ROTATE_OVER_BYTES + 1))
        tidied = subprocess.run(
            [sys.executable, "-m", "etl.orchestration.tidy", "--home", str(home)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "轮换了 1 个" in tidied
        with sqlite3.connect(home / "airflow.db") as database:
            kept = 60 * 24 * 60 // minutes
            for table, a_run in {"dag_run": 1, "task_instance": 4}.items():
                (left,) = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
                assert (kept - 20) * a_run <= left <= (kept + 2) * a_run, table  # it took its minutes
            (oldest,) = database.execute("SELECT MIN(start_date) FROM task_instance").fetchone()
            assert datetime.fromisoformat(oldest).replace(tzinfo=UTC) > datetime.now(UTC) - timedelta(days=61)
            names = [
                row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            assert not [name for name in names if name.startswith("_airflow_deleted")]
        database.close()
        assert 60 * 24 <= len(list((home / "logs").glob("dag_id=intake/*"))) <= 60 * 24 + 1
        assert component.stat().st_size == 0
