"""Read: archived files into readings, in processes that may die without harm."""

from collections.abc import Iterator, Sequence

import msgspec

from etl.definitions import Campaign, Form
from etl.edges.sandbox import Sandbox, ToRead
from etl.journal import timed
from etl.model import Material, Reading
from etl.office import Office
from etl.sheets.campaign_of import names_one_of
from etl.warehouse import catalogue, ledger
from etl.warehouse.ledger import Entry

_PORTION = 500
"""Files read between two commits: what a crash costs at most."""
_AT_HAND_BYTES = 256 * 1024**2
"""What an archive elsewhere brings here at once, one larger file alone."""


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
    own = office.definitions.form_of(known[batch.campaign])
    others = [one for one in opened if office.definitions.form_of(one).id != own.id]
    sandbox = Sandbox(own, office.limits)
    for some in _at_hand_together(waiting):
        with office.archive.at_hand([entry.sha256 for entry in some]) as paths:
            files = [ToRead(path, entry.name) for path, entry in zip(paths, some, strict=True)]
            for start, read in zip(
                range(0, len(some), _PORTION), sandbox.portions(files, _PORTION), strict=True
            ):
                portion = slice(start, start + len(read))
                elsewhere = _of_other_forms(files[portion], read, own, opened, others, office)
                _keep(batch_id, some[portion], read, elsewhere, office)


def _keep(
    batch_id: int, entries: Sequence[Entry], read: Sequence[bytes], elsewhere: dict[int, str], office: Office
) -> None:
    kept = [(entries[at].id, reading) for at, reading in enumerate(read) if at not in elsewhere]
    left = [(entries[at].id, campaign) for at, campaign in elsewhere.items()]
    with office.warehouse.writing() as connection:
        ledger.keep_readings(connection, batch_id, kept)
        ledger.leave_for(connection, batch_id, left)


def _at_hand_together(waiting: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    start, size = 0, 0
    for at, entry in enumerate(waiting):
        if at > start and size + entry.size > _AT_HAND_BYTES:
            yield waiting[start:at]
            start, size = at, 0
        size += entry.size
    yield waiting[start:]


def _of_other_forms(
    files: Sequence[ToRead],
    read: Sequence[bytes],
    own: Form,
    opened: Sequence[Campaign],
    others: Sequence[Campaign],
    office: Office,
) -> dict[int, str]:
    """Index → open campaign with another form, of files that name their campaign only when read by that form."""
    if not others:
        return {}
    said = [msgspec.json.decode(one, type=Reading) for one in read]
    unclear = [
        at for at, one in enumerate(said) if _may_hold_a_form(one) and not names_one_of(one, opened, own)
    ]
    found: dict[int, str] = {}
    for other in others:
        form = office.definitions.form_of(other)
        asked = [at for at in unclear if at not in found]
        again = Sandbox(form, office.limits).read_all([files[at] for at in asked])
        for at, reading in zip(asked, again, strict=True):
            if names_one_of(reading, [other], form):
                found[at] = other.id
    return found


def _may_hold_a_form(reading: Reading) -> bool:
    """Whether another form may be in it: not in what cannot be read at all."""
    document = reading.material in (Material.NARRATIVE, Material.BOTH)
    return bool(reading.form) or document or any(finding.rule == "no_form" for finding in reading.findings)
