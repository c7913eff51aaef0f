"""The same lives of a submission where share and archive are in a bucket (SQLite: no database can change that)."""

import logging
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from etl.backup import back_up, restore
from etl.cli import main
from etl.doctor import PARTS, look_at
from etl.doctor.look import Look, State
from etl.edges.places import BucketUrl
from etl.edges.share import MARKER
from etl.errors import Unavailable
from etl.evidence import pack_evidence
from etl.office import open_office
from etl.pipeline import open_campaign
from etl.settings import PROJECT, Settings
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, TWO_DAYS_LATE, Desk
from tests.journeys import test_life_of_a_submission as life
from tests.object_server import ObjectServer

PART = dict(PARTS)


@pytest.fixture
def settings(bucket: str, new_url: Callable[[str], str]) -> Settings:
    share, archive = BucketUrl(bucket, "双拥/share"), BucketUrl(bucket, "archive")
    return Settings(share, archive, new_url("sqlite"), PROJECT / "config")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with Desk.at(settings) as desk:
        yield desk


@pytest.fixture
def named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings as the environment names them."""
    for field in fields(settings):
        monkeypatch.setenv(f"RETURNS_{field.name.upper()}", str(getattr(settings, field.name)))
    return settings


@pytest.mark.prove
@pytest.mark.parametrize(
    "journey",
    [
        life.test_twice_the_same_run_changes_nothing,
        life.test_a_good_form_is_accepted_counted_and_leaves_the_inbox_once_its_receipt_stands,
        life.test_a_wrong_form_is_returned_with_the_cell_and_what_to_do_and_counts_nowhere,
        life.test_a_corrected_file_replaces_the_first_and_a_returned_one_never_does,
        life.test_the_same_bytes_again_are_a_duplicate_that_changes_nothing_in_force,
        life.test_the_same_returned_bytes_again_repeat_what_was_wrong,
        life.test_after_the_deadline_a_new_date_is_new_for_who_is_missing_and_not_for_the_summary,
        life.test_every_typed_zero_makes_a_nil_return_and_a_form_without_figures_is_an_error,
        life.test_what_comes_after_closing_is_held_and_an_error_still_wins,
        life.test_exactly_at_the_deadline_is_on_time_and_a_second_later_is_late,
        life.test_a_narrative_counts_as_the_material_it_is,
        life.test_export_of_an_earlier_moment_shows_what_was_received_by_then,
    ],
    ids=lambda journey: journey.__name__.removeprefix("test_"),
)
def test_it_goes_the_same_way_as_in_folders(journey: Callable[[Desk], None], desk: Desk) -> None:
    journey(desk)


def two_days_files(desk: Desk) -> list[dict[str, bytes]]:
    """Accepted, returned with a marked copy, held, a narrative; then one that supersedes and a duplicate."""
    first = {
        "二坪镇.xlsx": life.wrong_sum(desk, "二坪镇"),
        "区财政局/总结.docx": life.narrative(),
        "土桥镇/表.xlsx": desk.filled("土桥镇"),
        "谁的.xlsx": desk.filled("巴川街道", B2="綦江区财政局"),
    }
    return [
        first,
        {"二坪镇.xlsx": first["二坪镇.xlsx"], "土桥镇/又一份.xlsx": desk.filled("土桥镇", C5=121, C9=196)},
    ]


def lived_through(files: list[dict[str, bytes]], desk: Desk) -> list[dict[str, Any]]:
    """The exports. Files come in the order of their names, in which those of one second are taken."""
    moments = (BEFORE_DEADLINE, NEXT_DAY)
    for of_the_day, moment in zip(files, moments, strict=True):
        for name in sorted(of_the_day, key=lambda name: name.rpartition("/")[2]):
            desk.drop(name, of_the_day[name])
        desk.run(moment)
    desk.run(TWO_DAYS_LATE)
    return [desk.export(at) for at in (*moments, TWO_DAYS_LATE)]


def test_what_is_exported_and_published_is_what_the_same_files_give_in_folders(
    s3: Any, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    files = two_days_files(desk)
    said = lived_through(files, desk)
    standing = objects(s3, desk)
    assert desk.run(TWO_DAYS_LATE).published == []
    assert objects(s3, desk) == standing
    here = Settings(
        tmp_path / "share", tmp_path / "archive", f"sqlite:///{tmp_path}/here.db", PROJECT / "config"
    )
    with Desk.at(here) as beside:
        assert said == lived_through(files, beside)
        names = [
            path.relative_to(beside.share).as_posix() for path in beside.share.rglob("*") if path.is_file()
        ]
        assert {f"双拥/share/{name}" for name in names} == {key for key in standing if "双拥" in key} - {
            FOLDER
        }
        assert evidence(desk, tmp_path / "a.zip") == evidence(beside, tmp_path / "b.zip") != []
    statuses = [one["status"] for one in said[2]["submissions"]]
    assert sorted(statuses) == ["accepted", "accepted", "duplicate", "held", "returned", "superseded"]
    assert desk.names_in_inbox() == []
    assert desk.office.data_docs.names() == ["batch-00000001.html"]
    assert b"<html" in desk.office.data_docs.read("batch-00000001.html")
    assert "not-for-any-log" not in caplog.text


FOLDER = "双拥/share/收件箱/"
"""The object that people see as the folder to drop into."""


def objects(s3: Any, desk: Desk) -> dict[str, datetime]:
    """All that stands in the bucket, and when each was put there."""
    (page,) = s3.get_paginator("list_objects_v2").paginate(Bucket=desk.settings.share.bucket)  # type: ignore[union-attr]
    return {one["Key"]: one["LastModified"] for one in page["Contents"]}


def evidence(desk: Desk, to: Path) -> list[str]:
    pack_evidence(CAMPAIGN, ("总计", "visited"), None, datetime.fromisoformat(TWO_DAYS_LATE), desk.office, to)
    with zipfile.ZipFile(to) as packed:
        return packed.namelist()


def test_a_bucket_without_its_marker_is_an_alarm_and_never_an_empty_inbox(
    s3: Any, desk: Desk, settings: Settings
) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    s3.delete_object(Bucket=settings.share.bucket, Key=f"{settings.share.prefix}/{MARKER}")  # type: ignore[union-attr]
    for use in (desk.run, lambda: open_campaign(CAMPAIGN, desk.office)):
        with pytest.raises(Unavailable, match=f"{settings.share}"):
            use()
    assert desk.names_in_inbox() == ["土桥镇.xlsx"]


def test_without_at_an_object_is_taken_only_after_two_looks_alike(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("二坪镇.xlsx", b"")
    desk.drop("水口镇.xlsx", desk.filled("水口镇"))
    desk.drop("~$水口镇.xlsx", b"lock")
    before = datetime.now(UTC) - timedelta(seconds=2)
    desk.run(at=None)
    (taken,) = desk.export(datetime.now(UTC).isoformat())["submissions"]
    assert taken["unit"] == "土桥镇"
    assert before <= datetime.fromisoformat(taken["received_at"]) <= datetime.now(UTC)
    assert desk.names_in_inbox() == ["~$水口镇.xlsx", "二坪镇.xlsx", "水口镇.xlsx"]


def test_the_commands_say_that_rights_are_the_buckets_and_doctor_looks_into_it(
    named: Settings, object_server: ObjectServer
) -> None:
    opened = CliRunner().invoke(main, ["open", CAMPAIGN])
    assert opened.exit_code == 0, opened.output
    assert f"空白表和通用表在 {named.share}/空白表" in opened.output
    assert "由桶的策略决定" in opened.output
    for part in ("共享文件夹", "存档", "存放位置", "磁盘", "时钟", "到达时间"):
        assert doctor(part, named).state is State.GOOD, doctor(part, named)
    with object_server.refusing("AccessDenied", method="DELETE"):
        for part in ("共享文件夹", "存档"):
            look = doctor(part, named)
            assert look.state is State.BAD and "没有权限" in look.says
    below = BucketUrl(named.share.bucket, f"{named.share.prefix}/存档")  # type: ignore[union-attr]
    assert doctor("存放位置", replace(named, archive=below)).state is State.BAD
    wrong = doctor("时钟", named, datetime.now(UTC) + timedelta(minutes=10))
    assert wrong.state is State.BAD and "NTP" in wrong.says
    elsewhere = BucketUrl(named.share.bucket, "别处")  # type: ignore[union-attr]
    assert doctor("共享文件夹", replace(named, share=elsewhere)).state is State.NOTE


def doctor(part: str, settings: Settings, now: datetime | None = None) -> Look:
    return look_at(PART[part], settings, now or datetime.now(UTC))


def test_a_backup_holds_the_originals_and_a_restore_puts_them_into_another_bucket(
    desk: Desk, named: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    said = desk.export()
    sha256 = said["submissions"][0]["sha256"]
    made = back_up(tmp_path / "backup", named, desk.office)
    assert made.files[f"archive/{sha256[:2]}/{sha256}"] == sha256
    monkeypatch.setenv("RETURNS_ARCHIVE", f"{named.archive}-2")
    monkeypatch.setenv("RETURNS_WAREHOUSE", f"sqlite:///{tmp_path}/restored.db")
    restore(tmp_path / "backup")
    with open_office() as office:
        again = Desk(office, named)
        assert again.export() == said
        assert again.run().published == []
        assert hash_of(office.archive.read(sha256)) == sha256


def hash_of(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
