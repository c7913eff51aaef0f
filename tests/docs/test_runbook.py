"""What the runbook says to do at eight in the morning is done here, in an office where that went wrong."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl.books.blank import unit_blank
from etl.definitions import Definitions
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, GOOD, fill

PAGE = (PROJECT / "docs" / "runbook.md").read_text("utf-8")
MENDED = "# 修好以后"
BACKUP = "/备份/20220212"


def sections() -> dict[str, str]:
    """The blocks of commands of the chapter about eight o'clock, by their headings."""
    chapter = PAGE.split("## 早上八点出了问题")[1].split("\n## ")[0]
    parts = re.split(r"^### (.+)$", chapter, flags=re.MULTILINE)[1:]
    return {
        heading: "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def commands(block: str) -> list[list[str]]:
    """Those of the program, without what stands behind #."""
    lines = [line.partition("#")[0].split() for line in block.splitlines()]
    return [line[1:] for line in lines if line[:1] == ["returns"]]


@dataclass
class Machine:
    """An office whose parts can be broken and mended; the address of its warehouse stands in a file."""

    root: Path

    @property
    def share(self) -> Path:
        return self.root / "share"

    @property
    def database(self) -> Path:
        return self.root / "data" / "warehouse.db"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "RETURNS_SHARE": str(self.share),
            "RETURNS_ARCHIVE": str(self.root / "data" / "archive"),
            "RETURNS_WAREHOUSE_FILE": str(self.root / "url"),
            "RETURNS_CONFIG": str(self.root / "config"),
            "AIRFLOW__API__BASE_URL": "http://127.0.0.1:9",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "etl",
                *(one.replace(BACKUP, str(self.root / "backup")) for one in arguments),
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def returns(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err

    def point_to(self, url: str) -> None:
        (self.root / "url").write_text(url)
        (self.root / "url").chmod(0o600)


@pytest.fixture
def machine(tmp_path: Path, definitions: Definitions) -> Machine:
    """A campaign is open, and a form lies in the inbox since last night."""
    office = Machine(tmp_path)
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    office.point_to(f"sqlite:///{office.database}")
    assert office.returns("open", CAMPAIGN)[0] == 0
    campaign, form = definitions.campaigns[CAMPAIGN], definitions.forms["double-support"]
    unit = next(unit for unit in definitions.roster.units if unit.name == "土桥镇")
    content = fill(unit_blank(form, campaign, unit), form, GOOD)
    (office.share / "收件箱" / "土桥镇.xlsx").write_bytes(content)
    return office


def nothing(_machine: Machine) -> Callable[[], None]:
    return lambda: None


def share_away(machine: Machine) -> Callable[[], None]:
    away = machine.root / "away"
    machine.share.rename(away)
    machine.share.mkdir()

    def mount() -> None:
        machine.share.rmdir()
        away.rename(machine.share)

    return mount


def disk_full(machine: Machine) -> Callable[[], None]:
    """More room is asked for than any disk has."""
    limits = machine.root / "config" / "limits.toml"
    before = limits.read_text("utf-8")
    limits.write_text(re.sub(r"least_free_mib\s+= \d+", "least_free_mib = 999999999", before), "utf-8")
    return lambda: limits.write_text(before, "utf-8") and None


def database_down(machine: Machine) -> Callable[[], None]:
    machine.point_to("postgresql://returns:secret@127.0.0.1:9/returns")
    return lambda: machine.point_to(f"sqlite:///{machine.database}")


def clock_wrong(machine: Machine) -> Callable[[], None]:
    """What is on record is later than now: so it looks when the clock has fallen back."""

    def opened_at(moment: str) -> None:
        with sqlite3.connect(machine.database) as connection:
            connection.execute("UPDATE campaigns SET opened_at = ?", (moment,))
        connection.close()

    opened_at("2099-01-01 00:00:00.000000")
    return lambda: opened_at("2022-01-10 00:00:00.000000")


def killed(machine: Machine) -> Callable[[], None]:
    process = machine.start("run", CAMPAIGN)
    time.sleep(2.5)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return lambda: None


def machine_lost(machine: Machine) -> Callable[[], None]:
    assert machine.returns("backup", BACKUP)[0] == 0
    shutil.rmtree(machine.root / "data")
    shutil.rmtree(machine.root / "config")
    (machine.root / "url").unlink()
    return lambda: None


CASES = {
    "Airflow 停了": nothing,
    "共享文件夹断开了": share_away,
    "磁盘满了": disk_full,
    "数据库连不上": database_down,
    "钟走错了": clock_wrong,
    "有进程被杀了": killed,
    "机器坏了": machine_lost,
}


def test_every_case_of_the_runbook_is_tried() -> None:
    assert set(sections()) == set(CASES)
    assert all(commands(block) for block in sections().values())


@pytest.mark.prove
@pytest.mark.parametrize("heading", CASES)
def test_what_the_runbook_says_brings_the_day_to_its_end(heading: str, machine: Machine) -> None:
    mend = CASES[heading](machine)
    before, _, after = sections()[heading].partition(MENDED)
    for command in commands(before):
        status, said = machine.returns(*command)
        if command == ["doctor"]:
            assert status == 1 and "要处理" in said, said
            told = re.search(r"# (要处理　\w+：)", before)
            assert told and told[1] in said, said
        else:
            assert status == 0, said
    mend()
    for command in commands(after):
        status, said = machine.returns(*command)
        assert status == 0, said
    exported = json.loads(machine.returns("export", CAMPAIGN)[1])
    assert [each["file"] for each in exported["submissions"]] == ["土桥镇.xlsx"]
    assert len(list((machine.share / "回执" / "土桥镇").glob("*.html"))) == 1
    assert len(list((machine.share / "发布" / "2022年春节").glob("汇总表*"))) == 1
    assert not list((machine.share / "收件箱").iterdir())
