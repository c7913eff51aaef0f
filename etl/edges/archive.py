"""The archive: original bytes by their SHA-256, written once, never again."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from etl.edges.durable import sync, sync_folder
from etl.edges.inbox import Seen
from etl.errors import Unavailable

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are safe: what was seen, and their hash."""

    seen: Seen
    sha256: str


@dataclass(frozen=True, slots=True)
class NotKept:
    """A file that could not be copied this time (in Chinese why); it stays and is tried again."""

    seen: Seen
    why: str


class Archive:
    """A folder of our own, not on the share: ab/abcdef…, read-only files, its owner's alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def discard(self, sha256: str) -> bool:
        """Take bytes out for good; False where they were not there. Nothing but `returns purge` does so."""
        try:
            self.path(sha256).unlink()
            sync_folder(self.path(sha256).parent)
        except FileNotFoundError:
            return False
        except OSError as why:
            raise Unavailable(f"存档里的文件删不掉：{self.path(sha256)}（{why.strerror}）") from why
        return True

    def keep(self, inbox: Path, files: Sequence[Seen]) -> list[Kept | NotKept]:
        """Copy settled files, durably, in one go. A file that changes meanwhile is not kept.

        The caller holds the run lock: half copies that are still about were left by a crash.
        """
        incoming = self.root / ".incoming"
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            incoming.mkdir(mode=0o700, exist_ok=True)
            for left_by_a_crash in incoming.iterdir():
                left_by_a_crash.unlink()
            copied = [self._copy(inbox, seen, incoming / str(n)) for n, seen in enumerate(files)]
            sync(incoming)
            kept = [self._shelve(seen, got) for seen, got in zip(files, copied, strict=True)]
            sync(self.root)
            return kept
        except OSError as why:
            raise Unavailable(f"存档文件夹写不进去：{self.root}（{why.strerror}）") from why

    def _copy(self, inbox: Path, seen: Seen, target: Path) -> tuple[Path, str] | str:
        """The temporary copy and its hash, or in Chinese why there is none."""
        source = os.path.join(os.fsencode(inbox), seen.path)  # noqa: PTH118 - names may be any bytes
        try:
            handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return "读的时候不见了"
        except OSError as why:
            return f"打不开（{why.strerror}）"
        with os.fdopen(handle, "rb") as incoming:
            if not _is_still(seen, os.fstat(handle)):
                return "还在变化"
            try:
                sha256 = _pour(_chunks(incoming), target)
            except _Unreadable as why:
                target.unlink()
                return f"读不出来（{why}）"
            if not _is_still(seen, os.fstat(handle)):
                target.unlink()
                return "还在变化"
        return target, sha256

    def _shelve(self, seen: Seen, got: tuple[Path, str] | str) -> Kept | NotKept:
        if isinstance(got, str):
            return NotKept(seen, got)
        copy, sha256 = got
        place = self.path(sha256)
        if place.exists():
            copy.unlink()
        else:
            place.parent.mkdir(mode=0o700, exist_ok=True)
            copy.chmod(0o400)
            copy.rename(place)
        return Kept(seen, sha256)


class _Unreadable(Exception):
    """One file gives no bytes: a bad sector, or an editor's lock on it over the network."""


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except OSError as why:
        raise _Unreadable(why.strerror) from why


def _pour(chunks: Iterable[bytes], target: Path) -> str:
    """Write the temporary copy; its hash."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for chunk in chunks:
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _is_still(seen: Seen, about: os.stat_result) -> bool:
    return stat.S_ISREG(about.st_mode) and (about.st_size, about.st_mtime_ns, about.st_ino) == (
        seen.size,
        seen.mtime_ns,
        seen.inode,
    )
