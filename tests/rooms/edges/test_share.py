"""The share: its marker, and the few things done to it."""

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath

import pytest

from etl.edges.archive import Kept
from etl.edges.inbox import Seen
from etl.edges.share import MARKER
from etl.edges.share_folder import FolderShare
from etl.errors import Unavailable

TITLE = "2022年春节"
GIB = 1024**3


@pytest.fixture
def share(tmp_path: Path) -> FolderShare:
    share = FolderShare(tmp_path / "share")
    share.prepare(TITLE)
    return share


def dropped(share: FolderShare, name: str = "表.xlsx", content: bytes = b"x") -> Seen:
    (share.inbox / name).write_bytes(content)
    return next(seen for seen in share.look(GIB).files if seen.file == name)


def taken(seen: Seen, content: bytes = b"x") -> Kept:
    return Kept(seen, hashlib.sha256(content).hexdigest())


def test_preparing_makes_the_folders_of_a_campaign_and_the_marker(share: FolderShare) -> None:
    folders = {str(path.relative_to(share.root)) for path in share.root.rglob("*") if path.is_dir()}
    assert folders == {"收件箱", "回执", "空白表", f"空白表/{TITLE}", "发布", f"发布/{TITLE}"}
    assert "请不要删除" in (share.root / MARKER).read_text("utf-8")
    share.require()


def test_preparing_again_writes_nothing(share: FolderShare) -> None:
    before = (share.root / MARKER).stat()
    share.prepare(TITLE)
    after = (share.root / MARKER).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_share_that_is_not_there_is_an_alarm_that_names_it(tmp_path: Path) -> None:
    share = FolderShare(tmp_path / "没挂上")
    for ask in (share.require, lambda: share.look(GIB)):
        with pytest.raises(Unavailable, match=r"没有挂载或不见了：.*没挂上"):
            ask()


def test_a_folder_without_the_marker_is_no_share_even_with_an_inbox(share: FolderShare) -> None:
    (share.root / MARKER).unlink()
    (share.inbox / "表.xlsx").write_bytes(b"x")
    assert not share.is_marked()
    with pytest.raises(Unavailable, match=MARKER):
        share.look(GIB)


def test_a_folder_of_the_markers_name_is_no_marker(share: FolderShare) -> None:
    (share.root / MARKER).unlink()
    (share.root / MARKER).mkdir()
    with pytest.raises(Unavailable):
        share.require()


def test_a_share_without_its_inbox_is_an_alarm_too(share: FolderShare) -> None:
    share.inbox.rmdir()
    with pytest.raises(Unavailable, match="没有“收件箱”"):
        share.look(GIB)


def test_an_inbox_that_cannot_be_read_is_an_alarm_and_never_empty(
    open_folder: Path, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    share = FolderShare(open_folder)
    share.prepare(TITLE)
    share.inbox.chmod(0o000)
    with without_rights(), pytest.raises(Unavailable, match=r"收件箱读不了：.*（Permission denied）"):
        share.look(GIB)
    share.inbox.chmod(0o700)


def test_a_share_that_answers_with_an_error_is_an_alarm_like_one_that_is_not_there(
    open_folder: Path, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    share = FolderShare(open_folder / "share")
    share.prepare(TITLE)
    share.root.chmod(0o000)
    with without_rights(), pytest.raises(Unavailable, match="没有挂载或不见了"):
        share.require()
    share.root.chmod(0o700)


def test_a_file_that_is_still_the_same_is_taken_out(share: FolderShare) -> None:
    seen = dropped(share)
    assert share.remove([taken(seen)]) == [True]
    assert share.look(GIB).files == ()


def test_a_file_saved_again_with_another_size_stays(share: FolderShare) -> None:
    seen = dropped(share)
    os.utime(share.inbox / "表.xlsx", ns=(seen.mtime_ns, seen.mtime_ns))
    (share.inbox / "表.xlsx").write_bytes(b"corrected")
    os.utime(share.inbox / "表.xlsx", ns=(seen.mtime_ns, seen.mtime_ns))
    assert share.remove([taken(seen)]) == [True]
    assert (share.inbox / "表.xlsx").read_bytes() == b"corrected"


def test_a_file_saved_again_at_another_time_stays(share: FolderShare) -> None:
    seen = dropped(share)
    os.utime(share.inbox / "表.xlsx", ns=(seen.mtime_ns + 1, seen.mtime_ns + 1))
    assert share.remove([taken(seen)]) == [True]
    assert (share.inbox / "表.xlsx").exists()


def test_a_file_somebody_took_away_is_no_trouble(share: FolderShare) -> None:
    seen = dropped(share)
    (share.inbox / "表.xlsx").unlink()
    assert share.remove([taken(seen)]) == [True]


def test_a_file_with_a_name_in_raw_bytes_is_taken_out(share: FolderShare) -> None:
    os.close(os.open(os.fsencode(share.inbox) + b"/\xb1\xed.xlsx", os.O_CREAT))
    (seen,) = share.look(GIB).files
    assert share.remove([taken(seen, b"")]) == [True]
    assert share.look(GIB).files == ()


def test_other_bytes_of_the_same_size_and_time_stay(share: FolderShare) -> None:
    seen = dropped(share)
    (share.inbox / "表.xlsx").write_bytes(b"y")
    os.utime(share.inbox / "表.xlsx", ns=(seen.mtime_ns, seen.mtime_ns))
    assert share.remove([taken(seen)]) == [True]
    assert (share.inbox / "表.xlsx").read_bytes() == b"y"


def test_nothing_is_copied_or_taken_out_through_a_folder_that_became_a_link(
    share: FolderShare, tmp_path: Path
) -> None:
    (share.inbox / "土桥镇").mkdir()
    seen = dropped(share, "土桥镇/表.xlsx")
    elsewhere = tmp_path / "elsewhere"
    (share.inbox / "土桥镇").rename(elsewhere)
    (share.inbox / "土桥镇").symlink_to(elsewhere)
    assert share.copy([seen], tmp_path) == ["打不开（Not a directory）"]
    assert share.remove([taken(seen)]) == [True]
    assert (elsewhere / "表.xlsx").exists()
    assert share.look(GIB).files == ()


def test_only_the_one_file_is_taken_out_of_a_units_folder(share: FolderShare) -> None:
    (share.inbox / "土桥镇").mkdir()
    seen = dropped(share, "土桥镇/表.xlsx")
    dropped(share, "土桥镇/总结.docx")
    assert share.remove([taken(seen)]) == [True]
    assert [left.file for left in share.look(GIB).files] == ["土桥镇/总结.docx"]


def test_a_file_that_cannot_be_taken_out_is_named_and_stops_nobody(
    open_folder: Path,
    without_rights: Callable[[], AbstractContextManager[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    share = FolderShare(open_folder)
    share.prepare(TITLE)
    seen = dropped(share)
    share.inbox.chmod(0o555)
    with without_rights():
        assert share.remove([taken(seen)]) == [False]
    share.inbox.chmod(0o700)
    assert "拿不走：表.xlsx（Permission denied）" in caplog.text


def test_a_share_that_cannot_be_written_is_the_worlds_failure_and_names_itself(
    tmp_path: Path, share: FolderShare
) -> None:
    (share.root / "file").touch()
    elsewhere = FolderShare(share.root / "file" / "share")
    for write, names in (
        (lambda: elsewhere.prepare(TITLE), "file/share（Not a directory）"),
        (lambda: share.write({PurePosixPath("file/a"): b""}), "share（File exists）"),
    ):
        with pytest.raises(Unavailable, match=f"共享文件夹写不进去：.*{names}"):
            write()


def test_nothing_is_written_or_taken_where_the_share_is_not_mounted(share: FolderShare) -> None:
    seen = dropped(share)
    share.root.rename(share.root.with_name("away"))
    share.root.mkdir()
    for use in (
        lambda: share.write({PurePosixPath("回执/1.html"): b""}),
        lambda: share.discard([PurePosixPath("回执/1.html")]),
        lambda: share.remove([taken(seen)]),
    ):
        with pytest.raises(Unavailable, match="没有挂载或不见了"):
            use()
    assert not list(share.root.iterdir())


def test_a_share_that_goes_away_while_we_write_is_told_since_what_was_written_may_be_hidden(
    share: FolderShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_away(folder: Path) -> None:
        share.root.rename(share.root.with_name("away"))
        (share.root / "回执").mkdir(parents=True)
        (share.root / "回执" / ".正在写-1.html").touch()
        monkeypatch.undo()

    monkeypatch.setattr("etl.edges.durable.sync", goes_away)
    with pytest.raises(Unavailable, match="没有挂载或不见了"):
        share.write({PurePosixPath("回执/1.html"): b""})


def test_a_file_that_somebody_has_open_on_a_windows_share_stays_and_is_named_and_the_others_are_replaced(
    share: FolderShare, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened, other = PurePosixPath("发布/汇总表.xlsx"), PurePosixPath("发布/未报名单.xlsx")
    share.write({opened: b"old", other: b"old"})
    as_windows_does(monkeypatch, share.root / opened)
    assert share.write({opened: b"new", other: b"new"}) == {opened}
    assert (share.read(opened), share.read(other)) == (b"old", b"new")
    assert share.discard([opened, other]) == {opened}
    assert [path.name for path in (share.root / "发布").iterdir() if path.is_file()] == ["汇总表.xlsx"]
    assert "有人正开着这个文件，先留着原样，下次再换：发布/汇总表.xlsx" in caplog.text


def as_windows_does(monkeypatch: pytest.MonkeyPatch, opened: Path) -> None:
    """Nobody replaces or removes a file that somebody has open."""
    replace, unlink = Path.replace, Path.unlink

    def refuse(path: Path) -> None:
        if path == opened:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))

    def replaced(self: Path, target: Path) -> Path:
        refuse(target)
        return replace(self, target)

    def unlinked(self: Path, missing_ok: bool = False) -> None:
        refuse(self)
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)


def test_a_server_that_answers_with_an_error_is_the_worlds_failure_wherever_we_look(
    share: FolderShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = Path.stat

    def stale(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if self.name != MARKER:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(self))
        return stat(self, follow_symlinks=follow_symlinks)

    share.write({PurePosixPath("回执/1.html"): b""})
    monkeypatch.setattr(Path, "stat", stale)
    for look in (
        lambda: share.look(GIB),
        lambda: share.has(PurePosixPath("回执/1.html")),
        lambda: share.names(PurePosixPath("回执")),
    ):
        with pytest.raises(Unavailable):
            look()
