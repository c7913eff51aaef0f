"""Who owes something is reminded once a step: by list, and by mail where there is a server and an address."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from lxml import html

from etl.decide import Who, extend
from etl.doctor import PARTS, look_at
from etl.doctor.look import State
from etl.edges.mail import MailServer
from etl.office import open_office
from etl.pipeline import open_campaign
from etl.settings import PROJECT, Settings
from etl.stages.remind import remind
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, GOOD, TWO_DAYS_LATE, Desk
from tests.mailbox import OFFICE, Mailbox, mail_server, self_signed

LAST_DAY = "2022-02-10T08:10:00+08:00"
NEXT_WEEK = "2022-02-15T08:10:00+08:00"
CLOSED = "2022-04-01T08:10:00+08:00"
Post = tuple[Mailbox, MailServer]


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as post:
        yield post


def reminding(desk: Desk, at: str, mail: MailServer | None = None) -> list[Path]:
    with desk.office.alone():
        return remind(CAMPAIGN, datetime.fromisoformat(at), desk.office, mail)


def digest(desk: Desk) -> dict[str, tuple[Any, ...]]:
    """The lines of 催办记录, by unit: of which step, what became of the mail."""
    (path,) = desk.published.glob("催办记录（*")
    rows = openpyxl.load_workbook(path)["催办记录"].iter_rows(values_only=True)
    return {row[1]: row[2:4] for row in rows if isinstance(row[0], int)}


def test_each_unit_is_reminded_once_a_step_and_what_bounces_stands_in_the_digest(
    sqlite_desk: Desk, post: Post
) -> None:
    desk, (box, server) = sqlite_desk, post
    gone, silent = desk.unit("二坪镇"), desk.unit("水口镇")
    box.refuses = {gone.email}
    units = tuple(replace_email(unit, "") if unit is silent else unit for unit in desk.office.roster.units)
    roster = type(desk.office.roster)(units=units)
    office = replace(desk.office, definitions=desk.office.definitions.model_copy(update={"roster": roster}))
    desk = replace(desk, office=office)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    assert not list(desk.published.glob("催办记录*"))

    reminding(desk, LAST_DAY, server)
    (letter,) = box.to(desk.unit("土桥镇").email)
    assert letter["subject"] == "2022年春节双拥工作材料催报（土桥镇）"
    assert letter.get_content().startswith(
        "土桥镇：2022年春节双拥工作材料，工作总结还没有收到；请于2月10日23:59前"
    )
    told = digest(desk)
    assert told["土桥镇"][0] == "截止当天" and str(told["土桥镇"][1]).startswith("已发邮件")
    assert str(told["二坪镇"][1]).startswith("退信：550 5.1.1 no such user 138****8000")
    assert told["水口镇"][1] == "没有邮箱，请电话催"
    assert "驻铜部队一" not in told
    (own,) = box.to(OFFICE)
    assert "二坪镇：截止当天；退信" in own.get_content()

    count, before = len(box.came), desk.files_on_share()
    reminding(desk, LAST_DAY, server)
    assert len(box.came) == count and desk.files_on_share() == before
    reminding(desk, TWO_DAYS_LATE, server)
    assert digest(desk)["土桥镇"][0] == "逾期第 1 个工作日（补催）"
    assert len(box.to(desk.unit("土桥镇").email)) == 2
    reminding(desk, CLOSED, server)
    assert len(box.to(desk.unit("土桥镇").email)) == 2, "after closing nobody is reminded any more"


def replace_email(unit: Any, email: str) -> Any:
    return unit.model_copy(update={"email": email})


def test_without_a_mail_server_the_list_says_whom_to_call(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.run(LAST_DAY)
    told = digest(desk)
    assert str(told["土桥镇"][1]).startswith("没有设邮件，请按名单催")
    assert len(told) == 63


def due_today(desk: Desk) -> dict[str, str]:
    """今天该催 of the sheet 催办 in 未报名单, by unit; none with nothing to say."""
    (path,) = desk.published.glob("未报名单（*")
    rows = openpyxl.load_workbook(path)["催办"].iter_rows(values_only=True)
    return {str(row[1]): str(row[4]) for row in rows if isinstance(row[0], int) and row[4]}


def test_on_a_day_that_makes_up_for_a_missed_one_both_lists_name_the_same_units(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999))
    desk.run(LAST_DAY)
    assert due_today(desk) == {unit: step for unit, (step, _) in digest(desk).items()}
    saturday, later = "2022-02-12T08:10:00+08:00", "2022-02-12T18:10:00+08:00"
    desk.run(saturday)
    assert due_today(desk) == {unit: step for unit, (step, _) in digest(desk).items()}
    assert due_today(desk)["二坪镇"] == "逾期第 1 个工作日（补催）"
    before = desk.files_on_share()
    desk.run(later)
    assert desk.files_on_share() == before, "the evening of that day tells nothing new"
    desk.run("2022-02-13T08:10:00+08:00")
    assert not due_today(desk), "nobody's day, and nobody was reminded"


def test_the_record_has_who_was_reminded_in_the_morning_and_in_the_afternoon_of_a_day(
    sqlite_desk: Desk,
) -> None:
    desk = sqlite_desk
    desk.run("2022-02-11T08:10:00+08:00")
    morning = digest(desk)
    assert morning["土桥镇"][0] == "逾期第 1 个工作日"
    until = datetime.fromisoformat("2022-02-11T18:00:00+08:00")
    extend(CAMPAIGN, "土桥镇", until, Who("张三", "疫情"), desk.office)
    desk.run("2022-02-11T15:00:00+08:00")
    assert digest(desk)["土桥镇"][0] == "截止当天、逾期第 1 个工作日"
    assert digest(desk) | {"土桥镇": morning["土桥镇"]} == morning


@pytest.mark.prove
def test_what_was_returned_and_not_sent_again_is_a_step_of_its_own(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999))
    desk.run(BEFORE_DEADLINE)  # a Thursday
    desk.run("2022-01-21T08:10:00+08:00")
    assert not list(desk.published.glob("催办记录*"))
    desk.run("2022-01-24T08:10:00+08:00")
    assert digest(desk).keys() == {"土桥镇"}
    assert digest(desk)["土桥镇"][0] == "退回后没有重报"
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", GOOD))
    desk.run("2022-01-25T08:10:00+08:00")
    assert digest(desk)["土桥镇"][0] == "退回后没有重报", "told once"


@pytest.mark.prove
def test_who_has_more_time_is_reminded_by_their_own_day(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.run()
    until = datetime.fromisoformat("2022-02-22T18:00:00+08:00")
    extend(CAMPAIGN, "土桥镇", until, Who("张三", "疫情"), desk.office)
    desk.run(NEXT_WEEK)
    told = digest(desk)
    assert (told["土桥镇"][0], told["二坪镇"][0]) == ("截止前第 5 个工作日", "逾期第 3 个工作日")


def test_mail_goes_to_no_server_of_unknown_make_and_the_digest_says_so(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    desk = sqlite_desk
    with mail_server(self_signed(tmp_path / "mail.pem")) as (box, server):
        reminding(desk, LAST_DAY, server)
        assert box.came == []
    assert str(digest(desk)["土桥镇"][1]).startswith("没有发出：邮件服务器的证书不受信任，请管理员核对")


def test_a_year_without_holidays_counts_monday_to_friday_and_stops_no_reminder(
    tmp_path: Path, post: Post
) -> None:
    (box, server), id_, config = post, "2027-spring", tmp_path / "config"
    shutil.copytree(PROJECT / "config", config)
    shipped = (config / "campaigns" / f"{CAMPAIGN}.toml").read_text("utf-8")
    (config / "campaigns" / f"{id_}.toml").write_text(shipped.replace("2022", "2027"), "utf-8")
    known = (config / "holidays.csv").read_text("utf-8").splitlines(keepends=True)
    (config / "holidays.csv").write_text("".join(day for day in known if not day.startswith("2027")), "utf-8")
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    settings = Settings(tmp_path / "share", tmp_path / "archive", url, config)
    with open_office(settings) as office:
        open_campaign(id_, office)
        for day in ("10", "11", "13"):  # a Wednesday of the New Year's holiday, a Thursday, a Saturday
            with office.alone():
                remind(id_, datetime.fromisoformat(f"2027-02-{day}T08:10:00+08:00"), office, server)
    told = [message.get_content() for message in box.to(OFFICE)]
    assert [text.count("截止当天") for text in told] == [63, 0], "nobody is reminded on a Saturday"
    assert told[1].count("逾期第 1 个工作日") == 63
    unknown = "2027 年的节假日还没有录入，先按周一到周五算工作日。"
    assert all(unknown in text for text in told)
    (record,) = (settings.share / "发布" / "2027年春节").glob("催办记录（*")  # type: ignore[operator]
    said = [row[0] for row in openpyxl.load_workbook(record)["催办记录"].iter_rows(values_only=True)]
    assert unknown in said
    look = look_at(dict(PARTS)["节假日"], settings, datetime.now(UTC))
    assert look.state is not State.GOOD and look.says.startswith(
        "2027 年的还没有录入，先按周一到周五算工作日"
    )


def test_a_crash_while_mails_go_out_sends_none_twice(
    sqlite_desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, (box, server) = sqlite_desk, post
    desk.run()
    monkeypatch.setattr("etl.stages.remind.reminders.settle", _crash)
    with pytest.raises(ZeroDivisionError):
        reminding(desk, LAST_DAY, server)
    monkeypatch.undo()
    count = len(box.came)
    assert count == 63
    reminding(desk, LAST_DAY, server)
    assert len(box.came) == count
    assert str(digest(desk)["土桥镇"][1]).startswith("正在发，结果还不知道")


def _crash(*_: object) -> None:
    raise ZeroDivisionError


def test_airflows_connection_is_the_server_and_without_it_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.dag_runs import throwaway_airflow

    throwaway_airflow()
    from etl.orchestration.mail import mail_server as from_airflow

    assert from_airflow() is None
    extra = "from_email=office%40a.cn&disable_ssl=true&disable_tls=true&timeout=7"
    monkeypatch.setenv("AIRFLOW_CONN_RETURNS_SMTP", f"smtp://me:secret@mail.example:2525/?{extra}")
    assert from_airflow() == MailServer("mail.example", 2525, "office@a.cn", "me", "secret", timeout_s=7)
    secure = "from_email=office%40a.cn&ssl_context="
    for said, verify in (("none", False), ("default", True)):
        monkeypatch.setenv("AIRFLOW_CONN_RETURNS_SMTP", f"smtp://mail.example/?{secure}{said}")
        server = from_airflow()
        assert server and (server.port, server.use_ssl, server.verify) == (465, True, verify)


def test_every_link_of_the_page_leads_to_what_stands_there(sqlite_desk: Desk) -> None:
    """Also on the morning on which the first are reminded, of what was returned, and of what nobody can place."""
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C9=999))
    desk.drop("谁的.xlsx", desk.filled("安居镇", B2="某单位"))
    desk.run(BEFORE_DEADLINE)
    assert not [link for link in links_of(desk) if "催办记录" in link]
    desk.run(LAST_DAY)
    links = links_of(desk)
    assert [link for link in links if "催办记录" in link] and [link for link in links if "未识别单位" in link]
    assert [link for link in links if "回执/土桥镇" in link] and "清单.json" in links
    before = desk.files_on_share()
    desk.run(LAST_DAY)
    assert desk.files_on_share() == before, "the same moment again tells nothing new"


def links_of(desk: Desk) -> list[str]:
    """The links of 报送进度 that lead away from it, each of which must be there."""
    (path,) = desk.published.glob("报送进度（*")
    page = html.fromstring(path.read_text("utf-8"))
    links = [unquote(link) for link in page.xpath("//a/@href") if not link.startswith(("#", "tel:"))]
    assert [link for link in links if not (path.parent / link).is_file()] == []
    return links
