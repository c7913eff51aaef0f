"""Who may see what: receipts of one unit are not for another, and nobody looks into the archive or the warehouse."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import pipeline
from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.accounts import group_called, keep_to, name_of
from etl.edges.share import RECEIPTS
from etl.edges.share_folder import FolderShare
from etl.settings import PROJECT, Settings
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


TRY_ALL = """
import os, sys
clerk, group, *tried = sys.argv[1:]
os.setgroups([int(group)]); os.setgid(int(group)); os.setuid(int(clerk)); os.umask(0o007)
do = {
    "read": lambda path: open(path, "rb").read(),
    "list": os.listdir,
    "put": lambda path: open(path, "xb").write(open(0, "rb").read()),
    "take": os.unlink,
}
for one in tried:
    what, _, path = one.partition(" ")
    try:
        do[what](path)
        print("done")
    except PermissionError:
        print("refused")
"""


def done_by(clerk: int, group: int, *tried: str, content: bytes = b"") -> list[str]:
    """What becomes of what an ordinary account tries, as `read PATH`; it keeps others out of its files, as Samba's
    create mask does."""
    command = [sys.executable, "-c", TRY_ALL, str(clerk), str(group), *tried]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode().split()


@pytest.mark.skipif(os.geteuid() != 0, reason="not root: nobody can be tried as another account")
def test_returns_open_sets_up_a_share_on_which_units_see_nothing_of_each_other(
    open_to_all: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = {"returns-t06": OURS, "returns-t01": OTHERS, "returns-office": OFFICE}
    monkeypatch.setattr(pipeline, "group_called", groups.get)  # this machine's own groups stay as they are
    root = open_to_all
    settings = Settings(
        root / "share", root / "archive", f"sqlite:///{root / 'data' / 'w.db'}", PROJECT / "config"
    )
    with Desk.at(settings) as desk:
        ours, other = (next(u.name for u in desk.office.roster.units if u.code == c) for c in ("T06", "T01"))
        inbox, receipts = desk.inbox, desk.receipts_folder
        a, b, office = (A_CLERK, OURS), (A_CLERK + 1, OTHERS), (A_CLERK + 2, OFFICE)
        form = desk.filled(ours)
        assert done_by(*a, f"put {inbox / '甲.xlsx'}", content=form) == ["done"]
        assert done_by(*b, f"read {inbox / '甲.xlsx'}", f"take {inbox / '甲.xlsx'}") == ["refused"] * 2
        assert done_by(*office, f"read {inbox / '甲.xlsx'}") == ["done"]
        assert done_by(*b, f"put {inbox / '乙.xlsx'}", content=desk.filled(other)) == ["done"]
        assert done_by(*b, f"put {inbox / '谁的.xlsx'}", content=desk.filled(other, B2="某单位")) == ["done"]
        desk.run()
        assert desk.names_in_inbox() == []
        (theirs,) = (receipts / ours).glob("*.html")
        assert done_by(*a, f"read {theirs}", f"take {theirs}") == ["done", "refused"]
        assert done_by(*b, f"read {theirs}", f"list {receipts / ours}") == ["refused"] * 2
        for clerk in (a, b):
            hidden = (receipts / UNKNOWN_SENDER, desk.published, settings.archive)
            assert done_by(*clerk, *(f"list {folder}" for folder in hidden)) == ["refused"] * 3
            assert done_by(*clerk, f"read {root / 'data' / 'w.db'}") == ["refused"]
            assert done_by(*clerk, f"list {settings.share / '空白表' / desk.campaign.title}") == ["done"]
        assert done_by(*office, f"list {desk.published}", f"list {receipts / UNKNOWN_SENDER}") == ["done"] * 2


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
