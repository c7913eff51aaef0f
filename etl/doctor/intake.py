"""收件: how long ago files were last taken in. Nobody looks at what does not happen; this does."""

from datetime import datetime, timedelta

from etl.doctor.look import Look, bad, good, note
from etl.doctor.services import NOT_SEEN, airflow_address
from etl.errors import Unavailable
from etl.orchestration.api import parts_unwell
from etl.settings import Settings
from etl.warehouse.catalogue import last_run_at, open_campaign_ids
from etl.warehouse.engine import Warehouse, sqlite_file
from etl.warehouse.migrate import Schema, schema_of

SILENT = timedelta(minutes=15)
"""Intake has its turn every three minutes: five of them missed are no accident."""


def intake(settings: Settings, now: datetime) -> Look:
    """A silence is a fault only where Airflow is at work: without it `returns run` takes in, once a day."""
    try:
        last = last_intake(settings)
    except Unavailable:
        return note(NOT_SEEN)
    if last is None:
        return good("还没有收过")
    said = f"上一次是 {last.astimezone():%Y-%m-%d %H:%M}"
    if now - last <= SILENT:
        return good(said)
    if parts_unwell(airflow_address()) is None:
        return note(f"{said}。Airflow 没有运行，不会自己收：运行 returns run 期次")
    return bad(
        f"{said}，Airflow 开着却没有再收。请在 Airflow 里看“收件”是不是被暂停或一直失败；"
        "这段时间用 returns run 期次 收"
    )


def last_intake(settings: Settings) -> datetime | None:
    """When any campaign was last run; None before the first time. Raises Unavailable."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return None
    opened = Warehouse(settings.warehouse)
    try:
        if schema_of(opened) is not Schema.SAME:
            return None
        with opened.reading() as connection:
            ran = [last_run_at(connection, campaign) for campaign in open_campaign_ids(connection)]
    finally:
        opened.close()
    return max((moment for moment in ran if moment), default=None)
