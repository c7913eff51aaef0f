"""A campaign (期次): one round of collection, as configuration."""

from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BeforeValidator, Field, field_validator, model_validator

from etl.definitions.form import SLUG, Slug
from etl.definitions.roster import Roster, Unit
from etl.definitions.strict import Strict
from etl.definitions.tree import Node, nodes_of
from etl.model import Material

_NOT_IN_A_FOLDER_NAME = set('/\\:*?"<>|') | {chr(code) for code in range(32)}


def _can_be_owed(material: Any) -> Any:
    if material not in (Material.STATISTICS, Material.NARRATIVE, Material.STAMPED):
        raise ValueError(f"只能是 statistics、narrative、stamped，现在是 {material!r}")
    return material


class Campaign(Strict):
    """Who owes what by when. Times are aware; `zone` is where the office's days begin and end.

    `previous` needs no file of its own: it may be a round of which only last year's files are left.
    """

    id: str = Slug
    title: str = Field(min_length=1)
    form: str
    year: int = Field(ge=2000)
    festival: str
    zone: str = "Asia/Shanghai"
    opens: AwareDatetime
    deadline: AwareDatetime
    closes: AwareDatetime
    office: str = Field(min_length=1)
    previous: str | None = Field(default=None, pattern=SLUG)
    owes: dict[str, tuple[Annotated[Material, BeforeValidator(_can_be_owed)], ...]]

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def deadline_date(self) -> date:
        return self.local(self.deadline).date()

    @property
    def years(self) -> range:
        """The calendar years that the campaign touches, in its own zone."""
        return range(self.local(self.opens).year, self.local(self.closes).year + 1)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.tz)

    def in_zone(self, moment: datetime) -> datetime:
        """A moment as somebody said it: without a zone it is the campaign's own time."""
        return moment if moment.tzinfo else moment.replace(tzinfo=self.tz)

    def is_late(self, received_at: datetime) -> bool:
        return received_at > self.deadline

    def is_closed(self, received_at: datetime) -> bool:
        """Strictly after `closes`: nothing later counts without a person."""
        return received_at > self.closes

    def units(self, roster: Roster) -> tuple[Unit, ...]:
        """The units that exist on the deadline's date, in roster order."""
        return roster.valid_on(self.deadline_date)

    def nodes(self, roster: Roster) -> tuple[Node, ...]:
        """The tree of the campaign's units, the top first."""
        return nodes_of(self.units(roster))

    def owed(self, roster: Roster) -> tuple[tuple[Unit, Material], ...]:
        """The expected (unit, material) pairs, in roster order."""
        return tuple((unit, owed) for unit in self.units(roster) for owed in self.owes[unit.kind])

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"没有“{zone}”这个时区，如 Asia/Shanghai") from None
        return zone

    @field_validator("title")
    @classmethod
    def _title_can_be_a_folder(cls, title: str) -> str:
        if _NOT_IN_A_FOLDER_NAME & set(title) or title.startswith("."):
            raise ValueError(f'“{title}”要用作文件夹名，不能含 / \\ : * ? " < > | 或以点开头')
        return title

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.opens < self.deadline <= self.closes:
            raise ValueError("opens、deadline、closes：应依次为开始、截止、关账，先后不能颠倒")
        if self.previous == self.id:
            raise ValueError("previous：上期不能是这一期自己")
        for kind, materials in self.owes.items():
            if len(set(materials)) < len(materials):
                raise ValueError(f"owes.{kind}：同一种材料写了两次")
        return self
