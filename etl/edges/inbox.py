"""收件箱: what lies there, looked at without being opened."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from etl.edges.no_links import place_of

_LOCK_PREFIXES = ("~$", ".~lock.")
_PASSING_ENDINGS = (".tmp", ".part", ".crdownload")
_LONGEST_PATH = 3_800
"""Bytes below the inbox: what lies deeper has no path that the system takes, and is named with its folder."""
_SYSTEM_NAMES = frozenset({"desktop.ini", "thumbs.db", ".ds_store"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One file of the inbox as the folder shows it. `path` is relative to the inbox, in raw bytes.

    `uid` is the account that owns it, None for a file that never lay in a folder of the share. An object of a bucket
    has an `etag` in place of an inode, and one moment, that at which it arrived, for both times."""

    path: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    uid: int | None = None
    etag: str | None = None

    @property
    def file(self) -> str:
        """The path as people and the export see it: bytes that are not UTF-8 as \\xnn."""
        return _shown(self.path)

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Something in the inbox that is never opened, and why (in Chinese)."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class InboxView:
    """Everything that lies in the inbox. `locks` are editors' lock files by their raw path → mtime in ns."""

    files: tuple[Seen, ...]
    left_alone: tuple[LeftAlone, ...]
    locks: dict[bytes, int]

    def lock_of(self, seen: Seen) -> int | None:
        """When the lock beside a file was last touched (ns), None if no editor has it open.

        Word drops the first two characters of long names behind ~$; Excel and WPS keep them all.
        """
        folder, _, name = seen.path.rpartition(b"/")
        beside = [b"~$" + name, b"~$" + _without_two_characters(name), b".~lock." + name + b"#"]
        prefix = folder + b"/" if folder else b""
        found = [self.locks[prefix + lock] for lock in beside if prefix + lock in self.locks]
        return max(found, default=None)


@dataclass(slots=True)
class Listing:
    """An InboxView in the making."""

    never_opened_bytes: int
    files: list[Seen] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)
    locks: dict[bytes, int] = field(default_factory=dict)

    def enter(self, seen: Seen, why_left: str | None = None) -> None:
        """Put down something that is no folder: as a submission, unless its name or its size say otherwise,
        or there is another reason to leave it alone."""
        name = os.fsdecode(seen.path.rpartition(b"/")[2])
        if name.startswith(_LOCK_PREFIXES):
            self.locks[seen.path] = seen.mtime_ns
        elif not _is_passing(name):
            if why_left is None and seen.size > self.never_opened_bytes:
                why_left = f"超过 {self.never_opened_bytes // 1024**2} MiB，不打开"
            if why_left:
                self.left.append(LeftAlone(seen.file, why_left))
            else:
                self.files.append(seen)

    def view(self) -> InboxView:
        return InboxView(tuple(sorted(self.files, key=lambda seen: seen.path)), tuple(self.left), self.locks)


def look(inbox: Path, never_opened_bytes: int) -> InboxView:
    """One look at the whole inbox, any depth. Raises OSError where the inbox itself cannot be listed."""
    found = Listing(never_opened_bytes)
    for path, entry in _entries(inbox, found.left):
        try:
            about = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError as unseen:
            found.left.append(LeftAlone(_shown(path), f"看不到（{unseen.strerror}）"))
            continue
        seen = Seen(path, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino, about.st_uid)
        found.enter(seen, _why_left_alone(about.st_mode))
    return found.view()


def _entries(inbox: Path, left: list[LeftAlone]) -> Iterator[tuple[bytes, os.DirEntry[bytes]]]:
    """All that is no folder, with its path. Not recursive: folders may be deeper than Python can go. A folder that
    cannot be listed to its end is named, and the others are still seen."""
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        try:
            with _listed(inbox, folder) as listing:
                for entry in listing:
                    path = folder + entry.name
                    if not entry.is_dir(follow_symlinks=False):
                        yield path, entry
                    elif not entry.name.startswith(b"."):
                        waiting.append(path + b"/")
        except OSError as why:
            if not folder:
                raise
            left.append(LeftAlone(_shown(folder), f"文件夹打不开（{why.strerror}）"))


@contextmanager
def _listed(inbox: Path, folder: bytes) -> Iterator[Iterator[os.DirEntry[bytes]]]:
    if len(folder) > _LONGEST_PATH:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    with place_of(inbox, folder) as place, os.scandir(place) as listing:
        yield listing


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _is_passing(name: str) -> bool:
    lower = name.lower()
    return lower.startswith(".") or lower.endswith(_PASSING_ENDINGS) or lower in _SYSTEM_NAMES


def _why_left_alone(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "是链接，不打开"
    return None if stat.S_ISREG(mode) else "不是普通文件，不打开"


def _without_two_characters(name: bytes) -> bytes:
    return os.fsencode(os.fsdecode(name)[2:])
