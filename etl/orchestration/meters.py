"""Metrics, the way Airflow sends its own: what the log says in numbers goes to its StatsD or OpenTelemetry as well.

returns.taken, returns.accepted, returns.returned, returns.held, returns.duplicate count files; returns.stage.<stage> is how
long a stage took. Each with the campaign or batch as a tag. Nothing is sent unless [metrics] turns one on.
"""

import logging
from datetime import timedelta

from airflow.sdk.observability import stats


class Meters(logging.Handler):
    """Turns the fields of etl/journal.py into metrics."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.__dict__
        tags = {name: str(said[name]) for name in ("campaign", "batch") if said.get(name) is not None}
        if said.get("stage"):
            stats.timing(f"returns.stage.{said['stage']}", timedelta(seconds=said["seconds"]), tags=tags)
        if said.get("taken"):
            stats.incr("returns.taken", said["taken"], tags=tags)
        if said.get("verdict"):
            stats.incr(f"returns.{said['verdict']}", tags={"campaign": tags.get("campaign", "")})


def send_metrics() -> None:
    """From now on this process sends what `etl` logs; calling it twice is once."""
    log = logging.getLogger("etl")
    log.setLevel(logging.INFO)
    if not any(isinstance(handler, Meters) for handler in log.handlers):
        log.addHandler(Meters())
