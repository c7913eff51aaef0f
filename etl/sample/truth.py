"""What the office must find, reckoned from the plan alone: statuses, totals, who is missing, the counts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from etl.definitions import Campaign, Form, Roster, Unit
from etl.model import Amounts, Material, Status, fen_to_wan_yuan
from etl.sample.figures import with_sums
from etl.sample.plan import Sending
from etl.sample.stories import FLAWS

Values = dict[str, dict[str, int | float]]
"""Row label → column id → number, money in 万元."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file: what it is, and how it stands after the third wave. `path` is the one in the inbox.

    `unit` is None where nobody can tell; `errors` are the rules that it breaks; `values` as the form says.
    """

    wave: int
    path: str
    unit: str | None
    material: Material
    status: Status
    late: bool
    nil_return: bool
    errors: tuple[str, ...]
    values: Values | None


@dataclass(frozen=True, slots=True)
class SampleMissing:
    """One owed pair with nothing in force after the third wave."""

    unit: str
    kind: str
    material: Material
    state: str
    days_overdue: int


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """The truth after the third wave. `moments` are the waves' `at`."""

    campaign: str
    seed: int
    moments: tuple[datetime, ...]
    files: tuple[SampleFile, ...]
    expected: int
    accepted: int
    on_time: int
    summary: Values
    missing: tuple[SampleMissing, ...]

    def as_json(self, folders: Sequence[str]) -> str:
        """truth.json: `folders` are the waves' folder names."""
        waves = [
            {"folder": folder, "at": at.isoformat(timespec="minutes")}
            for folder, at in zip(folders, self.moments, strict=True)
        ]
        said = {
            "campaign": self.campaign,
            "seed": self.seed,
            "waves": waves,
            "expected": self.expected,
            "accepted": self.accepted,
            "on_time": self.on_time,
            "summary": self.summary,
            "missing": [_record(one) for one in self.missing],
            "files": [_record(one) for one in self.files],
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def moments_of(campaign: Campaign) -> tuple[datetime, datetime, datetime]:
    """Two days before the deadline, the day of the deadline itself, and two days after it."""
    day = campaign.deadline_date
    days = (day - timedelta(days=2), day, day + timedelta(days=2))
    hours = (time(17), time(15), time(10))
    first, second, third = (datetime.combine(on, at, campaign.tz) for on, at in zip(days, hours, strict=True))
    return first, second, third


def truth_of(
    plan: Sequence[Sending], campaign: Campaign, form: Form, roster: Roster, seed: int
) -> SampleTruth:
    """Reckon the truth from the plan; no file has been made yet."""
    moments = moments_of(campaign)
    owed = campaign.owed(roster)
    in_force = {_pair(sending) for sending in plan if sending.act.status is Status.ACCEPTED}
    first_accepted: dict[tuple[str, Material], int] = {}
    for sending in plan:
        if sending.act.status in (Status.ACCEPTED, Status.SUPERSEDED):
            first_accepted.setdefault(_pair(sending), sending.act.wave)
    overdue = (campaign.local(moments[-1]).date() - campaign.deadline_date).days
    pairs = [(unit, material) for unit, material in owed if (unit.code, material) in in_force]
    return SampleTruth(
        campaign=campaign.id,
        seed=seed,
        moments=moments,
        files=tuple(_file(sending, moments, campaign, form) for sending in plan),
        expected=len(owed),
        accepted=len(pairs),
        on_time=sum(
            not campaign.is_late(moments[first_accepted[unit.code, material] - 1]) for unit, material in pairs
        ),
        summary=values_of(form, _added(plan, form)),
        missing=tuple(
            SampleMissing(unit.name, unit.kind, material, _state(plan, unit, material), overdue)
            for unit, material in owed
            if (unit.code, material) not in in_force
        ),
    )


def values_of(form: Form, amounts: Amounts) -> Values:
    """Amounts by row label, money as 万元."""
    return {
        row.label: {
            column.id: _number(amounts[row.id][column.id], column.type == "money")
            for column in form.figure_columns
        }
        for row in form.rows
    }


def _file(sending: Sending, moments: Sequence[datetime], campaign: Campaign, form: Form) -> SampleFile:
    act = sending.act
    tells_figures = act.material is Material.STATISTICS and act.status in (
        Status.ACCEPTED,
        Status.SUPERSEDED,
        Status.HELD,
    )
    return SampleFile(
        wave=act.wave,
        path=sending.path,
        unit=None if act.status is Status.HELD else sending.unit.name,
        material=act.material,
        status=act.status,
        late=campaign.is_late(moments[act.wave - 1]),
        nil_return=tells_figures and sending.figures.is_nil,
        errors=(FLAWS[act.flaw],) if act.flaw in FLAWS else (),
        values=values_of(form, sending.figures.amounts) if tells_figures else None,
    )


def _pair(sending: Sending) -> tuple[str, Material]:
    return sending.unit.code, sending.act.material


def _added(plan: Sequence[Sending], form: Form) -> Amounts:
    """The category figures of all forms in force, voluntary ones too, with sums derived."""
    counted = [
        sending.figures.amounts
        for sending in plan
        if sending.act.status is Status.ACCEPTED and sending.act.material is Material.STATISTICS
    ]
    return with_sums(
        form,
        {
            row.id: {
                column.id: sum(one[row.id][column.id] for one in counted) for column in form.part_columns
            }
            for row in form.category_rows
        },
    )


def _state(plan: Sequence[Sending], unit: Unit, material: Material) -> str:
    """By the newest file of known unit; nobody can tell who sent the held ones."""
    known = [one for one in plan if one.act.status is not Status.HELD]
    newest = [one.act.status for one in known if _pair(one) == (unit.code, material)]
    return "returned" if newest and newest[-1] is Status.RETURNED else "never_sent"


def _number(amount: int, is_money: bool) -> int | float:
    if not is_money:
        return amount
    wan_yuan = fen_to_wan_yuan(amount)
    return int(wan_yuan) if wan_yuan == int(wan_yuan) else float(wan_yuan)


def _record(one: SampleFile | SampleMissing) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
