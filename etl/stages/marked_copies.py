"""标注副本: for each form that is to be changed or explained, a workbook that says where and how."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue

import msgspec

from etl.books.fix_list import fix_list, has_marked_copy
from etl.books.marked import marked_copy
from etl.books.official_copy import official_copy
from etl.definitions import Campaign, Form, Limits
from etl.edges.workshop import Workshop
from etl.marking_process import ToMark
from etl.model import Finding, Reading, Receipt, Severity
from etl.office import Office
from etl.warehouse import ledger
from etl.warehouse.ledger import Batch
from etl.warehouse.questions import Answer, ask

_OWN = "xlsx"
"""The format (xlsm too) whose workbooks go back themselves."""
_LEFT_OUT = ("missing_row", "missing_column")
"""Where a part of the form is not there the official one goes back, which has it."""

Told = list[tuple[Severity, Finding]]


def marked_copies(
    receipts: Sequence[tuple[int, Receipt]], batch: Batch, campaign: Campaign, form: Form, office: Office
) -> dict[str, bytes]:
    """Receipt number → marked copy, for those of the receipts that have one: returned and queried forms.

    Touches: warehouse and archive (reads). No file, however made, makes this raise.
    Raises:  Unavailable, where no process can be started.
    """
    wanted = [(submission_id, receipt) for submission_id, receipt in receipts if has_marked_copy(receipt)]
    if not wanted:
        return {}
    with office.warehouse.reading() as connection:
        told = _told(ask(connection, "to_mend", batch=batch.id))
        readings = ledger.readings_of(connection, [submission_id for submission_id, _ in wanted])
    makers = [
        (_Maker(receipt, told[submission_id], campaign, form, office), readings[submission_id])
        for submission_id, receipt in wanted
    ]
    return dict(zip((receipt.number for _, receipt in wanted), _made(makers, office.limits), strict=True))


def _made(makers: Sequence[tuple["_Maker", Reading]], limits: Limits) -> list[bytes]:
    """All of them, by as many processes as read files; each process has its own thread, which waits for it."""
    many = min(limits.readers, len(makers))
    with ExitStack() as open_until_all_are_made, ThreadPoolExecutor(many) as pool:
        free: SimpleQueue[Workshop] = SimpleQueue()
        for _ in range(many):
            free.put(open_until_all_are_made.enter_context(Workshop("etl.marking_process", limits)))

        def make(one: tuple[_Maker, Reading]) -> bytes:
            workshop = free.get()
            try:
                return one[0].make(one[1], workshop)
            finally:
                free.put(workshop)

        return list(pool.map(make, makers))


class _Maker:
    """One receipt and what it tells, about to become a workbook."""

    def __init__(self, receipt: Receipt, told: Told, campaign: Campaign, form: Form, office: Office) -> None:
        self.receipt, self.told, self.campaign, self.form = receipt, told, campaign, form
        self.office = office

    def make(self, reading: Reading, workshop: Workshop) -> bytes:
        """The clerk's own workbook where it can be marked, else the official form with what was read."""
        return (self._own(workshop) if self._goes_back(reading) else None) or self._official(reading)

    def _goes_back(self, reading: Reading) -> bool:
        """Not where a part is missing; nor to where others look, since personal numbers stand in it whole."""
        left_out = any(finding.rule in _LEFT_OUT for _, finding in self.told)
        return (
            reading.kind == _OWN
            and reading.form is not None
            and self.receipt.unit is not None
            and not left_out
        )

    def _own(self, workshop: Workshop) -> bytes | None:
        made = fix_list(self.receipt, self.told, self.campaign, self.office.rulebook)
        with self.office.archive.at_hand([self.receipt.sha256]) as (path,):
            return workshop.ask(ToMark(str(path), made, self.receipt.received_at, self.campaign.office))

    def _official(self, reading: Reading) -> bytes:
        units = self.campaign.units(self.office.roster)
        unit = next((unit for unit in units if unit.name == self.receipt.unit), None)
        findings = [finding for _, finding in self.told]
        official = official_copy(reading, findings, self.form, self.campaign, unit, units)
        made = fix_list(self.receipt, self.told, self.campaign, self.office.rulebook, official.copied)
        return marked_copy(official.content, made, self.receipt.received_at, self.campaign.office)


def _told(rows: Iterable[Answer]) -> dict[int, Told]:
    told: dict[int, Told] = {}
    for row in rows:
        facts = msgspec.json.decode(row["facts"], type=dict[str, str])
        finding = Finding(row["rule"], row["sheet"], row["cell"], row["typed"], facts)
        told.setdefault(row["submission_id"], []).append((Severity(row["severity"]), finding))
    return told
