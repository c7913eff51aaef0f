"""Files whose sender is not known wait for a person; `returns claim` settles them."""

from datetime import datetime

import pytest

from etl.books.blank import common_blank
from etl.decide import Decided, Who, claim
from etl.errors import Refused
from etl.stages.summarise import summarise
from etl.warehouse.questions import ask
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, GOOD, NEXT_DAY, Desk, fill, one

WHO = Who("王主任", "电话问过")
AT = datetime.fromisoformat(NEXT_DAY)


def of_nobody(desk: Desk, unit: str = "巴川街办", **cells: object) -> bytes:
    """A common blank, so without a hidden identity, whose 填报单位 nobody is called."""
    blank = common_blank(desk.form, desk.campaign, desk.campaign.units(desk.office.roster))
    return fill(blank, desk.form, GOOD, B2=unit, **cells)


def drop_of_nobody(desk: Desk, name: str = "统计表.xlsx", unit: str = "巴川街办") -> None:
    desk.drop(name, of_nobody(desk, unit))


def claimed(desk: Desk, file: str = "统计表.xlsx", unit: str = "巴川街道", remember: bool = False) -> Decided:
    return claim(file, unit, WHO, desk.office, AT, remember)


def test_a_claimed_file_counts_for_its_unit_at_once(desk: Desk) -> None:
    drop_of_nobody(desk)
    desk.run()
    before = desk.export()
    assert one(before["submissions"])["status"] == "held"
    assert one(before["submissions"])["unit"] is None
    done = claimed(desk)
    assert (done.unit, str(done.verdict), done.why_held) == ("巴川街道", "accepted", None)
    after = desk.export()
    submission = one(after["submissions"])
    assert (submission["status"], submission["unit"]) == ("accepted", "巴川街道")
    assert submission["values"]["总计"]["visited"] == 195
    assert after["accepted"] == before["accepted"] + 1
    assert after["summary"]["总计"]["visited"] == 195
    assert submission["received_at"] == BEFORE_DEADLINE
    assert not [m for m in after["missing"] if (m["unit"], m["material"]) == ("巴川街道", "statistics")]


def test_its_receipt_moves_to_the_unit_under_the_same_number(desk: Desk) -> None:
    drop_of_nobody(desk)
    desk.run()
    assert "待认领" in one_text(desk.receipts("未识别单位"))
    claimed(desk)
    assert desk.receipts("未识别单位") == []
    receipt = one_text(desk.receipts("巴川街道"))
    assert "2022-spring-000001" in receipt
    assert "已收下" in receipt


def test_who_decides_on_a_contradiction_is_offered_whom_it_names(desk: Desk) -> None:
    drop_of_nobody(desk, "区人力资源和社会保障局.xlsx", unit="区财政局")
    drop_of_nobody(desk, "统计表.xlsx", unit="土侨镇")
    desk.run()
    held = {one.file: one.near for one in summarise(CAMPAIGN, AT, desk.office).held}
    assert held["区人力资源和社会保障局.xlsx"] == ("区财政局", "区人力资源和社会保障局")
    assert held["统计表.xlsx"][0] == "土桥镇"


def one_text(texts: list[str]) -> str:
    assert len(texts) == 1
    return texts[0]


def test_what_is_published_knows_of_the_claim_before_the_next_run(desk: Desk) -> None:
    drop_of_nobody(desk)
    desk.run()
    before = desk.published.joinpath("清单.json").read_text("utf-8")
    claimed(desk)
    assert desk.published.joinpath("清单.json").read_text("utf-8") != before
    standing = desk.files_on_share()
    desk.run(NEXT_DAY)
    assert desk.files_on_share() == standing


def test_who_claimed_it_when_and_why_is_kept(desk: Desk) -> None:
    drop_of_nobody(desk)
    desk.run()
    claimed(desk)
    with desk.office.warehouse.reading() as connection:
        rows = ask(connection, "decisions", campaign=CAMPAIGN)
    assert [(row["kind"], row["unit"], row["by_whom"], row["why"]) for row in rows] == [
        ("claim", "巴川街道", "王主任", "电话问过")
    ]


def test_a_claimed_form_with_an_error_would_have_gone_back_before(desk: Desk) -> None:
    """Errors win over reasons to hold, so its receipt lies with 未识别单位 until somebody says whose it is."""
    desk.drop("统计表.xlsx", of_nobody(desk, C5="很多"))
    desk.run()
    assert one(desk.export()["submissions"])["status"] == "returned"
    assert str(claimed(desk).verdict) == "returned"
    assert "巴川街道" in one_text(desk.receipts("巴川街道"))
    missing = [m for m in desk.export()["missing"] if m["unit"] == "巴川街道"]
    assert {m["material"]: m["state"] for m in missing}["statistics"] == "returned"


def test_a_remembered_name_is_known_the_next_time(desk: Desk) -> None:
    drop_of_nobody(desk)
    desk.run()
    assert claimed(desk, remember=True).remembered == "巴川街办"
    desk.drop("第二次.xlsx", of_nobody(desk, J5="新的"))
    desk.run("2022-01-22T09:00:00+08:00")
    newest = desk.export("2022-01-22T09:00:00+08:00")["submissions"][-1]
    assert (newest["unit"], newest["status"]) == ("巴川街道", "accepted")


def test_a_name_that_is_another_units_is_never_remembered(desk: Desk) -> None:
    """The contradiction was in the file's name: what stands on the form is a unit's own name."""
    desk.drop("区财政局统计表.xlsx", desk.filled("巴川街道"))
    desk.run()
    assert one(desk.export()["submissions"])["status"] == "held"
    with pytest.raises(Refused, match="巴川街道的名称"):
        claimed(desk, "区财政局统计表.xlsx", "区财政局", remember=True)
    assert one(desk.export()["submissions"])["status"] == "held"


def test_what_else_holds_a_file_still_holds_it(desk: Desk) -> None:
    drop_of_nobody(desk)
    late = datetime.fromisoformat("2022-03-11T09:00:00+08:00")
    desk.run("2022-03-11T09:00:00+08:00")
    done = claim("统计表.xlsx", "巴川街道", WHO, desk.office, late)
    assert str(done.verdict) == "held"
    assert "关账" in (done.why_held or "")
    assert one(desk.export("2022-03-11T09:00:00+08:00")["submissions"])["unit"] == "巴川街道"


def test_two_files_of_one_name_are_told_apart_by_their_receipts(desk: Desk) -> None:
    drop_of_nobody(desk, "甲/统计表.xlsx")
    drop_of_nobody(desk, "乙/统计表.xlsx", "巴川办事")
    desk.run()
    with pytest.raises(Refused, match="2022-spring-000001、2022-spring-000002"):
        claimed(desk)
    assert str(claimed(desk, "2022-spring-000002").verdict) == "accepted"
    assert str(claimed(desk, "甲/统计表.xlsx", "南城街道").verdict) == "accepted"


@pytest.mark.parametrize(
    ("file", "unit", "says"),
    [
        ("没有的.xlsx", "巴川街道", "没有收到过"),
        ("统计表.xlsx", "巴川街到", "是不是：巴川街道"),
    ],
)
def test_a_claim_that_is_not_clear_changes_nothing(desk: Desk, file: str, unit: str, says: str) -> None:
    drop_of_nobody(desk)
    desk.run()
    before = desk.files_on_share()
    with pytest.raises(Refused, match=says):
        claimed(desk, file, unit)
    assert desk.files_on_share() == before


def test_a_file_that_counts_is_not_given_away(desk: Desk) -> None:
    desk.drop("表.xlsx", desk.filled("巴川街道"))
    desk.run()
    with pytest.raises(Refused, match="不在等人认领（巴川街道）"):
        claimed(desk, "表.xlsx", "南城街道")


def test_a_claim_that_was_cut_short_is_finished_by_the_next_run(desk: Desk, monkeypatch) -> None:
    """The decision stands before anything else is done: a crash right after it loses nothing."""
    import etl.decide

    drop_of_nobody(desk)
    desk.run()
    with monkeypatch.context() as crash:
        crash.setattr(etl.decide, "finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            claimed(desk)
    desk.run(NEXT_DAY)
    assert one(desk.export(NEXT_DAY)["submissions"])["status"] == "accepted"
    assert desk.receipts("未识别单位") == []
    assert len(desk.receipts("巴川街道")) == 1
