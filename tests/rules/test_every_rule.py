"""Every rule has a file that breaks only it, and a near miss: dropped, run, and read from the export.

docs/rules.md is made of the rulebook, whose examples are what these files were told; REFRESH_DOCS=1 writes it
anew.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.definitions import Definitions
from etl.edges.sandbox import Sandbox, ToRead
from etl.model import Finding
from etl.settings import PROJECT, Settings
from etl.stages.load_history import load_history
from tests import desk as office_desk
from tests.docs.rules_page import rules_page
from tests.rules.proof import PROOFS, Desk, Made, form_with

PROVED_HERE = {"too_slow"}
PAGE = PROJECT / "docs" / "rules.md"
Findings = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped config/, but that a text is too long which a cell of a workbook can hold."""
    config = tmp_path_factory.mktemp("short") / "config"
    shutil.copytree(PROJECT / "config", config)
    limits = config / "limits.toml"
    text = re.sub(r"(?m)^text_length .*$", "text_length = 1000", limits.read_text("utf-8"))
    limits.write_text(text, "utf-8")
    return config


def told(folder: Path, config: Path, breaks: bool) -> Findings:
    """What is told of each rule's files, by rule; a unit a rule."""
    settings = Settings(folder / "share", folder / "archive", f"sqlite:///{folder / 'w.db'}", config)
    with office_desk.Desk.at(settings) as desk:
        units = dict(zip(PROOFS, desk.campaign.units(desk.office.roster), strict=False))
        assert len(units) == len(PROOFS)
        for at, (rule, proof) in enumerate(PROOFS.items()):
            clerk = Desk(units[rule], list(units.values())[at - 1], desk.form, desk.campaign)
            last = proof.last_time(breaks)
            if last is not None:
                _write(folder / "last", form_with(**last), clerk)
            _write(desk.inbox / str(at), proof.breaks if breaks else proof.passes, clerk)
        load_history(desk.campaign.id, folder / "last", desk.office)
        desk.run()
        said = desk.export()
    found: Findings = {rule: [] for rule in PROOFS}
    for submission in said["submissions"]:
        found[list(PROOFS)[int(submission["file"].partition("/")[0])]] += submission["findings"]
    return found


def _write(folder: Path, made: Made, clerk: Desk) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made(clerk).items():
        (folder / name).write_bytes(content)


@pytest.fixture(scope="session")
def of_breaks(tmp_path_factory: pytest.TempPathFactory, config: Path) -> Findings:
    return told(tmp_path_factory.mktemp("breaks"), config, breaks=True)


@pytest.fixture(scope="session")
def of_passes(tmp_path_factory: pytest.TempPathFactory, config: Path) -> Findings:
    return told(tmp_path_factory.mktemp("passes"), config, breaks=False)


@pytest.mark.parametrize("rule", PROOFS)
def test_a_file_that_breaks_one_rule_is_told_that_and_where(rule: str, of_breaks: Findings) -> None:
    proof = PROOFS[rule]
    by_rule = {finding["rule"]: finding for finding in of_breaks[rule]}
    assert set(by_rule) - proof.beside == {rule}
    assert by_rule[rule]["cell"] == proof.cell
    assert proof.words in by_rule[rule]["message"]
    assert "未知" not in by_rule[rule]["message"]


@pytest.mark.parametrize("rule", PROOFS)
def test_a_near_miss_is_not_told(rule: str, of_passes: Findings) -> None:
    assert rule not in [finding["rule"] for finding in of_passes[rule]]


def test_a_file_that_takes_too_long_is_given_up_and_read_by_who_waits_longer(
    definitions: Definitions, tmp_path: Path
) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("统计表")
    for row in range(800):
        sheet.append([f"{row}行{column}列" for column in range(40)])
    file = tmp_path / "大表.xlsx"
    book.save(file)
    form, limits = definitions.forms["double-support"], definitions.limits
    rules = []
    for seconds in (0.01, 30.0):
        patience = limits.model_copy(update={"read_seconds": seconds, "readers": 1})
        (reading,) = Sandbox(form, patience).read_all([ToRead(file, file.name)])
        rules.append([finding.rule for finding in reading.findings])
    assert rules == [["too_slow"], ["no_form"]]


def test_every_rule_has_a_file_that_breaks_it_and_a_near_miss(definitions: Definitions) -> None:
    assert {*PROOFS, *PROVED_HERE} == set(definitions.rulebook.rules)


def test_each_files_severity_is_the_rules(of_breaks: Findings, definitions: Definitions) -> None:
    rules = definitions.rulebook.rules
    for findings in of_breaks.values():
        assert all(finding["severity"] == rules[finding["rule"]].severity for finding in findings)


def test_the_example_of_each_rule_is_what_its_file_was_told(
    definitions: Definitions, of_breaks: Findings
) -> None:
    rulebook = definitions.rulebook
    by_hand = {
        rule: [{"rule": rule, "cell": None, "message": rulebook.message(Finding(rule))}]
        for rule in PROVED_HERE
    }
    for rule, findings in (of_breaks | by_hand).items():
        told = next(finding for finding in findings if finding["rule"] == rule)
        where = f"{told['cell']}：" if told["cell"] else ""
        assert rulebook.rules[rule].example == where + told["message"].replace("\n", " "), rule


def test_the_office_reads_the_limits_that_hold_also_where_they_are_not_the_rulebooks(
    sqlite_desk: office_desk.Desk,
) -> None:
    sqlite_desk.run()
    (summary,) = sqlite_desk.published.glob("汇总表*")
    sheet = openpyxl.load_workbook(summary)["审核规则"]
    shown = {line[6]: line[3] for line in sheet.iter_rows(min_row=4, values_only=True)}
    assert shown["too_large"] == "统计表 20 MiB，其他 100 MiB"
    assert shown["unpacks_too_far"] == "64 MiB"
    assert shown["row_sum"] == "0.01"
    assert shown["date_missing"] is None


def test_the_page_of_rules_is_what_the_rulebook_says(definitions: Definitions) -> None:
    page = rules_page(definitions.rulebook, definitions.limits)
    if os.environ.get("REFRESH_DOCS"):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page
