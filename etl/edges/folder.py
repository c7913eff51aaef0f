"""A folder in which files lie: looked at, and copied out of while they lie still."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from etl.edges.inbox import Seen
from etl.edges.no_links import place_of

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """The source of files of a folder of this machine (etl.edges.archive.Source)."""

    root: Path

    def copy(self, files: Sequence[Seen], into: Path) -> list[tuple[Path, str] | str]:
        return [self._copy(seen, into / str(n)) for n, seen in enumerate(files)]

    def _copy(self, seen: Seen, target: Path) -> tuple[Path, str] | str:
        """The copy and its hash, or in Chinese why there is none."""
        try:
            with place_of(self.root, seen.path) as source:
                handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return "读的时候不见了"
        except OSError as why:
            return f"打不开（{why.strerror}）"
        with os.fdopen(handle, "rb") as incoming:
            before = os.fstat(handle)
            if not _is_still(seen, before):
                return "还在变化"
            try:
                sha256 = _pour(_chunks(incoming), target)
            except _Unreadable as why:
                target.unlink()
                return f"读不出来（{why}）"
            if not _was_whole(target, before, os.fstat(handle)):
                target.unlink()
                return "还在变化"
        return target, sha256


class _Unreadable(Exception):
    """One file gives no bytes: a bad sector, or an editor's lock on it over the network."""


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except OSError as why:
        raise _Unreadable(why.strerror) from why


def _pour(chunks: Iterable[bytes], target: Path) -> str:
    """Write the copy; its hash."""
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


def _was_whole(copy: Path, before: os.stat_result, after: os.stat_result) -> bool:
    """Whether nobody wrote while the copy was made, nor did a server that still knew an older size end it early."""
    return copy.stat().st_size == after.st_size and _moment(before) == _moment(after)


def _moment(about: os.stat_result) -> tuple[int, int, int]:
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns
