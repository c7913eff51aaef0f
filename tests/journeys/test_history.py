"""Last year's files: read like any other, compared with, and never counted."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.errors import Refused
from etl.settings import PROJECT, Settings
from etl.stages.load_history import HistoryReport, load_history
from tests.desk import CAMPAIGN, GOOD, NEXT_DAY, Desk, one
from tests.pdfs import scan

TABLE = {row: dict(figures) for row, figures in GOOD.items()}
LAST_YEAR = {**TABLE, "key_beneficiaries": {**TABLE["key_beneficiaries"], "visited": 20}}
OLD_TITLE = "2021年八一建军节期间双拥活动情况统计表"


def old_form(
    desk: Desk, unit: str, table: dict[str, dict[str, object]] = LAST_YEAR, **cells: object
) -> bytes:
    """A form of last year: its title and its campaign are another one's, its identity that of the unit."""
    content = desk.filled(unit, table, **cells)
    book = openpyxl.load_workbook(BytesIO(content))
    book["统计表"]["A1"].value = OLD_TITLE
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def compared(desk: Desk, unit: str, at: str = NEXT_DAY) -> list[tuple[str, str | None]]:
    """The rules that compare with last time, as told of the unit's newest form."""
    forms = [s for s in desk.export(at)["submissions"] if s["unit"] == unit and s["material"] == "statistics"]
    rules = ("far_from_last", "same_as_last", "yuan_against_last")
    return [(f["rule"], f["cell"]) for f in forms[-1]["findings"] if f["rule"] in rules]


def test_a_form_far_from_last_years_is_asked_about_and_still_accepted(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path / "去年", "土桥镇/统计表.xlsx", old_form(desk, "土桥镇"))
    put(tmp_path / "去年", "二坪镇.xlsx", old_form(desk, "二坪镇", TABLE))
    assert load_history(CAMPAIGN, tmp_path / "去年", desk.office) == HistoryReport(2, [])
    for unit in ("土桥镇", "二坪镇", "水口镇"):
        desk.drop(f"{unit}.xlsx", desk.filled(unit))
    desk.run(NEXT_DAY)
    assert compared(desk, "土桥镇") == [("far_from_last", "C5")]
    assert compared(desk, "二坪镇") == [("same_as_last", None)]
    assert compared(desk, "水口镇") == []
    assert {s["status"] for s in desk.export(NEXT_DAY)["submissions"]} == {"accepted"}


def test_last_years_figures_are_in_no_total_list_or_ledger(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path / "去年", "土桥镇.xlsx", old_form(desk, "土桥镇"))
    desk.run(NEXT_DAY)
    before = desk.export(NEXT_DAY), desk.files_on_share()
    load_history(CAMPAIGN, tmp_path / "去年", desk.office)
    desk.run(NEXT_DAY)
    assert (desk.export(NEXT_DAY), desk.files_on_share()) == before


def test_loading_again_takes_the_place_of_what_the_same_unit_had(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    put(tmp_path / "一", "土桥镇.xlsx", old_form(desk, "土桥镇"))
    put(tmp_path / "一", "二坪镇.xlsx", old_form(desk, "二坪镇"))
    put(tmp_path / "二", "土桥镇.xlsx", old_form(desk, "土桥镇", TABLE, J5="别的"))
    for folder in ("一", "一", "二"):
        load_history(CAMPAIGN, tmp_path / folder, desk.office)
    for unit in ("土桥镇", "二坪镇"):
        desk.drop(f"{unit}.xlsx", desk.filled(unit))
    desk.run(NEXT_DAY)
    assert compared(desk, "土桥镇") == [("same_as_last", None)]
    assert compared(desk, "二坪镇") == [("far_from_last", "C5")]


def test_what_cannot_be_used_is_listed_with_the_reason(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk, folder = sqlite_desk, tmp_path / "去年"
    common = openpyxl.Workbook()
    common.active.append(["没有表"])  # type: ignore[union-attr]
    out = BytesIO()
    common.save(out)
    put(folder, "土桥镇.xlsx", out.getvalue())
    put(folder, "坏了.xlsx", b"PK\x03\x04 torn")
    put(folder, "空白.xlsx", old_form(desk, "二坪镇", {}))
    put(folder, "綦江区.xlsx", old_form(desk, "水口镇", B2="綦江区某镇"))
    put(folder, "总结.pdf", scan())
    (folder / "链接.xlsx").symlink_to(folder / "坏了.xlsx")
    report = load_history(CAMPAIGN, folder, desk.office)
    why = dict(report.unused)
    assert report.units == 0
    assert set(why) == {"土桥镇.xlsx", "坏了.xlsx", "空白.xlsx", "綦江区.xlsx", "总结.pdf", "链接.xlsx"}
    assert "没有找到统计表" in why["土桥镇.xlsx"]
    assert "打不开" in why["坏了.xlsx"]
    assert "一个数字也没有填" in why["空白.xlsx"]
    assert "綦江区某镇" in why["綦江区.xlsx"]
    assert "链接" in why["链接.xlsx"]


def test_of_two_files_of_one_unit_the_newest_is_used(sqlite_desk: Desk, tmp_path: Path) -> None:
    import os

    desk, folder = sqlite_desk, tmp_path / "去年"
    put(folder, "土桥镇（新）.xlsx", old_form(desk, "土桥镇"))
    put(folder, "土桥镇.xlsx", old_form(desk, "土桥镇", TABLE))
    os.utime(folder / "土桥镇.xlsx", (1, 1))
    report = load_history(CAMPAIGN, folder, desk.office)
    assert report.units == 1
    assert one([{"file": f, "why": w} for f, w in report.unused]) == {
        "file": "土桥镇.xlsx",
        "why": "这个单位有更新的文件（土桥镇（新）.xlsx），以那个为准。",
    }
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(NEXT_DAY)
    assert compared(desk, "土桥镇") == [("far_from_last", "C5")]


def test_a_figure_that_could_not_be_read_last_year_is_not_compared(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk, folder = sqlite_desk, tmp_path / "去年"
    put(folder, "土桥镇.xlsx", old_form(desk, "土桥镇", C5="待定", C6=3))
    assert load_history(CAMPAIGN, folder, desk.office).units == 1
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(NEXT_DAY)
    assert compared(desk, "土桥镇") == [("far_from_last", "C6")]


def test_history_of_the_campaign_named_as_previous_goes_before_its_own(
    tmp_path: Path, sqlite_desk: Desk
) -> None:
    config = tmp_path / "config"
    _copy_config(config, "# previous", "previous")
    settings = Settings(tmp_path / "s2", tmp_path / "a2", f"sqlite:///{tmp_path / 'w2.db'}", config)
    with Desk.at(settings) as desk:
        assert desk.campaign.previous == "2021-august"
        put(tmp_path / "去年", "土桥镇.xlsx", old_form(desk, "土桥镇"))
        put(tmp_path / "今年", "土桥镇.xlsx", old_form(desk, "土桥镇", TABLE))
        load_history("2021-august", tmp_path / "去年", desk.office)
        load_history(CAMPAIGN, tmp_path / "今年", desk.office)
        desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
        desk.run(NEXT_DAY)
        assert compared(desk, "土桥镇") == [("far_from_last", "C5")]


def _copy_config(config: Path, old: str, new: str) -> None:
    import shutil

    shutil.copytree(PROJECT / "config", config)
    file = config / "campaigns" / f"{CAMPAIGN}.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_history_of_a_campaign_that_nobody_knows_is_refused(sqlite_desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有“2019-spring”这一期"):
        load_history("2019-spring", tmp_path, sqlite_desk.office)


def test_the_command_says_in_chinese_what_was_loaded_and_what_not(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    put(tmp_path / "去年", "土桥镇.xlsx", old_form(sqlite_desk, "土桥镇"))
    put(tmp_path / "去年", "王同志13800138000.xlsx", b"PK\x03\x04 torn")
    said = CliRunner().invoke(main, ["load-history", CAMPAIGN, str(tmp_path / "去年")])
    assert said.exit_code == 0
    assert "已读入 2022-spring 的表：1 个单位，只用来比较。" in said.output
    assert "没有用上的文件 1 个" in said.output
    assert "138****8000.xlsx\t文件打不开" in said.output
    missing = CliRunner().invoke(main, ["load-history", "2019-spring", str(tmp_path / "去年")])
    assert missing.exit_code == Refused.exit_code
