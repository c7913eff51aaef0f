"""Accounts of people's own: a real web server with Airflow's FAB auth manager, and what each role may do at it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

from etl.office import open_office
from etl.orchestration.accounts import OURS
from etl.orchestration.airflow_home import airflow_environment
from etl.orchestration.demo import free_port
from etl.settings import PROJECT, Settings
from etl.warehouse.questions import ask
from tests.desk import CAMPAIGN, Desk

PEOPLE = {"小陈": "只读", "小李": "经办", "老王": "审核", "陈科长": "审核", "老张": "运维"}
BOARD = f"/returns/board/{CAMPAIGN}/"
MADE_READY = """
import sys
from etl.orchestration import accounts, prepare
prepare.main()
for name, role in zip(sys.argv[1::2], sys.argv[2::2]):
    accounts.set_account(name, role, "the password of " + name)
"""
ASKS = """
import sys
from airflow.dag_processing.dagbag import DagBag
run = DagBag(sys.argv[1]).dags["finalise"].test(run_conf={"campaign": sys.argv[2]})
assert str(run.state) == "success", run.state
"""
ALL = {"claim", "note", "remind", "waive", "extend", "finalise"}
OFFERED = {"小陈": set(), "老张": set(), "小李": {"claim", "note", "remind"}, "老王": ALL}
HERE = {"sec-fetch-site": "same-origin"}


class Office:
    """A web server of its own, the office's desk behind it, and browsers of people."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            folder / "share", folder / "archive", f"sqlite:///{folder / 'warehouse.db'}", PROJECT / "config"
        )
        own = {
            f"RETURNS_{name.upper()}": str(getattr(self.settings, name))
            for name in ("share", "archive", "warehouse", "config")
        }
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = (
            os.environ | airflow_environment(folder / "airflow", self.port, personal=True) | own
        )

    def python(self, *arguments: str) -> None:
        said = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, (said.stdout + said.stderr)[-3000:]

    @contextmanager
    def served(self) -> Iterator[None]:
        command = [sys.executable, "-m", "airflow", "api-server"]
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            try:
                for _ in range(600):
                    if _answers(f"{self.address}/api/v2/monitor/health"):
                        break
                    time.sleep(0.25)
                yield
            finally:
                server.terminate()

    def person(self, name: str) -> httpx.Client:
        """Somebody who logged in by name and password."""
        web = httpx.Client(base_url=self.address, trust_env=False, timeout=30)
        who = {"username": name, "password": f"the password of {name}"}
        token = web.post("/auth/token", json=who).raise_for_status().json()["access_token"]
        web.cookies.set("_token", token)
        return web


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """With a file of nobody, one that was returned, and five people."""
    made = Office(tmp_path_factory.mktemp("office"))
    with Desk.at(made.settings) as desk:
        desk.drop("谁的.xlsx", desk.filled("土桥镇", B2="某单位"))
        desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
        desk.run()
    made.python("-c", MADE_READY, *(word for pair in PEOPLE.items() for word in pair))
    made.python("-m", "airflow", "dags", "reserialize")
    with made.served():
        yield made


def test_who_has_no_account_gets_nowhere_and_no_account_is_there_by_default(office: Office) -> None:
    web = httpx.Client(base_url=office.address, trust_env=False)
    for name in ("admin", "airflow", "小李"):
        for password in ("admin", "airflow", "", name):
            answer = web.post("/auth/token", json={"username": name, "password": password})
            assert answer.status_code in (400, 401), (name, password)
    for path in ("/api/v2/dags", BOARD, "/returns/data-docs/"):
        assert web.get(path).status_code == 401, path


def test_somebody_logs_in_on_the_page_and_is_led_back_to_the_board(office: Office) -> None:
    web = httpx.Client(base_url=office.address, trust_env=False, follow_redirects=True)
    asked = web.get(BOARD, headers={"Accept": "text/html"})
    form = html.fromstring(asked.text)
    fields = {one.get("name"): one.get("value") or "" for one in form.xpath("//form//input[@name]")}
    fields |= {"username": "小李", "password": "the password of 小李"}
    web.post(str(asked.url), data=fields)
    assert "小李" in web.get(BOARD).text


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("小陈", set()),
        ("小李", set()),
        ("老王", {"ask for the approval", "answer"}),
        ("老张", {"start", "ask for the approval", "pause", "rerun", "mark", "pools", "connections"}),
    ],
)
def test_what_a_role_may_do_on_airflows_pages(name: str, may: set[str], office: Office) -> None:
    web = office.person(name)
    assert len(web.get("/api/v2/dags").json()["dags"]) == len(OURS)
    for path in ("dags/intake/dagRuns", "dags/~/dagRuns/~/hitlDetails", "plugins", "assets"):
        assert web.get(f"/api/v2/{path}").status_code == 200, path
    a_run = {"logical_date": None, "conf": {}}
    marked = {"new_state": "success"}
    of_nobody = "dags/finalise/dagRuns/none/taskInstances/approve"
    tried = {
        "start": web.post("/api/v2/dags/intake/dagRuns", json=a_run),
        "ask for the approval": web.post("/api/v2/dags/finalise/dagRuns", json=a_run),
        "pause": web.patch("/api/v2/dags/publish", json={"is_paused": False}),
        "rerun": web.post("/api/v2/dags/finalise/clearTaskInstances", json={"dry_run": True}),
        "mark": web.patch(f"/api/v2/{of_nobody}", json=marked),
        "answer": web.patch(f"/api/v2/{of_nobody}/-1/hitlDetails", json={"chosen_options": ["Approve"]}),
        "hand over an answer": web.post(
            f"/api/v2/{of_nobody}/xcomEntries", json={"key": "return_value", "value": "x"}
        ),
        "pools": web.patch("/api/v2/pools/warehouse", json={"pool": "warehouse", "slots": 1}),
        "connections": web.get("/api/v2/connections"),
        "variables": web.post("/api/v2/variables", json={"key": "x", "value": "x"}),
        "accounts": web.get("/auth/fab/v1/users"),
    }
    assert {what for what, answer in tried.items() if answer.status_code != 403} == may


def test_the_live_page_offers_each_role_its_part_and_the_server_holds_to_it(office: Office) -> None:
    for name, offered in OFFERED.items():
        web = office.person(name)
        page = html.fromstring(web.get(BOARD).text)
        actions = {action.removeprefix("actions/") for action in page.xpath("//form/@action")}
        assert actions == offered, name
        for action in ALL - offered:
            token = next(iter(page.xpath("//input[@name='token']/@value")), "")
            answer = web.post(f"{BOARD}actions/{action}", data={"token": token}, headers=HERE)
            assert answer.status_code == 403, (name, action)


def send(web: httpx.Client, action: str, **fields: str) -> httpx.Response:
    page = html.fromstring(web.get(BOARD).text)
    (form,) = page.xpath(f"//form[@action='actions/{action}']")[:1]
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    return web.post(f"{BOARD}actions/{action}", data=hidden | fields, headers=HERE)


def trail(office: Office) -> list[tuple[str, str]]:
    with open_office(office.settings) as opened, opened.warehouse.reading() as connection:
        return [(row["kind"], row["by_whom"]) for row in ask(connection, "decisions", campaign=CAMPAIGN)]


def test_a_reviewer_who_waived_last_is_told_to_leave_the_approval_to_another(office: Office) -> None:
    clerk, reviewer = office.person("小李"), office.person("老王")
    assert send(clerk, "claim", unit="土桥镇", why="电话问过").status_code == 200
    waived = [
        send(reviewer, "waive", file=f"{CAMPAIGN}-{number:06}", why="总数写错").status_code
        for number in (1, 2)
    ]
    assert sorted(waived) == [200, 409]
    refused = send(reviewer, "finalise", sure="1")
    assert refused.status_code == 409 and "最后一次照收文件的就是老王" in refused.text
    assert trail(office) == [("claim", "小李"), ("accept", "老王")]


@pytest.mark.prove
def test_what_the_dag_finalise_asks_is_answered_by_a_reviewer_alone(office: Office) -> None:
    command = [sys.executable, "-c", ASKS, str(PROJECT / "dags"), CAMPAIGN]
    with subprocess.Popen(
        command, env=office.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        where = _question(office.person("小陈"))
        answer = {"chosen_options": ["Approve"]}
        assert httpx.patch(f"{office.address}{where}", json=answer, trust_env=False).status_code == 401
        for name in ("小陈", "小李", "老张"):
            assert office.person(name).patch(where, json=answer).status_code == 403, name
        assert office.person("陈科长").patch(where, json=answer).status_code == 200
        assert run.wait(180) == 0
    assert trail(office)[-1] == ("finalise", "陈科长")


def _question(web: httpx.Client) -> str:
    """Wait until the DAG asks; where it is answered."""
    for _ in range(600):
        found = web.get("/api/v2/dags/finalise/dagRuns/~/hitlDetails", params={"response_received": False})
        waiting: list[dict[str, Any]] = found.raise_for_status().json()["hitl_details"]
        if waiting and waiting[0]["task_instance"]["state"] == "awaiting_input":
            run = waiting[0]["task_instance"]["dag_run_id"]
            return f"/api/v2/dags/finalise/dagRuns/{run}/taskInstances/approve/-1/hitlDetails"
        time.sleep(0.25)
    raise AssertionError("nobody was asked")


@pytest.mark.prove
def test_a_role_that_is_taken_from_somebody_is_gone_at_once(office: Office) -> None:
    command = [sys.executable, "-m", "etl.orchestration.accounts", "小李", "只读", "--as-set"]
    said = subprocess.run(command, env=office.environment, capture_output=True, text=True, check=True).stdout
    assert "改好了：小李（只读）" in said
    password = said.split("：")[-1].strip()
    web = httpx.Client(base_url=office.address, trust_env=False)
    old = {"username": "小李", "password": "the password of 小李"}
    assert web.post("/auth/token", json=old).status_code == 401
    token = web.post("/auth/token", json=old | {"password": password}).json()["access_token"]
    page = web.get(BOARD, headers={"Authorization": f"Bearer {token}"})
    assert page.status_code == 200 and "<form" not in page.text
