"""What came another way than the shared folder: 代收 (a file by chat or mail), 代录 (typed in from paper)."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.books.blank import typed_form
from etl.decide import Decided, as_decided, the_unit
from etl.definitions import Campaign, Form, Unit
from etl.edges.archive import Kept
from etl.edges.folder import Folder
from etl.edges.inbox import Seen
from etl.errors import Refused
from etl.office import Office
from etl.pipeline import finish, open_campaigns, publish_again
from etl.sheets.identity import sender_of
from etl.trace import cell_called
from etl.warehouse import arrivals, decisions, ledger
from etl.warehouse.arrivals import Arrived
from etl.warehouse.decisions import Decision

RECEIVED, ENTERED = "代收", "代录"
"""The folders of the inbox that such files are shown in; they never lay there."""


@dataclass(frozen=True, slots=True)
class Brought:
    """When it really arrived (without a zone: the campaign's own), by which way, who brings it in, and why."""

    at: datetime
    via: str
    by: str
    why: str

    @property
    def reason(self) -> str:
        return f"{self.via}；{self.why}" if self.why else self.via


def receive(
    file: Path, unit: str, brought: Brought, office: Office, campaign_id: str | None = None
) -> Decided:
    """Take a file in for a unit. The time when it really came counts; the file itself stays where it lies.

    It goes through all stages like any other; who sent it is settled, and where the file itself names another unit,
    that is told. Raises Refused for an unclear unit or campaign, a moment to come, and a file that cannot be read.
    """
    with office.alone():
        campaign = _campaign(campaign_id, office)
        units = campaign.units(office.roster)
        owner = the_unit(unit, units)
        submission = _bring_in(file, "receive", RECEIVED, owner, campaign, brought, office)
        named = _named_in(submission, file.name, units, office)
        done = as_decided(submission, campaign.id, office)
        return replace(done, names=named.name) if named and named != owner else done


def _named_in(submission: int, file: str, units: Sequence[Unit], office: Office) -> Unit | None:
    """The unit that the file says it is of; None where it names none, or several."""
    with office.warehouse.reading() as connection:
        reading = ledger.readings_of(connection, [submission])[submission]
    said = sender_of(reading, file, units, office.definitions.other_areas.names).unit
    return next((unit for unit in units if unit.code == said), None)


def enter(
    unit: str,
    cells: Sequence[tuple[str, str, str]],
    nil: bool,
    brought: Brought,
    office: Office,
    campaign_id: str | None = None,
) -> Decided:
    """Type a form in for a unit: cells as (row, column, what stands there), rows and columns by name or id;
    with `nil` a nil return. It is filled into the unit's own blank and goes through all stages."""
    with office.alone():
        campaign = _campaign(campaign_id, office)
        form = office.definitions.form_of(campaign)
        owner = the_unit(unit, campaign.units(office.roster))
        typed = _typed(cells, nil, form)
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{owner.name}.xlsx"
            file.write_bytes(typed_form(form, campaign, owner, typed, campaign.in_zone(brought.at).date()))
            submission = _bring_in(file, "enter", ENTERED, owner, campaign, brought, office)
            return as_decided(submission, campaign.id, office)


def _typed(cells: Sequence[tuple[str, str, str]], nil: bool, form: Form) -> dict[tuple[str, str], str]:
    if nil == bool(cells):
        raise Refused("请用 --nil 报零报告，或用 --cell 行 列 内容 逐格填写，两样选一样。")
    if nil:
        return {(row.id, column.id): "0" for row in form.rows for column in form.figure_columns}
    return {cell_called(row, column, form): said for row, column, said in cells}


def _campaign(said: str | None, office: Office) -> Campaign:
    opened = open_campaigns(office)
    if said is None and len(opened) != 1:
        raise Refused(f"请用 --campaign 写明是哪一期。开着的有：{'、'.join(opened) or '没有'}")
    return office.opened(said or opened[0])[0]


def _bring_in(
    file: Path, kind: str, folder: str, owner: Unit, campaign: Campaign, brought: Brought, office: Office
) -> int:
    """The id of the submission, through all stages and published."""
    now, at = office.now(), campaign.in_zone(brought.at)
    if at > now:
        raise Refused(f"实际收到的时间 {at.isoformat()} 还没有到")
    about = file.stat()
    seen = Seen(os.fsencode(file.name), about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
    kept = office.archive.keep(Folder(file.parent), [seen])[0]
    if not isinstance(kept, Kept):
        raise Refused(f"“{file}”{kept.why}")
    placed = Seen(os.fsencode(f"{folder}/") + seen.path, seen.size, seen.mtime_ns, seen.ctime_ns, seen.inode)
    with office.warehouse.writing() as connection:
        submission = arrivals.enter_brought(connection, campaign.id, Arrived(placed, kept.sha256, at), now)
        decision = Decision(
            kind, campaign.id, brought.by, brought.reason, now, submission_id=submission, unit_code=owner.code
        )
        decisions.record(connection, decision)
    finish(campaign.id, now, office)
    publish_again(campaign.id, office)
    return submission
