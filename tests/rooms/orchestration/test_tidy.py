"""Airflow's records and logs are cleaned from outside; what is recent, and each DAG's last run, stays."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.orchestration.tidy import clean_logs, clean_records, rotate
from tests.dag_runs import throwaway_airflow

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
