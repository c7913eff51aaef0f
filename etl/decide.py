"""What people decide: whose a file is, that it counts all the same, that it is looked at again, more time.

Each decision leaves a row in the audit trail, and a file it touches is judged anew by the same stages.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.books.digest import counted
from etl.definitions import Campaign, Unit
from etl.definitions.rules import ALWAYS_ERRORS
from etl.edges.mail import MailServer
from etl.errors import Refused
from etl.masking import shown
from etl.model import Material, Status, receipt_number
from etl.office import Office
from etl.pipeline import finish, publish_again
from etl.sheets.identity import match_unit, near_matches
from etl.sheets.names import names_of
from etl.stages.remind import remind
from etl.stages.summarise import reminded_since
from etl.warehouse import decisions, ledger
from etl.warehouse.decisions import Decision
from etl.warehouse.form_tables import form_table
from etl.warehouse.questions import Answer, ask

_NUMBER = re.compile(r"(?P<campaign>.+)-(?P<id>\d{6,18})")


@dataclass(frozen=True, slots=True)
class Who:
    """The person who decides, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a file. `why_held` says what else keeps it from counting; `verdict` is None where it
    was left for the run of another open campaign, to which it belongs. `names` is another unit that the file itself
    says it is of."""

    receipt: str
    file: str
    unit: str | None
    verdict: Status | None
    why_held: str | None
    remembered: str | None = None
    names: str | None = None


def claim(
    file: str, unit: str, who: Who, office: Office, at: datetime | None = None, remember: bool = False
) -> Decided:
    """Assign a file that waits for a person to a unit, and publish what follows.

    `file` is a receipt's number, a path in the inbox or a file's name; `unit` a name, an alias or a code.
    With `remember` what the form says at 填报单位 means this unit from now on. The file is judged anew by
    all rules; only who sent it is settled. `at` replaces the clock; without a zone it is in the campaign's
    own. Raises Refused where file or unit are not clear.
    """
    with office.alone():
        found = the_file(file, office, _waits, "不在等人认领")
        campaign = office.definitions.campaign(found["campaign"])
        owner = the_unit(unit, campaign.units(office.roster))
        name = _to_remember(found, owner, campaign, office) if remember else None
        decision = _decision("claim", found, who, office, unit_code=owner.code)
        return _decide(found, decision, office, at, name)


def accept(
    file: str, who: Who, office: Office, at: datetime | None = None, until: datetime | None = None
) -> Decided:
    """Let a returned or held file count in spite of what speaks against it (a waiver), until a person says
    otherwise; `until` is when the office means to look again. Its errors stay on record as waived.

    Raises Refused where the sender is not known, or figures are not there to count.
    """
    with office.alone():
        found = the_file(
            file,
            office,
            lambda row: row["verdict"] in (Status.RETURNED, Status.HELD) and not row["purged_at"],
            "已经收下",
        )
        if found["unit"] is None:
            raise Refused("还不知道是哪个单位报的，请先认领：returns claim 文件 单位")
        with office.warehouse.reading() as connection:
            missing = ask(connection, "errors_of", submission=found["id"])
        stops = next((row for row in missing if row["rule"] in ALWAYS_ERRORS), None)
        if stops:
            raise Refused(
                f"这份文件读不出能用的数字，不能照收：{stops['message']}可以请单位重报，或用 returns enter 代录。"
            )
        until = office.definitions.campaign(found["campaign"]).in_zone(until) if until else None
        decision = _decision("accept", found, who, office, until_at=until)
        return _decide(found, decision, office, at)


def reopen(file: str, who: Who, office: Office, at: datetime | None = None) -> Decided:
    """Take an accepted file out of what counts, to be looked at again: it waits for a person, and what was
    in force before it is in force again."""
    with office.alone():
        found = the_file(
            file,
            office,
            lambda row: row["verdict"] == Status.ACCEPTED and not row["purged_at"],
            "没有收下，不用重新处理",
        )
        return _decide(found, _decision("reopen", found, who, office), office, at)


def extend(
    campaign_id: str, unit: str, until: datetime, who: Who, office: Office, material: Material | None = None
) -> datetime:
    """Give a unit more time (延期): from when on it is overdue, nothing else. Returns the new deadline."""
    with office.alone():
        campaign, _ = office.opened(campaign_id)
        owner = the_unit(unit, campaign.units(office.roster))
        until = campaign.in_zone(until)
        if until <= campaign.deadline:
            raise Refused(f"延期要晚于原来的截止时间 {campaign.local(campaign.deadline).isoformat()}")
        now, code = office.now(), owner.code
        more = {"unit_code": code, "material": material, "until_at": until}
        with office.warehouse.writing() as connection:
            decisions.record(connection, Decision("extend", campaign_id, who.name, who.why, now, **more))  # type: ignore[arg-type]
        publish_again(campaign_id, office)
    return until


def note(campaign_id: str, unit: str, who: Who, office: Office) -> Unit:
    """Write something about a unit into the audit trail: a telephone call, a promise."""
    campaign, _ = office.opened(campaign_id)
    owner = the_unit(unit, campaign.units(office.roster))
    with office.warehouse.writing() as connection:
        decision = Decision("note", campaign_id, who.name, who.why, office.now(), unit_code=owner.code)
        decisions.record(connection, decision)
    return owner


def remind_now(campaign_id: str, who: Who, office: Office, mail: MailServer | None = None) -> str:
    """Remind at once whom the next morning would; how many units that were, in words, "" where nobody was due. Who was
    reminded of a step is not again."""
    with office.alone():
        campaign, _ = office.opened(campaign_id)
        now = office.now()
        if campaign.is_closed(now):
            raise Refused("本期已经关账，不再催办。")
        remind(campaign_id, now, office, mail)
        with office.warehouse.writing() as connection:
            decisions.record(connection, Decision("remind", campaign_id, who.name, who.why, now))
            reminded = reminded_since(connection, campaign_id, now, now)
    return counted(reminded) if reminded else ""


def the_unit(said: str, units: Sequence[Unit]) -> Unit:
    """The unit of that code, name or alias. Raises Refused with what it may mean."""
    found = next((unit for unit in units if unit.code == said), None) or match_unit(said, units)
    if found is None:
        near = "、".join(unit.name for unit in near_matches(said, units))
        raise Refused(f"本期花名册里没有“{said}”{f'；是不是：{near}？' if near else '。'}")
    return found


def as_decided(
    submission_id: int, campaign_id: str, office: Office, remembered: str | None = None
) -> Decided:
    """How a submission stands now."""
    with office.warehouse.reading() as connection:
        now = ask(connection, "verdict_of", submission=submission_id)[0]
    return Decided(
        receipt=receipt_number(campaign_id, submission_id),
        file=shown(now["file"]),
        unit=now["unit"],
        verdict=Status(now["verdict"]) if now["verdict"] else None,
        why_held=None if now["why_held"] is None else shown(now["why_held"]),
        remembered=None if remembered is None else shown(remembered),
    )


def _waits(row: Answer) -> bool:
    return not row["purged_at"] and (row["verdict"] == Status.HELD or row["unit"] is None)


def the_file(said: str, office: Office, may: Callable[[Answer], bool], otherwise: str = "") -> Answer:
    """The one submission of that receipt number, path or name that may be decided about. Raises Refused."""
    number = _NUMBER.fullmatch(said)
    its = {"campaign": number["campaign"], "id": int(number["id"])} if number else {"campaign": "", "id": 0}
    with office.warehouse.reading() as connection:
        found = ask(connection, "files_called", said=said, **its)
    meant = [row for row in found if may(row)]
    if not found:
        raise Refused(
            f"没有收到过叫“{said}”的文件。可以写回执号、收件箱里的路径或文件名；用 returns status 查看。"
        )
    if not meant and found[-1]["purged_at"]:
        raise Refused(f"“{said}”的原件已经销毁，不能再决定；需要的话请单位重报。")
    if not meant:
        unit = found[-1]["unit"]
        raise Refused(f"“{said}”{otherwise}{f'（{unit}）' if unit else ''}。")
    if len(meant) > 1:
        numbers = "、".join(receipt_number(row["campaign"], row["id"]) for row in meant)
        raise Refused(f"叫“{said}”的文件不止一个，请写回执号：{numbers}。")
    return meant[0]


def _to_remember(found: Answer, owner: Unit, campaign: Campaign, office: Office) -> str:
    """What the form says at 填报单位, as names are compared. Raises Refused where that means nobody or another."""
    with office.warehouse.reading() as connection:
        form = ledger.readings_of(connection, [found["id"]])[found["id"]].form
    names = names_of(campaign.units(office.roster))
    name = names.bare(form.unit_text) if form and form.unit_text else ""
    if not name:
        raise Refused("表上没有写填报单位，没有可以记住的写法。请去掉 --remember 再试。")
    others = [unit.name for unit in names.called(name) if unit is not owner]
    if others:
        raise Refused(f"“{name}”是{others[0]}的名称，不能记作{owner.name}。请去掉 --remember 再试。")
    return name


def _decision(kind: str, found: Answer, who: Who, office: Office, **more: Any) -> Decision:
    campaign, submission = found["campaign"], found["id"]
    return Decision(kind, campaign, who.name, who.why, office.now(), submission_id=submission, **more)


def _decide(
    found: Answer, decision: Decision, office: Office, at: datetime | None, name: str | None = None
) -> Decided:
    """Record the decision and put the file back to be judged in one transaction, so that any run can go on
    from there; then go on."""
    campaign = office.definitions.campaign(found["campaign"])
    at = campaign.in_zone(at) if at else None
    as_of = at or office.now()
    office.refuse_going_back(campaign.id, as_of)
    with office.warehouse.writing() as connection:
        decision_id = decisions.record(connection, decision)
        if name and decision.unit_code:
            decisions.remember_name(connection, name, decision.unit_code, decision_id)
        form = office.definitions.form_of(campaign)
        ledger.judge_anew(connection, found["id"], form_table(form))
    finish(campaign.id, as_of, office)
    publish_again(campaign.id, office, at)
    return as_decided(found["id"], campaign.id, office, name)
