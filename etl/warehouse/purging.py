"""What stays of a submission whose bytes left the archive: its row, its verdict, its figures; no words of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, update

from etl.model import Reading
from etl.warehouse.ledger import readings_of
from etl.warehouse.tables import findings, readings, submissions


def mark_purged(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note when the bytes were taken out; a mark that stands is not moved."""
    rows = submissions.c.id.in_(ids) & submissions.c.purged_at.is_(None)
    connection.execute(update(submissions).where(rows).values(purged_at=now))


def forget_words(connection: Connection, ids: Sequence[int], instead: str) -> None:
    """Empty what was read and what was said about it; `instead` stands where a finding had its words."""
    for submission, reading in readings_of(connection, ids).items():
        emptied = Reading(reading.kind, reading.material, secret=reading.secret)
        content = msgspec.json.encode(emptied).decode()
        where = readings.c.submission_id == submission
        connection.execute(update(readings).where(where).values(content=content))
    connection.execute(
        update(findings)
        .where(findings.c.submission_id.in_(ids))
        .values(sheet=None, typed=None, facts="{}", message=instead, explained=None)
    )
