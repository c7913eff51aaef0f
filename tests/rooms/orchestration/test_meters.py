"""Metrics reach a collector by Airflow's own way: here OpenTelemetry's, to a listener of the test's."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from etl.office import open_office
from etl.orchestration.airflow_home import password
from etl.orchestration.api import Api
from tests.dag_runs import throwaway_airflow
from tests.desk import CAMPAIGN, Desk
from tests.journeys.test_dags_by_themselves import Up, _ended, _published_visits, _until, up
from tests.proofs import proof


@pytest.fixture
def collector() -> Iterator[tuple[int, list[bytes]]]:
    """A port on which metrics are received, and what came."""
    came: list[bytes] = []

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, came
    server.shutdown()
    server.server_close()


def test_what_is_taken_returned_and_held_and_how_long_it_took_is_sent(
    collector: tuple[int, list[bytes]],
) -> None:
    throwaway_airflow()
    from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
    from airflow.sdk._shared.observability.metrics.otel_logger import get_otel_logger
    from airflow.sdk.observability import stats
    from opentelemetry import metrics

    from etl.orchestration.meters import Meters, send_metrics

    port, came = collector
    ours, log = logging.getLogger("etl"), logging.getLogger("etl.stages.one_of_them")
    level = ours.level
    stats.initialize(
        factory=lambda: get_otel_logger(host="127.0.0.1", port=port, prefix="airflow"),
        export_legacy_names=False,
    )
    try:
        send_metrics()
        send_metrics()
        assert sum(isinstance(handler, Meters) for handler in ours.handlers) == 1
        log.info("stage", extra={"stage": "read", "seconds": 1.5, "batch": 7})
        log.info("taken", extra={"taken": 3, "campaign": "2022-spring"})
        for verdict in ("returned", "held"):
            log.info("verdict", extra={"verdict": verdict, "campaign": "2022-spring"})
        metrics.get_meter_provider().force_flush()
    finally:
        metrics.get_meter_provider().shutdown()
        stats.initialize(factory=NoStatsLogger, export_legacy_names=False)
        ours.handlers = [handler for handler in ours.handlers if not isinstance(handler, Meters)]
        ours.setLevel(level)
    sent = b"".join(came)
    for name in (
        b"airflow.returns.stage.read",
        b"airflow.returns.taken",
        b"airflow.returns.returned",
        b"airflow.returns.held",
    ):
        assert name in sent, name
    assert b"2022-spring" in sent


@pytest.mark.prove
def test_a_day_in_airflow_sends_its_counts_and_writes_no_secret_down(
    collector: tuple[int, list[bytes]],
    tmp_path: Path,
    new_url: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, came = collector
    for name, value in {"ON": "True", "HOST": "127.0.0.1", "PORT": str(port)}.items():
        monkeypatch.setenv(f"AIRFLOW__METRICS__OTEL_{name}", value)
    monkeypatch.setenv("RETURNS_LOG", "json")
    of_warehouse, of_mail = "what opens/the warehouse", "what opens the mail server"
    url = new_url("postgresql").replace("postgres:@", f"postgres:{quote(of_warehouse, safe='')}@")
    assert quote(of_warehouse, safe="") in url
    what = "a day under the supervisor on PostgreSQL: counts received, no secret in logs, share or Data Docs"
    with proof("operations", what):
        secrets, texts = _a_day(tmp_path, url, of_mail)
        secrets |= {of_warehouse, quote(of_warehouse, safe="")}
        sent = b"".join(came)
        for name in ("taken", "accepted", "returned", "stage.take_in", "stage.check", "stage.publish"):
            assert f"airflow.returns.{name}".encode() in sent, name
        assert any(b"there-is-none" in text for text in texts.values()), "what failed is in the logs"
        for path, text in texts.items():
            assert not [secret for secret in secrets if secret.encode() in text], path


def _a_day(folder: Path, warehouse: str, of_mail: str) -> tuple[set[str], dict[Path, bytes]]:
    """A campaign opened, two files answered, reminders that reach nobody, a run that fails; Airflow's own secrets, and
    every file that was written down."""
    with up(folder, warehouse) as airflow:
        _set_up_mail(airflow, of_mail)
        _ended(airflow, "open_campaign", campaign=CAMPAIGN)
        with open_office(airflow.settings) as office:
            desk = Desk(office, airflow.settings)
            desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
            desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
            _until(lambda: _published_visits(desk) == 195, within_s=300)
        _ended(airflow, "remind")
        _fails(airflow, "open_campaign", campaign="there-is-none")
        keys = json.loads((airflow.home / "keys.json").read_text("utf-8")).values()
        secrets = {of_mail, password(airflow.home), *keys}
    written = [path for part in ("airflow/logs", "share", "data-docs") for path in (folder / part).rglob("*")]
    texts = {path: path.read_bytes() for path in written if path.is_file()}
    return secrets, texts | {folder: airflow.said.encode()}


def _set_up_mail(airflow: Up, its_password: str) -> None:
    """A mail server at which nobody answers."""
    api = Api(airflow.home, airflow.port)
    api.log_in()
    server = {
        "connection_id": "returns_smtp",
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": 9,
        "login": "office@example.org",
        "password": its_password,
        "extra": json.dumps({"from_email": "office@example.org", "timeout": 2, "retry_limit": 1}),
    }
    api._http.post("/api/v2/connections", json=server).raise_for_status()


def _fails(airflow: Up, dag: str, **conf: str) -> None:
    api = Api(airflow.home, airflow.port)
    api.log_in()
    run = api.start(dag, conf)
    _until(lambda: api.state(dag, run) == "failed", within_s=120)
