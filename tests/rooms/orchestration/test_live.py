"""The office's pages inside Airflow's web server: for people who are logged in, and nothing but those pages."""

from pathlib import Path
from typing import Any

import pytest

from tests.dag_runs import served, throwaway_airflow

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
PAGE = "batch-00000007.html"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an office with one page, and what nobody may reach beside it."""
    throwaway_airflow()
    monkeypatch.setenv("RETURNS_ARCHIVE", str(tmp_path / "archive"))
    folder = tmp_path / "data-docs"
    folder.mkdir()
    (folder / PAGE).write_text("<p>第 7 批</p>", "utf-8")
    (folder / "notes.txt").write_text("not a page", "utf-8")
    (tmp_path / "secret.html").write_text("not for anybody", "utf-8")
    return folder


def test_nobody_sees_a_page_without_login(pages: Path) -> None:
    stranger = served(logged_in=False)
    for path in ("data-docs/", f"data-docs/{PAGE}", "data-docs/there-is-none.html"):
        answer = stranger.get(f"/returns/{path}")
        assert answer.status_code == 401, path
        assert "第 7 批" not in answer.text
        assert (
            stranger.get(f"/returns/{path}", headers={"Authorization": "Bearer made.up"}).status_code == 403
        )


def test_every_route_asks_who_is_there(pages: Path) -> None:
    from fastapi.routing import APIRoute

    from etl.orchestration.live import app

    stranger = served(logged_in=False)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(app.routes), "a mounted app or a page about the routes asks nobody"
    for route in routes:
        path = route.path_format.format(**dict.fromkeys(route.param_convertors, "x"))
        for method in route.methods:
            assert stranger.request(method, f"/returns{path}").status_code == 401, path


def test_somebody_at_a_browser_is_led_to_the_login_and_back(pages: Path) -> None:
    answer = served(logged_in=False).get(f"/returns/data-docs/{PAGE}", headers=BROWSER)
    assert answer.status_code in (302, 303, 307)
    assert "/auth/login" in answer.headers["location"]
    assert f"returns%2Fdata-docs%2F{PAGE}" in answer.headers["location"]


def test_a_page_is_shown_to_who_is_logged_in_and_may_run_nothing(pages: Path) -> None:
    answer = served().get(f"/returns/data-docs/{PAGE}")
    assert (answer.status_code, answer.text) == (200, "<p>第 7 批</p>")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_list_leads_to_every_page(pages: Path) -> None:
    answer = served().get("/returns/data-docs/")
    assert answer.status_code == 200
    assert f'href="{PAGE}"' in answer.text
    assert "notes" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "there-is-none.html",
        "..%2Fsecret.html",
        "%2e%2e/secret.html",
        "../secret.html",
        "",
        "a%00.html",
    ],
)
def test_nothing_but_pages_is_served(name: str, pages: Path) -> None:
    answer: Any = served().get(f"/returns/data-docs/{name}")
    assert "not a" not in answer.text
    assert "not for" not in answer.text
    if name:
        assert answer.status_code in (200, 404)


def test_a_folder_that_is_not_there_yet_is_an_empty_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    monkeypatch.setenv("RETURNS_ARCHIVE", str(tmp_path / "archive"))
    answer = served().get("/returns/data-docs/")
    assert (answer.status_code, "<li>" in answer.text) == (200, False)
