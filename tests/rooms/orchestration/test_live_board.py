"""报送进度 inside Airflow: the same page as on the share, as it stands now, with links that lead there."""

from urllib.parse import quote

import pytest
from lxml import html

from tests.dag_runs import served, throwaway_airflow
from tests.desk import CAMPAIGN, NEXT_DAY, Desk

BOARD = f"/returns/board/{CAMPAIGN}/"


@pytest.fixture
def watched(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An office with one accepted form, that Airflow's web server finds by its settings."""
    throwaway_airflow()
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    sqlite_desk.drop("巴川.xlsx", sqlite_desk.filled("巴川街道"))
    sqlite_desk.run()
    return sqlite_desk


def test_nobody_sees_the_board_without_login(watched: Desk) -> None:
    for path in ("/returns/board/", BOARD):
        answer = served(logged_in=False).get(path)
        assert answer.status_code == 401
        assert "巴川街道" not in answer.text


def test_the_list_leads_to_the_open_campaign_and_its_board_shows_who_reported(watched: Desk) -> None:
    assert f'href="{CAMPAIGN}/"' in served().get("/returns/board/").text
    answer = served().get(BOARD)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = html.fromstring(answer.text)
    tiles = {tile.text: tile.get("class") for tile in page.findall(".//ul[@class='tiles']/li")}
    assert (tiles["巴川街道"], tiles["东城街道"]) == ("part", "none")


def test_its_links_lead_to_the_receipt_and_the_published_files(watched: Desk) -> None:
    page = html.fromstring(served().get(BOARD).text)
    all_of_them = dict.fromkeys(page.xpath("//a/@href"))
    links = [link for link in all_of_them if not link.startswith(("#", "tel:"))]
    assert len(links) >= 4
    for link in links:
        assert served().get(BOARD + link).status_code == 200, link
    receipt = next(link for link in links if link.startswith("receipts/"))
    assert "巴川街道" in served().get(BOARD + receipt).text


def test_a_batchs_page_lists_each_file_with_its_receipt(watched: Desk) -> None:
    watched.drop("谁的.xlsx", watched.filled("安居镇", B2="某单位"))
    watched.run(NEXT_DAY)
    assert served(logged_in=False).get("/returns/batches/1/").status_code == 401
    assert served().get("/returns/batches/99/").status_code == 404
    for batch, said in ((1, "巴川街道：收下"), (2, "未识别单位：待认领")):
        page = html.fromstring(served().get(f"/returns/batches/{batch}/").text)
        (line,) = page.xpath("//li")
        assert line.text_content() == f"{CAMPAIGN}-00000{batch} {said}"
        link = line.find("a").get("href")
        assert link.startswith("../../board/")
        assert served().get(f"/returns/{link.removeprefix('../../')}").status_code == 200


def test_nothing_else_of_the_share_is_served(watched: Desk) -> None:
    number = f"{CAMPAIGN}-000001"
    (watched.receipts_folder / "secret.html").write_text("not for anybody", "utf-8")
    for path in (
        f"receipts/{quote('东城街道')}/{number}.html",
        f"receipts/{quote('巴川街道')}/secret.html",
        f"receipts/..%2F{quote('回执')}/{number}.html",
        "receipts/%2e%2e/secret.html",
        f"files/{quote('清单.json')}",
        "files/..%2F..%2Fsecret.html",
    ):
        answer = served().get(BOARD + path)
        assert answer.status_code in (404, 405), path
        assert "not for" not in answer.text


def test_a_campaign_that_is_not_open_has_no_board(watched: Desk) -> None:
    assert served().get("/returns/board/2099-spring/").status_code == 404


def test_airflow_is_told_of_the_page() -> None:
    from etl.orchestration.plugins.returns_plugin import ReturnsPlugin

    (view,) = ReturnsPlugin().external_views
    assert view["name"] == "报送进度"
    assert view["href"] == "/returns/board/"
