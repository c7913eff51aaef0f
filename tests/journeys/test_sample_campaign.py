"""A whole believable campaign, three waves, against the truth that was drawn before its files."""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.definitions import Definitions
from etl.sample import write_sample
from tests.desk import CAMPAIGN, NEXT_DAY, Desk


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, definitions: Definitions) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    campaign = definitions.campaigns[CAMPAIGN]
    write_sample(folder, campaign, definitions.form_of(campaign), definitions.roster)
    return folder


def walk_through(desk: Desk, sample: Path) -> dict[str, Any]:
    """Drop and run the three waves; the truth."""
    truth: dict[str, Any] = json.loads((sample / "truth.json").read_text("utf-8"))
    for wave in truth["waves"]:
        shutil.copytree(sample / wave["folder"], desk.inbox, dirs_exist_ok=True)
        desk.run(wave["at"])
    return truth


def last_moment(truth: dict[str, Any]) -> str:
    moment: str = truth["waves"][-1]["at"]
    return moment


def test_the_campaign_ends_as_the_truth_says(desk: Desk, sample: Path) -> None:
    truth = walk_through(desk, sample)
    said = desk.export(last_moment(truth))
    for key in ("expected", "accepted", "on_time", "summary"):
        assert said[key] == truth[key], key
    assert [
        {k: m[k] for k in ("unit", "kind", "material", "state", "days_overdue")} for m in said["missing"]
    ] == [{k: m[k] for k in ("unit", "kind", "material", "state", "days_overdue")} for m in truth["missing"]]
    keys = ("unit", "material", "status", "late", "nil_return")
    found = sorted((s["file"], s["status"], *(s[k] for k in keys)) for s in said["submissions"])
    told = sorted((f["path"], f["status"], *(f[k] for k in keys)) for f in truth["files"])
    assert [list(map(str, one)) for one in found] == [list(map(str, one)) for one in told]
    assert not [path for path in desk.inbox.rglob("*") if path.is_file()]


def test_what_is_published_shows_the_same_totals(sqlite_desk: Desk, sample: Path) -> None:
    truth = walk_through(sqlite_desk, sample)
    names = sorted(path.name for path in sqlite_desk.published.iterdir() if path.is_file())
    kinds = {
        "催报通知": "docx",
        "催办记录": "xlsx",
        "工作报告": "docx",
        "报送进度": "html",
        "未报名单": "xlsx",
        "汇总表": "xlsx",
    }
    files = {kind: f"{kind}（2022年春节）.{ending}" for kind, ending in kinds.items()}
    assert names == sorted([*files.values(), "清单.json"])
    book = openpyxl.load_workbook(sqlite_desk.published / files["汇总表"], data_only=True)
    sheet = book["汇总表"]
    lines = {line[0]: line for line in sheet.iter_rows(values_only=True) if line[0] in truth["summary"]}
    for label, figures in truth["summary"].items():
        shown = [value for value in lines[label][1:] if isinstance(value, int | float)]
        assert shown == pytest.approx(list(figures.values()), abs=1e-9), label
    listed = openpyxl.load_workbook(sqlite_desk.published / files["未报名单"])["未报名单"]
    units = {
        (line[1], line[4]) for line in listed.iter_rows(values_only=True) if line[4] in ("统计表", "工作总结")
    }
    words = {"statistics": "统计表", "narrative": "工作总结"}
    assert units == {(missing["unit"], words[missing["material"]]) for missing in truth["missing"]}
    assert len(list((sqlite_desk.published / "历次").iterdir())) >= 2


def test_a_new_version_tells_what_moved_since_the_last(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("巴川.xlsx", sqlite_desk.filled("巴川街道"))
    sqlite_desk.run()
    path = sqlite_desk.published / "汇总表（2022年春节）.xlsx"
    assert openpyxl.load_workbook(path)["变动"]["A2"].value == "这是第一次发布，没有上一版可比。"
    sqlite_desk.drop("东城.xlsx", sqlite_desk.filled("东城街道"))
    sqlite_desk.run(NEXT_DAY)
    sheet = openpyxl.load_workbook(path)["变动"]
    lines = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    assert "与第 1 版" in sheet["A2"].value
    assert (1, "东城街道", "统计表", None, f"{CAMPAIGN}-000002", "新收下") in lines
    assert (1, "重点优抚对象", "走访慰问人数", 120, 240, 120) in lines
