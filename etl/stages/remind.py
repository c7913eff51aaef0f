"""Remind: who still owes what, kept up to date day by day, and each reminded once a step."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import PurePosixPath

from etl.books.digest import counted, digest_text
from etl.books.reminding import reminding_text
from etl.definitions import Campaign
from etl.edges.mail import Letter, MailServer, send
from etl.journal import timed
from etl.masking import shown
from etl.model import MAIL_SENT, RETURNED_STEP, Material, Missing, Reminded, Status, Summary
from etl.office import Office
from etl.stages.publish import day_by_day, publish
from etl.stages.summarise import reminded_since, summarise, with_reminders
from etl.warehouse import reminders
from etl.warehouse.questions import ask
from etl.warehouse.reminders import Step

log = logging.getLogger(__name__)
_NO_SERVER, _NO_ADDRESS = "没有设邮件，请按名单催", "没有邮箱，请电话催"
_UNDER_WAY = "正在发，结果还不知道"


@timed("remind")
def remind(
    campaign_id: str,
    as_of: datetime,
    office: Office,
    mail: MailServer | None = None,
    published: Summary | None = None,
) -> list[PurePosixPath]:
    """Remind whose step has come and refresh what a new day alone makes new: the missing list, the letter,
    the page, and the office's digest (催办记录).

    `published` is the summary of this very moment where that was just published whole: then there is nothing to
    refresh unless somebody was reminded.

    Begins:  the caller holds the run lock.
    Ends:    every unit that owes something, and whose step has come, is remembered as reminded of it; it has
             a mail where `mail` is given and it has an address; the office has one digest.
    Touches: warehouse; mail; share (writes), as `publish` does.
    Again:   a step that is remembered is never told again, also after a crash while the mails went out.
    Raises:  as `summarise` and `publish` do. A mail that cannot be sent is told in the digest.
    """
    office.refuse_going_back(campaign_id, as_of)
    campaign, _ = office.opened(campaign_id)
    summary = published or summarise(campaign_id, as_of, office)
    new = [] if campaign.is_closed(as_of) else _due(summary, campaign, office, mail)
    if new:
        with office.warehouse.writing() as connection:
            reminders.remember(connection, campaign_id, new)
        if mail:
            _write_to_units(new, summary, campaign, office, mail)
        summary = with_reminders(summary, office)
        if mail:
            _write_to_office(summary, campaign, mail)
    if published and not new:
        return []
    return publish(summary, office, day_by_day(summary, office))


def reminded_line(campaign_id: str, at: datetime, office: Office) -> str:
    """What reminding at that moment did, in a line: 催了 63 个单位，其中 2 个没有邮件送达."""
    with office.warehouse.reading() as connection:
        reminded = reminded_since(connection, campaign_id, at, at)
    return counted(reminded) if reminded else "没有要催的"


def _due(summary: Summary, campaign: Campaign, office: Office, mail: MailServer | None) -> list[Reminded]:
    """What nobody was reminded of yet and whose day has come; once there is a mail server, also what only the
    list told. What waits for the office is never reminded."""
    with office.warehouse.reading() as connection:
        told = reminders.remembered(connection, campaign.id)
        rows = ask(connection, "returned_last", campaign=campaign.id, as_of=summary.as_of)
    returned = {(row["code"], Material(row["material"])): row["returned_at"] for row in rows}
    steps: dict[Step, Missing] = {}
    for missing in summary.missing:
        if missing.state != "held":
            for step, since in _reached(missing, summary, campaign, office, returned):
                steps.setdefault((missing.code, step, since), missing)
    roster = office.roster.by_code
    return [
        _reminded(step, missing, roster[missing.code].email if missing.code in roster else "", summary, mail)
        for step, missing in steps.items()
        if step not in told or (mail and told[step] == _NO_SERVER)
    ]


def _reached(
    missing: Missing,
    summary: Summary,
    campaign: Campaign,
    office: Office,
    returned: dict[tuple[str, Material], datetime],
) -> Iterable[tuple[str, date]]:
    """The steps that one owed pair has come to, each with the day it is counted from."""
    ladder, holidays = office.definitions.reminders, office.definitions.holidays
    today = campaign.local(summary.as_of).date()
    due = campaign.local(missing.extended_to).date() if missing.extended_to else campaign.deadline_date
    step = ladder.reached(due, today, holidays)
    if step is not None:
        yield str(step), due
    if missing.state == Status.RETURNED:
        since = campaign.local(returned[missing.code, missing.material]).date()
        if ladder.is_overdue_return(since, today, holidays):
            yield RETURNED_STEP, since


def _reminded(
    step: Step, missing: Missing, email: str, summary: Summary, mail: MailServer | None
) -> Reminded:
    outcome = (_UNDER_WAY if email else _NO_ADDRESS) if mail else _NO_SERVER
    return Reminded(missing.code, missing.unit, step[1], step[2], summary.as_of, email, outcome)


def _write_to_units(
    new: list[Reminded], summary: Summary, campaign: Campaign, office: Office, mail: MailServer
) -> None:
    """One mail a unit, whatever the number of its steps."""
    steps: dict[str, list[Reminded]] = defaultdict(list)
    for one in new:
        if one.email:
            steps[one.code].append(one)
    owed: dict[str, list[Missing]] = defaultdict(list)
    for missing in summary.missing:
        if missing.state != "held":
            owed[missing.code].append(missing)
    letters = [
        Letter(
            theirs[0].email,
            f"{campaign.title}双拥工作材料催报（{theirs[0].unit}）",
            f"{reminding_text(owed[code], summary, campaign)}\n\n{campaign.office}\n",
        )
        for code, theirs in steps.items()
    ]
    became = [shown(why) or MAIL_SENT for why in send(mail, letters)] if letters else []
    outcomes = {
        (one.code, one.step, one.since): outcome
        for theirs, outcome in zip(steps.values(), became, strict=True)
        for one in theirs
    }
    with office.warehouse.writing() as connection:
        reminders.settle(connection, campaign.id, outcomes)


def _write_to_office(summary: Summary, campaign: Campaign, mail: MailServer) -> None:
    letter = Letter(mail.sender, f"{campaign.title}双拥工作催办记录", digest_text(summary, campaign))
    (why,) = send(mail, [letter])
    if why:
        log.warning("催办记录没有寄到双拥办自己的邮箱：%s。文件在发布文件夹里", why)
