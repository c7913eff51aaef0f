"""收件: how long ago files were last taken in, and what has lain there ever since. Nobody looks at what does not
happen; this does."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from etl.definitions import load_definitions
from etl.doctor.look import Look, bad, good, named, note
from etl.doctor.services import NOT_SEEN, airflow_address
from etl.edges.places import share_at
from etl.errors import Unavailable
from etl.orchestration.api import parts_unwell
from etl.settings import Settings
from etl.warehouse.catalogue import at_work_ids, last_run_at, open_campaign_ids
from etl.warehouse.engine import Warehouse, sqlite_file
from etl.warehouse.migrate import Schema, schema_of

SILENT = timedelta(minutes=15)
"""Intake has its turn every three minutes: five of them missed are no accident."""


def intake(settings: Settings, now: datetime) -> Look:
    """A silence is a fault only where Airflow is at work: without it `returns run` takes in, once a day."""
    try:
        last = last_intake(settings, now)
    except Unavailable:
        return note(NOT_SEEN)
    return good("还没有收过，或者现在没有要收的期次") if last is None else _silence(last, now)


def _silence(last: datetime, now: datetime) -> Look:
    said = f"上一次是 {last.astimezone():%Y-%m-%d %H:%M}"
    if now - last <= SILENT:
        return good(said)
    if parts_unwell(airflow_address()) is None:
        return note(f"{said}。Airflow 没有运行，不会自己收：运行 returns run 期次")
    return bad(
        f"{said}，Airflow 开着却没有再收。请在 Airflow 里看“看收件箱”和“收件”是不是被暂停或一直失败；"
        "这段时间用 returns run 期次 收"
    )


def left_lying(settings: Settings, now: datetime) -> Look:
    """Files that a run should have taken and did not: it could not open them, or could not take them away, or there is
    none to come, since the last campaign was closed long ago."""
    try:
        last, is_at_work = _last_run(settings, open_campaign_ids), last_intake(settings, now) is not None
    except Unavailable:
        return note(NOT_SEEN)
    return good("还没有收过") if last is None else _lying(settings, last, is_at_work)


def _lying(settings: Settings, last: datetime, is_at_work: bool) -> Look:
    limits = load_definitions(settings.config).limits
    view = share_at(settings.share).look(limits.never_opened_bytes)
    if view.files and not is_at_work:
        return note(f"{len(view.files)} 个文件没有人收：期次都关账很久了。要收就运行 returns run 期次")
    long_ago = (last - SILENT).timestamp() * 1e9
    lying = [seen for seen in view.files if seen.ctime_ns < long_ago and view.lock_of(seen) is None]
    if not lying:
        return good(f"{len(view.files)} 个文件等着收，没有收不下的")
    names = named([seen.file for seen in lying], "个")
    return bad(
        f"放了一刻钟以上还没收走：{names}。请放开读和删除的权限；还不行就运行 returns run 期次，看它怎么说"
    )


def last_intake(settings: Settings, now: datetime) -> datetime | None:
    """When any of the campaigns at work was last run; None before the first time, and while none is at work, when
    nobody need take in. Raises ReturnsError."""
    known = load_definitions(settings.config)
    since = now - known.limits.late_intake
    return _last_run(settings, lambda connection: [*known.campaigns.keys() & at_work_ids(connection, since)])


def _last_run(settings: Settings, campaigns_of: Callable[[Connection], list[str]]) -> datetime | None:
    """When any of some campaigns was last run; None for a warehouse that is not there or of another version."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return None
    opened = Warehouse(settings.warehouse)
    try:
        if schema_of(opened) is not Schema.SAME:
            return None
        with opened.reading() as connection:
            ran = [last_run_at(connection, campaign) for campaign in campaigns_of(connection)]
    finally:
        opened.close()
    return max((moment for moment in ran if moment), default=None)
