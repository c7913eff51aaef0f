"""A whole believable campaign, three waves, against the truth that was drawn before its files."""

import hashlib
import json
import shutil
import unicodedata
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.definitions import Definitions
from etl.sample import WAVE_FOLDERS, write_sample
from etl.warehouse.questions import ask
from tests.desk import CAMPAIGN, NEXT_DAY, Desk

TYPED_ZEROS = {"", "无", "/", "-", "—", "——", "零", "没有"}


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


def test_the_summary_is_an_addition_of_the_dropped_workbooks_read_by_another_library(
    sqlite_desk: Desk, sample: Path
) -> None:
    """Every category figure in force is read again by openpyxl, in the file as the clerk dropped it."""
    truth = walk_through(sqlite_desk, sample)
    said = sqlite_desk.export(last_moment(truth))
    in_force = {s["sha256"] for s in said["submissions"] if s["status"] == "accepted"}
    books = {
        str(path.relative_to(sample / folder)): openpyxl.load_workbook(BytesIO(content), data_only=True)
        for folder in WAVE_FOLDERS
        for path in (sample / folder).rglob("*.xlsx")
        if hashlib.sha256(content := path.read_bytes()).hexdigest() in in_force
    }
    form = sqlite_desk.form
    totals: dict[tuple[str, str], Decimal] = {}
    with sqlite_desk.office.warehouse.reading() as connection:
        at = last_moment_of(sqlite_desk)
        for row in form.category_rows:
            for column in form.part_columns:
                cells = ask(connection, "trace", campaign=CAMPAIGN, as_of=at, row=row.id, column=column.id)
                parts = [as_number(books[cell["file"]][cell["sheet"]][cell["cell"]].value) for cell in cells]
                totals[row.label, column.id] = sum(parts, Decimal(0))
    assert totals == {
        (row.label, column.id): Decimal(str(said["summary"][row.label][column.id]))
        for row in form.category_rows
        for column in form.part_columns
    }


def last_moment_of(desk: Desk):
    from etl.warehouse.catalogue import last_run_at

    with desk.office.warehouse.reading() as connection:
        return last_run_at(connection, CAMPAIGN)


def as_number(value: object) -> Decimal:
    """The plainest of readings, by nobody's rules but this test's."""
    text = (
        unicodedata.normalize("NFKC", str("" if value is None else value)).replace(",", "").replace(" ", "")
    )
    if text in TYPED_ZEROS:
        return Decimal(0)
    for unit in ("万元", "人", "件"):
        text = text.removesuffix(unit)
    return Decimal(text.removeprefix("约"))


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


def test_every_published_number_is_found_again_in_the_original_files(sqlite_desk: Desk, sample: Path) -> None:
    truth = walk_through(sqlite_desk, sample)
    book = openpyxl.load_workbook(sqlite_desk.published / "汇总表（2022年春节）.xlsx", data_only=True)
    sources = list(book["溯源"].iter_rows(min_row=4, values_only=True))
    originals = {
        hashlib.sha256(content).hexdigest(): content
        for content in (path.read_bytes() for path in sample.rglob("*") if path.is_file())
    }
    opened = {}
    added: dict[tuple[str, str], Decimal] = {}
    for row, column, _, unit, counted, measure, typed, sheet, cell, _, _, sha256 in sources:
        added[row, column] = added.get((row, column), Decimal(0)) + Decimal(str(counted))
        if sha256 not in opened:
            opened[sha256] = openpyxl.load_workbook(BytesIO(originals[sha256]), data_only=True)
        stands = opened[sha256][sheet][cell].value
        if measure == "万元" and typed and typed.endswith("元") and not typed.endswith("万元"):
            assert as_number(typed.removesuffix("元")) / 10_000 == Decimal(str(counted)), (unit, cell)
        else:
            assert as_number(stands) == Decimal(str(counted)), (unit, cell)
    shown = {line[0].value: line for line in book["汇总表"].iter_rows() if line[0].value in truth["summary"]}
    labels = {column for _, column in added}
    assert len(added) == 4 * len(labels)
    for (row, _), total in added.items():
        assert float(total) in [pytest.approx(cell.value, abs=1e-9) for cell in shown[row][1:] if cell.value]


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
