"""收件: how long ago files were last taken in, and what has lain there ever since. Nobody looks at what does not
happen; this does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Runs:
    """When any campaign that was opened was last run; the ids of those at work, and when any of these was."""

    last: datetime | None
    at_work: list[str]
    last_at_work: datetime | None


_NONE = Runs(None, [], None)


def intake(settings: Settings, now: datetime) -> Look:
    """A silence is a fault only where Airflow is at work: without it `returns run` takes in, once a day."""
    return _where_seen(settings, now, partial(_taken_in, now))


def left_lying(settings: Settings, now: datetime) -> Look:
    """Files that a run should have taken and did not: it could not open them, or could not take them away, or there is
    none to come, since the last campaign was closed long ago."""
    return _where_seen(settings, now, partial(_lying, settings))


def last_intake(settings: Settings, now: datetime) -> datetime | None:
    """When any of the campaigns at work was last run; None before the first time, and while none is at work, when
    nobody need take in. Raises ReturnsError."""
    return _runs(settings, now).last_at_work


def _taken_in(now: datetime, runs: Runs) -> Look:
    if runs.last_at_work is None:
        return good("还没有收过，或者现在没有要收的期次")
    return _silence(runs.last_at_work, now)


def _silence(last: datetime, now: datetime) -> Look:
    said = f"上一次是 {last.astimezone():%Y-%m-%d %H:%M}"
    if now - last <= SILENT:
        return good(said)
    if parts_unwell(airflow_address()) is None:
        return note(f"{said}。Airflow 没有运行，不会自己收：运行 returns run 期次")
    return bad(
        f"{said}，Airflow 开着却没有再收。请在 Airflow 里看“叫收件”和“收件”是不是被暂停或一直失败；"
        "这段时间用 returns run 期次 收"
    )


def _lying(settings: Settings, runs: Runs) -> Look:
    if runs.last is None:
        return good("还没有收过")
    limits = load_definitions(settings.config).limits
    view = share_at(settings.share).look(limits.never_opened_bytes)
    if view.files and not runs.at_work:
        return note(f"{len(view.files)} 个文件没有人收：期次都关账很久了。要收就运行 returns run 期次")
    long_ago = (runs.last - SILENT).timestamp() * 1e9
    lying = [seen for seen in view.files if seen.ctime_ns < long_ago and view.lock_of(seen) is None]
    if not lying:
        return good(f"{len(view.files)} 个文件等着收，没有收不下的")
    names = named([seen.file for seen in lying], "个")
    return bad(
        f"放了一刻钟以上还没收走：{names}。请放开读和删除的权限；还不行就运行 returns run 期次，看它怎么说"
    )


def _where_seen(settings: Settings, now: datetime, look: Callable[[Runs], Look]) -> Look:
    try:
        runs = _runs(settings, now)
    except Unavailable:
        return note(NOT_SEEN)
    return look(runs)


def _runs(settings: Settings, now: datetime) -> Runs:
    """None and nobody for a warehouse that is not there, or of another version."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return _NONE
    known = load_definitions(settings.config)
    opened = Warehouse(settings.warehouse)
    try:
        if schema_of(opened) is not Schema.SAME:
            return _NONE
        with opened.reading() as connection:
            ran = {campaign: last_run_at(connection, campaign) for campaign in open_campaign_ids(connection)}
            at_work = at_work_ids(connection, known, now)
    finally:
        opened.close()
    return Runs(_latest(ran.values()), at_work, _latest(ran[campaign] for campaign in at_work))


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
