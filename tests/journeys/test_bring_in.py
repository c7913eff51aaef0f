"""代收 and 代录: what came by chat or on paper counts by the time when it really came."""

from datetime import datetime
from pathlib import Path

import pytest

from etl.bring_in import Brought, enter, receive
from etl.errors import Refused
from etl.warehouse.questions import ask
from tests.desk import CAMPAIGN, GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk, one

BROUGHT = Brought(datetime.fromisoformat("2022-02-09T17:00:00"), "微信", "王主任", "收件箱传不上")


def cells_of(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (desk.form.row(row).label, column, str(value))
        for row, figures in GOOD.items()
        for column, value in figures.items()
    ]


def test_a_file_that_came_by_chat_counts_by_the_time_it_came(desk: Desk, tmp_path: Path) -> None:
    desk.run("2022-02-12T08:00:00+08:00")
    chat = tmp_path / "发来的表.xlsx"
    chat.write_bytes(desk.filled("巴川街道"))
    done = receive(chat, "巴川街道", BROUGHT, desk.office)
    assert str(done.verdict) == "accepted"
    assert chat.exists()
    said = desk.export(TWO_DAYS_LATE)
    submission = one(said["submissions"])
    assert submission["received_at"] == "2022-02-09T17:00:00+08:00"
    assert (submission["file"], submission["unit"], submission["late"]) == (
        "代收/发来的表.xlsx",
        "巴川街道",
        False,
    )
    assert (said["accepted"], said["on_time"]) == (1, 1)
    with desk.office.warehouse.reading() as connection:
        row = one(ask(connection, "decisions", campaign=CAMPAIGN))
    assert (row["kind"], row["by_whom"], row["why"]) == ("receive", "王主任", "微信；收件箱传不上")
    receipt = one(desk.receipts("巴川街道"))
    assert "王主任，微信；收件箱传不上（" in receipt
    assert "2022年2月9日 17:00" in receipt
    assert desk.names_in_inbox() == []


def test_a_file_that_names_another_unit_than_it_was_brought_in_for_is_told(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    chat = tmp_path / "发来的表.xlsx"
    chat.write_bytes(sqlite_desk.filled("巴川街道"))
    done = receive(chat, "土桥镇", BROUGHT, sqlite_desk.office)
    assert (str(done.verdict), done.unit, done.names) == ("accepted", "土桥镇", "巴川街道")
    assert receive(chat, "巴川街道", BROUGHT, sqlite_desk.office).names is None


def test_a_file_brought_in_is_checked_like_any_other(desk: Desk, tmp_path: Path) -> None:
    chat = tmp_path / "表.xlsx"
    chat.write_bytes(desk.filled("巴川街道", C9=999))
    assert str(receive(chat, "巴川街道", BROUGHT, desk.office).verdict) == "returned"
    chat.write_bytes(desk.filled("巴川街道"))
    assert str(receive(chat, "巴川街道", BROUGHT, desk.office).verdict) == "accepted"
    assert str(receive(chat, "巴川街道", BROUGHT, desk.office).verdict) == "duplicate"


def test_bringing_in_before_the_first_run_leaves_the_clock_to_the_run(desk: Desk, tmp_path: Path) -> None:
    chat = tmp_path / "表.xlsx"
    chat.write_bytes(desk.filled("巴川街道"))
    receive(chat, "巴川街道", BROUGHT, desk.office)
    assert desk.run("2022-02-10T08:00:00+08:00").summary.accepted == 1


def test_a_nil_return_by_word_of_mouth_is_a_nil_return(desk: Desk) -> None:
    spoken = Brought(datetime.fromisoformat("2022-02-09T17:00:00"), "电话：我单位无", "王主任", "")
    done = enter("巴川街道", [], True, spoken, desk.office)
    assert str(done.verdict) == "accepted"
    submission = one(desk.export(TWO_DAYS_LATE)["submissions"])
    assert submission["nil_return"]
    assert submission["findings"] == [] or {f["severity"] for f in submission["findings"]} == {"warning"}
    assert "零报告" in desk.receipts("巴川街道")[0]


def test_a_paper_form_that_is_typed_in_counts_cell_by_cell(desk: Desk) -> None:
    cells = [*cells_of(desk), ("重点优抚对象", "带队领导", "张三")]
    done = enter("巴川街道", cells, False, BROUGHT, desk.office)
    assert str(done.verdict) == "accepted"
    submission = one(desk.export(TWO_DAYS_LATE)["submissions"])
    assert submission["file"] == "代录/巴川街道.xlsx"
    assert submission["values"]["总计"] == {
        "visited": 195,
        "money_amount": 6.1,
        "money_recipients": 165,
        "goods_cost": 4.305,
        "goods_items": 235,
        "goods_recipients": 195,
        "total": 10.405,
    }


@pytest.mark.parametrize(
    ("cells", "nil", "says"),
    [
        ([], False, "--nil"),
        ([("重点优抚对象", "发放人数", "3")], False, "不止一列"),
        ([("优待对象", "visited", "3")], False, "没有“优待对象”这一行"),
    ],
)
def test_what_is_not_clear_is_not_typed_in(
    sqlite_desk: Desk, cells: list[tuple[str, str, str]], nil: bool, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        enter("巴川街道", cells, nil, BROUGHT, sqlite_desk.office)
    assert sqlite_desk.export(NEXT_DAY)["submissions"] == []


def test_nothing_is_brought_in_from_the_future(sqlite_desk: Desk, tmp_path: Path) -> None:
    chat = tmp_path / "表.xlsx"
    chat.write_bytes(sqlite_desk.filled("巴川街道"))
    tomorrow = Brought(datetime.fromisoformat("2999-01-01T00:00:00+08:00"), "微信", "王主任", "")
    with pytest.raises(Refused, match="还没有到"):
        receive(chat, "巴川街道", tomorrow, sqlite_desk.office)
