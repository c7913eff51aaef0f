"""Files written whole or not at all, and kept when the power goes."""

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
TEMPORARY = ".正在写-"
"""Names that begin so are ours, unfinished; a dot keeps them out of every listing."""


def write_all(files: Mapping[Path, bytes], mode: int = 0o644) -> None:
    """Write a batch of files: all under temporary names, one sync, then each renamed into place,
    and one sync for the names: a call for each of a thousand units' folders would take longer than the writing.

    A reader sees a whole file or the one before. Folders are created. Raises OSError.
    """
    if not files:
        return
    folders = {path.parent for path in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        _write(temporary(path), content, mode)
    sync(next(iter(folders)))
    for path in files:
        temporary(path).replace(path)
    sync(next(iter(folders)))


def temporary(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(f"{TEMPORARY}{path.name}")


def sync(folder: Path) -> None:
    """Bring everything written to the folder's file system to the disk: one call for a whole batch."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not hasattr(_libc, "syncfs") or _libc.syncfs(handle) != 0:
            os.sync()
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
    path.unlink(
        missing_ok=True
    )  # what a crash left, or a link that somebody laid there: neither may hinder us
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
