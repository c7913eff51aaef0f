"""Take in: settled files of the inbox, their bytes archived, a ledger row each."""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from etl.definitions import Limits
from etl.edges.archive import Kept
from etl.edges.inbox import InboxView, Seen
from etl.journal import timed
from etl.masking import shown
from etl.office import Office
from etl.warehouse import arrivals, catalogue, ledger
from etl.warehouse.arrivals import Arrived
from etl.warehouse.form_tables import ensure_form_table

log = logging.getLogger(__name__)
_NS = 1_000_000_000


@timed("take_in")
def take_in(campaign_id: str, as_of: datetime, office: Office, settled: bool) -> list[int]:
    """Take what lies settled in the inbox; return the ids of the campaign's batches with work left.

    Begins:  the campaign is open; the caller holds the run lock.
    Ends:    every settled file is archived and has its one ledger row; batches left over from a crash
             come first in the answer.
    Touches: inbox (reads), archive and warehouse (writes). Nothing leaves the inbox here.
    Again:   a file still lying there, same path, bytes and mtime, is the same submission.
    Raises:  Unavailable without the share (never taken for an empty inbox) or with an archive that lost what it
             kept (it is not mounted); Refused before an earlier run.
    `settled` spares the second look: under a clock that is given, a file counts as settled at once.
    """
    campaign, form = office.opened(campaign_id)
    office.refuse_going_back(campaign_id, as_of)
    files = _look(office, as_of, settled)
    if files:
        _require_archive(office)
    for some in _in_portions(files, office.limits.batch_files):
        came = _archived(some, as_of, office)
        with office.warehouse.writing() as connection:
            taken = arrivals.enter(connection, came, office.now())
        log.info("收下 %d 个文件", taken, extra={"campaign": campaign_id, "taken": taken})
    with office.warehouse.writing() as connection:
        ensure_form_table(connection, form)
        catalogue.record_campaign(connection, campaign, form, office.now())
        catalogue.record_roster(connection, campaign, office.roster)
        catalogue.note_run(connection, campaign_id, as_of)
        return ledger.make_batches(connection, campaign_id, as_of, office.limits.batch_files)


def _require_archive(office: Office) -> None:
    """What is kept where the archive is not mounted would be hidden once it is mounted again."""
    with office.warehouse.reading() as connection:
        kept = arrivals.kept_before(connection)
    if kept:
        office.archive.read(kept)


def _look(office: Office, as_of: datetime, settled: bool) -> Sequence[Seen]:
    first = office.share.look(office.limits.never_opened_bytes)
    if settled or not first.files:
        return first.files
    time.sleep(office.limits.settle_seconds)
    second = office.share.look(office.limits.never_opened_bytes)
    return unchanged(first, second, as_of, office.limits)


def unchanged(first: InboxView, second: InboxView, now: datetime, limits: Limits) -> list[Seen]:
    """The files that two looks saw alike, that no editor has open, and that are not freshly empty."""
    before = {seen.path: seen for seen in first.files}
    return [
        seen
        for seen in second.files
        if (earlier := before.get(seen.path))
        and _same(earlier, seen)
        and not _is_younger(second.lock_of(seen), now, limits.lock_wait)
        and not (seen.size == 0 and _is_younger(seen.ctime_ns, now, limits.empty_wait))
    ]


def _same(earlier: Seen, seen: Seen) -> bool:
    """The time of change too: who copies to a Samba share may set size and date first and send the bytes after."""
    told = attrgetter("size", "mtime_ns", "ctime_ns", "inode", "etag")
    return bool(told(earlier) == told(seen))


def _is_younger(moment_ns: int | None, now: datetime, age: timedelta) -> bool:
    return moment_ns is not None and now.timestamp() - moment_ns / _NS < age.total_seconds()


def _in_portions(files: Sequence[Seen], most: int) -> Iterator[Sequence[Seen]]:
    for start in range(0, len(files), most):
        yield files[start : start + most]


def _archived(files: Sequence[Seen], as_of: datetime, office: Office) -> list[Arrived]:
    """Arrivals in the order they came, so that a run from scratch numbers them alike."""
    came = []
    for got in office.archive.keep(office.share, files):
        if isinstance(got, Kept):
            came.append(Arrived(got.seen, got.sha256, _received_at(got.seen, as_of)))
        else:
            log.warning("这次没有收下 %s：%s，下次再收", shown(got.seen.file), got.why)
    return sorted(came, key=lambda a: (a.received_at, a.seen.mtime_ns, a.seen.name, a.seen.file))


def _received_at(seen: Seen, as_of: datetime) -> datetime:
    """When the file arrived on the share; its mtime would be when it was last saved, wherever that was."""
    arrived = datetime.fromtimestamp(seen.ctime_ns // 1000 / 1_000_000, tz=as_of.tzinfo)
    return min(as_of, arrived)
