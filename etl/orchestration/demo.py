"""`make demo`: a whole campaign on samples, through the real DAGs on Airflow's own components."""

import os
import shutil
import socket
import sys
import time
from pathlib import Path

from rich.console import Console

from etl.definitions import Campaign, load_definitions
from etl.errors import ReturnsError, Unavailable
from etl.office import open_office
from etl.orchestration.airflow_home import HOST
from etl.orchestration.demo_report import tell
from etl.orchestration.supervisor import Airflow, end_on_signals
from etl.sample import WAVE_FOLDERS, write_sample
from etl.settings import PROJECT

CAMPAIGN = "2022-spring"
FOLDER = PROJECT / "var" / "demo"
SAMPLES = FOLDER / "样例"
COMPONENTS = ("api-server", "dag-processor", "scheduler")
# The demo's clock stands at three moments: no DAG may start by the real one in between
NO_SCHEDULE = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
RUN_ENDS_WITHIN_S = 180

screen = Console(highlight=False, soft_wrap=True)


def main() -> None:
    end_on_signals()
    try:
        agrees = _demo()
    except ReturnsError as why:
        print(why, file=sys.stderr)  # noqa: T201
        raise SystemExit(why.exit_code) from None
    raise SystemExit(0 if agrees else 1)


def _demo() -> bool:
    """The whole play. True when what was published is what the samples were made to say."""
    began = time.monotonic()
    share = _fresh_office()
    known = load_definitions(PROJECT / "config")
    campaign = known.campaign(CAMPAIGN)
    screen.print("正在启动 Airflow，同时造样例……")
    with Airflow(FOLDER / "airflow", free_port(), COMPONENTS, NO_SCHEDULE) as airflow:
        truth = write_sample(SAMPLES, campaign, known.form_of(campaign), known.roster)
        airflow.wait_until_healthy()
        airflow.api.log_in()
        screen.print(f"[{time.monotonic() - began:5.1f} 秒] Airflow 已就绪，样例有 {len(truth.files)} 个文件")
        run = Runner(airflow, began)
        run("open_campaign", campaign=CAMPAIGN)
        for folder, moment in zip(WAVE_FOLDERS, truth.moments, strict=True):
            _drop(SAMPLES / folder, share / "收件箱", campaign)
            run.called("intake", at=moment.isoformat())
            run.called("publish", at=moment.isoformat())
        run.called("remind", at=truth.moments[-1].isoformat())
    with open_office() as office:
        agrees = tell(truth, office, screen)
    screen.print(f"用时 {time.monotonic() - began:.0f} 秒。样例和结果都在 {FOLDER}")
    return agrees


def _fresh_office() -> Path:
    """Empty folders and an empty warehouse of the demo's own; returns the share."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    os.environ["RETURNS_SHARE"] = str(FOLDER / "共享文件夹")
    os.environ["RETURNS_ARCHIVE"] = str(FOLDER / "archive")
    os.environ["RETURNS_WAREHOUSE"] = f"sqlite:///{FOLDER / 'warehouse.db'}"
    os.environ["RETURNS_CONFIG"] = str(PROJECT / "config")
    return FOLDER / "共享文件夹"


def _drop(wave: Path, inbox: Path, campaign: Campaign) -> None:
    shutil.copytree(wave, inbox, dirs_exist_ok=True)
    files = sum(1 for path in wave.rglob("*") if path.is_file())
    screen.print(f"—— {wave.name}：{files} 个文件放进收件箱（{campaign.title}）")


class Runner:
    """Runs DAGs by Airflow's API, one after the other, and says how long each took."""

    def __init__(self, airflow: Airflow, began: float) -> None:
        self._airflow, self._api, self._began = airflow, airflow.api, began

    def __call__(self, dag: str, **conf: str) -> None:
        """Run a DAG to its end. Raises Unavailable with the log of the task that failed."""
        until = time.monotonic() + RUN_ENDS_WITHIN_S
        self._start_to_its_end(dag, conf, until, {dag})
        self._tell(f"{dag}（{_given(conf)}）")

    def called(self, dag: str, **conf: str) -> None:
        """The same for a DAG whose runs another one calls by name."""
        until = time.monotonic() + RUN_ENDS_WITHIN_S
        caller = f"call_{dag}"
        self._start_to_its_end(caller, conf, until, {dag, caller})
        run = self._api.last_run(dag)
        self._to_its_end(dag, run, until)
        self._tell(f"{dag}（{_given(conf)}；{run}）")

    def _start_to_its_end(self, dag: str, conf: dict[str, str], until: float, needed: set[str]) -> None:
        while not needed <= self._api.dags():
            self._wait(until, dag)
        self._to_its_end(dag, self._api.start(dag, conf), until)

    def _to_its_end(self, dag: str, run: str, until: float) -> None:
        while (state := self._api.state(dag, run)) not in ("success", "failed"):
            self._complain(dag, run)
            self._wait(until, dag)
        if state == "failed":
            self._complain(dag, run)

    def _tell(self, what: str) -> None:
        screen.print(f"[{time.monotonic() - self._began:5.1f} 秒] {what}完成")

    def _wait(self, until: float, dag: str) -> None:
        self._airflow.look_after()
        if time.monotonic() > until:
            raise Unavailable(
                f"{dag} 没有在 {RUN_ENDS_WITHIN_S} 秒内完成。日志在 {FOLDER / 'airflow' / 'logs'}"
            )
        time.sleep(0.4)

    def _complain(self, dag: str, run: str) -> None:
        for task in self._api.tasks(dag, run):
            if task["state"] in ("failed", "up_for_retry"):
                said = "\n".join(self._api.log(task)[-30:])
                raise Unavailable(f"{dag} 的 {task['task_id']} 没有做成。它的日志：\n{said}")


def _given(conf: dict[str, str]) -> str:
    return "，".join(f"{name} = {value}" for name, value in conf.items())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
