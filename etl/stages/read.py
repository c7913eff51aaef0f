"""Read: archived files into readings, in processes that may die without harm."""

from etl.edges.sandbox import Sandbox, ToRead
from etl.office import Office
from etl.warehouse import ledger

_PORTION = 500
"""Files read between two commits: what a crash costs at most."""


def read_batch(batch_id: int, office: Office) -> None:
    """Turn a batch of archived files into readings.

    Begins:  every submission of the batch is archived and has its ledger row.
    Ends:    each has one reading, which may be a finding that says why it cannot be read.
    Touches: archive (reads), warehouse (readings).
    Again:   what is already read is skipped.
    Raises:  Unavailable, worth a retry. No file, however bad, makes this raise.
    """
    with office.warehouse.reading() as connection:
        batch = ledger.batch(connection, batch_id)
        waiting = ledger.not_yet_read(connection, batch_id)
    form = office.definitions.form_of(office.definitions.campaign(batch.campaign))
    sandbox = Sandbox(form, office.limits)
    for start in range(0, len(waiting), _PORTION):
        some = waiting[start : start + _PORTION]
        files = [ToRead(office.archive.path(entry.sha256), entry.name) for entry in some]
        read = sandbox.read_all(files)
        with office.warehouse.writing() as connection:
            ledger.keep_readings(connection, zip([entry.id for entry in some], read, strict=True))
