"""Between two campaigns nothing is taken in, nothing is asked for, and nothing fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.office import open_office
from etl.settings import PROJECT, Settings
from tests.dag_runs import Airflow, throwaway_airflow


def test_while_no_campaign_is_open_intake_is_idle_and_needs_no_share(
    tmp_path: Path, new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), PROJECT / "config")
    waiting = settings.share / "收件箱" / "土桥镇.xlsx"
    airflow = Airflow(monkeypatch)
    airflow.serve(settings)
    for _ in range(2):  # without a share, and with a file lying there
        ran = airflow.run("intake")
        assert ran.state == "success"
        assert {state for states in ran.tasks.values() for state in states} <= {"success", "skipped"}
        waiting.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(b"for the next campaign")
    assert waiting.is_file() and not settings.archive.exists()
    with open_office(settings) as office, office.warehouse.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM submissions").scalar() == 0
