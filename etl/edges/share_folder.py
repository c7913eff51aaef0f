"""The share in a folder, as a rule one that is mounted: its rooms, and the marker that tells it from an empty
mount point."""

import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.accounts import EVERY_SENDER, READERS, SENDERS, is_kept_to, keep_to
from etl.edges.archive import Kept
from etl.edges.durable import remove_all, write_all
from etl.edges.folder import Folder
from etl.edges.inbox import InboxView, Seen, look
from etl.edges.no_links import place_of
from etl.edges.share import INBOX, MARKER, MARKER_SAYS, PUBLISHED, RECEIPTS, ROOT, blanks, published
from etl.errors import Unavailable
from etl.masking import shown

log = logging.getLogger(__name__)


class FolderShare:
    """The share at a path of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox = root / INBOX

    rights_elsewhere = ""

    def shown(self, name: PurePosixPath = ROOT) -> str:
        return str(self.root / name)

    def is_marked(self) -> bool:
        """False also where the server behind a mount answers with an error."""
        return _answers((self.root / MARKER).is_file)

    def prepare(self, campaign_title: str) -> None:
        with self._writing():
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (INBOX, RECEIPTS, blanks(campaign_title), published(campaign_title)):
                (self.root / folder).mkdir(parents=True, exist_ok=True)
            if not self.is_marked():
                write_all({self.root / MARKER: MARKER_SAYS})

    def keep_apart(self, units: Mapping[str, int], office: int | None) -> list[str]:
        with self._writing():
            return [
                str(name)
                for name, (who, how) in self._rights(units, office).items()
                if not keep_to(self.root / name, who, how)
            ]

    def open_to_others(self, units: Mapping[str, int], office: int | None) -> list[str]:
        """The folders that are not as `keep_apart` leaves them, and files lying in the inbox that every account of the
        machine may read: some servers let each sender decide. Raises Unavailable."""
        with self._reading(INBOX):
            folders = [
                str(name)
                for name, (who, how) in self._rights(units, office).items()
                if not is_kept_to(self.root / name, who, how)
            ]
            files = [str(INBOX / path.name) for path in self.inbox.glob("[!.]*") if _all_may_read(path)]
        return [*folders, *files]

    def _rights(self, units: Mapping[str, int], office: int | None) -> dict[PurePosixPath, tuple[int, int]]:
        """Each folder's group and mode."""
        wanted = {RECEIPTS / unit: (group, READERS) for unit, group in units.items()}
        wanted |= {
            INBOX / unit: (group, SENDERS) for unit, group in units.items() if (self.inbox / unit).is_dir()
        }
        if units and office is not None:
            wanted |= dict.fromkeys((RECEIPTS / UNKNOWN_SENDER, PUBLISHED), (office, READERS))
            wanted[INBOX] = (office, EVERY_SENDER)
        return wanted

    def require(self) -> None:
        if not self.is_marked():
            raise Unavailable(
                f"共享文件夹没有挂载或不见了：{self.root}（找不到标记文件 {MARKER}）。没有收件，请检查后再试。"
            )
        if not _answers(self.inbox.is_dir):
            raise Unavailable(f"共享文件夹里没有“收件箱”：{self.inbox}。请恢复后再试。")

    def look(self, never_opened_bytes: int) -> InboxView:
        self.require()
        try:
            return look(self.inbox, never_opened_bytes)
        except OSError as why:
            raise Unavailable(f"收件箱读不了：{self.inbox}（{why.strerror}）") from why

    def copy(self, files: Sequence[Seen], into: Path) -> list[tuple[Path, str] | str]:
        return Folder(self.inbox).copy(files, into)

    def remove(self, files: Sequence[Kept]) -> list[bool]:
        return [self._remove(kept) for kept in files]

    def has(self, name: PurePosixPath) -> bool:
        with self._reading(name):
            return (self.root / name).is_file()

    def read(self, name: PurePosixPath) -> bytes | None:
        with self._reading(name), suppress(FileNotFoundError, NotADirectoryError):
            return (self.root / name).read_bytes()
        return None

    def names(self, folder: PurePosixPath) -> list[PurePosixPath]:
        place = self.root / folder
        with self._reading(folder):
            return sorted(folder / path.name for path in place.glob("*") if path.is_file())

    @contextmanager
    def _reading(self, name: PurePosixPath) -> Iterator[None]:
        try:
            yield
        except OSError as why:
            raise Unavailable(f"共享文件夹里的文件读不了：{self.root / name}（{why.strerror}）") from why

    def changed(self, files: Mapping[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
        return {name: content for name, content in files.items() if self.read(name) != content}

    def write(self, files: Mapping[PurePosixPath, bytes]) -> set[PurePosixPath]:
        with self._mounted(), self._writing():
            held = write_all({self.root / name: content for name, content in files.items()})
        return self._told(held)

    def discard(self, names: Iterable[PurePosixPath]) -> set[PurePosixPath]:
        with self._mounted(), self._writing():
            held = remove_all(self.root / name for name in names)
        return self._told(held)

    @contextmanager
    def _mounted(self) -> Iterator[None]:
        """What is written where nothing is mounted would be hidden once it is mounted again: so this looks before,
        and again after."""
        self.require()
        yield
        self.require()

    def _told(self, held: set[Path]) -> set[PurePosixPath]:
        names = {PurePosixPath(path.relative_to(self.root)) for path in held}
        for name in sorted(names):
            log.warning("有人正开着这个文件，先留着原样，下次再换：%s", shown(str(name)))
        return names

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as why:
            raise Unavailable(f"共享文件夹写不进去：{self.root}（{why.strerror}）") from why

    def _remove(self, kept: Kept) -> bool:
        seen = kept.seen
        try:
            with place_of(self.inbox, seen.path) as path:
                if _is_still(path, kept):
                    os.unlink(path)  # noqa: PTH108
        except (FileNotFoundError, NotADirectoryError):
            self.require()  # else it lies on the share that is away
            return True
        except OSError as why:
            log.warning("收件箱里的文件拿不走：%s（%s）。回执已发，下次再拿", shown(seen.file), why.strerror)
            return False
        return True


def _is_still(path: bytes, kept: Kept) -> bool:
    """Whether these very bytes lie there: size and time alone say nothing of a file that was saved over within the
    same second, or whose time was set back. Raises OSError."""
    about = os.lstat(path)
    if (about.st_size, about.st_mtime_ns) != (kept.seen.size, kept.seen.mtime_ns):
        return False
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        same = os.path.samestat(about, os.fstat(file.fileno()))
        return same and hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256


def _all_may_read(path: Path) -> bool:
    about = path.lstat()
    return stat.S_ISREG(about.st_mode) and bool(about.st_mode & stat.S_IROTH)


def _answers(is_there: Callable[[], bool]) -> bool:
    """False also where the server behind a mount answers with an error."""
    try:
        return is_there()
    except OSError:
        return False
