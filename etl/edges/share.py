"""The shared folder: what stands where in it, and what can be done to it; in a folder, or in a bucket."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from etl.edges.archive import Kept, Source
from etl.edges.inbox import InboxView

MARKER = ".双拥报送共享文件夹"
MARKER_SAYS = "双拥报送系统靠这个文件认出共享文件夹，请不要删除。\n".encode()
INBOX = PurePosixPath("收件箱")
RECEIPTS = PurePosixPath("回执")
BLANKS = PurePosixPath("空白表")
PUBLISHED = PurePosixPath("发布")


ROOT = PurePosixPath()


def blanks(campaign_title: str) -> PurePosixPath:
    return BLANKS / campaign_title


def published(campaign_title: str) -> PurePosixPath:
    return PUBLISHED / campaign_title


class Share(Source, Protocol):
    """The share, by names relative to it, and the inbox on it, by what was seen there.

    Every method raises Unavailable where it cannot be used; a share that is away is never an empty one.
    """

    @property
    def rights_elsewhere(self) -> str:
        """Where it is said who may see what, if the rights of folders do not say it; empty where they do."""
        ...

    def shown(self, name: PurePosixPath = ROOT) -> str:
        """Where something lies, as people are shown it."""
        ...

    def is_marked(self) -> bool: ...

    def require(self) -> None:
        """Raise Unavailable unless this really is the share: an unmounted folder is never an empty inbox."""
        ...

    def prepare(self, campaign_title: str) -> None:
        """Create the folders of a campaign, and the marker."""
        ...

    def keep_apart(self, units: Mapping[str, int], office: int | None) -> list[str]:
        """Let only a unit's own group (by unit) into its receipts and its folder of the inbox, where it has one, and
        the office's group alone into what is published and the receipts of unknown senders; files in the inbox
        are their senders' and the office's. The folders for which that cannot be done."""
        ...

    def look(self, never_opened_bytes: int) -> InboxView: ...

    def remove(self, files: Sequence[Kept]) -> list[bool]:
        """Take files out of the inbox that are still the ones that were taken.

        False only where one is and cannot be taken out; one that changed meanwhile is a new file.
        """
        ...

    def has(self, name: PurePosixPath) -> bool: ...

    def read(self, name: PurePosixPath) -> bytes | None:
        """What a file that we wrote holds; None where it does not stand."""
        ...

    def names(self, folder: PurePosixPath) -> list[PurePosixPath]:
        """The files that stand in a folder itself, in order; none where there is no such folder."""
        ...

    def changed(self, files: Mapping[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
        """Those of the files that do not stand just so."""
        ...

    def write(self, files: Mapping[PurePosixPath, bytes]) -> set[PurePosixPath]:
        """Write a batch of files. A reader sees a whole file or the one before. Those that stay as they were for
        now, since somebody has them open."""
        ...

    def discard(self, names: Iterable[PurePosixPath]) -> set[PurePosixPath]:
        """Remove files that we wrote, where they still stand; those that stay, since somebody has them open."""
        ...
