"""The alarm of `make up`: nobody has taken in."""

import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest

from tests.dag_runs import served, throwaway_airflow
from tests.desk import BEFORE_DEADLINE, NEXT_DAY, Desk
from tests.mailbox import OFFICE, mail_server

MINUTE = timedelta(minutes=1)


def test_the_office_has_one_mail_for_each_time_that_nobody_takes_in(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    from etl.orchestration.watch import Watch

    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    first, next_day = datetime.fromisoformat(BEFORE_DEADLINE), datetime.fromisoformat(NEXT_DAY)
    watch = Watch(first - 60 * MINUTE)
    with mail_server() as (box, server):
        extra = "from_email=office%40returns.example&disable_ssl=true&disable_tls=true"
        monkeypatch.setenv("AIRFLOW_CONN_RETURNS_SMTP", f"smtp://127.0.0.1:{server.port}/?{extra}")
        watch.look(first - 40 * MINUTE)  # nothing was ever taken in: no alarm either
        sqlite_desk.run()
        watch.look(first + 15 * MINUTE)
        assert not box.came
        watch.look(first + 16 * MINUTE)
        watch.look(first + 30 * MINUTE)
        (letter,) = box.to(OFFICE)
        assert letter["subject"] == "双拥报送：没有在收件"
        assert "已有 16 分钟没有收件" in letter.get_content() and "returns doctor" in letter.get_content()
        sqlite_desk.run(NEXT_DAY)
        watch.look(next_day + MINUTE)
        assert len(box.came) == 1
        monkeypatch.setenv("RETURNS_WAREHOUSE", "postgresql://returns@127.0.0.1:9/returns")
        watch.look(next_day + 16 * MINUTE)  # a database that is away takes nothing in either
        assert len(box.came) == 2


IMPATIENT = """
from datetime import timedelta
from etl.orchestration import watch
watch._LOOK_EVERY_S, watch.SILENT = 0.2, timedelta(seconds=0.5)
watch.main()
"""


def test_its_own_process_finds_the_mail_server_that_somebody_set_up_in_airflow(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection stands in Airflow's database, its password by Airflow's key; no task and no server of Airflow runs."""
    throwaway_airflow()
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    sqlite_desk.run()
    with mail_server() as (box, server):
        extra = f'{{"from_email": "{OFFICE}", "disable_ssl": true, "disable_tls": true}}'
        connection = {
            "connection_id": "returns_smtp",
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "extra": extra,
        }
        made = served().post("/api/v2/connections", json={**connection, "port": server.port})
        made.raise_for_status()
        process = subprocess.Popen([sys.executable, "-c", IMPATIENT])
        try:
            until = time.monotonic() + 30
            while not box.came and time.monotonic() < until:
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
            served().delete("/api/v2/connections/returns_smtp").raise_for_status()
    (letter,) = box.to(OFFICE)
    assert letter["subject"] == "双拥报送：没有在收件"
