"""A file's whole life, from the inbox to the published total, on both databases."""

import json
import os
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from docx import Document

from etl.books.blank import common_blank
from etl.errors import Refused, Unavailable
from etl.status import show_status
from tests.desk import AFTER_CLOSING, BEFORE_DEADLINE, GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk, fill, one
from tests.pdfs import scan

NARRATIVE = "我镇春节期间走访慰问优抚对象，开展双拥宣传，解决实际困难，军政军民关系更加密切。"


def narrative(text: str = NARRATIVE) -> bytes:
    document = Document()
    for _ in range(5):
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def wrong_sum(desk: Desk, unit: str) -> bytes:
    return desk.filled(unit, C9=999)


def test_a_good_form_is_accepted_counted_and_leaves_the_inbox_once_its_receipt_stands(desk: Desk) -> None:
    dropped = desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    submission = one(desk.export()["submissions"])
    assert (submission["unit"], submission["status"], submission["late"]) == ("土桥镇", "accepted", False)
    assert submission["values"]["总计"] == {
        "visited": 195,
        "money_amount": 6.1,
        "money_recipients": 165,
        "goods_cost": 4.305,
        "goods_items": 235,
        "goods_recipients": 195,
        "total": 10.405,
    }
    assert desk.export()["summary"] == submission["values"]
    assert not dropped.exists()
    assert "2022-spring-000001" in one(desk.receipts("土桥镇"))  # type: ignore[arg-type]


def test_a_wrong_form_is_returned_with_the_cell_and_what_to_do_and_counts_nowhere(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", wrong_sum(desk, "土桥镇"))
    desk.run()
    said = desk.export()
    finding = one([f for f in one(said["submissions"])["findings"] if f["severity"] == "error"])
    assert (finding["sheet"], finding["cell"], finding["typed"]) == ("统计表", "C9", "999")
    assert "804" in finding["message"]
    assert said["summary"]["总计"]["visited"] == 0
    states = {m["material"]: m["state"] for m in said["missing"] if m["unit"] == "土桥镇"}
    assert states == {"statistics": "returned", "narrative": "never_sent"}
    assert "C9" in desk.receipts("土桥镇")[0]


def test_a_corrected_file_replaces_the_first_and_a_returned_one_never_does(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    better = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}}
    desk.drop("土桥镇（更正）.xlsx", desk.filled("土桥镇", better))
    desk.run(NEXT_DAY)
    desk.drop("土桥镇（再改）.xlsx", wrong_sum(desk, "土桥镇"))
    desk.run(TWO_DAYS_LATE)
    said = desk.export(TWO_DAYS_LATE)
    assert [s["status"] for s in said["submissions"]] == ["superseded", "accepted", "returned"]
    assert said["summary"]["总计"]["visited"] == 196
    assert (said["accepted"], said["on_time"]) == (1, 1)


def test_the_same_bytes_again_are_a_duplicate_that_changes_nothing_in_force(desk: Desk) -> None:
    first = desk.filled("土桥镇")
    second = desk.filled("土桥镇", {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}})
    for name, content, at in (("一.xlsx", first, BEFORE_DEADLINE), ("二.xlsx", second, NEXT_DAY)):
        desk.drop(f"土桥镇{name}", content)
        desk.run(at)
    desk.drop("土桥镇一.xlsx", first)
    desk.run(TWO_DAYS_LATE)
    said = desk.export(TWO_DAYS_LATE)
    assert [s["status"] for s in said["submissions"]] == ["superseded", "accepted", "duplicate"]
    assert said["submissions"][2]["values"] is None
    assert said["summary"]["总计"]["visited"] == 196
    assert "2022-spring-000001" in desk.receipts("土桥镇")[2]


def test_the_same_returned_bytes_again_repeat_what_was_wrong(desk: Desk) -> None:
    content = wrong_sum(desk, "土桥镇")
    for at in (BEFORE_DEADLINE, NEXT_DAY):
        desk.drop("土桥镇.xlsx", content, mtime=1_640_000_000)
        desk.run(at)
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["returned", "duplicate"]
    assert "C9" in desk.receipts("土桥镇")[1]


def test_twice_the_same_run_changes_nothing(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("区财政局/总结.docx", narrative())
    desk.run()
    files, said = desk.files_on_share(), desk.export()
    report = desk.run()
    assert (report.published, sum(report.verdicts.values())) == ([], 0)
    assert desk.files_on_share() == files
    assert desk.export() == said


def test_after_the_deadline_a_new_date_is_new_for_who_is_missing_and_not_for_the_summary(desk: Desk) -> None:
    desk.run(TWO_DAYS_LATE)
    report = desk.run("2022-02-12T21:00:00+08:00")
    assert report.published == []
    report = desk.run("2022-02-13T08:00:00+08:00")
    assert [path.name for path in report.published] == [
        "未报名单（2022年春节）.xlsx",
        "催报通知（2022年春节）.docx",
        "报送进度（2022年春节）.html",
    ]
    assert (desk.published / "历次" / "1" / "未报名单（2022年春节）.xlsx").is_file()


def test_a_garrison_units_voluntary_return_is_in_the_totals_in_no_rate_and_never_missing(desk: Desk) -> None:
    desk.drop("驻铜部队一.xlsx", desk.filled("驻铜部队一"))
    desk.run()
    said = desk.export(TWO_DAYS_LATE)
    assert said["summary"]["总计"]["visited"] == 195
    assert (said["expected"], said["accepted"], said["on_time"], len(said["missing"])) == (126, 0, 0, 126)
    assert "驻铜部队" not in {m["kind"] for m in said["missing"]}


def test_every_typed_zero_makes_a_nil_return_and_a_form_without_figures_is_an_error(desk: Desk) -> None:
    nothing = {row: dict.fromkeys(columns, "无") for row, columns in GOOD.items()}
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", nothing))
    desk.drop("二坪镇.xlsx", desk.filled("二坪镇", {}))
    desk.run()
    by_unit = {s["unit"]: s for s in desk.export()["submissions"]}
    assert (by_unit["土桥镇"]["status"], by_unit["土桥镇"]["nil_return"]) == ("accepted", True)
    assert (by_unit["二坪镇"]["status"], by_unit["二坪镇"]["nil_return"]) == ("returned", False)
    assert [f["rule"] for f in by_unit["二坪镇"]["findings"] if f["severity"] == "error"] == ["blank_form"]


def test_the_common_blank_speaks_through_the_unit_chosen_in_it(desk: Desk) -> None:
    blank = common_blank(desk.form, desk.campaign, desk.office.roster.units)
    desk.drop("新建表格.xlsx", fill(blank, desk.form, GOOD, B2="区财政局"))
    desk.drop("新建表格(1).xlsx", fill(blank, desk.form, GOOD))
    desk.run()
    said = {s["file"]: (s["unit"], s["status"]) for s in desk.export()["submissions"]}
    assert said == {"新建表格.xlsx": ("区财政局", "accepted"), "新建表格(1).xlsx": (None, "held")}
    assert len(desk.receipts("未识别单位")) == 1


def test_a_borrowed_blank_counts_for_the_unit_typed_over_with_a_query(desk: Desk) -> None:
    desk.drop("报表.xlsx", desk.filled("土桥镇", B2="二坪镇"))
    desk.run()
    submission = one(desk.export()["submissions"])
    assert (submission["unit"], submission["status"]) == ("二坪镇", "accepted")
    assert "borrowed_blank" in {f["rule"] for f in submission["findings"]}


def test_sources_that_contradict_each_other_hold_the_file(desk: Desk) -> None:
    desk.drop("二坪镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    submission = one(desk.export()["submissions"])
    assert (submission["unit"], submission["status"]) == (None, "held")
    assert submission["values"]["总计"]["visited"] == 195


def test_what_comes_after_closing_is_held_and_an_error_still_wins(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("二坪镇.xlsx", wrong_sum(desk, "二坪镇"))
    desk.run(AFTER_CLOSING)
    said = desk.export(AFTER_CLOSING)
    assert {s["unit"]: s["status"] for s in said["submissions"]} == {"土桥镇": "held", "二坪镇": "returned"}
    states = {m["unit"]: m["state"] for m in said["missing"] if m["material"] == "statistics"}
    assert (states["土桥镇"], states["二坪镇"], states["水口镇"]) == ("held", "returned", "never_sent")


def test_closing_alone_makes_the_circular_new(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    for at, said in (("2022-03-10T23:59:59", "抓紧报送"), ("2022-03-11T00:00:00", "本期已关账")):
        desk.run(f"{at}+08:00")
        (circular,) = (desk.published / "通报").glob("报送情况通报（*")
        assert said in "\n".join(paragraph.text for paragraph in Document(str(circular)).paragraphs)


def test_exactly_at_the_deadline_is_on_time_and_a_second_later_is_late(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run("2022-02-10T23:59:59+08:00")
    desk.drop("二坪镇.xlsx", desk.filled("二坪镇"))
    desk.run("2022-02-11T00:00:00+08:00")
    said = desk.export("2022-02-11T00:00:00+08:00")
    assert {s["unit"]: s["late"] for s in said["submissions"]} == {"土桥镇": False, "二坪镇": True}
    assert (said["accepted"], said["on_time"]) == (2, 1)
    assert {m["days_overdue"] for m in said["missing"]} == {1}


def test_last_years_form_is_held_and_an_old_title_alone_is_a_query(desk: Desk) -> None:
    blank = common_blank(desk.form, desk.campaign, desk.office.roster.units)
    old_title = "2021年新年春节期间双拥活动情况统计表"
    without_identity = openpyxl.load_workbook(BytesIO(fill(blank, desk.form, GOOD, A1=old_title)))
    for name in list(without_identity.custom_doc_props.names):
        del without_identity.custom_doc_props[name]
    for unit, day in (("土桥镇", "2021-02-05"), ("二坪镇", "2022-02-05")):
        without_identity["统计表"]["B2"] = unit
        without_identity["统计表"]["J2"] = day
        out = BytesIO()
        without_identity.save(out)
        desk.drop(f"{unit}.xlsx", out.getvalue())
    desk.run()
    by_unit = {s["unit"]: s for s in desk.export()["submissions"]}
    assert by_unit["土桥镇"]["status"] == "held"
    assert by_unit["二坪镇"]["status"] == "accepted"
    assert "title_of_another_campaign" in {f["rule"] for f in by_unit["二坪镇"]["findings"]}


def test_a_narrative_counts_as_the_material_it_is(desk: Desk) -> None:
    desk.drop("土桥镇2022年春节双拥工作总结.docx", narrative())
    desk.drop("区财政局双拥工作总结.pdf", scan("summary"))
    desk.drop("区民政局盖章件.pdf", scan("stamped"))
    desk.run()
    said = desk.export()
    assert {s["unit"]: (s["material"], s["status"]) for s in said["submissions"]} == {
        "土桥镇": ("narrative", "accepted"),
        "区财政局": ("narrative", "accepted"),
        "区民政局": ("stamped", "accepted"),
    }
    assert said["accepted"] == 2


@pytest.mark.parametrize(
    ("name", "content", "rule", "material"),
    [
        ("土桥镇.xlsx", b"", "empty_file", "statistics"),
        ("土桥镇.xlsx", b"PK\x03\x04 broken", "corrupt", "statistics"),
        ("土桥镇.xlsx", b"just words, no workbook", "no_form", "statistics"),
        ("土桥镇.zip", b"PK\x05\x06" + bytes(18), "format_not_taken", None),
        ("土桥镇.rar", b"Rar!\x1a\x07\x00", "format_not_taken", None),
    ],
)
def test_what_cannot_be_read_goes_back_to_the_right_unit_with_the_reason(
    sqlite_desk: Desk, name: str, content: bytes, rule: str, material: str | None
) -> None:
    sqlite_desk.drop(name, content)
    sqlite_desk.run()
    submission = one(sqlite_desk.export()["submissions"])
    assert (submission["unit"], submission["status"], submission["material"]) == (
        "土桥镇",
        "returned",
        material,
    )
    assert [f["rule"] for f in submission["findings"]] == [rule]
    assert len(sqlite_desk.receipts("土桥镇")) == 1


@pytest.mark.parametrize(
    ("said", "name", "unit"),
    [
        ("填报单位（盖章）：区委政法委   日期：2022-02-08", "新建表格.csv", "区委政法委"),
        ("填报单位（盖章）,铜梁区二坪镇人民政府", "新建表格.csv", "二坪镇"),
        ("填报单位（盖章）：____", "土桥镇.csv", "土桥镇"),
        ("填报单位,金额", "土桥镇.csv", "土桥镇"),  # the header of a list names nobody
        ("填报单位：区委政法委", "土桥镇.csv", None),
        ("填报单位：大足太平镇", "新建表格.csv", None),
    ],
)
def test_a_sheet_without_the_form_is_its_units_by_what_stands_at_its_unit(
    sqlite_desk: Desk, said: str, name: str, unit: str | None
) -> None:
    turned = "2022年春节双拥活动,重点优抚对象\n走访慰问人数,50\n"
    sqlite_desk.drop(name, f"{said}\n{turned}".encode())
    sqlite_desk.run()
    export = sqlite_desk.export()
    submission = one(export["submissions"])
    assert (submission["unit"], submission["status"]) == (unit, "returned")
    assert [f["rule"] for f in submission["findings"]] == ["no_form"]
    assert len(sqlite_desk.receipts(unit or "未识别单位")) == 1
    returned = [m["unit"] for m in export["missing"] if m["state"] == "returned"]
    assert returned == ([unit] if unit else [])


def test_an_empty_file_sent_twice_is_returned_twice_and_never_a_duplicate(sqlite_desk: Desk) -> None:
    for at in (BEFORE_DEADLINE, NEXT_DAY):
        sqlite_desk.drop("土桥镇.xlsx", b"")
        sqlite_desk.run(at)
    assert [s["status"] for s in sqlite_desk.export(NEXT_DAY)["submissions"]] == ["returned", "returned"]


def test_a_share_that_is_not_mounted_is_an_alarm_and_never_an_empty_inbox(sqlite_desk: Desk) -> None:
    sqlite_desk.run()
    away = sqlite_desk.share.with_name("away")
    sqlite_desk.share.rename(away)
    sqlite_desk.share.mkdir()
    with pytest.raises(Unavailable, match="没有挂载"):
        sqlite_desk.run(NEXT_DAY)
    with pytest.raises(Unavailable, match="没有挂载"):
        from etl.pipeline import open_campaign

        open_campaign("2022-spring", sqlite_desk.office)


def test_a_run_is_refused_before_open_and_before_an_earlier_run(sqlite_desk: Desk) -> None:
    sqlite_desk.run(NEXT_DAY)
    with pytest.raises(Refused):
        sqlite_desk.run(BEFORE_DEADLINE)
    sqlite_desk.run(NEXT_DAY)


def test_export_of_an_earlier_moment_shows_what_was_received_by_then(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    desk.drop("土桥镇二.xlsx", desk.filled("土桥镇", {**GOOD, "border_garrison": {"visited": 5}}))
    desk.run(NEXT_DAY)
    assert [s["status"] for s in desk.export()["submissions"]] == ["accepted"]
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["superseded", "accepted"]


def test_received_at_is_when_the_file_arrived_not_when_it_was_saved(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"), mtime=1_640_000_000)
    sqlite_desk.run(TWO_DAYS_LATE)
    submission = one(sqlite_desk.export(TWO_DAYS_LATE)["submissions"])
    assert (submission["received_at"], submission["late"]) == (TWO_DAYS_LATE, True)


def test_of_two_that_arrive_together_the_later_saved_is_in_force(desk: Desk) -> None:
    desk.drop("土桥镇甲.xlsx", desk.filled("土桥镇"), mtime=1_642_000_000)
    later = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}}
    desk.drop("土桥镇乙.xlsx", desk.filled("土桥镇", later), mtime=1_642_000_100)
    desk.run()
    assert {s["file"]: s["status"] for s in desk.export()["submissions"]} == {
        "土桥镇甲.xlsx": "superseded",
        "土桥镇乙.xlsx": "accepted",
    }


def test_without_at_a_file_is_taken_only_after_two_looks_alike(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    sqlite_desk.drop("二坪镇.xlsx", b"")
    sqlite_desk.drop("水口镇.xlsx", sqlite_desk.filled("水口镇"))
    sqlite_desk.drop("~$水口镇.xlsx", b"lock")
    sqlite_desk.run(at=None)
    now = datetime.now().astimezone().isoformat()
    assert [s["unit"] for s in sqlite_desk.export(now)["submissions"]] == ["土桥镇"]
    assert sqlite_desk.names_in_inbox() == ["~$水口镇.xlsx", "二坪镇.xlsx", "水口镇.xlsx"]


def test_what_is_no_submission_stays_where_it_is(sqlite_desk: Desk) -> None:
    names = ["~$土桥镇.xlsx", ".~lock.土桥镇.xlsx#", "土桥镇.xlsx.TMP", "a.part", "b.crdownload"]
    names += ["Desktop.ini", "THUMBS.DB", ".DS_Store", ".hidden.xlsx"]
    for name in names:
        sqlite_desk.drop(name, b"x")
    (sqlite_desk.inbox / "link.xlsx").symlink_to("/etc/passwd")
    os.mkfifo(sqlite_desk.inbox / "pipe.xlsx")
    sqlite_desk.run()
    assert sqlite_desk.export()["submissions"] == []
    assert sqlite_desk.names_in_inbox() == sorted([*names, "link.xlsx", "pipe.xlsx"])


def test_a_name_in_raw_gbk_bytes_is_taken_and_shown_in_hex(sqlite_desk: Desk) -> None:
    path = sqlite_desk.inbox / os.fsdecode("土桥镇.xlsx".encode("gbk"))
    path.write_bytes(sqlite_desk.filled("土桥镇"))
    sqlite_desk.run()
    submission = one(sqlite_desk.export()["submissions"])
    assert submission["file"] == "\\xcd\\xc1\\xc7\\xc5\\xd5\\xf2.xlsx"
    assert (submission["unit"], submission["status"]) == ("土桥镇", "accepted")
    assert not path.exists()


def test_a_file_of_another_open_campaign_is_left_for_that_ones_run(sqlite_desk: Desk, tmp_path) -> None:
    import shutil

    from etl.office import open_office
    from etl.pipeline import open_campaign, run_campaign

    config = tmp_path / "config"
    shutil.copytree(sqlite_desk.settings.config, config)
    text = (config / "campaigns" / "2022-spring.toml").read_text("utf-8")
    for old, new in (
        ('"2022-spring"', '"2022-august"'),
        ("2022年春节", "2022年八一"),
        ('"spring"', '"august"'),
        ("2022-01-10T", "2022-07-01T"),
        ("2022-02-10T", "2022-08-05T"),
        ("2022-03-10T", "2022-09-05T"),
    ):
        text = text.replace(old, new)
    (config / "campaigns" / "2022-august.toml").write_text(text, "utf-8")
    with open_office(replace(sqlite_desk.settings, config=config)) as office:
        open_campaign("2022-august", office)
        august = Desk(office, sqlite_desk.settings)
        sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
        moment = datetime.fromisoformat("2022-07-02T09:00:00+08:00")
        run_campaign("2022-august", office, moment)
        assert (sqlite_desk.inbox / "土桥镇.xlsx").exists()
        assert august.export("2022-07-02T09:00:00+08:00")["submissions"] == []
        run_campaign("2022-spring", office, moment)
        submission = one(august.export("2022-07-02T09:00:00+08:00")["submissions"])
        assert (submission["unit"], submission["status"]) == ("土桥镇", "held")
        assert not (sqlite_desk.inbox / "土桥镇.xlsx").exists()


def test_nothing_that_is_marked_secret_is_accepted_or_quoted(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇", J5="机密★一年"))
    sqlite_desk.run()
    submission = one(sqlite_desk.export()["submissions"])
    assert (submission["status"], submission["findings"]) == ("held", [])
    assert "一年" not in sqlite_desk.receipts("土桥镇")[0]


def test_a_file_that_cannot_be_taken_out_stops_nothing_and_counts_once(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that lets us read and not delete: the file stays, the campaign goes on."""
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    with monkeypatch.context() as share_refuses:
        share_refuses.setattr(
            "etl.edges.share_folder.FolderShare.remove", lambda _share, files: [False] * len(files)
        )
        assert sqlite_desk.run().published
        sqlite_desk.run()
    assert sqlite_desk.names_in_inbox() == ["土桥镇.xlsx"]
    sqlite_desk.run()
    assert sqlite_desk.names_in_inbox() == []
    assert one(sqlite_desk.export()["submissions"])["status"] == "accepted"
    assert len(sqlite_desk.receipts("土桥镇")) == 1


def test_a_deadline_moved_in_config_holds_for_every_number_from_the_next_run_on(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(TWO_DAYS_LATE)
    assert one(desk.export(TWO_DAYS_LATE)["submissions"])["late"]
    later = desk.campaign.model_copy(update={"deadline": datetime.fromisoformat("2022-02-20T23:59:59+08:00")})
    known = desk.office.definitions.model_copy(update={"campaigns": {later.id: later}})
    moved = Desk(replace(desk.office, definitions=known), desk.settings)
    moved.run(TWO_DAYS_LATE)
    said = moved.export(TWO_DAYS_LATE)
    assert (one(said["submissions"])["late"], said["on_time"]) == (False, 1)
    assert {missing["days_overdue"] for missing in said["missing"]} == {0}


def test_publishing_for_a_moment_before_an_earlier_run_is_refused(sqlite_desk: Desk) -> None:
    from etl.stages.remind import remind

    sqlite_desk.run(NEXT_DAY)
    with pytest.raises(Refused, match="不能回到更早"):
        remind("2022-spring", datetime.fromisoformat(BEFORE_DEADLINE), sqlite_desk.office)


def test_the_same_pdf_renamed_from_stamped_copy_to_narrative_settles_the_narrative(desk: Desk) -> None:
    desk.drop("平滩镇.pdf", scan("the same"))
    desk.run()
    desk.drop("平滩镇工作总结.pdf", scan("the same"))
    desk.run(NEXT_DAY)
    said = desk.export(NEXT_DAY)
    assert [(s["material"], s["status"]) for s in said["submissions"]] == [
        ("stamped", "accepted"),
        ("narrative", "accepted"),
    ]
    assert [m["material"] for m in said["missing"] if m["unit"] == "平滩镇"] == ["statistics"]


def test_last_years_content_pasted_into_this_years_blank_is_asked_about(sqlite_desk: Desk) -> None:
    old = {"A1": "2021年新年春节期间双拥活动情况统计表", "J2": "2021-02-05"}
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇", **old))
    sqlite_desk.run()
    submission = one(sqlite_desk.export()["submissions"])
    assert submission["status"] == "accepted"
    asked = {f["rule"]: f["cell"] for f in submission["findings"]}
    assert asked["title_of_another_campaign"] == "A1"


@pytest.mark.parametrize(
    "cells",
    [
        {"D5": "某" * 18 + "500101199001011234"},
        {"B2": "谁 13812345678 500101199001011234"},
        {"B2": "某" * 17 + "500101199001011234 2022年"},
        {"C5": "13812345678"},
    ],
)
def test_no_id_or_mobile_number_leaves_in_a_receipt_the_export_or_status(
    sqlite_desk: Desk, cells: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sqlite_desk.drop("某某 13812345678.xlsx", sqlite_desk.filled("土桥镇", **cells))
    sqlite_desk.run()
    show_status(sqlite_desk.office)
    receipts = [page for folder in ("土桥镇", "未识别单位") for page in sqlite_desk.receipts(folder)]
    said = "".join([*receipts, json.dumps(sqlite_desk.export(), ensure_ascii=False), capsys.readouterr().out])
    assert len(receipts) == 1
    for digits in ("13812345678", "50010119900101", "0101199001011"):
        assert digits not in said
