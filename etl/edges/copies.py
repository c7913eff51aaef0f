"""Folders copied file by file, each known by its hash."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from etl.edges.durable import sync, temporary
from etl.errors import Unavailable


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> list[Path]:
    """Every regular file below a folder, in order; half-made ones, whose path has a dot in front, left out."""
    return sorted(_below(folder)) if folder.is_dir() else []


def strange_in(folder: Path, copy: Path) -> str | None:
    """A file below `folder` that does not stand in its copy just so; None where there is none."""
    for path in files_of(folder):
        ours = copy / path.relative_to(folder)
        if not ours.is_file() or sha256_of(ours) != sha256_of(path):
            return str(path)
    return None


def _below(folder: Path) -> Iterator[Path]:
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(above) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def copied(
    source: Path, target: Path, name: str, mode: int = 0o600, named_by_hash: bool = False
) -> dict[str, str]:
    """Copy what is below `source` to `target`/`name`; hashes by path below `target`. What stands is left alone.

    Raises OSError; with `named_by_hash` Unavailable for a file that is not what its name says.
    """
    hashes = {}
    for path in files_of(source):
        place = Path(name) / path.relative_to(source)
        if not (target / place).exists():
            put(path, target / place, mode)
        sha256 = sha256_of(target / place)
        if named_by_hash and sha256 != path.name:
            raise Unavailable(
                f"存档里的原件坏了：{path}（内容的 SHA-256 是 {sha256}）。请从以前的备份里找回它"
            )
        hashes[place.as_posix()] = sha256
    if hashes:
        sync(target)
    return hashes


def put(source: Path, target: Path, mode: int) -> None:
    """Copy one file, whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = temporary(target)
    shutil.copyfile(source, unfinished)
    unfinished.chmod(mode)
    unfinished.replace(target)
