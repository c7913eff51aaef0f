"""Whatever a file is called and however many there are: each is taken once, whole, and told by its own name."""

import hashlib
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT
from etl.stages.take_in import unchanged
from tests.desk import GOOD, Desk
from tests.hostile.sheets import parts_of, xlsx, zipped
from tests.proofs import proof

MIB = 1024**2
NAMES: tuple[bytes, ...] = (
    "土桥镇é.xlsx".encode(),
    "土桥镇e\u0301.xlsx".encode(),  # looks the same, written otherwise
    "表（土桥镇）.xlsx".encode("gbk"),
    b"\xff\xfe.xlsx",
    ("很" * 83 + ".xlsx").encode(),
    b"a" * 250 + b".xlsx",
    "第一行\n第二行\r.xlsx".encode(),
    "\u202e卡slx.xlsx".encode(),
    b"a..\\..\\etc\\passwd.xlsx",
    b"%2e%2e%2f%00.xlsx",
    b" - .xlsx",
    b"CON.xlsx ",
    b"x.xlsx.",
    b"--help",
    b"$(reboot);`id`.xlsx",
    b"same/name.xlsx",
    b"other/name.xlsx",
    b"/".join(b"d%d" % n for n in range(40)) + b"/deep.xlsx",
)


def test_a_file_that_changed_between_two_looks_is_not_settled(sqlite_desk: Desk) -> None:
    """A copy that goes on, a file saved anew with its size and date, one that had its size and date before its bytes,
    one renamed, one taken away."""
    desk, limits = sqlite_desk, sqlite_desk.office.limits
    for name in ("静.xlsx", "长.xlsx", "换.xlsx", "空洞.xlsx", "改名.xlsx", "拿走.xlsx"):
        desk.drop(name, b"x", mtime=1_600_000_000)
    first = desk.office.share.look(limits.never_opened_bytes)
    with (desk.inbox / "长.xlsx").open("ab") as out:
        out.write(b"more")
    os.utime(desk.inbox / "长.xlsx", (1_600_000_000, 1_600_000_000))
    (desk.inbox / "空洞.xlsx").write_bytes(b"z")
    os.utime(desk.inbox / "空洞.xlsx", (1_600_000_000, 1_600_000_000))
    desk.drop("新.tmp", b"y", mtime=1_600_000_000).replace(desk.inbox / "换.xlsx")
    (desk.inbox / "改名.xlsx").rename(desk.inbox / "新名.xlsx")
    (desk.inbox / "拿走.xlsx").unlink()
    second = desk.office.share.look(limits.never_opened_bytes)
    settled = unchanged(first, second, desk.office.now(), limits)
    assert [seen.name for seen in settled] == ["静.xlsx"]


def test_names_of_every_kind_are_taken_once_and_told_as_they_are(sqlite_desk: Desk) -> None:
    sent = {}
    for number, name in enumerate(NAMES):
        table = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 100 + number}}
        path = sqlite_desk.inbox / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = sqlite_desk.filled("土桥镇", table)
        path.write_bytes(content)
        sent[name.decode("utf-8", "backslashreplace")] = hashlib.sha256(content).hexdigest()
    sqlite_desk.run()
    said = {each["file"]: each["sha256"] for each in sqlite_desk.export()["submissions"]}
    assert said == sent
    assert not [path for path in sqlite_desk.inbox.rglob("*") if not path.is_dir()]
    root = sqlite_desk.settings.share.parent
    assert {path.name for path in root.iterdir()} <= {"share", "archive", "data-docs"} | {
        path.name for path in root.glob("warehouse.db*")
    }
    receipts = [path.name for path in (sqlite_desk.settings.share / "回执").rglob("*.html")]
    assert len(receipts) == len(set(receipts)) == len(NAMES)
    assert all(name.startswith("2022-spring-") for name in receipts)


def test_a_nul_in_what_a_file_tells_of_itself_stops_nothing(desk: Desk) -> None:
    """A database would refuse it: as author, as title, in a part's name."""
    parts = parts_of(xlsx())
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = core.replace(
        "</cp:coreProperties>",
        "<cp:lastModifiedBy>甲_x0000_乙&#xFFFD;</cp:lastModifiedBy></cp:coreProperties>",
    ).encode()
    parts["xl/media/a\x00b.png"] = b"x"
    desk.drop("土桥镇.xlsx", zipped(parts))
    desk.drop("东城街道.xlsx", desk.filled("东城街道", A1="标题_x0000_"))
    desk.run()
    assert [each["status"] for each in desk.export()["submissions"]] == ["accepted", "accepted"]


@pytest.mark.prove
def test_a_hundred_thousand_files_at_once_are_taken_in_within_the_memory_of_one_machine(
    tmp_path: Path,
) -> None:
    """In a process of its own, whose memory at its largest is looked at when it ends."""
    with proof("taking-in", "100,000 files at once, in a tree of folders, on SQLite") as told:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = subprocess.run(
            [sys.executable, "-c", _TAKE_IN, str(tmp_path)],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        taken, batches, lost, twice = map(int, done.stdout.split())
        largest = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024
        told.rounds, told.losses, told.doubles = taken, lost, twice
        print(f"{taken} taken in {batches} batches, {largest / MIB:.0f} MiB at most")  # noqa: T201
        assert (taken, batches, lost, twice) == (100_000, 50, 0, 0)
        assert largest < 1024 * MIB


_TAKE_IN = """
import sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import text
from etl.settings import PROJECT, Settings
from etl.stages.take_in import take_in
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, Desk

root = Path(sys.argv[1])
settings = Settings(root / "share", root / "archive", f"sqlite:///{root / 'warehouse.db'}", PROJECT / "config")
with Desk.at(settings) as desk:
    for folder in range(100):
        (desk.inbox / str(folder)).mkdir()
        for number in range(1000):
            (desk.inbox / str(folder) / f"{number}.txt").write_bytes(b"%d of %d" % (number, folder))
    with desk.office.alone():
        batches = take_in(CAMPAIGN, datetime.fromisoformat(BEFORE_DEADLINE), desk.office, settled=True)
    with desk.office.warehouse.reading() as connection:
        rows = list(connection.execute(text("SELECT path, sha256 FROM submissions")))
    lost = sum(not desk.office.archive.path(row.sha256).is_file() for row in rows)
    print(len(rows), len(batches), lost + 100_000 - len(rows), len(rows) - len({bytes(row.path) for row in rows}))
"""
