"""Where the pages of the Data Docs stand: beside the archive, in a folder or in a bucket, never on the share."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from etl.edges.durable import TEMPORARY, write_all


class DataDocs(Protocol):
    """HTML pages by name. Raises OSError, or in a bucket Unavailable, where they cannot be reached."""

    def shown(self, name: str) -> str:
        """Where a page stands, as people are shown it."""
        ...

    def has(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, page: bytes) -> None:
        """Put a page in its place, whole."""
        ...

    def names(self) -> list[str]:
        """The names of all pages that stand, in the order of the alphabet."""
        ...

    def remove(self, names: Iterable[str]) -> None: ...


class FolderDataDocs:
    """Flat in one folder of our own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def shown(self, name: str) -> str:
        return str(self.root / name)

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def write(self, name: str, page: bytes) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_by_a_crash in self.root.glob(f"{TEMPORARY}*"):
            left_by_a_crash.unlink()
        write_all({self.root / name: page})

    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.glob("[!.]*.html"))

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.root / name).unlink(missing_ok=True)
