"""最近联系: the missing list says when each unit was last reached."""

from datetime import datetime

import openpyxl

from etl.decide import Who, note
from etl.stages.remind import remind
from tests.desk import CAMPAIGN, TWO_DAYS_LATE, Desk
from tests.mailbox import mail_server


def last_contacts(desk: Desk) -> dict[object, object]:
    """最近联系 by unit, as the list says it."""
    (path,) = desk.published.glob("未报名单*")
    lines = list(openpyxl.load_workbook(path)["未报名单"].iter_rows(values_only=True))
    at = lines[4].index("最近联系")
    return {line[1]: line[at] for line in lines[5:] if line[1]}


def test_the_missing_list_says_when_a_unit_was_last_written_to_or_telephoned(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.run(TWO_DAYS_LATE)
    assert set(last_contacts(desk).values()) == {"没有"}, "what stands on a list has reached nobody"
    with mail_server() as (box, server), desk.office.alone():
        box.refuses = {desk.unit("二坪镇").email}
        remind(CAMPAIGN, datetime.fromisoformat(TWO_DAYS_LATE), desk.office, server)
    assert last_contacts(desk)["土桥镇"] == "2022-02-12 催办"
    assert last_contacts(desk)["二坪镇"] == "没有"
    before = desk.files_on_share()
    desk.run(TWO_DAYS_LATE)
    assert desk.files_on_share() == before, "a second run changes nothing"
    note(CAMPAIGN, "土桥镇", Who("李四", "说明天报"), desk.office)
    desk.run(TWO_DAYS_LATE)
    today = desk.campaign.local(desk.office.now())
    assert last_contacts(desk)["土桥镇"] == f"{today:%Y-%m-%d} 记录"
    assert last_contacts(desk)["安居镇"] == "2022-02-12 催办"
