"""Check: readings into judgements. Whose is it, which campaign, what is wrong, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from etl.definitions import Campaign, Form, Unit
from etl.model import Amounts, Finding, FormReading, Reading, Sender, Severity, Status
from etl.office import Office
from etl.sheets.campaign_of import Belonging, campaign_of
from etl.sheets.identity import who_sent
from etl.sheets.names import with_names
from etl.stages.verdict import SECRET, amounts_of, by_weight, is_nil_return, reason_to_hold
from etl.warehouse import catalogue, ledger
from etl.warehouse.decisions import names_remembered
from etl.warehouse.ledger import Batch, Entry
from etl.warehouse.questions import ask

CLAIMED = "认领"
"""The source of a sender whom a person named."""
_Sent = tuple[str, str, str | None]
"""Unit code, hash of the bytes, material: what makes two submissions the same."""


@dataclass(slots=True)
class Judgement:
    """What is decided about one submission. `amounts` is None unless its form may count."""

    entry: Entry
    reading: Reading
    sender: Sender
    belonging: Belonging
    verdict: Status = Status.ACCEPTED
    duplicate_of: int | None = None
    why_held: str | None = None
    nil_return: bool = False
    findings: tuple[Finding, ...] = ()
    amounts: Amounts | None = None


@dataclass(slots=True)
class Judged:
    """A batch judged: `elsewhere` are submissions that belong to another open campaign."""

    batch: Batch
    judgements: list[Judgement]
    elsewhere: list[tuple[int, str]] = field(default_factory=list)


def check_batch(batch_id: int, office: Office) -> Judged:
    """Judge every submission of a batch that has no verdict yet, all figures in one validation.

    Begins:  each has its reading.
    Ends:    nothing is written; `load_batch` writes the judgements.
    Touches: warehouse (reads). Great Expectations is imported only where there is a form to check.
    """
    with office.warehouse.reading() as connection:
        batch = ledger.batch(connection, batch_id)
        entries = ledger.not_yet_judged(connection, batch_id)
        readings = ledger.readings_of(connection, [entry.id for entry in entries])
        open_ids = catalogue.open_campaign_ids(connection)
        earlier = {
            (row["unit_code"], row["sha256"], row["material"]): row["id"]
            for row in ask(connection, "earlier_bytes", batch=batch_id)
        }
        claims = {row["submission_id"]: row["unit_code"] for row in ask(connection, "claims", batch=batch_id)}
        remembered = names_remembered(connection)
    campaign = office.definitions.campaign(batch.campaign)
    form = office.definitions.form_of(campaign)
    units = with_names(campaign.units(office.roster), remembered)
    known = office.definitions.campaigns
    opened = [known[campaign_id] for campaign_id in open_ids if campaign_id in known]
    judged = Judged(batch, [])
    for entry in entries:
        reading = readings[entry.id]
        sender = _sender(entry, reading, units, claims.get(entry.id))
        judgement = Judgement(entry, reading, sender, campaign_of(reading, campaign, opened, form))
        if judgement.belonging.campaign != campaign.id:
            judged.elsewhere.append((entry.id, judgement.belonging.campaign))
        else:
            _note_duplicate(judgement, earlier)
            judged.judgements.append(judgement)
    fresh = [judgement for judgement in judged.judgements if judgement.duplicate_of is None]
    _find(fresh, form, office)
    for judgement in fresh:
        _decide(judgement, campaign, form, office)
    return judged


def _sender(entry: Entry, reading: Reading, units: Sequence[Unit], claimed_for: str | None) -> Sender:
    """Who sent it; what a person decided goes before all that the file says."""
    if claimed_for:
        return Sender(claimed_for, CLAIMED)
    unit_text = reading.form.unit_text if reading.form else None
    return who_sent(reading.identity, unit_text, entry.file, units)


def _note_duplicate(judgement: Judgement, earlier: dict[_Sent, int]) -> None:
    """The bytes of an earlier submission of the same unit; an empty file is never one.

    A pdf sent first as a stamped copy and then, renamed, as the narrative settles what it did not before.
    """
    unit, entry = judgement.sender.unit, judgement.entry
    if unit is None or judgement.sender.doubt or entry.size == 0:
        return
    sent = (unit, entry.sha256, judgement.reading.material)
    judgement.duplicate_of = earlier.get(sent)
    if judgement.duplicate_of is None:
        earlier[sent] = entry.id
    else:
        judgement.verdict = Status.DUPLICATE


def _find(judgements: Sequence[Judgement], form: Form, office: Office) -> None:
    """Gather each submission's findings, most serious first; figures are checked in one go."""
    forms = [j.reading.form for j in judgements if _figures_can_be_judged(j.reading)]
    of_figures = iter(_check_figures([f for f in forms if f], form, office))
    for judgement in judgements:
        found = [*judgement.reading.findings, *judgement.sender.findings, *judgement.belonging.findings]
        if _figures_can_be_judged(judgement.reading):
            found += next(of_figures)
        judgement.findings = by_weight(found, office.rulebook)


def _figures_can_be_judged(reading: Reading) -> bool:
    return reading.form is not None and not any(f.rule == "several_forms" for f in reading.findings)


def _check_figures(forms: Sequence[FormReading], form: Form, office: Office) -> list[tuple[Finding, ...]]:
    if not forms:
        return []
    from etl.rules.check import check_forms  # imports Great Expectations, which takes seconds

    return check_forms(forms, form, office.rulebook)


def _decide(judgement: Judgement, campaign: Campaign, form: Form, office: Office) -> None:
    """Errors win over reasons to hold, except in a file with a secrecy mark: nobody is to send it again."""
    if judgement.reading.secret:
        judgement.verdict, judgement.why_held, judgement.findings = Status.HELD, SECRET, ()
        return
    rulebook = office.rulebook
    wrong = any(
        rulebook.severity(finding) is Severity.ERROR and not rulebook.is_trial(finding)
        for finding in judgement.findings
    )
    judgement.why_held = None if wrong else _why_held(judgement, campaign)
    if wrong:
        judgement.verdict = Status.RETURNED
    elif judgement.why_held:
        judgement.verdict = Status.HELD
    if not wrong and judgement.reading.form:
        judgement.amounts = amounts_of(judgement.reading.form, form)
        judgement.nil_return = is_nil_return(judgement.reading.form, form)


def _why_held(judgement: Judgement, campaign: Campaign) -> str | None:
    received_at = judgement.entry.received_at
    return reason_to_hold(judgement.sender, judgement.belonging.doubt, campaign, received_at)
