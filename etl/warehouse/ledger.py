"""The ledger: one row a settled file, from the inbox to its receipt."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, or_, select, update

from etl.model import Reading
from etl.warehouse.numbering import next_id
from etl.warehouse.tables import batches, findings, readings, submissions


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger as the stages use it."""

    id: int
    campaign: str | None
    path: bytes
    file: str
    name: str
    sha256: str
    size: int
    mtime_ns: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Submissions that go through the stages together."""

    id: int
    campaign: str
    as_of: datetime


_ENTRY = (
    submissions.c.id,
    submissions.c.campaign,
    submissions.c.path,
    submissions.c.file,
    submissions.c.name,
    submissions.c.sha256,
    submissions.c.size,
    submissions.c.mtime_ns,
    submissions.c.received_at,
)


def make_batches(connection: Connection, campaign: str, as_of: datetime, most: int) -> list[int]:
    """Put every submission that waits for this campaign's run into batches of at most `most`.

    Returns the ids of all its batches with work left, those left over from a crash first.
    """
    unfinished = or_(submissions.c.answered_at.is_(None), submissions.c.left_at.is_(None))
    ids = list(
        connection.execute(
            select(submissions.c.id)
            .where(
                submissions.c.batch_id.is_(None),
                submissions.c.received_at <= as_of,
                or_(submissions.c.campaign.is_(None), submissions.c.campaign == campaign),
            )
            .order_by(submissions.c.id)
        ).scalars()
    )
    for start in range(0, len(ids), most):
        batch = next_id(connection, batches)
        connection.execute(insert(batches).values(id=batch, campaign=campaign, as_of=as_of))
        members = submissions.c.id.in_(ids[start : start + most])
        connection.execute(update(submissions).where(members).values(batch_id=batch))
    waiting = (
        select(batches.c.id)
        .join(submissions, and_(submissions.c.batch_id == batches.c.id, unfinished))
        .where(batches.c.campaign == campaign)
        .distinct()
        .order_by(batches.c.id)
    )
    return list(connection.execute(waiting).scalars())


def batch(connection: Connection, batch_id: int) -> Batch:
    row = connection.execute(select(batches).where(batches.c.id == batch_id)).one()
    return Batch(row.id, row.campaign, row.as_of)


def not_yet_read(connection: Connection, batch_id: int) -> list[Entry]:
    """The submissions of a batch that have no reading, in order of arrival."""
    has_reading = (
        select(readings.c.submission_id).where(readings.c.submission_id == submissions.c.id).exists()
    )
    return _entries(connection, and_(submissions.c.batch_id == batch_id, ~has_reading))


def not_yet_judged(connection: Connection, batch_id: int) -> list[Entry]:
    return _entries(connection, and_(submissions.c.batch_id == batch_id, submissions.c.verdict.is_(None)))


def not_yet_loaded(connection: Connection, batch_id: int) -> list[int]:
    """The batches in which a submission has no verdict: of the same campaign, this one and those before it,
    in order."""
    campaign = select(batches.c.campaign).where(batches.c.id == batch_id).scalar_subquery()
    unjudged = and_(submissions.c.batch_id == batches.c.id, submissions.c.verdict.is_(None))
    found = (
        select(batches.c.id)
        .join(submissions, unjudged)
        .where(batches.c.campaign == campaign, batches.c.id <= batch_id)
        .distinct()
        .order_by(batches.c.id)
    )
    return list(connection.execute(found).scalars())


def verdicts_of(connection: Connection, batch_id: int) -> Counter[str]:
    """How many submissions of a batch got which verdict."""
    its_own = submissions.c.batch_id == batch_id, submissions.c.verdict.is_not(None)
    return Counter(connection.execute(select(submissions.c.verdict).where(*its_own)).scalars())


def not_yet_done(connection: Connection, batch_id: int) -> list[Entry]:
    """Judged submissions whose receipt does not stand, or that still lie in the inbox."""
    undone = or_(submissions.c.answered_at.is_(None), submissions.c.left_at.is_(None))
    judged = submissions.c.verdict.is_not(None)
    return _entries(connection, and_(submissions.c.batch_id == batch_id, judged, undone))


def _entries(connection: Connection, where: Any) -> list[Entry]:
    rows = connection.execute(select(*_ENTRY).where(where).order_by(submissions.c.id))
    return [Entry(*row) for row in rows]


def keep_readings(connection: Connection, batch_id: int, read: Sequence[tuple[int, bytes]]) -> None:
    """Keep what was read (Readings as JSON), every cell as typed. What somebody else has read meanwhile stays as it is, and what
    is no longer this batch's to judge is left alone: a worker given up for dead may come late."""
    ours = _to_judge(connection, batch_id, [i for i, _ in read])
    ours -= set(_with_reading(connection, ours))  # asked after the rows are locked: nobody adds one any more
    rows = [{"submission_id": i, "content": reading.decode()} for i, reading in read if i in ours]
    if rows:
        connection.execute(insert(readings), rows)


def _to_judge(connection: Connection, batch_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the submissions that are still in the batch and without a verdict; they stay so until the
    transaction ends."""
    found: set[int] = set()
    waiting = and_(submissions.c.batch_id == batch_id, submissions.c.verdict.is_(None))
    for start in range(0, len(ids), 500):
        some = submissions.c.id.in_(ids[start : start + 500])
        found.update(
            connection.execute(select(submissions.c.id).where(waiting, some).with_for_update()).scalars()
        )
    return found


def _with_reading(connection: Connection, ids: Collection[int]) -> Iterable[int]:
    return connection.execute(
        select(readings.c.submission_id).where(readings.c.submission_id.in_(ids))
    ).scalars()


def readings_of(connection: Connection, ids: Sequence[int]) -> dict[int, Reading]:
    decoder = msgspec.json.Decoder(Reading)
    return {id_: decoder.decode(content) for id_, content in _contents(connection, ids)}


def _contents(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The readings of submissions as they are kept, one after the other."""
    for start in range(0, len(ids), 500):
        some = readings.c.submission_id.in_(ids[start : start + 500])
        for row in connection.execute(select(readings.c.submission_id, readings.c.content).where(some)):
            yield row.submission_id, row.content


class _Typed(msgspec.Struct):
    row: str
    column: str
    typed: str | None


class _Form(msgspec.Struct):
    figures: tuple[_Typed, ...]


class _Read(msgspec.Struct):
    """Of a reading what was typed: all else is passed over."""

    form: _Form | None = None


def typed_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[tuple[str, str], str | None]]:
    """The text of each figure as typed, by row and column id; of each submission, empty without a form."""
    found: dict[int, dict[tuple[str, str], str | None]] = {id_: {} for id_ in ids}
    decoder = msgspec.json.Decoder(_Read)
    for id_, content in _contents(connection, ids):
        form = decoder.decode(content).form
        found[id_] = {(one.row, one.column): one.typed for one in form.figures} if form else {}
    return found


def leave_for(connection: Connection, batch_id: int, routed: Sequence[tuple[int, str]]) -> None:
    """Hand submissions of a batch to the open campaigns they belong to; those campaigns' next runs take them
    up and read them anew, by their own form. What is no longer the batch's to judge is left alone."""
    ours = _to_judge(connection, batch_id, [i for i, _ in routed])
    rows = [{"its_id": i, "its_campaign": campaign} for i, campaign in routed if i in ours]
    if rows:
        connection.execute(
            delete(readings).where(readings.c.submission_id.in_([row["its_id"] for row in rows]))
        )
        connection.execute(
            update(submissions)
            .where(submissions.c.id == bindparam("its_id"))
            .values(campaign=bindparam("its_campaign"), batch_id=None),
            rows,
        )


def judge_anew(connection: Connection, submission_id: int, form_rows: Table) -> None:
    """Put a submission back to where it was read and not yet judged: a later batch takes it up. Its receipt
    will be written again under the same number."""
    for table in (findings, form_rows):
        connection.execute(delete(table).where(table.c.submission_id == submission_id))
    unjudged = dict.fromkeys(
        (
            "batch_id",
            "unit_code",
            "sender_source",
            "material",
            "verdict",
            "why_held",
            "duplicate_of",
            "judged_at",
        )
    )
    connection.execute(
        update(submissions)
        .where(submissions.c.id == submission_id)
        .values(**unjudged, nil_return=False, answered_at=None)
    )


def judge(connection: Connection, rows: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]) -> None:
    """Write verdicts (keys: its_id and the columns below) and findings (whole rows)."""
    columns = ("campaign", "unit_code", "sender_source", "kind", "material", "verdict", "why_held")
    more = ("nil_return", "duplicate_of", "judged_at", "last_author")
    if rows:
        connection.execute(
            update(submissions)
            .where(submissions.c.id == bindparam("its_id"), submissions.c.verdict.is_(None))
            .values({name: bindparam(f"its_{name}") for name in (*columns, *more)}),
            [{f"its_{key}": value for key, value in row.items()} for row in rows],
        )
    if found:
        connection.execute(insert(findings), found)


def note_answered(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    _stamp(connection, "answered_at", ids, now)


def note_left(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    _stamp(connection, "left_at", ids, now)


def _stamp(connection: Connection, column: str, ids: Sequence[int], now: datetime) -> None:
    for start in range(0, len(ids), 500):
        some = and_(submissions.c.id.in_(ids[start : start + 500]), submissions.c[column].is_(None))
        connection.execute(update(submissions).where(some).values({column: now}))
