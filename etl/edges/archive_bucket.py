"""The archive in a bucket: ab/abcdef… below its prefix."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.edges.archive import Kept, NotKept, Source
from etl.edges.bucket import Bucket
from etl.edges.bucket_errors import Changed
from etl.edges.copies import files_of
from etl.edges.durable import sync, temporary
from etl.edges.inbox import Seen
from etl.edges.originals import Originals
from etl.errors import Unavailable

_ORIGINAL = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
_FILES, _BYTES = 256, 256 * 1024**2
"""What is on its way through this machine at once, at most (one larger file alone)."""


class BucketArchive:
    """Objects named by their hash, put once and never again; read by way of copies on this machine."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._near = Originals()

    def keep(self, source: Source, files: Sequence[Seen]) -> list[Kept | NotKept]:
        return [answer for some in _portions(files) for answer in self._keep(source, some)]

    @contextmanager
    def at_hand(self, hashes: Sequence[str]) -> Iterator[list[Path]]:
        with self._near.holding(hashes) as missing:
            if missing:
                self._bring(missing)
            yield [self._near.path(sha256) for sha256 in hashes]

    def read(self, sha256: str) -> bytes:
        with self.at_hand([sha256]) as (path,):
            return path.read_bytes()

    def discard(self, sha256: str) -> bool:
        self._near.drop(sha256)
        was_there = self._bucket.has_all([_key(sha256)])[0]
        self._bucket.forget(
            _key(sha256)
        )  # older versions too, also where somebody deleted the newest by hand
        return was_there

    def back_up(self, target: Path, name: str) -> dict[str, str]:
        keys = [stored.key for stored in self._bucket.listing() if _ORIGINAL.fullmatch(stored.key)]
        for key in keys:
            (target / name / key).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for start in range(0, len(keys), _FILES):
            some = [key.rpartition("/")[2] for key in keys[start : start + _FILES]]
            for sha256, copy in self._downloaded(some, target / name):
                copy.chmod(0o600)
                copy.replace(target / name / _key(sha256))
        if keys:
            sync(target)
        return {f"{name}/{key}": key.rpartition("/")[2] for key in keys}

    def restore(self, backup: Path) -> None:
        files = {path.relative_to(backup).as_posix(): path for path in files_of(backup)}
        there = self._bucket.has_all(list(files))
        self._bucket.put_files(
            {key: files[key] for key, is_there in zip(files, there, strict=True) if not is_there}
        )

    def strange_to(self, backup: Path) -> str | None:
        for stored in self._bucket.listing():
            ours = backup / stored.key
            if _ORIGINAL.fullmatch(stored.key) and not (
                ours.is_file() and ours.stat().st_size == stored.size
            ):
                return f"{self._bucket.url}/{stored.key}"
        return None

    def _keep(self, source: Source, files: Sequence[Seen]) -> list[Kept | NotKept]:
        with _room_here(), TemporaryDirectory(dir=self._near.folder) as spool:
            copied = source.copy(files, Path(spool))
            copies = {got[1]: got[0] for got in copied if not isinstance(got, str)}
            there = self._bucket.has_all([_key(sha256) for sha256 in copies])
            fresh = {
                _key(sha256): copies[sha256]
                for sha256, is_there in zip(copies, there, strict=True)
                if not is_there
            }
            self._bucket.put_files(fresh)
            for sha256, copy in copies.items():
                self._near.adopt(copy, sha256)
        return [
            NotKept(seen, got) if isinstance(got, str) else Kept(seen, got[1])
            for seen, got in zip(files, copied, strict=True)
        ]

    def _bring(self, hashes: Sequence[str]) -> None:
        with _room_here(), TemporaryDirectory(dir=self._near.folder) as spool:
            for sha256, copy in self._downloaded(hashes, Path(spool)):
                self._near.adopt(copy, sha256)

    def _downloaded(self, hashes: Iterable[str], into: Path) -> list[tuple[str, Path]]:
        """Copies whose content is what their name says. Raises Unavailable where one is not, or is gone."""
        copies = {sha256: temporary(into / sha256) for sha256 in hashes}
        fetched = self._bucket.fetch({_key(sha256): (copy, None) for sha256, copy in copies.items()})
        for sha256, got in zip(copies, fetched, strict=True):
            where = f"{self._bucket.url}/{_key(sha256)}"
            if isinstance(got, Changed):
                raise Unavailable(f"存档里读不到原件：{where}（{got}）")
            if got != sha256:
                raise Unavailable(
                    f"存档里的原件坏了：{where}（内容的 SHA-256 是 {got}）。请从以前的备份里找回它"
                )
        return list(copies.items())


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _portions(files: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    start, size = 0, 0
    for at, seen in enumerate(files):
        if at > start and (at - start == _FILES or size + seen.size > _BYTES):
            yield files[start:at]
            start, size = at, 0
        size += seen.size
    if files:
        yield files[start:]


@contextmanager
def _room_here() -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise Unavailable(f"本机的临时文件夹写不进去（{why.strerror}）。请看 TMPDIR 所在的磁盘") from why
