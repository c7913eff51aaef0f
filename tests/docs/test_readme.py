"""What the READMEs say to type is typed here: every command of their table, in their order, at one office; and what
they say to make is there to be made. (`make demo` and `make test` themselves are what CI runs.)"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from etl.books.blank import unit_blank
from etl.cli import main
from etl.definitions import Definitions
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, GOOD, fill

PAGES = {name: (PROJECT / name).read_text("utf-8") for name in ("README.md", "README.zh.md")}
MEANT = {
    "CAMPAIGN": CAMPAIGN,
    "PREVIOUS": CAMPAIGN,
    "UNIT": "虎峰镇",
    "RULE…": "visited_too_few",
    "TEXT": "电话说明天报",
    "ROW": "重点优抚对象",
    "COLUMN": "visited",
    "审批人": "陈科长",
}
MEANT_BY: dict[str, dict[str, str]] = {
    "new": {"CAMPAIGN": "2022-august"},
    "claim": {"FILE": "谁的.xlsx", "UNIT": "安居镇"},
    "accept": {"FILE": "错的.xlsx"},
    "reopen": {"FILE": "错的.xlsx"},
    "receive": {"FILE": "送来的.xlsx"},
    "enter": {"UNIT": "平滩镇"},
    "purge": {"FILE": "错的.xlsx"},
    "backup": {"FOLDER": "backup"},
    "restore": {"FOLDER": "backup"},
    "evidence": {"UNIT": "土桥镇"},
    "load-history": {"FOLDER": "earlier", "CAMPAIGN": "2022-august"},
    "sample": {"FOLDER": "sample"},
}
BESIDES = {
    "new": "--festival august --title 2022年八一 --opens 2022-07-01 --deadline 2022-08-05T23:59:59 "
    "--closes 2022-09-05T23:59:59",
    "accept": "--why 电话核实过",
    "reopen": "--why 单位要改",
    "receive": "--at 2022-02-01T09:00:00 --via 微信",
    "enter": "--at 2022-02-01T09:00:00 --via 电话 --nil",
    "extend": "--until 2022-02-15T18:00:00 --why 下乡",
    "purge": "--by 张三 --why 不该存",
    "finalise": "--yes",
}
"""What a command asks for besides what the table shows."""


def typed_in(page: str) -> list[str]:
    """The commands of the table, as they stand there."""
    rows = re.findall(r"^\| (`returns .*?) \|", page, re.MULTILINE)
    return [command for row in rows for command in re.findall(r"`returns ([^`]+)`", row)]


def test_both_readmes_name_the_same_commands() -> None:
    assert typed_in(PAGES["README.md"]) == typed_in(PAGES["README.zh.md"])


@pytest.mark.parametrize("name", PAGES)
def test_what_a_readme_says_to_make_can_be_made(name: str) -> None:
    for target in set(re.findall(r"^make (\S+)", PAGES[name], re.MULTILINE)):
        subprocess.run(["make", "--dry-run", target], cwd=PROJECT, check=True, capture_output=True)


def test_the_commands_of_the_table_do_what_they_say(new_office: Path, definitions: Definitions) -> None:
    typed = CliRunner()
    for command in typed_in(PAGES["README.md"]):
        name, *rest = command.split()
        meant = MEANT | MEANT_BY.get(name, {})
        words = [meant.get(word.strip("[]"), word) for word in rest]
        if name == "restore":
            lose(new_office)
        did = typed.invoke(main, [name, *words, *BESIDES.get(name, "").split()])
        assert did.exit_code == 0, (command, did.output)
        if name == "open":
            drop(new_office, definitions)


def lose(office: Path) -> None:
    """What is on the machine's own disk."""
    shutil.rmtree(office / "archive")
    for path in office.glob("warehouse.db*"):
        path.unlink()


def drop(office: Path, definitions: Definitions) -> None:
    campaign, form = definitions.campaigns[CAMPAIGN], definitions.forms["double-support"]
    units = {unit.name: unit for unit in definitions.roster.units}
    blank = {
        unit: unit_blank(form, campaign, units[unit]) for unit in ("土桥镇", "安居镇", "旧县街道", "虎峰镇")
    }
    inbox = office / "share" / "收件箱"
    inbox.joinpath("土桥镇.xlsx").write_bytes(fill(blank["土桥镇"], form, GOOD))
    inbox.joinpath("谁的.xlsx").write_bytes(fill(blank["安居镇"], form, GOOD, B2="某单位"))
    inbox.joinpath("错的.xlsx").write_bytes(fill(blank["旧县街道"], form, GOOD, C9=999))
    office.joinpath("送来的.xlsx").write_bytes(fill(blank["虎峰镇"], form, GOOD))
    office.joinpath("earlier").mkdir()
    office.joinpath("earlier", "土桥镇.xlsx").write_bytes(fill(blank["土桥镇"], form, GOOD))
