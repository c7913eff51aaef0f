"""Answer: a receipt for every submission; only then does a file leave the inbox."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from etl.books.changes import changes_between
from etl.books.fix_list import has_marked_copy
from etl.books.receipt import receipt_pages
from etl.books.words import SECRET_FILE
from etl.definitions import Campaign, Form
from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.archive import Kept
from etl.edges.inbox import Seen
from etl.edges.share import RECEIPTS
from etl.journal import timed
from etl.model import (
    Brought,
    Comparison,
    FormReading,
    Material,
    Reading,
    Receipt,
    Severity,
    Status,
    Told,
    receipt_number,
)
from etl.office import Office
from etl.warehouse import ledger
from etl.warehouse.ledger import Batch, Entry
from etl.warehouse.questions import Answer, ask

_PORTION = 500
"""Receipts written together: one sync of the disk for all of them."""
_Fetch = Callable[[Sequence[int]], dict[int, Reading]]
_FURTHEST_BACK = 20
"""How often earlier files of a unit are fetched in search of a form, where those after it hold none."""


@timed("answer")
def answer_batch(batch_id: int, office: Office) -> None:
    """Give every judged submission of a batch its receipt, then take it out of the inbox.

    Begins:  the batch is loaded; the caller is alone at it, others may be at other batches.
    Ends:    receipts stand in 回执/<unit>/ under their numbers, marked copies beside those that ask for a
             change; the files are gone from the inbox.
    Touches: share (writes receipts, removes files), warehouse (stamps the ledger).
    Again:   receipts that stand are not written again; a file that changed meanwhile stays; one that cannot be
             taken out, and a receipt that somebody has open, are tried again at the next run.
    Raises:  Unavailable, worth a retry.
    """
    with office.warehouse.reading() as connection:
        batch = ledger.batch(connection, batch_id)
        decided = {row["submission_id"] for row in ask(connection, "decided", batch=batch_id)}
    campaign, form = office.opened(batch.campaign)
    receipts = _receipts(batch, campaign, form, office)
    for start in range(0, len(receipts), _PORTION):
        some = receipts[start : start + _PORTION]
        told = [receipt for _, receipt in some]
        files = dict(zip(map(receipt_path, told), receipt_pages(told, form, campaign), strict=True))
        copies = _copies(some, batch, campaign, form, office)
        files |= {
            _copy_path(receipt): copies[receipt.number] for _, receipt in some if receipt.number in copies
        }
        held = office.share.write(files)
        held |= office.share.discard(_before_decisions(some, decided) - files.keys())
        answered = [id_ for id_, receipt in some if not (held and held & _places(receipt))]
        with office.warehouse.writing() as connection:
            ledger.note_answered(connection, answered, office.now())
    _clear_inbox(batch_id, office)


def _copies(
    receipts: Sequence[tuple[int, Receipt]], batch: Batch, campaign: Campaign, form: Form, office: Office
) -> dict[str, bytes]:
    if not any(has_marked_copy(receipt) for _, receipt in receipts):
        return {}
    from etl.stages import marked_copies  # with it come openpyxl, numpy and pictures

    return marked_copies.marked_copies(receipts, batch, campaign, form, office)


def receipt_path(receipt: Receipt) -> PurePosixPath:
    return RECEIPTS / (receipt.unit or UNKNOWN_SENDER) / f"{receipt.number}.html"


def _copy_path(receipt: Receipt) -> PurePosixPath:
    """Where its marked copy stands, if it has one."""
    return receipt_path(receipt).with_suffix(".xlsx")


def _before_decisions(receipts: Sequence[tuple[int, Receipt]], decided: Set[int]) -> set[PurePosixPath]:
    """What may lie of files that people decided on: a receipt and a copy from when nobody knew whose they were,
    a copy from when there was something to change; what was written just now among it. One number, one receipt."""
    some = [receipt for submission_id, receipt in receipts if submission_id in decided]
    return {path for receipt in some for path in _places(receipt)}


def _places(receipt: Receipt) -> set[PurePosixPath]:
    """Where it and its marked copy may stand, now or from when nobody knew whose the file was."""
    pages = [receipt_path(one) for one in (receipt, replace(receipt, unit=None))]
    return {*pages, *(page.with_suffix(".xlsx") for page in pages)}


def _clear_inbox(batch_id: int, office: Office) -> None:
    with office.warehouse.reading() as connection:
        entries = ledger.not_yet_done(connection, batch_id)
    for start in range(0, len(entries), _PORTION):
        some = entries[start : start + _PORTION]
        removed = office.share.remove([_as_kept(entry) for entry in some])
        gone = [entry.id for entry, is_gone in zip(some, removed, strict=True) if is_gone]
        with office.warehouse.writing() as connection:
            ledger.note_left(connection, gone, office.now())


def _as_kept(entry: Entry) -> Kept:
    return Kept(Seen(entry.path, entry.size, entry.mtime_ns, 0, 0), entry.sha256)


def _receipts(batch: Batch, campaign: Campaign, form: Form, office: Office) -> list[tuple[int, Receipt]]:
    """(submission id, receipt) of each submission that has none standing, in order of arrival."""
    with office.warehouse.reading() as connection:
        takes = {"campaign": batch.campaign, "as_of": batch.as_of}
        rows = ask(connection, "receipts", batch=batch.id, **takes)
        if not rows:
            return []
        owed = _grouped(ask(connection, "still_owed", batch=batch.id, **takes), "unit_code")
        extended = _grouped(ask(connection, "extensions", campaign=batch.campaign), "unit_code")
        told = _grouped(ask(connection, "submission_findings", **takes), "submission_id")
        ids = [row["duplicate_of"] or row["id"] for row in rows]
        readings = ledger.readings_of(connection, ids)
        forms = {row["id"]: row for row in ask(connection, "earlier_forms", batch=batch.id, **takes)}
        fetch = partial(ledger.readings_of, connection)
        earlier = _earlier_forms([row["id"] for row in rows], forms, readings, fetch)
    answers = []
    for row, original in zip(rows, ids, strict=True):
        receipt = _receipt(row, campaign, batch, told.get(original, []), owed.get(row["unit_code"], []))
        receipt = _with_content(receipt, readings[original])
        receipt = replace(receipt, extended_to=_extended_to(receipt, extended.get(row["unit_code"], [])))
        before = earlier.get(row["id"])
        if before is not None:
            compared = _comparison(forms[before], readings[before], readings[row["id"]], campaign, form)
            receipt = replace(receipt, compared=compared)
        answers.append((row["id"], receipt))
    return answers


def _earlier_forms(
    ids: Sequence[int], forms: Mapping[int, Answer], readings: dict[int, Reading], fetch: _Fetch
) -> dict[int, int]:
    """Submission → the newest one before it that holds a form too. Adds the readings that it had to look at."""
    comparable = [i for i in ids if i in forms and _form_in(readings[i])]
    steps = {i: forms[i]["earlier"] for i in comparable}
    for _ in range(_FURTHEST_BACK):
        steps = {i: _back_to_a_form(step, forms, readings) for i, step in steps.items()}
        unread = sorted({step for step in steps.values() if step is not None and step not in readings})
        if not unread:
            break
        readings |= fetch(unread)
    return {i: step for i, step in steps.items() if step in readings and _form_in(readings[step])}


def _back_to_a_form(
    step: int | None, forms: Mapping[int, Answer], readings: Mapping[int, Reading]
) -> int | None:
    """`step`, or the newest before it that holds a form or was not read yet."""
    while step is not None and step in readings and not _form_in(readings[step]):
        step = forms[step]["earlier"]
    return step


def _form_in(reading: Reading) -> FormReading | None:
    """The form that may be compared: the only one of its file, and not behind a secrecy mark."""
    several = any(finding.rule == "several_forms" for finding in reading.findings)
    return None if reading.secret or several else reading.form


def _comparison(
    earlier: Answer, before: Reading, now: Reading, campaign: Campaign, form: Form
) -> Comparison | None:
    was, says = _form_in(before), _form_in(now)
    if was is None or says is None:
        return None
    number = receipt_number(campaign.id, earlier["id"])
    return Comparison(number, earlier["received_at"], changes_between(was, says, form))


def _with_content(receipt: Receipt, reading: Reading) -> Receipt:
    """The receipt with the figures as read; of a file with a secrecy mark not even the name is quoted."""
    if reading.secret:
        return replace(receipt, file=SECRET_FILE, secret=True)
    return replace(receipt, figures=reading.form.figures if reading.form else ())


def _grouped(rows: Sequence[Answer], key: str) -> dict[Any, list[Answer]]:
    groups: dict[Any, list[Answer]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _receipt(
    row: Answer, campaign: Campaign, batch: Batch, told: Sequence[Answer], owed: Sequence[Answer]
) -> Receipt:
    duplicate_of = row["duplicate_of"] and receipt_number(campaign.id, row["duplicate_of"])
    in_force = row["in_force"] and receipt_number(campaign.id, row["in_force"])
    return Receipt(
        number=receipt_number(campaign.id, row["id"]),
        campaign=campaign.id,
        unit=row["unit"],
        file=row["file"],
        sha256=row["sha256"],
        size=row["size"],
        material=Material(row["material"]) if row["material"] else None,
        status=Status(row["status"]),
        received_at=row["received_at"],
        answered_at=batch.as_of,
        late=bool(row["late"]),
        nil_return=bool(row["nil_return"]),
        findings=tuple(told_of(finding) for finding in told),
        figures=(),
        still_owed=tuple(Material(pair["material"]) for pair in owed),
        duplicate_of=duplicate_of,
        why_held=row["why_held"],
        earlier=Status(row["earlier_verdict"]) if row["earlier_verdict"] else None,
        in_force=in_force,
        in_force_at=row["in_force_at"],
        voluntary=bool(row["voluntary"]),
        first_on_time=bool(row["first_on_time"]),
        brought=_brought(row),
    )


def _extended_to(receipt: Receipt, granted: Sequence[Answer]) -> datetime | None:
    """Until when the unit may take with all that it is asked for; None where a part of it was not extended."""
    until = {Material(row["material"]): row["extended_at"] for row in granted}
    asked = {*receipt.still_owed, *(receipt.material.covers if receipt.material else ())}
    owed = asked & {*until, *receipt.still_owed}
    return min(until[each] for each in owed) if owed and owed <= until.keys() else None


def _brought(row: Answer) -> Brought | None:
    return Brought(row["brought_by"], row["brought_how"], row["brought_at"]) if row["brought_by"] else None


def told_of(row: Answer) -> Told:
    """A row of `submission_findings` as it is shown."""
    severity = Severity(row["severity"])
    words = row["message"], row["explained"]
    return Told(row["rule"], severity, row["sheet"], row["cell"], row["typed"], *words)
