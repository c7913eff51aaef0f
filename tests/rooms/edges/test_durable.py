"""Files written whole or not at all, whoever reads meanwhile and whatever dies."""

import ctypes
import errno
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.edges.durable import temporary, write_all

OLD = b"old " * 200_000
NEW = b"new!" * 250_000
WRITES_FOR_EVER = f"""
import sys
from pathlib import Path
from etl.edges.durable import write_all
folder = Path(sys.argv[1])
while True:
    for content in ({OLD[:4]!r} * {len(OLD) // 4}, {NEW[:4]!r} * {len(NEW) // 4}):
        write_all({{folder / "a.html": content, folder / "b.html": content}})
        print(flush=True)
"""


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_batch_is_written_with_its_folders_and_leaves_nothing_else(tmp_path: Path) -> None:
    files = {tmp_path / "土桥镇" / "1.html": b"one", tmp_path / "未识别单位" / "2.html": b"two"}
    write_all(files)
    assert {path: path.read_bytes() for path in files} == files
    assert listing(tmp_path) == ["土桥镇/1.html", "未识别单位/2.html"]


def test_everybody_may_read_what_is_written_and_only_we_write_it(tmp_path: Path) -> None:
    write_all({tmp_path / "a": b""})
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_an_empty_batch_writes_nothing(tmp_path: Path) -> None:
    write_all({})
    assert listing(tmp_path) == []


def test_a_reader_in_a_loop_sees_a_whole_file_or_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "汇总表.xlsx"
    write_all({path: OLD})
    seen: set[bytes] = set()
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    until = time.monotonic() + 10
    with ThreadPoolExecutor(max_workers=1) as beside:
        reader = beside.submit(read_on)
        while len(seen) < 2 and time.monotonic() < until:
            for content in (NEW, OLD) * 10:
                write_all({path: content})
        stop.set()
        reader.result()  # a reader that found nothing there has failed
    assert seen == {OLD, NEW}


def test_a_process_killed_while_it_writes_leaves_only_whole_files(tmp_path: Path) -> None:
    for delay in (0.001, 0.004, 0.009, 0.015):
        writer = subprocess.Popen([sys.executable, "-c", WRITES_FOR_EVER, tmp_path], stdout=subprocess.PIPE)
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        for name in ("a.html", "b.html"):
            assert (tmp_path / name).read_bytes() in (OLD, NEW)


def test_what_a_crash_left_half_written_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "1.html"
    temporary(path).write_bytes(OLD)
    write_all({path: b"short"})
    assert path.read_bytes() == b"short"
    assert listing(tmp_path) == ["1.html"]


def test_a_file_being_written_has_a_name_that_no_listing_shows(tmp_path: Path) -> None:
    assert temporary(tmp_path / "汇总表.xlsx").parent == tmp_path
    assert temporary(tmp_path / "汇总表.xlsx").name.startswith(".")


def test_if_one_of_a_batch_cannot_be_written_none_is_replaced(tmp_path: Path) -> None:
    write_all({tmp_path / "1.html": b"old"})
    with pytest.raises(OSError, match="File name too long"):
        write_all({tmp_path / "1.html": b"new", tmp_path / ("x" * 250): b"new"})
    assert (tmp_path / "1.html").read_bytes() == b"old"


def test_a_link_in_its_place_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "别处").write_bytes(b"theirs")
    (tmp_path / "1.html").symlink_to(tmp_path / "别处")
    write_all({tmp_path / "1.html": b"ours"})
    assert (tmp_path / "别处").read_bytes() == b"theirs"
    assert (tmp_path / "1.html").read_bytes() == b"ours"
    assert not (tmp_path / "1.html").is_symlink()


def test_a_link_laid_under_the_temporary_name_is_not_written_through_and_hinders_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "别处").write_bytes(b"theirs")
    temporary(tmp_path / "1.html").symlink_to(tmp_path / "别处")
    write_all({tmp_path / "1.html": b"ours"})
    assert (tmp_path / "别处").read_bytes() == b"theirs"
    assert (tmp_path / "1.html").read_bytes() == b"ours"
    assert not (tmp_path / "1.html").is_symlink()


def test_a_file_that_somebody_has_open_goes_on_being_whole_for_them(tmp_path: Path) -> None:
    write_all({tmp_path / "1.html": OLD})
    with (tmp_path / "1.html").open("rb") as held:
        held.read(10)
        write_all({tmp_path / "1.html": NEW})
        held.seek(0)
        assert held.read() == OLD
    assert (tmp_path / "1.html").read_bytes() == NEW


def test_a_disk_that_cannot_bring_it_home_is_told_and_nothing_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        @staticmethod
        def syncfs(_handle: int) -> int:
            ctypes.set_errno(errno.EIO)
            return -1

    monkeypatch.setattr("etl.edges.durable._libc", Full)
    with pytest.raises(OSError, match="Input/output error"):
        write_all({tmp_path / "1.html": b"new"})
    assert listing(tmp_path) == []


def test_who_looks_into_a_file_for_a_moment_does_not_keep_it_from_being_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all({tmp_path / "1.html": b"old"})
    replace, tries = Path.replace, []

    def busy_once(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) == 1:
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", busy_once)
    assert write_all({tmp_path / "1.html": b"new"}) == set()
    assert (tmp_path / "1.html").read_bytes() == b"new"
