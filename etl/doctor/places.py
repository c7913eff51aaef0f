"""The folders: the share, the archive, what may not lie where, and room on the disks."""

from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

from etl.definitions import load_definitions
from etl.doctor.look import Look, bad, good, named, note
from etl.edges.accounts import group_called
from etl.edges.machine import disk_of, free_bytes, probe, volume_of
from etl.edges.places import BucketUrl, Place, is_below
from etl.edges.share import PUBLISHED, RECEIPTS
from etl.edges.share_folder import FolderShare
from etl.settings import Settings
from etl.warehouse.engine import sqlite_file

_GIB = 1024**3


def share(settings: Settings, _now: datetime) -> Look:
    """The marker, and that files can be put and taken away where a run does so. Not a mount of its own:
    told, since then only the marker tells it from an empty folder."""
    if isinstance(settings.share, BucketUrl):
        from etl.doctor.buckets import share_in  # takes seconds to import, and most offices have a folder

        return share_in(settings.share)
    place = FolderShare(settings.share)
    if not settings.share.exists():
        return note(f"还没有，returns open 时会建。如果本该是挂载的，请先挂上（{settings.share}）")
    place.require()
    for folder in (place.inbox, settings.share / RECEIPTS, settings.share / PUBLISHED):
        if folder.is_dir():
            probe(folder)
    volume = volume_of(settings.share)
    kind = f"{volume.kind}，挂载在 {volume.mounted_at}"
    return good(f"标记文件在，写得进、删得掉（{settings.share}；{kind}）")


def between_units(settings: Settings, _now: datetime) -> Look:
    """That no unit can look into another's folder, where this machine has a group for each."""
    if isinstance(settings.share, BucketUrl):
        return note("在对象存储里，谁看得到什么由存储桶的权限定")
    from etl.pipeline import OFFICE_GROUP, groups_of  # with it come all stages

    groups = groups_of(load_definitions(settings.config).roster.units)
    if not groups or not settings.share.exists():
        return note("这台机器上没有给单位建组，各单位的回执由共享服务器的权限分开。见 docs/access.md")
    seen = FolderShare(settings.share).open_to_others(groups, group_called(OFFICE_GROUP))
    if seen:
        return note(
            f"别的单位也看得到：{named(seen, '处')}。"
            "文件夹请再运行一次 returns open；文件请按 docs/access.md 设 create mask"
        )
    return good(f"{len(groups)} 个单位各看各的")


def archive(settings: Settings, _now: datetime) -> Look:
    if isinstance(settings.archive, BucketUrl):
        from etl.doctor.buckets import archive_in

        return archive_in(settings.archive)
    if not settings.archive.exists():
        return note(f"还没有，收第一个文件时会建（{settings.archive}）")
    probe(settings.archive)
    if settings.archive.stat().st_mode & 0o007:
        return note(f"原件里有身份证号、电话，别的用户也进得去。请运行：chmod 700 {settings.archive}")
    return good(f"写得进去（{settings.archive}）")


def apart(settings: Settings, _now: datetime) -> Look:
    """Neither the archive nor the warehouse may lie where clerks reach; SQLite must not lie on a network."""
    file = sqlite_file(settings.warehouse)
    kept: dict[str, Place] = {"存档": settings.archive, **({"数据库": file} if file else {})}
    for name, path in kept.items():
        if is_below(path, settings.share):
            return bad(
                f"{name}放在共享文件夹里了（{path}），各单位都看得到、删得掉。请移出来，再改 RETURNS_ARCHIVE 或 RETURNS_WAREHOUSE"
            )
    if file and volume_of(file).is_on_network:
        return bad(f"SQLite 数据库在网络盘上（{file}），会坏。请移到本机硬盘，或改用 PostgreSQL")
    return good("存档和数据库都不在共享文件夹里")


def disks(settings: Settings, _now: datetime) -> Look:
    """Every disk that a run writes to has the room that limits.toml asks for; a bucket's things pass through the
    folder for temporary files."""
    least = load_definitions(settings.config).limits.least_free_bytes
    file = sqlite_file(settings.warehouse)
    places = {"共享文件夹": settings.share, "存档": settings.archive, "数据库": file}
    rooms: dict[int, tuple[str, int]] = {}
    for name, place in places.items():
        path = Path(gettempdir()) if isinstance(place, BucketUrl) else place
        if path:
            named = name if path == place else "临时文件夹（TMPDIR）"
            rooms.setdefault(disk_of(path), (named, free_bytes(path)))
    full = [f"{name}所在的磁盘只剩 {free / _GIB:.1f} GiB" for name, free in rooms.values() if free < least]
    if full:
        return bad(f"{'，'.join(full)}，少于 {least / _GIB:.1f} GiB。满了就收不了、发不了，请清理或换大的")
    return good(f"最少的还剩 {min(free for _, free in rooms.values()) / _GIB:.1f} GiB")
