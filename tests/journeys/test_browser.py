"""A person at a browser before a real `make up`: Debian's Chromium, driven by Playwright; axe-core looks on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from etl.decide import Who, claim
from etl.office import open_office
from etl.orchestration.airflow_home import USER, password
from etl.orchestration.api import Api
from tests.browsers import CHROMIUM, chromium_open, serious
from tests.desk import CAMPAIGN, Desk
from tests.journeys.test_dags_by_themselves import Up, _ended, _published_visits, _until, up

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: nobody looks at the pages"),
]


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium_open() as browser:
        yield browser.new_page(locale="zh-CN")


def test_the_office_watches_claims_and_approves_in_a_browser(tmp_path: Path, page: Page) -> None:
    with up(tmp_path) as airflow:
        _ended(airflow, "open_campaign", campaign=CAMPAIGN)
        with open_office(airflow.settings) as office:
            desk = Desk(office, airflow.settings)
            desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
            desk.drop("谁的.xlsx", desk.filled("安居镇", B2="某单位"))
            desk.drop("又是谁的.xlsx", desk.filled("二坪镇", B2="另一单位", J2="2022年1月15日"))
            _until(lambda: _published_visits(desk) == 195, within_s=90)
            board = f"http://127.0.0.1:{airflow.port}/returns/board/{CAMPAIGN}/"
            _log_in(page, board, airflow)
            _sees_the_board_and_where_a_number_came_from(page)
            assert not serious(page), serious(page)
            _finds_in_airflow_what_came_of_a_batch(page, airflow)
            _claims(page, board, "谁的.xlsx", "安居镇")
            _until(lambda: _published_visits(desk) == 390, within_s=90)
            _may_not_approve_the_own_claim(page, board)
            waiting = page.locator("tr", has_text="又是谁的.xlsx").locator("td").first.inner_text()
            claim(waiting, "二坪镇", Who("李四", "电话问过"), office, datetime.now(UTC))
            _approves_what_airflow_asks(page, board, airflow)
            (published,) = desk.published.glob("报送进度*")
        _opens_offline(page, published)


def _log_in(page: Page, board: str, airflow: Up) -> None:
    page.goto(board)
    assert "/login" in page.url and "土桥镇" not in page.content()
    page.locator("input[name=username]").fill(USER)
    page.locator("input[name=password]").fill(password(airflow.home))
    page.locator("button[type=submit]").click()
    page.wait_for_url(board)


def _sees_the_board_and_where_a_number_came_from(page: Page) -> None:
    assert "快报：应报 126 份，已报 1 份" in page.locator("header").inner_text()
    assert "part" in str(page.locator(".tiles li", has_text="土桥镇").get_attribute("class"))
    source = page.locator("#key_beneficiaries-visited")
    assert not source.is_visible()
    page.locator(".figures a[href='#key_beneficiaries-visited']").click()
    assert source.is_visible() and "土桥镇 120：统计表·C5" in source.inner_text()
    with page.expect_navigation():
        source.locator("a").first.click()
    assert "土桥镇" in page.content() and "回执" in page.title()
    page.go_back()


def _finds_in_airflow_what_came_of_a_batch(page: Page, airflow: Up) -> None:
    """As who looks after the machine does: the run's note, the task's button, the receipts behind it."""
    api = Api(airflow.home, airflow.port)
    api.log_in()
    noted = [run for run in api.get("dags/intake/dagRuns")["dag_runs"] if run["note"]]
    run = f"http://127.0.0.1:{airflow.port}/dags/intake/runs/{quote(noted[0]['dag_run_id'])}"
    page.goto(run)
    page.get_by_text(noted[0]["note"].splitlines()[0]).first.wait_for()
    assert f"{CAMPAIGN} 第 1 批" in noted[0]["note"]
    page.goto(f"{run}/tasks/answer/mapped/0/details")
    page.get_by_role("link", name="回执").click()
    page.wait_for_url("**/returns/batches/1/")
    page.get_by_role("link", name=f"{CAMPAIGN}-000001").click()
    assert "回执" in page.title()


def _claims(page: Page, board: str, file: str, unit: str) -> None:
    page.goto(board)
    row = page.locator("tr", has=page.get_by_role("cell", name=file, exact=True))
    row.locator("input[name=unit]").fill(unit)
    row.locator("input[name=why]").fill("电话问过")
    row.get_by_role("button", name="认领").click()
    assert f"{unit}：收下" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="回到报送进度").click()
    assert "已报 2 份" in page.locator("header").inner_text()


def _finalise(page: Page, board: str) -> str:
    page.goto(board)
    page.locator("summary", has_text="审批定稿").click()
    page.locator("input[name=sure]").check()
    page.get_by_role("button", name="批准定稿").click()
    return page.get_by_role("status").inner_text()


def _may_not_approve_the_own_claim(page: Page, board: str) -> None:
    assert "最后一次认领文件的就是admin，请由另一位同志审批定稿" in _finalise(page, board)
    page.goto(board)


def _approves_what_airflow_asks(page: Page, board: str, airflow: Up) -> None:
    """Somebody starts 定稿; who approves sees the totals, who is missing and what is open, and answers there."""
    api = Api(airflow.home, airflow.port)
    api.log_in()
    run = api.start("finalise", {"campaign": CAMPAIGN})
    _until(lambda: ("approve", "awaiting_input") in _states(api, run), within_s=60)
    page.goto(f"http://127.0.0.1:{airflow.port}/required_actions")
    page.get_by_role("link", name=f"{CAMPAIGN} 定稿审批").click()
    page.get_by_text("快报：应报 126 份，已报 3 份").wait_for()
    for shown in ("全区合计", "还没有报的", "还没有说明的核实"):
        assert page.get_by_text(shown).first.is_visible(), shown
    page.get_by_role("button", name="Approve").click()
    _until(lambda: api.state("finalise", run) == "success", within_s=60)
    page.goto(board)
    assert "定稿：应报 126 份，已报 3 份。审批人：admin" in page.locator("header").inner_text()


def _states(api: Api, run: str) -> set[tuple[str, str | None]]:
    return {(task["task_id"], task["state"]) for task in api.tasks("finalise", run)}


def _opens_offline(page: Page, published: Path) -> None:
    """By a double click on the share, with no network."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(published.as_uri())
    assert "定稿：应报 126 份，已报 3 份" in page.locator("header").inner_text()
    page.locator(".figures a[href='#key_beneficiaries-visited']").click()
    assert page.locator("#key_beneficiaries-visited").is_visible()
    assert page.locator("form").count() == 0
    assert page.locator("#ring svg, #timeline svg, #categories svg").count() == 3
    assert {url.partition(":")[0] for url in asked} == {"file"} and len(asked) == 1
    assert not serious(page), serious(page)
