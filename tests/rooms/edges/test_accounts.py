"""Who may see what: receipts of one unit are not for another, and nobody looks into the archive or the warehouse."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.accounts import group_called, keep_to, name_of
from etl.edges.share import RECEIPTS
from etl.edges.share_folder import FolderShare
from tests.desk import Desk

OURS, OTHERS, OFFICE = 61_001, 61_002, 61_003
A_CLERK = 61_100
TRY = """
import os, sys
folder, clerk, *groups = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([int(group) for group in groups]); os.setgid(int(groups[0])); os.setuid(int(clerk))
try:
    print(open(os.path.join(folder, "receipt.html")).read())
except PermissionError:
    print("refused")
"""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A share that every account of the machine can reach, as a mounted one."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def read_as(folder: Path, *groups: int) -> str:
    """What an ordinary account of these groups reads there."""
    command = [sys.executable, "-c", TRY, str(folder), str(A_CLERK), *map(str, groups)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_only_a_units_own_group_reads_its_receipts(open_to_all: Path) -> None:
    if os.geteuid() != 0:  # an ordinary account has only its own groups to give
        own = os.getgid()
        assert keep_to(open_to_all / "甲", own)
        assert stat.S_IMODE((open_to_all / "甲").stat().st_mode) == 0o2750
        assert not keep_to(open_to_all / "乙", OURS)
        return
    share = FolderShare(open_to_all / "share")
    share.prepare("2022年春节")
    receipts = share.root / RECEIPTS
    assert share.keep_apart({"甲街道": OURS, "乙街道": OTHERS}, OFFICE) == []
    for folder in ("甲街道", "乙街道", UNKNOWN_SENDER):
        share.write({RECEIPTS / folder / "receipt.html": folder.encode()})
    assert read_as(receipts / "甲街道", OURS) == "甲街道"
    assert read_as(receipts / "甲街道", OTHERS) == "refused"
    assert read_as(receipts / "甲街道", OTHERS, OURS) == "甲街道"
    assert read_as(receipts / UNKNOWN_SENDER, OURS) == "refused"
    assert read_as(receipts / UNKNOWN_SENDER, OFFICE) == UNKNOWN_SENDER


def test_a_folder_that_everybody_could_enter_before_is_closed(open_to_all: Path) -> None:
    folder = open_to_all / "甲"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    assert keep_to(folder, os.getgid())
    assert stat.S_IMODE(folder.stat().st_mode) & 0o007 == 0


def test_opening_without_groups_leaves_receipts_as_they_were(sqlite_desk: Desk) -> None:
    assert group_called("returns-t01") is None
    assert not list(sqlite_desk.receipts_folder.iterdir())


def test_nobody_else_enters_the_archive_or_reads_the_warehouse(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    old = os.umask(0)
    try:
        desk.run()
    finally:
        os.umask(old)
    root = desk.office.archive.root
    for path in (root, *root.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    for path in Path(str(desk.office.warehouse.url.database)).parent.glob("warehouse.db*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_ledger_keeps_who_owned_the_file_and_who_last_saved_it(desk: Desk) -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(desk.filled("土桥镇")))
    book.properties.lastModifiedBy = "张三\x85 13800138000=HYPERLINK()"
    out = io.BytesIO()
    book.save(out)
    desk.drop("土桥镇.xlsx", out.getvalue())
    desk.drop("安居镇.csv", b"not a form")
    desk.run()
    with desk.office.warehouse.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT file, share_owner, last_author FROM submissions ORDER BY file"
        )
        owner = name_of(os.getuid())
        assert [tuple(row) for row in rows] == [
            ("土桥镇.xlsx", owner, "张三\ufffd 138****8000=HYPERLINK()"),
            ("安居镇.csv", owner, None),
        ]


def test_an_account_that_this_machine_does_not_know_is_its_number() -> None:
    assert name_of(61_999) == "61999"
