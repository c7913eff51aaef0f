"""The archive: original bytes by their SHA-256, written once, never again; in a folder, or in a bucket."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from etl.edges.inbox import Seen


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


class Source(Protocol):
    """Where settled files lie."""

    def copy(self, files: Sequence[Seen], into: Path) -> list[tuple[Path, str] | str]:
        """Copy files into a folder under names of no meaning: each copy and its hash, or in Chinese why there is
        none; a file that changes meanwhile gives none. Raises OSError where the folder cannot be written."""
        ...


class Archive(Protocol):
    """Original bytes. Every method raises Unavailable where the archive cannot be used."""

    def keep(self, source: Source, files: Sequence[Seen]) -> list[Kept | NotKept]:
        """Copy settled files, durably, in one go. A file that changes meanwhile is not kept.

        The caller holds the run lock: half copies that are still about were left by a crash.
        """
        ...

    def at_hand(self, hashes: Sequence[str]) -> AbstractContextManager[list[Path]]:
        """Where on this machine the bytes can be opened meanwhile."""
        ...

    def read(self, sha256: str) -> bytes: ...

    def discard(self, sha256: str) -> bool:
        """Take bytes out for good; False where they were not there. Nothing but `returns purge` does so."""
        ...

    def back_up(self, target: Path, name: str) -> dict[str, str]:
        """Copy everything to `target`/`name`; hashes by path below `target`. Raises also OSError."""
        ...

    def restore(self, backup: Path) -> None:
        """Put everything of such a copy in its place. What stands is left alone. Raises also OSError."""
        ...

    def strange_to(self, backup: Path) -> str | None:
        """One thing that stands here and is not of this copy, as people are shown it."""
        ...
