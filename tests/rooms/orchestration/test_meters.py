"""Metrics reach a collector by Airflow's own way: here OpenTelemetry's, to a listener of the test's."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.dag_runs import throwaway_airflow


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
