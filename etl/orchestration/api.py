"""A small client of Airflow's REST API on this machine: is it well, run a DAG, how did it go."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from etl.orchestration.airflow_home import HOST, USER, password


class Api:
    """`home` is the AIRFLOW_HOME whose password opens it. Raises httpx.HTTPError where Airflow refuses."""

    def __init__(self, home: Path, port: int) -> None:
        # An office's proxy has no business between two processes of one machine
        self._http = httpx.Client(base_url=f"http://{HOST}:{port}", trust_env=False, timeout=30)
        self._home = home

    def is_healthy(self, parts: tuple[str, ...], since: datetime) -> bool:
        """Whether the database answers and each of `parts` has shown a sign of life after `since`."""
        try:
            health = self._http.get("/api/v2/monitor/health").raise_for_status().json()
        except httpx.HTTPError:
            return False
        return all(_is_alive(health[part], f"latest_{part}_heartbeat", since) for part in parts)

    def log_in(self) -> None:
        who = {"username": USER, "password": password(self._home)}
        token = self._http.post("/auth/token", json=who).raise_for_status().json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.get(f"/api/v2/{path}", params=asked).raise_for_status().json()
        return answer

    def dags(self) -> set[str]:
        return {dag["dag_id"] for dag in self.get("dags")["dags"]}

    def start(self, dag: str, conf: dict[str, str]) -> str:
        """Start a run by hand; returns its id."""
        body = {"logical_date": None, "conf": conf}
        run = self._http.post(f"/api/v2/dags/{dag}/dagRuns", json=body).raise_for_status().json()
        return str(run["dag_run_id"])

    def last_run(self, dag: str) -> str:
        """The id of the run that was started last."""
        return str(self.get(f"dags/{dag}/dagRuns", order_by="-id", limit=1)["dag_runs"][0]["dag_run_id"])

    def state(self, dag: str, run: str) -> str:
        return str(self.get(f"dags/{dag}/dagRuns/{run}")["state"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.get(f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return tasks

    def log(self, task: dict[str, Any]) -> list[str]:
        """What the task's last try has logged, a line each."""
        where = f"dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        said = self.get(f"{where}/logs/{task['try_number']}", map_index=task["map_index"])
        return [str(line["event"]) if isinstance(line, dict) else str(line) for line in said["content"]]


def parts_unwell(address: str) -> list[str] | None:
    """The parts of the Airflow at `address` that do not call themselves healthy; None where none answers.

    A part that was never started says nothing of itself, and is not named.
    """
    try:
        with httpx.Client(trust_env=False, timeout=5) as http:
            health = http.get(f"{address.rstrip('/')}/api/v2/monitor/health").raise_for_status().json()
        return [name for name, part in health.items() if part["status"] not in ("healthy", None)]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_alive(part: dict[str, Any], heartbeat: str, since: datetime) -> bool:
    """Healthy, by a heartbeat of this start: one from before a restart still counts for Airflow."""
    beat = part[heartbeat]
    return part["status"] == "healthy" and beat and datetime.fromisoformat(beat) >= since
