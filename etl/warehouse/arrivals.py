"""Settled files become rows of the ledger: each arrival once, whoever sees it and however often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from etl.edges.accounts import name_of
from etl.edges.inbox import Seen
from etl.warehouse.numbering import next_id
from etl.warehouse.tables import submissions


@dataclass(frozen=True, slots=True)
class Arrived:
    """A settled file whose bytes are archived, about to get its row."""

    seen: Seen
    sha256: str
    received_at: datetime


_ARRIVAL = (
    submissions.c.path,
    submissions.c.sha256,
    submissions.c.mtime_ns,
    submissions.c.arrived_ns,
)
"""What is one arrival of one file."""
_SMALL_BYTES = 1 << 20


def kept_before(connection: Connection) -> str | None:
    """The hash of a small original that must be in the archive; None where nothing was ever kept."""
    small = and_(submissions.c.purged_at.is_(None), submissions.c.size < _SMALL_BYTES)
    newest = select(submissions.c.sha256).where(small).order_by(submissions.c.id.desc()).limit(1)
    return connection.execute(newest).scalar()


def enter(connection: Connection, arrivals: Sequence[Arrived], now: datetime) -> int:
    """Write a row for each arrival that has none yet; the same file still lying there is the same
    submission. Returns how many rows are new.

    What was taken out once and lies there still, as on a share that was away meanwhile, is to be taken out again.
    """
    known = _known(connection, arrivals)
    lying = {row[:3] for row in known if row.left_at is None}
    left = {row[:4]: row.id for row in known if row.left_at is not None}
    absent = [arrived for arrived in arrivals if _arrival(arrived)[:3] not in lying]
    new = [arrived for arrived in absent if _arrival(arrived) not in left]
    back = [left[_arrival(arrived)] for arrived in absent if _arrival(arrived) in left]
    first = next_id(connection, submissions)
    rows = [{"id": number, **_row_of(arrived, now)} for number, arrived in enumerate(new, first)]
    if rows:
        connection.execute(insert(submissions), rows)
    if back:
        connection.execute(update(submissions).where(submissions.c.id.in_(back)).values(left_at=None))
    return len(rows)


def _known(connection: Connection, arrivals: Sequence[Arrived]) -> list[Any]:
    """What the ledger has under the paths of arrivals."""
    columns = (*_ARRIVAL, submissions.c.left_at, submissions.c.id)
    found: list[Any] = []
    for start in range(0, len(arrivals), 500):
        paths = [arrived.seen.path for arrived in arrivals[start : start + 500]]
        found += connection.execute(select(*columns).where(submissions.c.path.in_(paths)))
    return found


def _arrival(arrived: Arrived) -> tuple[bytes, str, int, int]:
    seen = arrived.seen
    return seen.path, arrived.sha256, seen.mtime_ns, seen.ctime_ns


def _row_of(arrived: Arrived, now: datetime) -> dict[str, Any]:
    return {
        "path": arrived.seen.path,
        "file": arrived.seen.file,
        "name": arrived.seen.name,
        "sha256": arrived.sha256,
        "size": arrived.seen.size,
        "mtime_ns": arrived.seen.mtime_ns,
        "arrived_ns": arrived.seen.ctime_ns,
        "received_at": arrived.received_at,
        "share_owner": None if arrived.seen.uid is None else name_of(arrived.seen.uid),
        "taken_at": now,
    }


def enter_brought(connection: Connection, campaign: str, arrived: Arrived, now: datetime) -> int:
    """Write the row of a file that never lay in the inbox; its id."""
    number = next_id(connection, submissions)
    row = _row_of(arrived, now) | {"id": number, "campaign": campaign, "left_at": now, "arrived_ns": None}
    connection.execute(insert(submissions).values(row))
    return number
