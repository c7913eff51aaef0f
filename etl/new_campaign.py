"""`returns new`: the next campaign made from the last one, as a file of config/campaigns."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.definitions import Campaign, Definitions, Unit
from etl.definitions.loading import check_campaign, read_toml
from etl.definitions.strict import checked
from etl.edges.durable import write_all
from etl.errors import Refused


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What is different between two campaigns' rosters, as lines to show: 新增、撤销、改名."""

    added: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone)


@dataclass(frozen=True, slots=True)
class NewDates:
    """What only a person can say of a new campaign. Moments are aware."""

    title: str
    year: int
    festival: str
    opens: datetime
    deadline: datetime
    closes: datetime


def write_campaign(
    campaign_id: str, previous: Campaign, dates: NewDates, folder: Path, known: Definitions
) -> Path:
    """Write config/campaigns/<campaign_id>.toml, checked before it is kept. Never overwrites.

    Raises Refused where the campaign exists, DefinitionError where the dates make no sense.
    """
    path = folder / "campaigns" / f"{campaign_id}.toml"
    if path.exists():
        raise Refused(f"{path} 已经有了，没有改动它。")
    text = _toml(campaign_id, previous, dates)
    draft = path.with_suffix(".toml.draft")
    write_all({draft: text.encode()})
    try:
        campaign = checked(Campaign, read_toml(draft), path)
        check_campaign(campaign, path, known.forms, {**known.campaigns, campaign_id: campaign}, known.roster)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def roster_change(known: Definitions, before: date, after: date) -> RosterChange:
    """The units that came and went between two days, by the roster's validity dates."""
    then = {unit.code: unit for unit in known.roster.valid_on(before)}
    now = {unit.code: unit for unit in known.roster.valid_on(after)}
    return RosterChange(
        added=tuple(_line(now[code]) for code in now if code not in then),
        gone=tuple(_line(then[code]) for code in then if code not in now),
    )


def _line(unit: Unit) -> str:
    return f"{unit.name}（{unit.kind}，{unit.code}）"


def _toml(campaign_id: str, previous: Campaign, dates: NewDates) -> str:
    lines = [
        f"# {dates.title}的报送，由 {previous.id} 生成；日期和报送材料可以直接改",
        f"id       = {_quoted(campaign_id)}",
        f"title    = {_quoted(dates.title)}",
        f"form     = {_quoted(previous.form)}",
        f"year     = {dates.year}",
        f"festival = {_quoted(dates.festival)}",
        f"zone     = {_quoted(previous.zone)}",
        f"opens    = {dates.opens.isoformat()}",
        f"deadline = {dates.deadline.isoformat()}",
        f"closes   = {dates.closes.isoformat()}",
        f"office   = {_quoted(previous.office)}",
        f"previous = {_quoted(previous.id)}   # 与哪一期比较（上期）",
        "",
        "# 哪一类单位要报哪些材料：statistics 统计表，narrative 工作总结，stamped 盖章件",
        "[owes]",
    ]
    for kind, materials in previous.owes.items():
        listed = ", ".join(_quoted(material) for material in materials)
        lines.append(f"{_quoted(kind)} = [{listed}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return json.dumps(str(text), ensure_ascii=False)
