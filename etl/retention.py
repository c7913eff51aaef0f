"""How long originals are kept: so many years after closing. It only names what is due; a person purges."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from etl.definitions import Limits
from etl.warehouse.engine import Warehouse
from etl.warehouse.questions import ask


@dataclass(frozen=True, slots=True)
class Kept:
    """A campaign that still has originals in the archive, and until when they have to be kept."""

    campaign: str
    title: str
    closes_at: datetime
    until: datetime
    submissions: int
    bytes: int


def keep_until(closes_at: datetime, limits: Limits) -> datetime:
    """The moment from which originals of a campaign that closed then may go. 29 February becomes 1 March."""
    year = closes_at.year + limits.keep_years
    try:
        return closes_at.replace(year=year)
    except ValueError:
        return closes_at.replace(year=year, month=3, day=1)


def kept(warehouse: Warehouse, limits: Limits, now: datetime) -> list[Kept]:
    """The campaigns whose originals are there, oldest first; moments in the campaign's zone."""
    with warehouse.reading() as connection:
        rows = ask(connection, "kept", as_of=now)
    found = []
    for row in rows:
        closes_at = row["closes_at"].astimezone(ZoneInfo(row["zone"]))
        until = keep_until(closes_at, limits)
        found.append(Kept(row["campaign"], row["title"], closes_at, until, row["submissions"], row["bytes"]))
    return found
