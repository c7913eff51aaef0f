"""办理: what may be done on the live page, by whom, and under whose name it is written down."""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from etl.settings import Settings
from etl.warehouse.questions import ask
from tests.dag_runs import served, throwaway_airflow
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, Desk, still_open

BOARD = f"/returns/board/{CAMPAIGN}/"
HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def watched(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An office with a file that waits and one that was returned."""
    throwaway_airflow()
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    sqlite_desk.drop("谁的.xlsx", sqlite_desk.filled("土桥镇", B2="某单位"))
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    sqlite_desk.run()
    return sqlite_desk


class Browser:
    """Somebody at Airflow's web server, logged in by name and role."""

    def __init__(self, name: str, role: str) -> None:
        self.web = served(logged_in=False)
        from airflow.api_fastapi.app import get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        user = SimpleAuthManagerUser(username=name, role=role)
        self.cookie = {"Cookie": f"_token={get_auth_manager().generate_jwt(user)}"}

    def page(self) -> Any:
        answer = self.web.get(BOARD, headers=self.cookie)
        assert answer.status_code == 200
        return html.fromstring(answer.text)

    def send(self, action: str, headers: dict[str, str] = HERE, **fields: str) -> Any:
        """Fill in and send the page's own form; what it hides goes with it."""
        forms = self.page().xpath(f"//form[@action='actions/{action}']")
        hidden = (
            {one.get("name"): one.get("value") for one in forms[0].xpath(".//input[@type='hidden']")}
            if forms
            else {}
        )
        return self.web.post(f"{BOARD}actions/{action}", data=hidden | fields, headers=self.cookie | headers)


def trail(desk: Desk) -> list[tuple[str, str]]:
    with desk.office.warehouse.reading() as connection:
        return [(row["kind"], row["by_whom"]) for row in ask(connection, "decisions", campaign=CAMPAIGN)]


def said(answer: Any) -> str:
    return str(html.fromstring(answer.text).findtext(".//p"))


def test_each_action_is_done_under_the_name_of_who_is_logged_in(watched: Desk) -> None:
    clerk, reviewer = Browser("经办小李", "user"), Browser("审核老王", "op")
    done = clerk.send("claim", unit="土桥镇", why="电话问过")
    assert done.status_code == 200 and said(done).endswith("土桥镇：收下。")
    assert "已记在二坪镇名下" in said(clerk.send("note", unit="二坪镇", why="明天报"))
    done = reviewer.send("waive", file=f"{CAMPAIGN}-000001", why="总数写错")
    done = (
        done if done.status_code == 200 else reviewer.send("waive", file=f"{CAMPAIGN}-000002", why="总数写错")
    )
    assert said(done).endswith("安居镇：收下。")
    assert (
        said(reviewer.send("extend", unit="二坪镇", until="2022-02-20", why="人手不够"))
        == "已延期到 2022-02-20 23:59。"
    )
    assert trail(watched) == [
        ("claim", "经办小李"),
        ("note", "经办小李"),
        ("accept", "审核老王"),
        ("extend", "审核老王"),
    ]


def test_the_final_version_is_approved_on_the_page_by_another_than_who_waived(watched: Desk) -> None:
    reviewer, chief = Browser("审核老王", "op"), Browser("陈科长", "admin")
    Browser("经办小李", "user").send("claim", unit="土桥镇", why="电话问过")
    assert said(chief.send("finalise")) == "请先勾选“我看过合计、未报和待说明的”。"
    assert said(chief.send("finalise", sure="1")) == "已定稿，审批人 陈科长。"
    refused = reviewer.page().xpath("//details[summary='审批定稿']/p")[0].text
    assert refused.startswith("这一版已由陈科长在")
    assert "审批人：陈科长" in served().get(BOARD).text
    assert trail(watched) == [("claim", "经办小李"), ("finalise", "陈科长")]


def test_who_owes_something_is_reminded_at_once_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    settings = Settings(tmp_path / "share", tmp_path / "archive", url, still_open(tmp_path / "config"))
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(settings, name)))
    with Desk.at(settings) as desk:
        desk.run(BEFORE_DEADLINE)
        clerk = Browser("经办小李", "user")
        done = clerk.send("remind", why="领导要数")
        assert (done.status_code, said(done)) == (200, "该催 63 个单位，都没有邮件送达，见“催办记录”。")
        assert list(desk.published.glob("催办记录*"))
        assert said(clerk.send("remind", why="再催")) == "到了催办日的都已经催过，没有要再催的。"
        assert trail(desk) == [("remind", "经办小李")] * 2


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("viewer", set()),
        ("user", {"claim", "note", "remind"}),
        ("op", {"claim", "note", "remind", "waive", "extend", "finalise"}),
    ],
)
def test_a_page_offers_what_its_reader_may_do_and_the_server_holds_to_it(
    role: str, offered: set[str], watched: Desk
) -> None:
    browser = Browser("某人", role)
    forms = browser.page().xpath("//form/@action")
    assert {action.removeprefix("actions/") for action in forms} == offered
    from etl.orchestration.who import token_of

    for action in {"claim", "note", "remind", "waive", "extend", "finalise"} - offered:
        answer = browser.send(action, token=token_of("某人", CAMPAIGN), unit="土桥镇", file="x", why="x")
        assert answer.status_code == 403 and "没有办理这一项的权限" in said(answer)
    assert trail(watched) == []


@pytest.mark.parametrize(("role", "code"), [("viewer", 403), ("user", 403), ("op", 404), ("admin", 404)])
def test_what_airflow_asks_of_people_is_answered_by_reviewers_alone(role: str, code: int) -> None:
    throwaway_airflow()
    asked = "/api/v2/dags/finalise/dagRuns/none/taskInstances/approve/-1/hitlDetails"
    someone = Browser("某人", role)
    answer = {"json": {"chosen_options": ["Approve"]}}
    assert someone.web.patch(asked, **answer, headers=someone.cookie).status_code == code
    # what is said to be somebody else's token does not help
    other = someone.cookie | {"Authorization": "Bearer made.up"}
    assert someone.web.patch(asked, **answer, headers=other).status_code == 403
    assert someone.web.patch(asked, **answer).status_code == 401
    assert someone.web.get(asked, headers=someone.cookie).status_code == 404


def test_a_form_from_elsewhere_is_refused(watched: Desk) -> None:
    clerk = Browser("经办小李", "user")
    fields = {"unit": "二坪镇", "why": "x"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert clerk.send("note", headers=headers, **fields).status_code == 403
    for token in (
        "",
        "1.abc",
        "9999999999.abc",
        re.sub("^.", "9", clerk.page().xpath("//input[@name='token']")[0].value),
    ):
        assert clerk.send("note", token=token, **fields).status_code == 403
    assert clerk.web.post(f"{BOARD}actions/note", data=fields, headers=HERE).status_code == 401
    assert trail(watched) == []


def test_what_makes_no_sense_is_told_in_chinese_and_as_text(watched: Desk) -> None:
    clerk = Browser("经办小李", "user")
    wrong = clerk.send("note", unit="<b>没有</b>", why="x")
    assert wrong.status_code == 409 and "本期花名册里没有“<b>没有</b>”" in said(wrong)
    assert "请填写“为什么”" in said(clerk.send("note", unit="二坪镇"))
    closed = clerk.send("remind")
    assert closed.status_code == 409 and said(closed) == "本期已经关账，不再催办。"
