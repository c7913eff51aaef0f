"""A run that broke off while it published, and a share on which somebody has a file open."""

import hashlib
import shutil
from datetime import datetime
from typing import Any

import msgspec
import pytest

from etl.decide import Who, reopen
from etl.errors import Unavailable
from etl.warehouse import publications
from tests.desk import BEFORE_DEADLINE, GOOD, NEXT_DAY, Desk
from tests.rooms.edges.test_share import as_windows_does

SUMMARY = "汇总表（2022年春节）.xlsx"


def published_twice_and_broken_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What stood first; then one more form came, and the run that published it broke off before it recorded that."""
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(BEFORE_DEADLINE)
    first = current_files(desk)
    desk.drop("安居镇.xlsx", desk.filled("安居镇"))

    def breaks_off(*_: object) -> None:
        raise Unavailable("weg")

    with monkeypatch.context() as patched:
        patched.setattr(publications, "record", breaks_off)
        with pytest.raises(Unavailable, match="weg"):
            desk.run(BEFORE_DEADLINE)
    assert current_files(desk)[SUMMARY] != first[SUMMARY]
    return first


def current_files(desk: Desk) -> dict[str, bytes]:
    return {
        str(path.relative_to(desk.published)): path.read_bytes()
        for path in sorted(desk.published.rglob("*"))
        if path.is_file() and "历次" not in path.parts
    }


def is_as_the_manifest_says(desk: Desk) -> bool:
    stand = current_files(desk)
    said = msgspec.json.decode(stand.pop("清单.json"))["files"]
    return {each["file"]: each["sha256"] for each in said} == {
        name: hashlib.sha256(content).hexdigest() for name, content in stand.items()
    }


def test_facts_that_become_again_what_they_were_bring_back_the_very_files_of_then(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    first = published_twice_and_broken_off(desk, monkeypatch)
    with monkeypatch.context() as patched:  # the decision alone: what follows is left to the next run
        patched.setattr("etl.decide.publish_again", lambda *_: [])
        reopen(
            "安居镇.xlsx", Who("李四", "电话里说报错了"), desk.office, datetime.fromisoformat(BEFORE_DEADLINE)
        )
    report = desk.run(BEFORE_DEADLINE)
    names = {path.name for path in report.published}
    assert "未报名单（2022年春节）.xlsx" in names  # it is held now, and was never sent then
    assert is_as_the_manifest_says(desk)
    circular = "通报/报送情况通报（2022年春节）.docx"
    assert current_files(desk)[circular] == first[circular]
    assert not (desk.published / "历次" / "1" / circular).exists()


def test_after_a_run_that_broke_off_the_same_facts_make_the_version_that_it_began(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    first = published_twice_and_broken_off(desk, monkeypatch)
    begun = current_files(desk)
    desk.run(BEFORE_DEADLINE)
    assert current_files(desk) == begun
    assert (desk.published / "历次" / "1" / SUMMARY).read_bytes() == first[SUMMARY]
    assert {path.name for path in (desk.published / "历次").iterdir()} == {"1"}
    assert desk.run(BEFORE_DEADLINE).published == []


def test_a_published_file_that_somebody_changed_or_a_lost_manifest_is_put_right(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(BEFORE_DEADLINE)
    (desk.published / SUMMARY).write_bytes(b"typed over")
    assert [path.name for path in desk.run(BEFORE_DEADLINE).published] == [SUMMARY]
    assert is_as_the_manifest_says(desk)
    assert (desk.published / "历次" / "1" / SUMMARY).read_bytes() == b"typed over"
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"{")):
        damage(desk.published / "清单.json")
        assert desk.run(BEFORE_DEADLINE).published == []
        assert is_as_the_manifest_says(desk)


def test_a_summary_that_somebody_has_open_is_replaced_once_they_closed_it_and_the_rest_at_once(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(BEFORE_DEADLINE)
    old = current_files(desk)
    more = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}}
    desk.drop("土桥镇2.xlsx", desk.filled("土桥镇", more))
    with monkeypatch.context() as patched:
        as_windows_does(patched, desk.published / SUMMARY)
        names = {path.name for path in desk.run(NEXT_DAY).published}
    assert SUMMARY not in names
    assert "报送进度（2022年春节）.html" in names
    assert current_files(desk)[SUMMARY] == old[SUMMARY]
    assert is_as_the_manifest_says(desk)
    assert not list(desk.published.rglob(".*"))
    assert [path.name for path in desk.run(NEXT_DAY).published] == [SUMMARY]
    assert is_as_the_manifest_says(desk)
    assert (desk.published / "历次" / "1" / SUMMARY).read_bytes() == old[SUMMARY]


def test_a_manifest_that_somebody_has_open_leaves_the_version_unpublished(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    desk.run(BEFORE_DEADLINE)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    with monkeypatch.context() as patched:
        as_windows_does(patched, desk.published / "清单.json")
        with pytest.raises(Unavailable, match=r"有人正开着清单\.json"):
            desk.run(BEFORE_DEADLINE)
    desk.run(BEFORE_DEADLINE)
    assert is_as_the_manifest_says(desk)
    assert {path.name for path in (desk.published / "历次").iterdir()} == {"1"}


def test_a_share_that_goes_away_in_the_middle_of_a_run_costs_neither_file_nor_receipt(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    share = desk.inbox.parent
    away = share.with_name("away")

    def unmounted(*_: object, **__: object) -> dict[str, bytes]:
        share.rename(away)
        share.mkdir()
        return {}

    with monkeypatch.context() as patched:
        patched.setattr("etl.stages.answer._copies", unmounted)
        with pytest.raises(Unavailable, match="没有挂载或不见了"):
            desk.run(BEFORE_DEADLINE)
    assert not list(share.iterdir())
    shutil.rmtree(share)
    away.rename(share)
    desk.run(BEFORE_DEADLINE)
    (submission,) = desk.export()["submissions"]
    assert (submission["status"], len(desk.receipts("土桥镇"))) == ("accepted", 1)
    assert desk.names_in_inbox() == []


def test_an_archive_that_is_not_mounted_takes_nothing_in(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(BEFORE_DEADLINE)
    archive = desk.settings.archive
    archive.rename(archive.with_name("away"))
    archive.mkdir()
    dropped = desk.drop("安居镇.xlsx", desk.filled("安居镇"))
    with pytest.raises(Unavailable, match="存档里读不到原件"):
        desk.run(NEXT_DAY)
    assert dropped.exists()
    assert not list(archive.iterdir())
    archive.rmdir()
    archive.with_name("away").rename(archive)
    desk.run(NEXT_DAY)
    assert [s["status"] for s in desk.export(NEXT_DAY)["submissions"]] == ["accepted", "accepted"]
