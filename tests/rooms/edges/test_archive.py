"""The archive: bytes under their hash, once, read-only; and files that cannot be kept this time."""

import hashlib
import os
import stat
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from etl.edges.archive import Kept, NotKept
from etl.edges.archive_folder import FolderArchive
from etl.edges.folder import Folder
from etl.edges.inbox import Seen, look
from etl.errors import Unavailable

MIB = 1024**2
ENDS_EARLY = "sys/devices/system/cpu/online"
"""Says that it has a page of bytes, and has a few."""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "收件箱").mkdir()
    return tmp_path / "收件箱"


@pytest.fixture
def archive(tmp_path: Path) -> FolderArchive:
    return FolderArchive(tmp_path / "archive")


def seen(inbox: Path) -> tuple[Seen, ...]:
    return look(inbox, 1024 * MIB).files


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def archived(archive: FolderArchive) -> list[Path]:
    """Every file that lies in the archive, unfinished ones among them."""
    return sorted(path for path in archive.root.rglob("*") if path.is_file())


def why_not(archive: FolderArchive, inbox: Path, looked: Seen) -> str:
    """Why this one file is not kept; and then nothing of it is left lying."""
    (answer,) = archive.keep(Folder(inbox), [looked])
    assert isinstance(answer, NotKept)
    assert answer.seen == looked
    assert archived(archive) == []
    return answer.why


@pytest.mark.parametrize(
    "content", [b"", b"a form", bytes(range(256)) * 10_000], ids=["empty", "small", "large"]
)
def test_bytes_are_kept_whole_and_read_only_under_their_hash(
    inbox: Path, archive: FolderArchive, content: bytes
) -> None:
    (inbox / "表.xlsx").write_bytes(content)
    looked = seen(inbox)
    assert archive.keep(Folder(inbox), looked) == [Kept(looked[0], sha256(content))]
    place = archive.path(sha256(content))
    assert place == archive.root / sha256(content)[:2] / sha256(content)
    assert place.read_bytes() == content
    assert stat.S_IMODE(place.stat().st_mode) == 0o400
    assert archived(archive) == [place]


def test_keeping_takes_nothing_out_of_the_inbox(inbox: Path, archive: FolderArchive) -> None:
    (inbox / "表.xlsx").write_bytes(b"x")
    before = seen(inbox)
    archive.keep(Folder(inbox), before)
    assert seen(inbox) == before


def test_the_same_bytes_under_two_names_are_kept_once(inbox: Path, archive: FolderArchive) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        (inbox / name).write_bytes(b"the same")
    kept = archive.keep(Folder(inbox), seen(inbox))
    assert [answer.sha256 for answer in kept if isinstance(answer, Kept)] == [sha256(b"the same")] * 2
    assert archived(archive) == [archive.path(sha256(b"the same"))]


def test_what_is_archived_is_never_written_again(inbox: Path, archive: FolderArchive) -> None:
    (inbox / "表.xlsx").write_bytes(b"x")
    archive.keep(Folder(inbox), seen(inbox))
    before = archive.path(sha256(b"x")).stat()
    archive.keep(Folder(inbox), seen(inbox))
    after = archive.path(sha256(b"x")).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert archived(archive) == [archive.path(sha256(b"x"))]


def test_a_name_in_raw_bytes_is_kept_too(inbox: Path, archive: FolderArchive) -> None:
    with open(os.fsencode(inbox) + b"/\xcd\xb3.xlsx", "wb") as file:  # noqa: PTH123 - raw bytes
        file.write(b"x")
    (kept,) = archive.keep(Folder(inbox), seen(inbox))
    assert isinstance(kept, Kept)
    assert kept.seen.path == b"\xcd\xb3.xlsx"


def test_a_file_that_grew_since_it_was_seen_is_not_kept_this_time(
    inbox: Path, archive: FolderArchive
) -> None:
    (inbox / "表.xlsx").write_bytes(b"half")
    (looked,) = seen(inbox)
    (inbox / "表.xlsx").write_bytes(b"half and the other half")
    assert why_not(archive, inbox, looked) == "还在变化"


def test_a_file_saved_again_with_the_same_size_is_not_kept_this_time(
    inbox: Path, archive: FolderArchive
) -> None:
    (inbox / "表.xlsx").write_bytes(b"one")
    (looked,) = seen(inbox)
    (inbox / "表.xlsx").write_bytes(b"two")
    os.utime(inbox / "表.xlsx", ns=(looked.mtime_ns + 1, looked.mtime_ns + 1))
    assert why_not(archive, inbox, looked) == "还在变化"


def test_another_file_put_in_its_place_with_its_size_and_date_is_not_kept(
    inbox: Path, archive: FolderArchive
) -> None:
    (inbox / "表.xlsx").write_bytes(b"one")
    (looked,) = seen(inbox)
    (inbox / "新表.xlsx").write_bytes(b"two")
    os.utime(inbox / "新表.xlsx", ns=(looked.mtime_ns, looked.mtime_ns))
    (inbox / "新表.xlsx").replace(inbox / "表.xlsx")
    assert why_not(archive, inbox, looked) == "还在变化"


@pytest.mark.parametrize("keeps_its_date", [False, True])
def test_a_file_that_changes_while_it_is_copied_is_not_kept_this_time(
    inbox: Path, archive: FolderArchive, *, keeps_its_date: bool
) -> None:
    """Its date may stand from the beginning: a copier can set it before it sends the bytes."""
    large = inbox / "表.xlsx"
    large.touch()
    os.truncate(large, 100 * MIB)
    (looked,) = seen(inbox)

    def save_once_the_copy_has_begun() -> None:
        while not archived(archive):
            pass
        with large.open("r+b") as file:
            file.write(b"saved again")
        if keeps_its_date:
            os.utime(large, ns=(looked.mtime_ns, looked.mtime_ns))

    clerk = threading.Thread(target=save_once_the_copy_has_begun)
    clerk.start()
    why = why_not(archive, inbox, looked)
    clerk.join()
    assert why == "还在变化"


def test_a_file_that_ends_before_its_size_is_not_kept_this_time(inbox: Path, archive: FolderArchive) -> None:
    """As where a server ends the reading at a size that it remembers. What the kernel tells of itself is so too."""
    about = (Path("/") / ENDS_EARLY).stat()
    looked = Seen(os.fsencode(ENDS_EARLY), about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
    (answer,) = archive.keep(Folder(Path("/")), [looked])
    assert answer == NotKept(looked, "还在变化")


def test_a_file_that_vanished_is_told_apart(inbox: Path, archive: FolderArchive) -> None:
    (inbox / "表.xlsx").write_bytes(b"x")
    (looked,) = seen(inbox)
    (inbox / "表.xlsx").unlink()
    assert why_not(archive, inbox, looked) == "读的时候不见了"


def test_a_link_put_in_its_place_is_not_followed(inbox: Path, archive: FolderArchive, tmp_path: Path) -> None:
    (inbox / "表.xlsx").write_bytes(b"x")
    (looked,) = seen(inbox)
    (inbox / "表.xlsx").rename(tmp_path / "别处.xlsx")
    (inbox / "表.xlsx").symlink_to(tmp_path / "别处.xlsx")
    assert why_not(archive, inbox, looked).startswith("打不开")


def test_a_pipe_put_in_its_place_keeps_nobody_waiting(inbox: Path, archive: FolderArchive) -> None:
    (inbox / "表.xlsx").write_bytes(b"")
    (looked,) = seen(inbox)
    (inbox / "表.xlsx").unlink()
    os.mkfifo(inbox / "表.xlsx")
    assert why_not(archive, inbox, looked) == "还在变化"


def test_a_file_nobody_may_open_stays_and_the_others_are_kept(
    open_folder: Path, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        (open_folder / name).write_bytes(name.encode())
    (open_folder / "b.xlsx").chmod(0o000)
    with without_rights():
        a, b, c = FolderArchive(open_folder / "archive").keep(Folder(open_folder), seen(open_folder))
    assert isinstance(a, Kept)
    assert isinstance(c, Kept)
    assert isinstance(b, NotKept)
    assert b.why == "打不开（Permission denied）"


def test_an_original_that_was_cut_short_gives_way_to_the_whole_one(
    inbox: Path, archive: FolderArchive
) -> None:
    (inbox / "表.xlsx").write_bytes(b"whole")
    place = archive.path(sha256(b"whole"))
    place.parent.mkdir(parents=True)
    place.write_bytes(b"wh")
    archive.keep(Folder(inbox), seen(inbox))
    assert place.read_bytes() == b"whole"


def test_a_file_that_opens_and_gives_no_bytes_stays_and_the_others_are_kept(
    inbox: Path, archive: FolderArchive
) -> None:
    """As over the network, where an editor's lock lets a file be opened and not be read."""
    (inbox / "表.xlsx").write_bytes(b"x")
    root = Path("/")
    good = seen(inbox)[0]
    with Path("/proc/self/mem").open("rb") as held:
        about = os.fstat(held.fileno())
        unreadable = Seen(
            f"proc/{os.getpid()}/mem".encode(),
            about.st_size,
            about.st_mtime_ns,
            about.st_ctime_ns,
            about.st_ino,
        )
        path = os.fsencode(inbox / "表.xlsx").lstrip(b"/")
        other = Seen(path, good.size, good.mtime_ns, good.ctime_ns, good.inode)
        bad, kept = archive.keep(Folder(root), [unreadable, other])
    assert bad == NotKept(unreadable, "读不出来（Input/output error）")
    assert kept == Kept(other, sha256(b"x"))
    assert archived(archive) == [archive.path(sha256(b"x"))]


def test_what_a_crash_left_half_done_is_cleared_away_even_where_it_is_read_only(
    open_folder: Path, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    inbox = open_folder / "收件箱"
    inbox.mkdir()
    (inbox / "表.xlsx").write_bytes(b"x")
    archive = FolderArchive(open_folder / "archive")
    with without_rights():
        incoming = archive.root / ".incoming"
        incoming.mkdir(parents=True)
        for number in range(3):
            (incoming / str(number)).write_bytes(b"left by a crash between its copy and its name")
            (incoming / str(number)).chmod(0o444)
        (kept,) = archive.keep(Folder(inbox), seen(inbox))
    assert kept == Kept(seen(inbox)[0], sha256(b"x"))
    assert archived(archive) == [archive.path(sha256(b"x"))]


def test_an_archive_that_cannot_be_written_is_the_worlds_failure_and_names_itself(
    inbox: Path, tmp_path: Path
) -> None:
    (inbox / "表.xlsx").write_bytes(b"x")
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"存档文件夹写不进去：.*file/archive（Not a directory）"):
        FolderArchive(tmp_path / "file" / "archive").keep(Folder(inbox), seen(inbox))
