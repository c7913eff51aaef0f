"""Taking bytes out of the archive, for good: what stays, what is refused, what is said afterwards."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.decide import Who, accept, claim
from etl.doctor import PARTS, look_at
from etl.doctor.look import State
from etl.edges.durable import write_all
from etl.errors import Refused
from etl.evidence import pack_evidence
from etl.purge import GONE, purge
from etl.replay import recheck, replay
from etl.retention import keep_until, kept
from etl.trace import trace
from etl.warehouse.questions import ask
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, Desk, one

WHO = Who("王主任", "不该发来的")
TELEPHONE = "请打13800138000"
LONG_AFTER = datetime(2033, 1, 1, tzinfo=UTC)


def archived(desk: Desk) -> list[Path]:
    return sorted(path for path in desk.office.archive.root.rglob("*") if path.is_file())


def later(desk: Desk) -> Desk:
    """The same desk, after all years of keeping."""
    return Desk(replace(desk.office, now=lambda: LONG_AFTER), desk.settings)


def test_bytes_leave_and_the_row_stays_with_who_and_why(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999, J5=TELEPHONE))
    desk.run()
    before = one(desk.export()["submissions"])
    assert before["status"] == "returned" and len(archived(desk)) == 1
    done = purge("土桥镇.xlsx", WHO, desk.office)
    assert done.were_there and not archived(desk)
    after = one(desk.export()["submissions"])
    assert {finding["message"] for finding in after["findings"]} == {GONE}
    for key in ("file", "sha256", "unit", "received_at", "status", "values"):
        assert after[key] == before[key], key
    with desk.office.warehouse.reading() as connection:
        decided = one(ask(connection, "decisions", campaign=CAMPAIGN))
    assert (decided["kind"], decided["by_whom"], decided["why"]) == ("purge", WHO.name, WHO.why)


def test_nothing_of_its_words_is_left_on_the_share_or_in_the_warehouse(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999, B5="张三丰", J5=TELEPHONE))
    desk.run()
    folder = desk.receipts_folder / "土桥镇"
    assert {path.suffix for path in folder.iterdir()} == {".html", ".xlsx"}
    assert "13800138000" in _words(desk)
    purge("土桥镇.xlsx", WHO, desk.office)
    page = one(list(folder.iterdir())).read_text("utf-8")
    assert "已于" in page and "销毁" in page and "张三丰" not in page and "999" not in page
    assert "张三丰" not in _words(desk) and "13800138000" not in _words(desk)


def _words(desk: Desk) -> str:
    """All that the warehouse keeps of what files said."""
    with desk.office.warehouse.reading() as connection:
        rows = [
            connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("readings", "findings")
        ]
    return str(rows)


def test_what_is_in_force_stays_until_the_years_of_keeping_are_over(desk: Desk, tmp_path: Path) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    with pytest.raises(Refused, match="正在计入汇总，保存到 2032-03-10"):
        purge("土桥镇.xlsx", WHO, desk.office)
    assert len(archived(desk)) == 1
    said, share = desk.export(), desk.files_on_share()
    parts = trace(CAMPAIGN, "总计", "visited", datetime.fromisoformat(BEFORE_DEADLINE), desk.office)
    purge("土桥镇.xlsx", WHO, later(desk).office)
    assert not archived(desk)
    assert desk.export() == said and desk.files_on_share() == share
    assert trace(CAMPAIGN, "总计", "visited", datetime.fromisoformat(BEFORE_DEADLINE), desk.office) == parts
    desk.run()
    assert desk.files_on_share() == share
    moment = datetime.fromisoformat(BEFORE_DEADLINE)
    packed = pack_evidence(CAMPAIGN, ("总计", "visited"), None, moment, desk.office, tmp_path / "证据.zip")
    names = zipfile.ZipFile(packed).namelist()
    assert any("原件已销毁" in name for name in names) and not any("原件.xlsx" in name for name in names)


def test_the_version_before_may_go_and_a_run_changes_nothing(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", J5="改过"))
    desk.run(NEXT_DAY)
    said = desk.export(NEXT_DAY)
    first = said["submissions"][0]
    assert first["status"] == "superseded"
    purge(f"{CAMPAIGN}-000001", WHO, desk.office)
    assert desk.export(NEXT_DAY)["summary"] == said["summary"]
    before = desk.files_on_share()
    desk.run(NEXT_DAY)
    assert desk.files_on_share() == before


@pytest.mark.parametrize(
    "wrong", [pytest.param({}, marks=pytest.mark.prove), {"C9": 999}], ids=["superseded", "returned"]
)
def test_the_same_bytes_again_are_still_a_duplicate(sqlite_desk: Desk, wrong: dict[str, object]) -> None:
    desk = sqlite_desk
    content = desk.filled("土桥镇", **wrong)
    desk.drop("土桥镇.xlsx", content)
    desk.run()
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", J5="改过"))
    desk.run(NEXT_DAY)
    purge(f"{CAMPAIGN}-000001", WHO, desk.office)
    desk.drop("又一次.xlsx", content)
    desk.run("2022-01-22T09:00:00+08:00")
    assert [each["status"] for each in desk.export("2022-01-22T09:00:00+08:00")["submissions"]][1:] == [
        "accepted",
        "duplicate",
    ]


def test_all_that_have_the_same_bytes_go_together_and_none_that_counts(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    content = desk.filled("土桥镇", C9=999)
    for name in ("一.xlsx", "二.xlsx"):
        desk.drop(name, content)
    desk.run()
    assert len(purge(f"{CAMPAIGN}-000002", WHO, desk.office).receipts) == 2
    said = {name: page for name, page in desk.files_on_share().items() if "回执" in name}
    assert len(said) == 2


def test_a_crash_between_the_mark_and_the_file_is_made_good_by_the_same_command(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999))
    desk.run()
    file = one(archived(desk))
    content = file.read_bytes()
    purge("土桥镇.xlsx", WHO, desk.office)
    write_all({file: content})
    assert purge("土桥镇.xlsx", Who("别人", "又一次"), desk.office).were_there
    assert not archived(desk)
    with desk.office.warehouse.reading() as connection:
        assert one(ask(connection, "decisions", campaign=CAMPAIGN))["by_whom"] == WHO.name
    assert not purge("土桥镇.xlsx", WHO, desk.office).were_there


def test_what_still_lies_in_the_inbox_is_not_purged(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999))
    desk.run()
    with desk.office.warehouse.writing() as connection:
        connection.exec_driver_sql("UPDATE submissions SET left_at = NULL")
    with pytest.raises(Refused, match="还在处理"):
        purge("土桥镇.xlsx", WHO, desk.office)


def test_nothing_more_is_decided_about_what_was_purged(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("不知道是谁.xlsx", desk.filled("土桥镇", B2="綦江区财政局"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.run()
    for name in ("不知道是谁.xlsx", "安居镇.xlsx"):
        purge(name, WHO, desk.office)
    with pytest.raises(Refused, match="已经销毁"):
        claim("不知道是谁.xlsx", "土桥镇", WHO, desk.office)
    with pytest.raises(Refused, match="已经销毁"):
        accept("安居镇.xlsx", WHO, desk.office)
    assert (
        one(
            replay(
                ["total_wrong"]
                if "total_wrong" in desk.office.rulebook.rules
                else [next(iter(desk.office.rulebook.rules))],
                desk.office,
            )
        ).looked_at
        == 0
    )
    assert not recheck(CAMPAIGN, desk.office).judged_anew


def test_what_is_due_is_named_and_nothing_goes_by_itself(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    keeping = dict(PARTS)["保存期"]
    assert look_at(keeping, desk.settings, datetime(2032, 3, 10, 15, 59, 58, tzinfo=UTC)).state is State.GOOD
    due = look_at(keeping, desk.settings, LONG_AFTER)
    assert due.state is State.NOTE and "2022年春节 1 份（2032-03-10 到期）" in due.says
    assert one(kept(desk.office.warehouse, desk.office.limits, LONG_AFTER)).submissions == 1
    assert len(archived(desk)) == 1


def test_a_campaign_that_closed_on_the_29th_of_february_is_kept_to_the_1st_of_march(
    sqlite_desk: Desk,
) -> None:
    closed = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert keep_until(closed, sqlite_desk.office.limits) == datetime(2034, 3, 1, 12, tzinfo=UTC)
