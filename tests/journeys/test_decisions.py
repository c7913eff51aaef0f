"""People decide: a waiver, a second look, more time; each leaves its row in the audit trail."""

from datetime import datetime

import pytest

from etl.decide import Who, accept, extend, note, reopen
from etl.errors import Refused
from etl.model import Material
from etl.warehouse.questions import ask
from tests.desk import AFTER_CLOSING, BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, TWO_DAYS_LATE, Desk, one

WHO = Who("王主任", "电话核实过")
AT = datetime.fromisoformat(NEXT_DAY)
WRONG_SUM = {"C9": 999}
"""总计 of the visited, in the issued blank."""


def kinds(desk: Desk) -> list[str]:
    with desk.office.warehouse.reading() as connection:
        return [row["kind"] for row in ask(connection, "decisions", campaign=CAMPAIGN)]


def test_a_waived_error_lets_the_form_count_and_stays_on_record(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道", **WRONG_SUM))
    desk.run()
    assert one(desk.export()["submissions"])["status"] == "returned"
    done = accept("表.xlsx", WHO, desk.office, AT)
    assert str(done.verdict) == "accepted"
    submission = one(desk.export(NEXT_DAY)["submissions"])
    assert submission["status"] == "accepted"
    errors = [f for f in submission["findings"] if f["severity"] == "error"]
    assert [f["waived"] for f in errors] == [True]
    assert submission["values"]["总计"]["visited"] == 999
    assert desk.export(NEXT_DAY)["summary"]["总计"]["visited"] == 195
    assert kinds(desk) == ["accept"]
    receipt = desk.receipts("巴川街道")[0]
    assert "已收下" in receipt
    assert "双拥办已照收" in receipt
    assert "改正后重报" not in receipt


def test_what_came_after_closing_counts_once_a_person_says_so(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道"))
    desk.run(AFTER_CLOSING)
    assert one(desk.export(AFTER_CLOSING)["submissions"])["status"] == "held"
    done = accept("表.xlsx", WHO, desk.office, datetime.fromisoformat(AFTER_CLOSING))
    assert str(done.verdict) == "accepted"
    submission = one(desk.export(AFTER_CLOSING)["submissions"])
    assert (submission["status"], submission["late"]) == ("accepted", True)


def test_a_figure_that_cannot_be_read_cannot_be_waived(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道", C5="很多"))
    desk.run()
    with pytest.raises(Refused, match="returns enter"):
        accept("表.xlsx", WHO, desk.office, AT)
    assert kinds(desk) == []


def test_a_file_of_nobody_is_claimed_before_it_is_waived(desk: Desk) -> None:
    desk.drop("区财政局.xlsx", desk.filled("巴川街道"))
    desk.run()
    with pytest.raises(Refused, match="先认领"):
        accept("区财政局.xlsx", WHO, desk.office, AT)


def test_a_file_with_a_secrecy_mark_stays_held_whatever_is_decided(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道", J5="机密★ 内部"))
    desk.run()
    assert str(accept("表.xlsx", WHO, desk.office, AT).verdict) == "held"


def test_a_reopened_form_gives_way_to_the_one_before(desk: Desk) -> None:
    desk.drop("一.xlsx", desk.filled("巴川街道"))
    desk.run()
    desk.drop("二.xlsx", desk.filled("巴川街道", C5=121))
    desk.run(NEXT_DAY)
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["superseded", "accepted"]
    done = reopen("二.xlsx", WHO, desk.office, AT)
    assert str(done.verdict) == "held"
    assert "电话核实过" in (done.why_held or "")
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["accepted", "held"]
    accept("二.xlsx", WHO, desk.office, AT)
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["superseded", "accepted"]
    assert kinds(desk) == ["reopen", "accept"]


def test_only_what_counts_can_be_reopened(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道", **WRONG_SUM))
    desk.run()
    with pytest.raises(Refused, match="没有收下"):
        reopen("表.xlsx", WHO, desk.office, AT)


def test_an_extension_moves_only_what_is_overdue(desk: Desk) -> None:
    desk.run(TWO_DAYS_LATE)
    until = datetime.fromisoformat("2022-02-11T18:00")
    extend(CAMPAIGN, "巴川街道", until, WHO, desk.office)
    said = desk.export(TWO_DAYS_LATE)
    mine = [m for m in said["missing"] if m["unit"] == "巴川街道"]
    assert {(m["material"], m["days_overdue"], m["extended_to"]) for m in mine} == {
        ("statistics", 1, "2022-02-11T18:00:00+08:00"),
        ("narrative", 1, "2022-02-11T18:00:00+08:00"),
    }
    others = [m for m in said["missing"] if m["unit"] == "南城街道"]
    assert {(m["days_overdue"], m["extended_to"]) for m in others} == {(2, None)}
    desk.drop("表.xlsx", desk.filled("巴川街道"))
    desk.run(TWO_DAYS_LATE)
    after = desk.export(TWO_DAYS_LATE)
    assert one(after["submissions"])["late"]
    assert (after["accepted"], after["on_time"]) == (1, 0)


def test_an_extension_may_be_for_one_material_and_the_latest_counts(desk: Desk) -> None:
    desk.run(TWO_DAYS_LATE)
    for until in ("2022-02-15T18:00", "2022-02-20T18:00"):
        moment = datetime.fromisoformat(until)
        extend(CAMPAIGN, "巴川街道", moment, WHO, desk.office, Material.NARRATIVE)
    mine = [m for m in desk.export(TWO_DAYS_LATE)["missing"] if m["unit"] == "巴川街道"]
    assert {m["material"]: m["extended_to"] for m in mine} == {
        "statistics": None,
        "narrative": "2022-02-20T18:00:00+08:00",
    }
    with pytest.raises(Refused, match="晚于原来的截止时间"):
        extend(CAMPAIGN, "巴川街道", datetime.fromisoformat(BEFORE_DEADLINE), WHO, desk.office)


def test_a_receipt_asks_for_a_mended_form_by_the_day_that_was_granted(desk: Desk) -> None:
    desk.run(TWO_DAYS_LATE)
    extend(CAMPAIGN, "巴川街道", datetime.fromisoformat("2022-02-20T18:00"), WHO, desk.office)
    for unit in ("巴川街道", "南城街道"):
        desk.drop(f"{unit}.xlsx", desk.filled(unit, **WRONG_SUM))
    desk.run(TWO_DAYS_LATE)
    pages = {unit: one(desk.receipts(unit)) for unit in ("巴川街道", "南城街道")}
    assert "请于2月20日18:00前" in pages["巴川街道"]
    assert "已延期至 2022年2月20日 18:00" in pages["巴川街道"]
    assert "已过截止时间，请尽快" in pages["南城街道"]
    assert "延期" not in pages["南城街道"]


def test_where_only_one_material_was_extended_the_other_is_asked_for_at_once(desk: Desk) -> None:
    moment = datetime.fromisoformat("2022-02-20T18:00")
    desk.run(TWO_DAYS_LATE)
    extend(CAMPAIGN, "巴川街道", moment, WHO, desk.office, Material.NARRATIVE)
    desk.drop("表.xlsx", desk.filled("巴川街道", **WRONG_SUM))
    desk.run(TWO_DAYS_LATE)
    assert "已过截止时间，请尽快" in one(desk.receipts("巴川街道"))


def test_a_note_stands_in_the_audit_trail(desk: Desk) -> None:
    assert note(CAMPAIGN, "巴川街道", Who("王主任", "说明天报"), desk.office).name == "巴川街道"
    with desk.office.warehouse.reading() as connection:
        row = one(ask(connection, "decisions", campaign=CAMPAIGN))
    assert (row["kind"], row["unit"], row["why"]) == ("note", "巴川街道", "说明天报")
