"""What the machine itself says: room on its disks, what a folder is mounted from, what time a share's server has."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from etl.edges.durable import temporary
from etl.errors import Unavailable

NETWORK_KINDS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})


@dataclass(frozen=True, slots=True)
class Volume:
    """What a folder lies on: where that is mounted, and its kind (ext4, cifs …)."""

    mounted_at: Path
    kind: str

    @property
    def is_on_network(self) -> bool:
        return self.kind in NETWORK_KINDS


def probe(folder: Path) -> datetime:
    """Write a small file into a folder and take it away again; the moment the folder's server gave it.

    Raises Unavailable where one of the two cannot be done.
    """
    path = temporary(folder / "检查")
    try:
        path.unlink(missing_ok=True)
        with path.open("xb") as out:
            out.write(b".")
        moment = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        path.unlink()
    except OSError as why:
        raise Unavailable(f"写不进去，或写了删不掉：{folder}（{why.strerror}）") from why
    return moment


def free_bytes(path: Path) -> int:
    """Room for us on the disk of `path`, which need not exist yet. Raises Unavailable."""
    try:
        return shutil.disk_usage(standing(path)).free
    except OSError as why:
        raise Unavailable(f"看不到磁盘：{path}（{why.strerror}）") from why


def disk_of(path: Path) -> int:
    """The number of the disk of `path`: the same for two folders that share their room."""
    return standing(path).stat().st_dev


def volume_of(path: Path) -> Volume:
    """What `path`, or the folder that it would be made in, lies on."""
    real = standing(path).resolve()
    mounts = {Path(one.mountpoint): one.fstype for one in psutil.disk_partitions(all=True)}
    at = next((folder for folder in (real, *real.parents) if folder in mounts), Path(real.anchor))
    return Volume(at, mounts.get(at, "?"))


def standing(path: Path) -> Path:
    """`path`, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def changed_after_writing(folders: Iterable[Path], by: timedelta) -> list[datetime]:
    """The change times of files whose owner, mode or place changed `by` or more after their last writing."""
    found = []
    for folder in folders:
        for about in _files_below(folder):
            if about.st_ctime - about.st_mtime >= by.total_seconds():
                found.append(datetime.fromtimestamp(about.st_ctime, tz=UTC))
    return sorted(found)


def _files_below(folder: Path) -> Iterator[os.stat_result]:
    for above, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(above) / name).lstat()
            except OSError:
                continue
