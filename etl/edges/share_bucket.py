"""The share in a bucket: folders are the fronts of keys, and each object appears whole or not at all."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from etl.edges.archive import Kept
from etl.edges.bucket import Bucket, Stored
from etl.edges.bucket_errors import Changed
from etl.edges.inbox import InboxView, LeftAlone, Listing, Seen
from etl.edges.share import INBOX, MARKER, MARKER_SAYS, RECEIPTS, ROOT
from etl.errors import Unavailable
from etl.masking import shown

log = logging.getLogger(__name__)
_INBOX = f"{INBOX}/"


class BucketShare:
    """The share below a prefix of a bucket. What has come is known by size, moment and ETag."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @property
    def rights_elsewhere(self) -> str:
        return (
            f"谁能看哪个单位的文件夹由桶的策略决定，这里不设：请让各单位只能读 {self.shown(RECEIPTS)}/本单位/、"
            f"只能写 {self.shown(INBOX)}/（见 docs/production.md）"
        )

    def shown(self, name: PurePosixPath = ROOT) -> str:
        return str(self._bucket.url) if name == ROOT else f"{self._bucket.url}/{name}"

    def is_marked(self) -> bool:
        return self._bucket.get(MARKER) is not None

    def require(self) -> None:
        if not self.is_marked():
            raise Unavailable(
                f"共享文件夹不见了：{self.shown()}（找不到标记文件 {MARKER}）。桶或前缀可能写错了；没有收件，请检查后再试。"
            )

    def prepare(self, campaign_title: str) -> None:  # noqa: ARG002 - folders need no making here
        # An object that ends with a slash is what people see as a folder
        self._bucket.put({key: b"" for key in (_INBOX,) if self._bucket.get(key) is None})
        if not self.is_marked():
            self._bucket.put({MARKER: MARKER_SAYS})

    def keep_apart(self, units: Mapping[str, int], office: int | None) -> list[str]:  # noqa: ARG002
        return list(units)

    def look(self, never_opened_bytes: int) -> InboxView:
        self.require()
        found = Listing(never_opened_bytes)
        for stored in self._bucket.listing(_INBOX):
            _enter(stored, found)
        return found.view()

    def copy(self, files: Sequence[Seen], into: Path) -> list[tuple[Path, str] | str]:
        places = [into / str(n) for n in range(len(files))]
        wanted = {_key_of(seen): (place, seen.etag) for seen, place in zip(files, places, strict=True)}
        fetched = self._bucket.fetch(wanted)
        return [
            str(got) if isinstance(got, Changed) else (place, got)
            for got, place in zip(fetched, places, strict=True)
        ]

    def remove(self, files: Sequence[Kept]) -> list[bool]:
        refused = self._bucket.delete_the_same(
            [(_key_of(kept.seen), kept.seen.size, kept.seen.mtime_ns, kept.sha256) for kept in files]
        )
        for kept, why in zip(files, refused, strict=True):
            if why:
                log.warning("收件箱里的文件拿不走：%s（%s）。回执已发，下次再拿", shown(kept.seen.file), why)
        return [why is None for why in refused]

    def has(self, name: PurePosixPath) -> bool:
        return self._bucket.has_all([str(name)])[0]

    def read(self, name: PurePosixPath) -> bytes | None:
        return self._bucket.get(str(name))

    def names(self, folder: PurePosixPath) -> list[PurePosixPath]:
        listed = self._bucket.listing(f"{folder}/", folder_only=True)
        return [PurePosixPath(stored.key) for stored in listed if not stored.key.endswith("/")]

    def changed(self, files: Mapping[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
        folders = {f"{name.parent}/" for name in files}
        sizes = {
            one.key: one.size for folder in folders for one in self._bucket.listing(folder, folder_only=True)
        }
        alike = {
            str(name): content for name, content in files.items() if sizes.get(str(name)) == len(content)
        }
        same = {key for key, differs in zip(alike, self._bucket.differ(alike), strict=True) if not differs}
        return {name: content for name, content in files.items() if str(name) not in same}

    def write(self, files: Mapping[PurePosixPath, bytes]) -> set[PurePosixPath]:
        """Nobody who reads an object keeps it from being replaced: none stays."""
        self._bucket.put({str(name): content for name, content in files.items()})
        return set()

    def discard(self, names: Iterable[PurePosixPath]) -> set[PurePosixPath]:
        self._bucket.delete(str(name) for name in names)
        return set()


def _key_of(seen: Seen) -> str:
    return _INBOX + seen.path.decode()


def _enter(stored: Stored, found: Listing) -> None:
    """What an object of the inbox is: an object that stands for a folder is nothing."""
    path = stored.key.removeprefix(_INBOX)
    *folders, name = path.split("/")
    if not name:
        return
    if {".", ".."} & {*folders, name}:
        found.left.append(LeftAlone(path, "名字里有一段是“.”或“..”，不打开。请改名"))
    elif not any(folder.startswith(".") for folder in folders):
        moment = stored.modified_ns
        found.enter(Seen(path.encode(), stored.size, moment, moment, 0, etag=stored.etag))
