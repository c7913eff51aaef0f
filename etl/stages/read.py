"""Read: archived files into readings, in processes that may die without harm."""

from collections.abc import Iterator, Sequence

from etl.definitions import Campaign
from etl.edges.sandbox import Sandbox, ToRead
from etl.journal import timed
from etl.model import Material, Reading
from etl.office import Office
from etl.sheets.campaign_of import names_one_of
from etl.warehouse import catalogue, ledger
from etl.warehouse.ledger import Entry

_PORTION = 500
"""Files read between two commits: what a crash costs at most."""
_PORTION_BYTES = 256 * 1024**2
"""And how large they are together, one larger file alone: an archive elsewhere has to bring them here first."""


@timed("read")
def read_batch(batch_id: int, office: Office) -> None:
    """Turn a batch of archived files into readings.

    Begins:  every submission of the batch is archived and has its ledger row; the caller is alone at the batch,
             others may be at other batches.
    Ends:    each has one reading, which may be a finding that says why it cannot be read, or has been left
             for the run of another open campaign whose form it holds.
    Touches: archive (reads), warehouse (readings).
    Again:   what is already read is skipped, and what somebody else reads at the same moment is kept once.
    Raises:  Unavailable, worth a retry. No file, however bad, makes this raise.
    """
    with office.warehouse.reading() as connection:
        batch = ledger.batch(connection, batch_id)
        waiting = ledger.not_yet_read(connection, batch_id)
        open_ids = catalogue.open_campaign_ids(connection)
    known = office.definitions.campaigns
    opened = [known[campaign_id] for campaign_id in open_ids if campaign_id in known]
    sandbox = Sandbox(office.definitions.form_of(known[batch.campaign]), office.limits)
    for some in _portions(waiting):
        with office.archive.at_hand([entry.sha256 for entry in some]) as paths:
            files = [ToRead(path, entry.name) for path, entry in zip(paths, some, strict=True)]
            read = sandbox.read_all(files)
            elsewhere = _of_other_forms(files, read, known[batch.campaign], opened, office)
        kept = [(some[at].id, reading) for at, reading in enumerate(read) if at not in elsewhere]
        with office.warehouse.writing() as connection:
            ledger.keep_readings(connection, batch_id, kept)
            left = [(some[at].id, campaign) for at, campaign in elsewhere.items()]
            ledger.leave_for(connection, batch_id, left)


def _portions(waiting: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    start, size = 0, 0
    for at, entry in enumerate(waiting):
        if at > start and (at - start == _PORTION or size + entry.size > _PORTION_BYTES):
            yield waiting[start:at]
            start, size = at, 0
        size += entry.size
    yield waiting[start:]


def _of_other_forms(
    files: Sequence[ToRead],
    read: Sequence[Reading],
    running: Campaign,
    opened: Sequence[Campaign],
    office: Office,
) -> dict[int, str]:
    """Index → open campaign with another form, of files that name their campaign only when read by that form."""
    own = office.definitions.form_of(running)
    unclear = [
        at for at, one in enumerate(read) if _may_hold_a_form(one) and not names_one_of(one, opened, own)
    ]
    found: dict[int, str] = {}
    for other in opened:
        form = office.definitions.form_of(other)
        asked = [at for at in unclear if at not in found]
        if form.id == own.id or not asked:
            continue
        again = Sandbox(form, office.limits).read_all([files[at] for at in asked])
        for at, reading in zip(asked, again, strict=True):
            if names_one_of(reading, [other], form):
                found[at] = other.id
    return found


def _may_hold_a_form(reading: Reading) -> bool:
    """Whether another form may be in it: not in what cannot be read at all."""
    document = reading.material in (Material.NARRATIVE, Material.BOTH)
    return bool(reading.form) or document or any(finding.rule == "no_form" for finding in reading.findings)
