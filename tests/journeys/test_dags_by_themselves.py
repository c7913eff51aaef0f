"""`make up`: Airflow's own components under the supervisor; a dropped file gets published by itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import psutil
import pytest

from etl.errors import Refused
from etl.office import open_office
from etl.orchestration.airflow_home import USER, password
from etl.orchestration.api import Api
from etl.settings import Settings
from tests.desk import CAMPAIGN, Desk, still_open

SUPERVISOR = (sys.executable, "-m", "etl.orchestration.supervisor")


class Up:
    """A supervisor at work, as somebody at a terminal has it."""

    def __init__(self, folder: Path, warehouse: str) -> None:
        self.home, self.port = folder / "airflow", _free_port()
        self.settings = Settings(
            folder / "share",
            folder / "archive",
            warehouse or f"sqlite:///{folder / 'warehouse.db'}",
            still_open(folder / "config"),
        )
        names = ("share", "archive", "warehouse", "config")
        own = {f"RETURNS_{name.upper()}": str(getattr(self.settings, name)) for name in names}
        self.process = subprocess.Popen(
            [*SUPERVISOR, "--home", str(self.home), "--port", str(self.port)],
            env=os.environ | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def hear(self, words: str) -> None:
        """Read on until the supervisor says `words`."""
        assert self.process.stdout
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended without “{words}”: {self.said}"
            self.said += line

    def below(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        """Whatever a failed test has left."""
        with suppress(psutil.NoSuchProcess):
            for process in [*self.below(), psutil.Process(self.process.pid)]:
                process.kill()
        self.process.wait()


@contextmanager
def up(folder: Path, warehouse: str = "") -> Iterator[Up]:
    running = Up(folder, warehouse)
    try:
        running.hear("按 Ctrl-C 停止")
        yield running
    finally:
        running.end()


def test_a_dropped_file_is_published_by_itself_and_nothing_is_left_running(tmp_path: Path) -> None:
    with up(tmp_path) as airflow:
        assert f"http://127.0.0.1:{airflow.port}" in airflow.said
        assert password(airflow.home) not in airflow.said
        _ended(airflow, "open_campaign", campaign=CAMPAIGN)
        with open_office(airflow.settings) as office:
            desk = Desk(office, airflow.settings)
            desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
            desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
            _until(lambda: _published_visits(desk) == 195, within_s=90)
            _until(lambda: bool(desk.receipts("土桥镇")), within_s=30)  # answered beside publishing
            assert not list(desk.inbox.iterdir())
        assert _listening(airflow.below()) == {"127.0.0.1"}
        _leads_to_the_data_docs(airflow)
        _says_what_came_of_it(airflow)
        below = airflow.below()
        airflow.process.send_signal(signal.SIGTERM)
        assert airflow.process.wait(timeout=60) == 0
        assert not [process for process in below if process.is_running()]


def test_a_port_that_is_taken_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*SUPERVISOR, "--home", str(tmp_path / "airflow"), "--port", str(port)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ran.returncode == Refused.exit_code
    assert f"端口 {port} 已被占用" in ran.stderr
    assert not (tmp_path / "airflow").exists()


@pytest.mark.prove
def test_what_was_taken_in_for_a_moment_is_published_for_it_by_itself(tmp_path: Path) -> None:
    with up(tmp_path) as airflow:
        _paused(airflow, "call_intake")
        _ended(airflow, "open_campaign", campaign=CAMPAIGN)
        api = Api(airflow.home, airflow.port)
        api.log_in()

        def published() -> dict[str, Any]:
            runs = api.get("dags/publish/dagRuns")["dag_runs"]
            return {run["dag_run_id"]: run["conf"] for run in runs if run["state"] == "success"}

        # What was due this morning, Airflow does when it starts
        _until(lambda: _all_well(api, "call_publish") and _all_well(api, "call_remind"), within_s=60)
        with open_office(airflow.settings) as office:
            desk = Desk(office, airflow.settings)
            desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
            moment = datetime.now(UTC).isoformat()
            _ended(airflow, "intake", at=moment)
            _until(lambda: _published_visits(desk) == 195, within_s=60)
        _until(lambda: {"at": moment} in published().values(), within_s=30)
        (name,) = (name for name, given in published().items() if given == {"at": moment})
        assert name.startswith(f"{CAMPAIGN}_1-of-126_")


@pytest.mark.prove
def test_a_component_that_dies_is_started_again_and_a_killed_supervisor_leaves_nothing(
    tmp_path: Path,
) -> None:
    with up(tmp_path) as airflow:
        _component(airflow.below(), "scheduler").kill()
        airflow.hear("scheduler 退出了（-9），重新启动")
        _ended(airflow, "open_campaign", campaign=CAMPAIGN)
        below = airflow.below()
        airflow.process.kill()
        psutil.wait_procs(below, timeout=60)
        assert not [process for process in below if process.is_running()]


def _leads_to_the_data_docs(airflow: Up) -> None:
    """The button on the task's page opens the page of its batch, for who is logged in."""
    api = Api(airflow.home, airflow.port)
    api.log_in()
    checked = [
        task
        for run in api.get("dags/intake/dagRuns")["dag_runs"]
        for task in api.tasks("intake", run["dag_run_id"])
        if task["task_id"] == "check_and_load" and task["state"] == "success"
    ]
    where = [f"dags/intake/dagRuns/{t['dag_run_id']}/taskInstances/{t['task_id']}/links" for t in checked]
    buttons = [
        api.get(at, map_index=task["map_index"])["extra_links"]["Data Docs"]
        for at, task in zip(where, checked, strict=True)
    ]
    page = f"/{next(filter(None, buttons))}"
    with _browser(airflow) as browser:
        assert browser.get(page).status_code == 401
        _logs_in(browser, airflow)
        assert ">column_sum_count<" in browser.get(page).text


def _all_well(api: Api, caller: str) -> bool:
    """The caller has run, and so has all that it called."""
    called = api.get(f"dags/{caller.removeprefix('call_')}/dagRuns")["dag_runs"]
    runs = [*api.get(f"dags/{caller}/dagRuns")["dag_runs"], *called]
    return bool(runs) and {run["state"] for run in runs} == {"success"}


def _paused(airflow: Up, dag: str) -> None:
    """Once Airflow knows the DAG."""
    with _browser(airflow) as browser:
        _logs_in(browser, airflow)
        pause = {"url": f"/api/v2/dags/{dag}", "json": {"is_paused": True}}
        _until(lambda: browser.patch(**pause).status_code == 200, within_s=30)


def _browser(airflow: Up) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{airflow.port}", trust_env=False)


def _logs_in(browser: httpx.Client, airflow: Up) -> None:
    who = {"username": USER, "password": password(airflow.home)}
    token = browser.post("/auth/token", json=who).raise_for_status().json()["access_token"]
    browser.cookies.set("_token", token)


def _says_what_came_of_it(airflow: Up) -> None:
    """A note on each run and on its tasks: campaign and counts."""
    api = Api(airflow.home, airflow.port)
    api.log_in()

    def notes(dag: str) -> set[str]:
        return {run["note"] for run in api.get(f"dags/{dag}/dagRuns")["dag_runs"] if run["note"]}

    def names(dag: str) -> set[str]:
        return {run["dag_run_id"] for run in api.get(f"dags/{dag}/dagRuns")["dag_runs"]}

    _until(lambda: any("已报 1" in note for note in notes("publish")), within_s=60)
    assert notes("open_campaign") == {f"{CAMPAIGN}：66 个单位，新写 68 份文件（空白表、通用表和填报说明）"}
    taken = "\n".join(sorted(notes("intake")))
    assert "收下 1" in taken and "退回 1" in taken and f"{CAMPAIGN} 第 1 批" in taken
    runs = names("intake")
    assert all(run.startswith(f"{CAMPAIGN}_") for run in runs | names("publish"))
    assert {name.split("_")[1] for name in runs} & {"1-files", "2-files"}
    assert {name.split("_")[1] for name in names("publish")} <= {"0-of-126", "1-of-126"}
    tasks = [task for run in runs for task in api.tasks("intake", run)]
    assert {task["task_id"] for task in tasks if task["note"]} == {"check_and_load", "answer"}


def _listening(processes: list[psutil.Process]) -> set[str]:
    """The addresses that they listen at; a process that ends meanwhile does not."""
    heard = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            heard |= {c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN}
    return heard


def _component(processes: list[psutil.Process], name: str) -> psutil.Process:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if name in process.cmdline():
                return process
    raise AssertionError(f"no {name}")


def _ended(airflow: Up, dag: str, **conf: str) -> None:
    api = Api(airflow.home, airflow.port)
    api.log_in()
    _until(lambda: dag in api.dags(), within_s=30)
    run = api.start(dag, conf)
    _until(lambda: api.state(dag, run) == "success", within_s=120)


def _published_visits(desk: Desk) -> object:
    """走访慰问人数 in the last row of the published summary, None while there is none."""
    for path in desk.published.glob("汇总表*"):
        lines = openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(values_only=True)
        return next(cells[2] for cells in lines if cells[0] == "总计")
    return None


def _until(true: Callable[[], bool], within_s: float) -> None:
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
