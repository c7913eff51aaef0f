"""收件箱: what counts as a file to take, what passes, and what is left alone."""

import errno
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from etl.edges.inbox import look

GIB = 1024**3
DEEPER_THAN_PYTHON_GOES = 1100


def files(inbox: Path) -> list[str]:
    return [seen.file for seen in look(inbox, GIB).files]


def left_alone(inbox: Path) -> dict[str, str]:
    return {left.file: left.why for left in look(inbox, GIB).left_alone}


def put(inbox: Path, *names: str) -> None:
    for name in names:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(b"x")


@pytest.mark.parametrize(
    "name",
    [
        "统计表.xlsx",
        "没有扩展名",
        "~表.xlsx",
        "$表.xlsx",
        "表.tmp.xlsx",
        "tmp",
        "desktop.ini.xlsx",
        " 前后有空格 .xlsx ",
        "换\n行\t表.xlsx",
        "'; DROP TABLE submissions; --.xlsx",
        "=1+1.xlsx",
        "-rf",
        "表\u202e.xlsx",
        "e\u0301 is not \u00e9.xlsx",
        "长" * 83 + "x.xlsx",  # 255 bytes, the longest there is
    ],
)
def test_any_name_may_be_a_submission_and_is_shown_as_it_is(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert files(tmp_path) == [name]
    assert left_alone(tmp_path) == {}


@pytest.mark.parametrize(
    "name",
    [
        "~$统计表.xlsx",
        ".~lock.统计表.xlsx#",
        "统计表.tmp",
        "统计表.xlsx.TMP",
        "下载.part",
        "下载.Crdownload",
        "desktop.ini",
        "Desktop.INI",
        ".DS_Store",
        ".ds_store",
        "Thumbs.db",
        "THUMBS.DB",
        ".统计表.xlsx",
    ],
)
def test_what_programs_leave_behind_is_no_submission_and_not_worth_a_word(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, f"土桥镇/{name}")
    assert files(tmp_path) == []
    assert left_alone(tmp_path) == {}


def test_a_name_in_bytes_that_are_not_utf8_is_shown_byte_by_byte_and_kept_raw(tmp_path: Path) -> None:
    raw = "表格.xlsx".encode("gb18030")
    folder = os.fsencode(tmp_path) + b"/" + "土桥镇".encode()
    os.mkdir(folder)  # noqa: PTH102 - raw bytes
    with open(folder + b"/" + raw, "wb"):  # noqa: PTH123
        pass
    (seen,) = look(tmp_path, GIB).files
    assert seen.path == "土桥镇/".encode() + raw
    assert seen.file == "土桥镇/\\xb1\\xed\\xb8\\xf1.xlsx"
    assert seen.name == "\\xb1\\xed\\xb8\\xf1.xlsx"


def test_folders_may_be_nested_and_files_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    put(tmp_path, "乙.xlsx", "土桥镇/2022/春节/表.xlsx", "土桥镇/a.xlsx", "甲.xlsx")
    assert files(tmp_path) == sorted(["乙.xlsx", "土桥镇/2022/春节/表.xlsx", "土桥镇/a.xlsx", "甲.xlsx"])


def test_what_stands_in_a_folder_that_begins_with_a_dot_is_not_looked_at(tmp_path: Path) -> None:
    put(tmp_path, ".Trash-1000/files/统计表.xlsx", "统计表.xlsx")
    assert files(tmp_path) == ["统计表.xlsx"]


@pytest.fixture
def deep_inbox(tmp_path: Path) -> Iterator[Path]:
    """An inbox whose folders go deeper than recursion could, and past the longest path there is."""
    inbox = tmp_path / "收件箱"
    inbox.mkdir()
    folder = os.open(inbox, os.O_RDONLY)
    for name in ["a"] * DEEPER_THAN_PYTHON_GOES + ["b" * 250] * 10:
        os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(os.open("表.xlsx", os.O_CREAT, dir_fd=folder))
        os.close(folder)
        folder = inner
    os.close(os.open("c" * 250, os.O_CREAT, dir_fd=folder))
    os.close(folder)
    yield inbox
    subprocess.run(["rm", "-rf", inbox], check=True)


def test_folders_however_deep_never_stop_the_look(deep_inbox: Path) -> None:
    view = look(deep_inbox, GIB)
    assert len(view.files) > DEEPER_THAN_PYTHON_GOES
    assert len(view.left_alone) == 1
    assert "（File name too long）" in view.left_alone[0].why


def test_links_pipes_and_sockets_are_named_and_never_opened(tmp_path: Path) -> None:
    outside = tmp_path / "别处"
    put(outside, "秘密.xlsx")
    inbox = tmp_path / "收件箱"
    (inbox / "土桥镇").mkdir(parents=True)
    (inbox / "土桥镇" / "链接.xlsx").symlink_to(outside / "秘密.xlsx")
    (inbox / "断了.xlsx").symlink_to(outside / "没有")
    (inbox / "文件夹").symlink_to(outside)
    (inbox / "转圈").symlink_to(inbox)
    os.mkfifo(inbox / "管道.xlsx")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(inbox, os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{here}/套接字.xlsx")
        os.close(here)
        assert files(inbox) == []
        assert left_alone(inbox) == {
            "土桥镇/链接.xlsx": "是链接，不打开",
            "断了.xlsx": "是链接，不打开",
            "文件夹": "是链接，不打开",
            "转圈": "是链接，不打开",
            "管道.xlsx": "不是普通文件，不打开",
            "套接字.xlsx": "不是普通文件，不打开",
        }


def test_a_file_over_the_limit_is_named_and_never_opened_and_one_at_the_limit_is_taken(
    tmp_path: Path,
) -> None:
    for name, size in (("正好.mp4", GIB), ("太大.mp4", GIB + 1)):
        put(tmp_path, name)
        os.truncate(tmp_path / name, size)
    assert files(tmp_path) == ["正好.mp4"]
    assert left_alone(tmp_path) == {"太大.mp4": "超过 1024 MiB，不打开"}


def test_what_is_seen_of_a_file_is_what_the_folder_says(tmp_path: Path) -> None:
    put(tmp_path, "表.xlsx")
    os.utime(tmp_path / "表.xlsx", ns=(1, 1644400000123456789))
    about = (tmp_path / "表.xlsx").stat()
    (seen,) = look(tmp_path, GIB).files
    assert (seen.size, seen.mtime_ns, seen.inode) == (1, 1644400000123456789, about.st_ino)
    assert seen.ctime_ns == about.st_ctime_ns


def test_a_folder_that_cannot_be_opened_is_named_and_the_others_are_still_seen(
    open_folder: Path, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    put(open_folder, "不让列/表.xlsx", "不让进/表.xlsx", "土桥镇/表.xlsx")
    (open_folder / "不让列").chmod(0o300)
    (open_folder / "不让进").chmod(0o444)
    with without_rights():
        assert files(open_folder) == ["土桥镇/表.xlsx"]
        assert left_alone(open_folder) == {
            "不让列/": "文件夹打不开（Permission denied）",
            "不让进/表.xlsx": "看不到（Permission denied）",
        }
    (open_folder / "不让列").chmod(0o700)
    (open_folder / "不让进").chmod(0o700)


def test_an_inbox_that_is_not_there_is_never_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "收件箱", GIB)


@pytest.mark.parametrize(
    ("file", "lock"),
    [
        ("统计表.xlsx", "~$统计表.xlsx"),  # Excel and WPS
        ("2022年工作总结.docx", "~$22年工作总结.docx"),  # Word, of a long name
        ("统计表.xlsx", ".~lock.统计表.xlsx#"),  # LibreOffice
        ("土桥镇/统计表.xlsx", "土桥镇/~$统计表.xlsx"),
    ],
)
def test_the_lock_that_an_editor_keeps_beside_a_file_is_known_by_the_files_name(
    tmp_path: Path, file: str, lock: str
) -> None:
    put(tmp_path, file, lock)
    os.utime(tmp_path / lock, ns=(5, 5))
    view = look(tmp_path, GIB)
    (seen,) = view.files
    assert view.lock_of(seen) == 5


def test_of_two_locks_the_one_touched_last_counts(tmp_path: Path) -> None:
    put(tmp_path, "表.xlsx", "~$表.xlsx", ".~lock.表.xlsx#")
    os.utime(tmp_path / "~$表.xlsx", ns=(5, 5))
    os.utime(tmp_path / ".~lock.表.xlsx#", ns=(7, 7))
    view = look(tmp_path, GIB)
    assert view.lock_of(view.files[0]) == 7


def test_a_lock_of_another_file_or_in_another_folder_locks_nothing(tmp_path: Path) -> None:
    put(tmp_path, "表.xlsx", "~$另一张表.xlsx", "土桥镇/~$表.xlsx")
    view = look(tmp_path, GIB)
    assert view.lock_of(view.files[0]) is None


def test_a_lock_beside_a_name_in_raw_bytes_is_found_too(tmp_path: Path) -> None:
    raw = "统计表.xlsx".encode("gb18030")
    for name in (raw, b"~$" + raw):
        os.close(os.open(os.fsencode(tmp_path) + b"/" + name, os.O_CREAT))
    view = look(tmp_path, GIB)
    assert view.lock_of(view.files[0]) is not None


def test_a_folder_whose_listing_breaks_off_is_named_and_the_others_are_still_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the server of a share has trouble with one folder."""
    put(tmp_path, "坏/表.xlsx", "土桥镇/表.xlsx")
    real, bad = os.scandir, (tmp_path / "坏").stat().st_ino

    @contextmanager
    def breaking(place: bytes) -> Iterator[Iterator[os.DirEntry[bytes]]]:
        def entries() -> Iterator[os.DirEntry[bytes]]:
            if Path(os.fsdecode(place)).stat().st_ino == bad:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            yield from listing

        with real(place) as listing:
            yield entries()

    monkeypatch.setattr(os, "scandir", breaking)
    assert files(tmp_path) == ["土桥镇/表.xlsx"]
    assert left_alone(tmp_path) == {"坏/": "文件夹打不开（Input/output error）"}
