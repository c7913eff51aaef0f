"""The archive in a folder of our own."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from etl.edges.archive import Kept, NotKept, Source
from etl.edges.copies import copied, strange_in
from etl.edges.durable import sync, sync_folder
from etl.edges.inbox import Seen
from etl.errors import Unavailable


class FolderArchive:
    """A folder that is not on the share: ab/abcdef…, read-only files, its owner's alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def at_hand(self, hashes: Sequence[str]) -> AbstractContextManager[list[Path]]:
        return nullcontext([self.path(sha256) for sha256 in hashes])

    def read(self, sha256: str) -> bytes:
        try:
            return self.path(sha256).read_bytes()
        except OSError as why:
            raise Unavailable(f"存档里读不到原件 {sha256}（{why.strerror}）") from why

    def discard(self, sha256: str) -> bool:
        try:
            self.path(sha256).unlink()
            sync_folder(self.path(sha256).parent)
        except FileNotFoundError:
            return False
        except OSError as why:
            raise Unavailable(f"存档里的文件删不掉：{self.path(sha256)}（{why.strerror}）") from why
        return True

    def keep(self, source: Source, files: Sequence[Seen]) -> list[Kept | NotKept]:
        incoming = self.root / ".incoming"
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            incoming.mkdir(mode=0o700, exist_ok=True)
            for left_by_a_crash in incoming.iterdir():
                left_by_a_crash.unlink()
            copied = source.copy(files, incoming)
            sync(incoming)
            kept = [self._shelve(seen, got) for seen, got in zip(files, copied, strict=True)]
            sync(self.root)
            return kept
        except OSError as why:
            raise Unavailable(f"存档文件夹写不进去：{self.root}（{why.strerror}）") from why

    def back_up(self, target: Path, name: str) -> dict[str, str]:
        return copied(self.root, target, name, named_by_hash=True)

    def restore(self, backup: Path) -> None:
        copied(backup, self.root.parent, self.root.name, mode=0o444)

    def strange_to(self, backup: Path) -> str | None:
        return strange_in(self.root, backup)

    def _shelve(self, seen: Seen, got: tuple[Path, str] | str) -> Kept | NotKept:
        if isinstance(got, str):
            return NotKept(seen, got)
        copy, sha256 = got
        place = self.path(sha256)
        if _stands_whole(place, copy):
            copy.unlink()
        else:
            place.parent.mkdir(mode=0o700, exist_ok=True)
            copy.chmod(0o400)
            copy.rename(place)
        return Kept(seen, sha256)


def _stands_whole(place: Path, copy: Path) -> bool:
    """One that was cut short, by a disk that was repaired, gives way to the new copy."""
    return place.exists() and place.stat().st_size == copy.stat().st_size
