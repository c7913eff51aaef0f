"""What the office's guide says to type is typed here, from the first chapter to the last."""

import re
from pathlib import Path

from click.testing import CliRunner

from etl.books.blank import unit_blank
from etl.cli import main
from etl.definitions import Definitions
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, GOOD, fill

PAGE = (PROJECT / "docs" / "office-guide.md").read_text("utf-8")
COMMANDS = [
    line.split()[1:]
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


def test_the_office_guide_leads_from_the_blanks_to_the_sealed_summary(
    new_office: Path, definitions: Definitions
) -> None:
    share = new_office / "share"
    typed = CliRunner()
    for command in COMMANDS:
        did = typed.invoke(main, command)
        assert did.exit_code == 0, (command, did.output)
        if command[0] == "open":
            _drop(share, definitions)
            assert typed.invoke(main, ["run", CAMPAIGN]).exit_code == 0
    assert {command[0] for command in COMMANDS} >= {"claim", "note", "extend", "finalise", "trace"}
    said = (share / "发布" / "2022年春节" / "清单.json").read_text("utf-8")
    assert "定稿：" in said and "陈科长" in said
    assert list(new_office.glob("*.zip"))


def _drop(share: Path, definitions: Definitions) -> None:
    campaign, form = definitions.campaigns[CAMPAIGN], definitions.forms["double-support"]
    units = {unit.name: unit for unit in definitions.roster.units}
    inbox = share / "收件箱"
    inbox.joinpath("土桥镇.xlsx").write_bytes(fill(unit_blank(form, campaign, units["土桥镇"]), form, GOOD))
    inbox.joinpath("谁的.xlsx").write_bytes(
        fill(unit_blank(form, campaign, units["安居镇"]), form, GOOD, B2="某单位")
    )
