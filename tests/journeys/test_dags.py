"""The eight DAGs, run for real by Airflow, on both databases."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import update

from etl.doctor.intake import last_intake, left_lying
from etl.edges.places import BucketUrl
from etl.edges.share import blanks
from etl.office import open_office
from etl.orchestration.demo_report import tell
from etl.sample import WAVE_FOLDERS, write_sample
from etl.settings import PROJECT, Settings
from etl.warehouse.tables import campaigns
from tests.dag_runs import Airflow, throwaway_airflow
from tests.desk import (
    AFTER_CLOSING,
    BEFORE_DEADLINE,
    CAMPAIGN,
    NEXT_DAY,
    TWO_DAYS_LATE,
    Desk,
    one,
    still_open,
)
from tests.mailbox import OFFICE, mail_server

CLOCK = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Airflow:
    throwaway_airflow()
    return Airflow(monkeypatch)


@pytest.fixture
def desk(airflow: Airflow, settings: Settings) -> Iterator[Desk]:
    """A desk whose campaign was opened by the DAG, on SQLite and on PostgreSQL in turn."""
    with _opened(airflow, settings) as desk:
        yield desk


@pytest.fixture
def sqlite_desk(airflow: Airflow, tmp_path: Path, new_url: Callable[[str], str]) -> Iterator[Desk]:
    """The same on SQLite only, for what no database can change."""
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), PROJECT / "config")
    with _opened(airflow, settings) as desk:
        yield desk


@contextmanager
def _opened(airflow: Airflow, settings: Settings) -> Iterator[Desk]:
    airflow.serve(settings)
    assert airflow.run("open_campaign", campaign=CAMPAIGN).state == "success"
    with open_office(settings) as office:
        yield Desk(office, settings)


def test_a_file_walks_through_the_dags_from_the_inbox_into_the_published_summary(
    airflow: Airflow, desk: Desk
) -> None:
    issued = list((desk.share / blanks(desk.campaign.title)).iterdir())
    assert len(issued) == len(desk.campaign.units(desk.office.roster)) + 2
    opened = f"{CAMPAIGN}：66 个单位，新写 68 份文件（空白表、通用表和填报说明）"
    assert airflow.labels("open_campaign", "issue_blanks") == [opened]

    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    ran = airflow.run("intake", at=BEFORE_DEADLINE)
    assert ran.state == "success"
    assert ran.tasks == {
        "take_in": ["success"],
        "read": ["success"],
        "check_and_load": ["success"],
        "answer": ["success"],
    }
    assert not list(desk.inbox.iterdir())
    said = desk.export()
    assert {s["unit"]: s["status"] for s in said["submissions"]} == {
        "土桥镇": "accepted",
        "安居镇": "returned",
    }
    assert said["summary"]["总计"]["visited"] == 195

    assert airflow.labels("intake", "check_and_load") == [f"{CAMPAIGN} 第 1 批 2 个文件：收下 1，退回 1"]
    assert airflow.run("publish", at=BEFORE_DEADLINE).tasks["summarise_and_publish"] == ["success"]
    assert airflow.labels("publish", "summarise_and_publish") == [f"{CAMPAIGN}：应报 126，已报 1，新出 6 份"]
    assert {"汇总表", "未报名单"} <= {path.name.partition("（")[0] for path in desk.published.iterdir()}

    before = desk.files_on_share()
    assert airflow.run("remind", at=TWO_DAYS_LATE).state == "success"
    (said,) = airflow.labels("remind", "remind_units")
    assert said.startswith(f"{CAMPAIGN}：该催 63 个单位，都没有邮件送达，新出 ")
    changed = {name for name, file in desk.files_on_share().items() if before.get(name) != file}
    assert any(Path(name).name.startswith("未报名单") for name in changed)
    assert not any(Path(name).name.startswith("汇总表") for name in changed)


def test_reminders_leave_by_the_connection_and_never_in_a_rehearsal(
    airflow: Airflow, tmp_path: Path, new_url: Callable[[str], str]
) -> None:
    config = still_open(tmp_path / "config")
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), config)
    with _opened(airflow, settings) as desk, mail_server() as (box, server):
        extra = "from_email=office%40returns.example&disable_ssl=true&disable_tls=true"
        airflow.monkeypatch.setenv("AIRFLOW_CONN_RETURNS_SMTP", f"smtp://127.0.0.1:{server.port}/?{extra}")
        assert airflow.run("remind", at=TWO_DAYS_LATE).state == "success"
        assert box.came == [] and list(desk.published.glob("催办记录*"))
        assert airflow.run("remind").state == "success"
        (letter,) = box.to(desk.unit("土桥镇").email)
        assert letter["subject"] == "2022年春节双拥工作材料催报（土桥镇）"
        assert len(box.to(OFFICE)) == 1
        (said,) = airflow.labels("remind", "remind_units")
        assert said.startswith(f"{CAMPAIGN}：催了 63 个单位，其中 0 个没有邮件送达，新出 ")


def test_a_second_run_of_every_dag_changes_nothing(airflow: Airflow, desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    airflow.run("intake", at=BEFORE_DEADLINE)
    airflow.run("publish", at=BEFORE_DEADLINE)
    before, told = desk.files_on_share(), desk.export()

    airflow.run("open_campaign", campaign=CAMPAIGN)
    again = airflow.run("intake", at=BEFORE_DEADLINE)
    airflow.run("publish", at=BEFORE_DEADLINE)
    airflow.run("remind", at=BEFORE_DEADLINE)
    assert again.tasks["check_and_load"] == ["skipped"]
    assert desk.files_on_share() == before
    assert desk.export() == told


def test_a_correction_taken_in_the_next_day_replaces_the_first(airflow: Airflow, desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    airflow.run("intake", at=BEFORE_DEADLINE)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", {}, C5=7))
    airflow.run("intake", at=NEXT_DAY)
    said = desk.export(NEXT_DAY)
    assert [s["status"] for s in said["submissions"]] == ["superseded", "accepted"]


def test_the_three_waves_of_samples_come_out_as_the_samples_were_made_to_say(
    airflow: Airflow, sqlite_desk: Desk, tmp_path: Path
) -> None:
    desk = sqlite_desk
    truth = write_sample(tmp_path / "samples", desk.campaign, desk.form, desk.office.roster)
    for folder, moment in zip(WAVE_FOLDERS, truth.moments, strict=True):
        shutil.copytree(tmp_path / "samples" / folder, desk.inbox, dirs_exist_ok=True)
        assert airflow.run("intake", at=moment.isoformat()).state == "success"
        assert airflow.run("publish", at=moment.isoformat()).state == "success"
    heard = StringIO()
    assert tell(truth, desk.office, Console(file=heard, soft_wrap=True)), heard.getvalue()
    assert f"已报 {truth.accepted} 份" in heard.getvalue()
    assert f"未报 {len(truth.missing)} 份" in heard.getvalue()


def test_the_warehouse_tells_for_which_moment_it_changed_and_only_if_it_did(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    def events() -> list[object]:
        with create_session() as session:
            found = session.scalars(select(AssetEvent).order_by(AssetEvent.id))
            return [event.extra.get("at") for event in found if event.name == "warehouse"]

    before = events()
    airflow.run("intake", at=BEFORE_DEADLINE)
    assert events() == before
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    airflow.run("intake", at=BEFORE_DEADLINE)
    assert events() == [*before, BEFORE_DEADLINE]


def test_publish_is_called_by_campaign_and_progress_for_the_moment_of_the_change(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    airflow.run("intake", at=BEFORE_DEADLINE)
    one_by_the_clock: list[str | None] = [NEXT_DAY, None]  # which is later than any other
    for changed_at, handed_on in (([NEXT_DAY, BEFORE_DEADLINE], NEXT_DAY), (one_by_the_clock, None)):
        airflow.changed_warehouse(*changed_at)
        with airflow.started("publish") as started:
            assert airflow.run("call_publish").tasks == {"call_publish": ["success"]}
            (run,) = started()
            assert started()[run] == ({"at": handed_on} if handed_on else {})
        assert re.fullmatch(rf"{CAMPAIGN}_1-of-126_{CLOCK}", run)


def test_reminding_is_called_by_campaign_and_by_how_many_are_missing(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    sqlite_desk.run()
    with airflow.started("remind") as started:
        assert airflow.run("call_remind", at=NEXT_DAY).tasks == {"call_remind": ["success"]}
        (run,) = started()
        assert started()[run] == {"at": NEXT_DAY}
    assert re.fullmatch(rf"{CAMPAIGN}_125-missing_{CLOCK}", run)


def test_a_share_that_is_not_mounted_is_tried_again_and_then_fails_the_run_aloud(
    airflow: Airflow, sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_desk.share.rename(sqlite_desk.share.with_name("elsewhere"))
    ran = airflow.run("intake", at=BEFORE_DEADLINE)
    assert (ran.state, ran.tasks["take_in"], ran.tries["take_in"]) == ("failed", ["failed"], 4)
    said = caplog.text
    assert "“收件”的 take_in：没有做成，稍后自动再试。原因：共享文件夹没有挂载" in said
    assert "“收件”的 take_in：没有做成，已停下，请处理后重新运行。原因：共享文件夹没有挂载" in said
    assert str(sqlite_desk.share) in said


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2022-01-19T09:00:00+08:00", "上一次运行的时刻是"),
        ("2022-01-21T09:00:00", "不是写明时区的时间"),
        ("昨天下午", "不是写明时区的时间"),
    ],
    ids=["before-an-earlier-run", "without-a-zone", "no-time-at-all"],
)
def test_a_moment_that_makes_no_sense_fails_the_run_at_once(
    at: str, why: str, airflow: Airflow, sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    airflow.run("intake", at=BEFORE_DEADLINE)
    ran = airflow.run("intake", at=at)
    assert (ran.state, ran.tries["take_in"]) == ("failed", 1)
    assert why in caplog.text


def test_a_mistake_in_the_configuration_fails_the_run_at_once_and_names_the_file(
    airflow: Airflow, sqlite_desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "empty").mkdir()
    airflow.monkeypatch.setenv("RETURNS_CONFIG", str(tmp_path / "empty"))
    ran = airflow.run("publish", at=BEFORE_DEADLINE)
    assert (ran.state, ran.tries["campaigns"]) == ("failed", 1)
    assert str(tmp_path / "empty") in caplog.text


def test_a_campaign_that_nobody_configured_is_not_opened(
    airflow: Airflow, sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    assert airflow.run("open_campaign", campaign="2099-spring").state == "failed"
    assert "没有“2099-spring”这一期" in caplog.text


def test_a_tasks_page_leads_to_receipts_publications_and_the_data_docs_that_there_are(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    airflow.run("intake", at=BEFORE_DEADLINE)
    receipts = {"回执": "returns/batches/1/", "发布的文件": None}
    assert airflow.links("intake", "check_and_load") == {"Data Docs": None, **receipts}
    assert airflow.links("intake", "answer") == {"Data Docs": None, **receipts}
    published = {"回执": None, "发布的文件": f"returns/board/{CAMPAIGN}/#files"}
    assert airflow.links("open_campaign", "issue_blanks", mapped=False) == {"Data Docs": None, **published}

    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    airflow.run("intake", at=NEXT_DAY)
    page = one(list(desk.settings.data_docs.iterdir())).name
    assert airflow.links("intake", "check_and_load")["Data Docs"] == f"returns/data-docs/{page}"

    airflow.run("publish", at=NEXT_DAY)
    assert airflow.links("publish", "summarise_and_publish") == {"Data Docs": None, **published}
    airflow.run("remind", at=NEXT_DAY)
    assert airflow.links("remind", "remind_units") == {"Data Docs": None, **published}
    airflow.run("publish", at=AFTER_CLOSING)
    assert airflow.links("publish", "summarise_and_publish") == {
        "Data Docs": f"returns/data-docs/final-{CAMPAIGN}.html",
        **published,
    }


def test_a_person_who_is_logged_in_approves_and_the_version_is_final(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    ran, asked = airflow.run_approved("finalise", "Approve", campaign=CAMPAIGN)
    assert ran.tasks == {"ask": ["success"], "approve": ["success"], "seal": ["success"]}
    assert airflow.labels("finalise", "seal") == [f"{CAMPAIGN}：应报 126，已报 1，第 1 次定稿，审批人 admin"]
    sealed = airflow.links("finalise", "seal", mapped=False)
    assert sealed["发布的文件"] == f"returns/board/{CAMPAIGN}/#files"
    assert asked["subject"] == f"{CAMPAIGN} 定稿审批"
    assert "快报：应报 126 份，已报 1 份" in asked["body"] and "| 总计 | 195 |" in asked["body"]
    page = one(list(desk.published.glob("报送进度*"))).read_text("utf-8")
    assert "定稿：应报 126 份，已报 1 份。审批人：admin" in page


@pytest.mark.prove
def test_what_a_person_refuses_is_not_sealed(airflow: Airflow, sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.run()
    before = desk.files_on_share()
    ran, _ = airflow.run_approved("finalise", "Reject", campaign=CAMPAIGN)
    assert ran.tasks == {"ask": ["success"], "approve": ["success"], "seal": ["skipped"]}
    assert desk.files_on_share() == before


def test_intake_is_called_once_by_campaign_and_count_for_all_that_lies_in_the_inbox(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    with airflow.started("intake") as started:
        assert airflow.run("call_intake").tasks == {"call_intake": ["success"]}
        assert airflow.run("call_intake").tasks == {
            "call_intake": ["skipped"]
        }  # the one that waits takes all
        (run,) = started()
    assert re.fullmatch(rf"{CAMPAIGN}_2-files_{CLOCK}", run)


def test_long_after_closing_and_after_the_last_file_only_people_call_and_silence_alarms_nobody(
    airflow: Airflow, sqlite_desk: Desk
) -> None:
    desk = sqlite_desk
    desk.run()
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    with airflow.started("intake") as started:
        assert airflow.run("call_intake").tasks == {"call_intake": ["success"]}  # it was opened just now
        assert started()
    with desk.office.warehouse.writing() as connection:
        connection.execute(update(campaigns).values(opened_at=desk.campaign.opens))
    for caller in ("call_intake", "call_publish", "call_remind"):
        assert airflow.run(caller).tasks == {caller: ["skipped"]}
    assert last_intake(desk.settings, datetime.now(UTC)) is None
    assert "1 个文件没有人收" in left_lying(desk.settings, datetime.now(UTC)).says
    assert desk.run(AFTER_CLOSING).verdicts == {"held": 1}
    with airflow.started("publish"):  # something came for it: whoever waits for the office must be seen
        assert airflow.run("call_publish").tasks == {"call_publish": ["success"]}


def test_while_no_campaign_is_open_intake_is_idle_and_needs_no_share(
    airflow: Airflow, tmp_path: Path, new_url: Callable[[str], str]
) -> None:
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), PROJECT / "config")
    waiting = settings.share / "收件箱" / "土桥镇.xlsx"
    airflow.serve(settings)
    for _ in range(2):  # without a share, and with a file lying there
        assert airflow.run("call_intake").tasks == {"call_intake": ["skipped"]}
        ran = airflow.run("intake")
        assert ran.state == "success"
        assert {state for states in ran.tasks.values() for state in states} <= {"success", "skipped"}
        waiting.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(b"for the next campaign")
    assert waiting.is_file() and not settings.archive.exists()
    with open_office(settings) as office, office.warehouse.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM submissions").scalar() == 0


@pytest.mark.prove
def test_with_share_and_archive_in_a_bucket_the_dags_do_the_same(
    airflow: Airflow, bucket: str, new_url: Callable[[str], str]
) -> None:
    places = BucketUrl(bucket, "share"), BucketUrl(bucket, "archive")
    with _opened(airflow, Settings(*places, new_url("sqlite"), PROJECT / "config")) as desk:
        desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
        desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
        assert airflow.run("intake", at=BEFORE_DEADLINE).state == "success"
        assert airflow.run("publish", at=BEFORE_DEADLINE).state == "success"
        assert desk.names_in_inbox() == []
        assert sorted(one["status"] for one in desk.export()["submissions"]) == ["accepted", "returned"]
        assert {"汇总表", "未报名单"} <= {path.name.partition("（")[0] for path in desk.published.iterdir()}
        before = desk.files_on_share()
        for name in ("intake", "publish"):
            assert airflow.run(name, at=BEFORE_DEADLINE).state == "success"
        assert desk.files_on_share() == before
