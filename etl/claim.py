"""`returns claim`: a person says whose a file is; the same stages then judge it anew."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from etl.definitions import Campaign, Unit
from etl.errors import Refused
from etl.masking import masked
from etl.model import Status
from etl.office import Office
from etl.pipeline import publish_again, work_through
from etl.sheets.identity import match_unit, near_matches
from etl.sheets.names import names_of
from etl.stages.answer import receipt_number
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
class Claimed:
    """What became of a claimed file. `why_held` says what else keeps it from counting."""

    receipt: str
    file: str
    unit: str
    verdict: Status
    why_held: str | None
    remembered: str | None


def claim(
    file: str, unit: str, who: Who, office: Office, at: datetime | None = None, remember: bool = False
) -> Claimed:
    """Assign a file that waits for a person to a unit, and publish what follows.

    `file` is a receipt's number, a path in the inbox or a file's name; `unit` a name, an alias or a code.
    With `remember` what the form says at 填报单位 means this unit from now on. The file is judged anew by
    all rules; only who sent it is settled. `at` replaces the clock; without a zone it is in the campaign's
    own. Raises Refused where file or unit are not clear.
    """
    with office.alone():
        found = _the_one_waiting(file, office)
        campaign = office.definitions.campaign(found["campaign"])
        owner = _the_unit(unit, campaign.units(office.roster))
        at = at.replace(tzinfo=at.tzinfo or campaign.tz) if at else None
        as_of = at or office.now()
        office.refuse_going_back(campaign.id, as_of)
        name = _to_remember(found, owner, campaign, office) if remember else None
        _record(found, owner, who, name, office)
        work_through(_batches(campaign.id, as_of, office), office)
        publish_again(campaign.id, office, at)
        with office.warehouse.reading() as connection:
            now = ask(connection, "verdict_of", submission=found["id"])[0]
    return Claimed(
        receipt=receipt_number(campaign.id, found["id"]),
        file=masked(found["file"]),
        unit=owner.name,
        verdict=Status(now["verdict"]),
        why_held=now["why_held"],
        remembered=name,
    )


def _the_one_waiting(said: str, office: Office) -> Answer:
    number = _NUMBER.fullmatch(said)
    its = (
        {"campaign": number["campaign"], "id": int(number["id"])}
        if number
        else {"campaign": "", "id": 0}
    )
    with office.warehouse.reading() as connection:
        found = ask(connection, "files_called", said=said, **its)
    waiting = [row for row in found if row["verdict"] == Status.HELD or row["unit"] is None]
    if not found:
        raise Refused(
            f"没有收到过叫“{said}”的文件。可以写回执号、收件箱里的路径或文件名；用 returns status 查看。"
        )
    if not waiting:
        unit = found[-1]["unit"]
        raise Refused(f"“{said}”不在等人认领：它已经算在{unit}名下。")
    if len(waiting) > 1:
        numbers = "、".join(receipt_number(row["campaign"], row["id"]) for row in waiting)
        raise Refused(f"叫“{said}”的待认领文件不止一个，请写回执号：{numbers}。")
    return waiting[0]


def _the_unit(said: str, units: Sequence[Unit]) -> Unit:
    found = next((unit for unit in units if unit.code == said), None) or match_unit(said, units)
    if found is None:
        near = "、".join(unit.name for unit in near_matches(said, units))
        raise Refused(f"本期花名册里没有“{said}”{f'；是不是：{near}？' if near else '。'}")
    return found


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


def _record(found: Answer, owner: Unit, who: Who, name: str | None, office: Office) -> None:
    """The decision, and the file back to be judged: in one transaction, so that any run can go on from here."""
    now = office.now()
    with office.warehouse.writing() as connection:
        decision = Decision("claim", found["campaign"], found["id"], owner.code, who.name, who.why, now)
        decision_id = decisions.record(connection, decision)
        if name:
            decisions.remember_name(connection, name, owner.code, decision_id)
        form = office.definitions.form_of(office.definitions.campaign(found["campaign"]))
        ledger.judge_anew(connection, found["id"], form_table(form))


def _batches(campaign_id: str, as_of: datetime, office: Office) -> list[int]:
    with office.warehouse.writing() as connection:
        return ledger.make_batches(connection, campaign_id, as_of, office.limits.batch_files)
