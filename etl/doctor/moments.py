"""Time: the clock, the zone, and whether the moments at which files came can be trusted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from etl.definitions import load_definitions
from etl.doctor.look import Look, bad, good, note
from etl.edges.machine import changed_after_writing, probe
from etl.edges.places import BucketUrl, Place
from etl.edges.share import BLANKS, RECEIPTS
from etl.edges.share_folder import FolderShare
from etl.errors import Unavailable
from etl.settings import Settings
from etl.warehouse.catalogue import last_written_at
from etl.warehouse.engine import Warehouse, sqlite_file
from etl.warehouse.migrate import Schema, schema_of

_LATER = timedelta(hours=1)
"""A file of ours changed so long after it was written that something else than writing it changed it."""
_AT_ONCE = timedelta(minutes=10)
_REMEMBERED = timedelta(days=30)


def clock(settings: Settings, now: datetime) -> Look:
    """The clock against what is written already, and against the clock of the share's server: that one says
    when a file came, this one whether a deadline is over."""
    written = _last_written(settings)
    if written and written > now:
        return bad(
            f"本机的钟是 {now:%Y-%m-%d %H:%M}（UTC），比已经记下的 {written:%Y-%m-%d %H:%M} 还早：钟走错了。"
            "请对时以后再运行，否则收到时间和逾期都不对"
        )
    apart = _seconds_apart(settings.share, now)
    if apart is None:
        return good(f"本机 {now:%Y-%m-%d %H:%M}（UTC）；共享文件夹不在，没有与它的钟比")
    if apart > load_definitions(settings.config).limits.clock_apart_seconds:
        return bad(f"共享文件夹的钟与本机差 {apart:.0f} 秒，收到时间会不准。请把两边都对时（NTP），再运行")
    return good(f"本机 {now:%Y-%m-%d %H:%M}（UTC），与共享文件夹的钟一致")


def _seconds_apart(place: Place, now: datetime) -> float | None:
    if isinstance(place, BucketUrl):
        from etl.doctor.buckets import (
            seconds_apart,  # takes seconds to import, and most offices have a folder
        )

        return seconds_apart(place, now)
    share = FolderShare(place)
    if not share.is_marked() or not share.inbox.is_dir():
        return None
    return abs((probe(share.inbox) - now).total_seconds())


def zone(settings: Settings, now: datetime) -> Look:
    """Days are days of each campaign's own zone, whatever the machine's is; only its logs differ."""
    known = load_definitions(settings.config)
    here = now.astimezone()
    others = {one.zone for one in known.campaigns.values() if one.local(now).utcoffset() != here.utcoffset()}
    if others:
        return note(
            f"本机时区是 {here.tzname()}，期次用 {'、'.join(sorted(others))}：截止和逾期照期次的算，日志里的时间是本机的"
        )
    return good(f"{here.tzname()}，与各期相同")


def jump(settings: Settings, now: datetime) -> Look:
    """Whether many of our own files on the share changed at once without being written: after a restore or a
    chmod -R, files that wait in the inbox seem to have come at that moment."""
    if isinstance(settings.share, BucketUrl):
        return good(
            "对象的到达时间就是写进桶的时间，改权限不影响；整个桶复制或恢复以后，请核对回执上的收到时间"
        )
    share = FolderShare(settings.share)
    if not share.is_marked():
        return good("共享文件夹不在，没有看")
    limits = load_definitions(settings.config).limits
    ours = changed_after_writing((settings.share / BLANKS, settings.share / RECEIPTS), _LATER)
    moments = _together(ours, limits.jump_files)
    if not moments or now - moments[-1] > _REMEMBERED:
        return good("共享文件夹没有被整体改动过")
    when = f"{moments[0].astimezone():%Y-%m-%d %H:%M}"
    waiting = share.look(limits.never_opened_bytes).files if share.inbox.is_dir() else ()
    doubtful = [
        seen
        for seen in waiting
        if moments[0].timestamp() - 1 <= seen.ctime_ns / 1e9 <= (moments[-1] + _AT_ONCE).timestamp()
    ]
    if doubtful:
        return bad(
            f"{when} 有 {len(moments)} 个文件一起改动过（恢复备份、chmod -R 之类），收件箱里 {len(doubtful)} 个文件"
            "会被当成那时才到。先不要收：请移到别处，再用 returns receive 文件 单位 --at 真正收到的时间"
        )
    return note(
        f"{when} 有 {len(moments)} 个文件一起改动过（恢复备份、chmod -R 之类）。收件箱里没有受影响的；"
        "那以后收的文件，请核对回执上的收到时间"
    )


def _together(moments: Sequence[datetime], least: int) -> Sequence[datetime]:
    """The latest `least` or more of sorted moments that lie close together; empty where there are none."""
    end = len(moments)
    while end >= least:
        start = end - 1
        while start > 0 and moments[end - 1] - moments[start - 1] <= _AT_ONCE:
            start -= 1
        if end - start >= least:
            return moments[start:end]
        end = start
    return ()


def _last_written(settings: Settings) -> datetime | None:
    """The latest moment in the warehouse; None where nothing can be read, which is told elsewhere."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return None
    opened = Warehouse(settings.warehouse)
    try:
        if schema_of(opened) is not Schema.SAME:
            return None
        with opened.reading() as connection:
            return last_written_at(connection)
    except Unavailable:
        return None
    finally:
        opened.close()
