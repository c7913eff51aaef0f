"""Copies of archived files on this machine, where the archive itself is elsewhere."""

import os
import shutil
import threading
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir, mkdtemp

import psutil

MOST_BYTES = 512 * 1024**2
_NAME = "returns-originals-"


class Originals:
    """A folder of this process alone, in TMPDIR, readable by its owner only; it ends with the process.

    Of what nobody is reading, the longest unused goes once all together are larger than `most_bytes`.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._sizes: dict[str, int] = {}  # by hash, the longest unused first
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    @cached_property
    def folder(self) -> Path:
        """Made when first needed; what processes that were killed left behind is cleared away."""
        _clear_after_the_dead()
        folder = Path(mkdtemp(prefix=f"{_NAME}{os.getpid()}-"))
        weakref.finalize(self, _remove, folder, os.getpid())
        return folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    @contextmanager
    def holding(self, hashes: Sequence[str]) -> Iterator[list[str]]:
        """Keep these from going meanwhile; yields those that are not here and have to be `adopt`ed first."""
        wanted = list(dict.fromkeys(hashes))
        with self._lock:
            self._held.update(wanted)
            missing = [sha256 for sha256 in wanted if sha256 not in self._sizes]
            for sha256 in wanted:
                if sha256 in self._sizes:
                    self._sizes[sha256] = self._sizes.pop(sha256)
        try:
            yield missing
        finally:
            with self._lock:
                self._held -= Counter(wanted)
                self._make_room()

    def adopt(self, file: Path, sha256: str) -> None:
        """Move a file in."""
        with self._lock:
            file.chmod(0o400)
            self._sizes[sha256] = file.stat().st_size
            file.replace(self.path(sha256))
            self._make_room()

    def drop(self, sha256: str) -> None:
        with self._lock:
            if self._sizes.pop(sha256, None) is not None:
                self.path(sha256).unlink(missing_ok=True)

    def _make_room(self) -> None:
        over = sum(self._sizes.values()) - self._most_bytes
        for sha256 in [one for one in self._sizes if not self._held[one]] if over > 0 else ():
            if over <= 0:
                return
            over -= self._sizes.pop(sha256)
            self.path(sha256).unlink(missing_ok=True)


def _remove(folder: Path, pid: int) -> None:
    if os.getpid() == pid:  # not in a fork of ours
        shutil.rmtree(folder, ignore_errors=True)


def _clear_after_the_dead() -> None:
    for left in Path(gettempdir()).glob(f"{_NAME}*-*"):
        pid = left.name.removeprefix(_NAME).partition("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
