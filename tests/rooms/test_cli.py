"""The command `returns`, as a person or a script drives it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.books.blank import unit_blank
from etl.definitions import Definitions
from etl.settings import PROJECT
from tests.desk import GOOD, fill

AT = "2022-01-20T09:00:00+08:00"
Returns = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def returns(tmp_path: Path) -> Returns:
    """Run the command in a process of its own, everything under a folder of the test's."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    environment = os.environ | {
        "RETURNS_SHARE": str(tmp_path / "share"),
        "RETURNS_ARCHIVE": str(tmp_path / "archive"),
        "RETURNS_WAREHOUSE": f"sqlite:///{tmp_path / 'warehouse.db'}",
        "RETURNS_CONFIG": str(tmp_path / "config"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "etl", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False
        )

    return run


def test_help_imports_nothing_heavy(returns: Returns) -> None:
    said = returns("--help")
    assert said.returncode == 0
    assert {"open", "new", "run", "export", "status", "trace", "sample"} <= set(said.stdout.split())
    heavy = "{'pandas', 'great_expectations', 'sqlalchemy', 'openpyxl', 'rich', 'pydantic', 'airflow'}"
    code = (
        f"import sys, etl.cli; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr == ""
    )


def test_a_campaign_from_open_to_export(returns: Returns, tmp_path: Path, definitions: Definitions) -> None:
    refused = returns("run", "2022-spring", "--at", AT)
    assert (refused.returncode, refused.stdout) == (5, "")
    assert "还没有开始" in refused.stderr and "Traceback" not in refused.stderr
    assert returns("open", "2022-spring").returncode == 0
    assert len(list((tmp_path / "share" / "空白表" / "2022年春节").glob("*.xlsx"))) == 67
    form, campaign = definitions.forms["double-support"], definitions.campaigns["2022-spring"]
    unit = next(unit for unit in definitions.roster.units if unit.name == "土桥镇")
    form_sent = fill(unit_blank(form, campaign, unit), form, GOOD)
    (tmp_path / "share" / "收件箱" / "土桥镇.xlsx").write_bytes(form_sent)
    ran = returns("run", "2022-spring", "--at", AT)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "收下 1" in ran.stdout
    said = json.loads(returns("export", "2022-spring", "--at", AT).stdout)
    assert (said["schema"], said["accepted"], said["as_of"]) == (1, 1, AT)
    traced = returns("trace", "2022-spring", "重点优抚对象", "visited")
    assert traced.stdout.splitlines()[1].split("\t")[:6] == [
        "土桥镇",
        "120",
        "120",
        "土桥镇.xlsx",
        "统计表",
        "C5",
    ]
    ambiguous = returns("trace", "2022-spring", "总计", "发放人数")
    assert ambiguous.returncode == 5 and "不止一列" in ambiguous.stderr
    status = returns("status")
    assert status.returncode == 0 and "2022年春节" in status.stdout and "\x1b" not in status.stdout
    earlier = returns("run", "2022-spring", "--at", "2022-01-19T09:00:00+08:00")
    assert earlier.returncode == 5 and "不能回到更早" in earlier.stderr


def test_a_moment_without_a_zone_is_the_campaigns_own(returns: Returns) -> None:
    returns("open", "2022-spring")
    assert returns("run", "2022-spring", "--at", "2022-01-20T09:00:00").returncode == 0
    assert json.loads(returns("export", "2022-spring", "--at", "2022-01-20T01:00:00Z").stdout)["as_of"] == AT
    wrong = returns("run", "2022-spring", "--at", "明天")
    assert wrong.returncode == 5 and "认不出时间" in wrong.stderr


def test_the_next_campaign_is_made_from_the_last(returns: Returns, tmp_path: Path) -> None:
    roster = tmp_path / "config" / "roster.csv"
    lines = roster.read_text("utf-8").splitlines()
    lines = [line.removesuffix(",,") + ",,2022-05-31" if line.startswith("T28,") else line for line in lines]
    roster.write_text("\n".join([*lines, "T29,新设镇,,镇街,铜梁区,,,,2022-06-01,"]) + "\n", "utf-8")
    dates = ("--opens", "2022-07-01", "--deadline", "2022-08-05T23:59:59", "--closes", "2022-09-05T23:59:59")
    made = returns(
        "new", "2022-august", "--from", "2022-spring", "--festival", "august", "--title", "2022年八一", *dates
    )
    assert made.returncode == 0, made.stderr
    assert "新增单位：新设镇" in made.stdout and "撤销单位：双山镇" in made.stdout
    assert returns("open", "2022-august").returncode == 0
    blanks = {path.stem for path in (tmp_path / "share" / "空白表" / "2022年八一").iterdir()}
    assert "新设镇" in blanks and "双山镇" not in blanks
    again = returns(
        "new", "2022-august", "--from", "2022-spring", "--festival", "august", "--title", "又", *dates
    )
    assert again.returncode == 5 and "已经有了" in again.stderr
    backwards = ("--opens", "2022-09-01", "--deadline", "2022-08-05", "--closes", "2022-08-06")
    wrong = returns(
        "new", "2022-x", "--from", "2022-spring", "--festival", "august", "--title", "甲", *backwards
    )
    assert wrong.returncode == 3 and "不能颠倒" in wrong.stderr
    assert not list((tmp_path / "config" / "campaigns").glob("2022-x*"))


def test_new_asks_for_what_it_was_not_told(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from etl.cli import main

    shutil.copytree(PROJECT / "config", tmp_path / "config")
    answers = "august\n2022-07-01\n2022-08-05\n2022-09-05T18:00\n\n"
    environment = {"RETURNS_CONFIG": str(tmp_path / "config")}
    said = CliRunner().invoke(
        main, ["new", "2022-august", "--from", "2022-spring"], input=answers, env=environment
    )
    assert said.exit_code == 0, said.output
    written = (tmp_path / "config" / "campaigns" / "2022-august.toml").read_text("utf-8")
    assert 'title    = "2022年八一"' in written
    assert "opens    = 2022-07-01T00:00:00+08:00" in written
    assert "deadline = 2022-08-05T23:59:59+08:00" in written  # the last day counts whole
    assert "closes   = 2022-09-05T18:00:00+08:00" in written


def test_a_mistake_in_config_is_one_line_with_file_and_key(returns: Returns, tmp_path: Path) -> None:
    path = tmp_path / "config" / "campaigns" / "2022-spring.toml"
    path.write_text(path.read_text("utf-8").replace('festival = "spring"', 'festival = "easter"'), "utf-8")
    said = returns("open", "2022-spring")
    assert said.returncode == 3
    assert said.stderr.strip() == f"{path}：festival：只能是 spring、august，现在是 'easter'"


def test_doctor_says_what_is_well_and_what_is_not(returns: Returns, tmp_path: Path) -> None:
    assert returns("doctor").returncode == 0
    (tmp_path / "share").mkdir()
    said = returns("doctor")
    assert said.returncode == 1
    assert "没有挂载" in said.stderr
