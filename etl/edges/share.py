"""The shared folder: its rooms, and the marker that tells it from an empty mount point."""

import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.accounts import keep_to
from etl.edges.durable import write_all
from etl.edges.inbox import InboxView, Seen, look
from etl.errors import Unavailable

log = logging.getLogger(__name__)
MARKER = ".双拥报送共享文件夹"
_MARKER_SAYS = "双拥报送系统靠这个文件认出共享文件夹，请不要删除。\n"


class Share:
    """Paths on the share, and the few things done to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox = root / "收件箱"
        self.receipts = root / "回执"

    def blanks(self, campaign_title: str) -> Path:
        return self.root / "空白表" / campaign_title

    def published(self, campaign_title: str) -> Path:
        return self.root / "发布" / campaign_title

    def is_marked(self) -> bool:
        """False also where the server behind a mount answers with an error."""
        try:
            return (self.root / MARKER).is_file()
        except OSError:
            return False

    def prepare(self, campaign_title: str) -> None:
        """Create the folders of a campaign, and the marker. Raises Unavailable."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (
                self.inbox,
                self.receipts,
                self.blanks(campaign_title),
                self.published(campaign_title),
            ):
                folder.mkdir(parents=True, exist_ok=True)
            if not self.is_marked():
                write_all({self.root / MARKER: _MARKER_SAYS.encode()})
        except OSError as why:
            raise Unavailable(f"共享文件夹写不进去：{self.root}（{why.strerror}）") from why

    def keep_apart(self, units: Mapping[str, int], office: int | None) -> list[str]:
        """Let only a unit's own group (by unit) into its receipts, and the office's group alone into those of
        unknown senders; the units for which the system does not allow that. Raises Unavailable."""
        try:
            if units and office is not None:
                keep_to(self.receipts / UNKNOWN_SENDER, office)
            return [unit for unit, group in units.items() if not keep_to(self.receipts / unit, group)]
        except OSError as why:
            raise Unavailable(f"共享文件夹写不进去：{self.root}（{why.strerror}）") from why

    def require(self) -> None:
        """Raise Unavailable unless this really is the share: an unmounted folder is never an empty inbox."""
        if not self.is_marked():
            raise Unavailable(
                f"共享文件夹没有挂载或不见了：{self.root}（找不到标记文件 {MARKER}）。没有收件，请检查后再试。"
            )
        if not self.inbox.is_dir():
            raise Unavailable(f"共享文件夹里没有“收件箱”：{self.inbox}。请恢复后再试。")

    def look(self, never_opened_bytes: int) -> InboxView:
        self.require()
        try:
            return look(self.inbox, never_opened_bytes)
        except OSError as why:
            raise Unavailable(f"收件箱读不了：{self.inbox}（{why.strerror}）") from why

    def write(self, files: Mapping[Path, bytes]) -> None:
        try:
            write_all(files)
        except OSError as why:
            raise Unavailable(f"共享文件夹写不进去：{self.root}（{why.strerror}）") from why

    def discard(self, files: Iterable[Path]) -> None:
        """Remove files that we wrote, where they still stand."""
        try:
            for path in files:
                path.unlink(missing_ok=True)
        except OSError as why:
            raise Unavailable(f"共享文件夹写不进去：{self.root}（{why.strerror}）") from why

    def remove(self, seen: Seen) -> bool:
        """Take a file out of the inbox if it is still the one that was taken.

        False only where it is and cannot be taken out; one that changed meanwhile is a new file.
        """
        path = os.path.join(os.fsencode(self.inbox), seen.path)  # noqa: PTH118 - names may be any bytes
        try:
            about = os.lstat(path)
            if (about.st_size, about.st_mtime_ns) != (seen.size, seen.mtime_ns):
                return True
            os.unlink(path)  # noqa: PTH108
        except FileNotFoundError:
            return True
        except OSError as why:
            log.warning("收件箱里的文件拿不走：%s（%s）。回执已发，下次再拿", seen.file, why.strerror)
            return False
        return True
