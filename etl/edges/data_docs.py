"""Where the pages of the Data Docs stand: a folder of our own beside the archive, never on the share."""

from collections.abc import Iterable
from pathlib import Path

from etl.edges.durable import write_all


class DataDocs:
    """HTML pages by name, flat in one folder. Raises OSError where it cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def write(self, name: str, page: bytes) -> Path:
        """Put a page in its place, whole."""
        path = self.root / name
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_all({path: page})
        return path

    def names(self) -> list[str]:
        """The names of all pages that stand, in the order of the alphabet."""
        return sorted(path.name for path in self.root.glob("*.html"))

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.root / name).unlink(missing_ok=True)
