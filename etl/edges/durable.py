"""Files written whole or not at all, and kept when the power goes."""

import ctypes
import errno
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_HELD = frozenset({errno.EACCES, errno.EBUSY, errno.EPERM, errno.ETXTBSY})
"""How a server of Windows says that somebody has the file open that is to be replaced or removed."""
_TRIES, _BETWEEN_SECONDS = 3, 0.2
TEMPORARY = ".正在写-"
"""Names that begin so are ours, unfinished; a dot keeps them out of every listing."""


def write_all(files: Mapping[Path, bytes], mode: int = 0o644) -> set[Path]:
    """Write a batch of files: all under temporary names, one sync, then each renamed into place,
    and one sync for the names: a call for each of a thousand units' folders would take longer than the writing.

    A reader sees a whole file or the one before. Folders are created. Returns those that stay as they were, since
    somebody has them open on a share that then lets nobody replace them. Raises OSError.
    """
    if not files:
        return set()
    folders = {path.parent for path in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    unfinished = {path: temporary(path) for path in files}
    try:
        for path, content in files.items():
            _write(unfinished[path], content, mode)
        sync(next(iter(folders)))
        for path in files:
            if _unless_held(path, partial(unfinished[path].replace, path)):
                del unfinished[path]
    finally:
        for left in unfinished.values():
            with suppress(OSError):  # where the disk failed; then the next try writes over it
                left.unlink()
    sync(next(iter(folders)))
    return set(unfinished)


def remove_all(paths: Iterable[Path]) -> set[Path]:
    """Remove files where they stand; those that stay, since somebody has them open. Raises OSError."""
    return {path for path in paths if not _unless_held(path, partial(path.unlink, missing_ok=True))}


def _unless_held(path: Path, step: Callable[[], object]) -> bool:
    """Whether it could be done; who looks into a file is often gone in a moment. Raises OSError."""
    for attempt in range(1, _TRIES + 1):
        try:
            step()
        except OSError as why:
            if why.errno not in _HELD or not path.exists():
                raise
            if attempt < _TRIES:
                time.sleep(_BETWEEN_SECONDS)
        else:
            return True
    return False


def temporary(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(f"{TEMPORARY}{path.name}")


def sync(folder: Path) -> None:
    """Bring everything written to the folder's file system to the disk: one call for a whole batch."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not hasattr(_libc, "syncfs"):
            os.sync()
        elif _libc.syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make what changed in one folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: bytes, mode: int) -> None:
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        handle = os.open(path, how, mode)
    except FileExistsError:  # what a crash left, or a link that somebody laid there: neither may hinder us
        path.unlink()
        handle = os.open(path, how, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
