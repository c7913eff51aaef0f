"""Check: readings into judgements. Whose is it, which campaign, what is wrong, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.definitions import Campaign, Form, Rulebook, Unit
from etl.journal import timed
from etl.model import Amounts, Finding, Reading, Sender, Severity, Status
from etl.office import Office
from etl.sheets.campaign_of import Belonging, campaign_of
from etl.sheets.identity import sender_of
from etl.sheets.names import with_names
from etl.stages.decided import CLAIMED, UNDECIDED, Standing, standings
from etl.stages.findings import Said, find
from etl.stages.narratives import Ranked, differs, new_pairs
from etl.stages.verdict import SECRET, amounts_of, by_weight, can_be_waived, is_nil_return, reason_to_hold
from etl.warehouse import catalogue, ledger
from etl.warehouse.decisions import names_remembered
from etl.warehouse.history import last_figures
from etl.warehouse.ledger import Batch, Entry
from etl.warehouse.questions import ask

if TYPE_CHECKING:  # it imports Great Expectations, which takes seconds
    from etl.rules.suites import Validation

_Sent = tuple[str, str, str | None]
"""Unit code, hash of the bytes, material: what makes two submissions the same."""


@dataclass(slots=True)
class Judgement:
    """What is decided about one submission. `amounts` is None unless its form may count."""

    entry: Entry
    reading: Reading
    sender: Sender
    belonging: Belonging
    standing: Standing = UNDECIDED
    verdict: Status = Status.ACCEPTED
    duplicate_of: int | None = None
    why_held: str | None = None
    nil_return: bool = False
    findings: tuple[Finding, ...] = ()
    amounts: Amounts | None = None


@dataclass(slots=True)
class Judged:
    """A batch judged: `elsewhere` are submissions that belong to another open campaign.

    `validation` is the one in which all figures were asked about, of the submissions `asked`, in its order.
    """

    batch: Batch
    judgements: list[Judgement]
    elsewhere: list[tuple[int, str]] = field(default_factory=list)
    validation: "Validation | None" = None
    asked: list[int] = field(default_factory=list)


@timed("check")
def check_batch(batch_id: int, office: Office) -> Judged:
    """Judge every submission of a batch that has no verdict yet, all figures in one validation.

    Begins:  each has its reading.
    Ends:    nothing is written; `load_batch` writes the judgements.
    Touches: warehouse (reads). Great Expectations is imported only where there is a form to check.
    """
    judged, last = _sorted_out(batch_id, office)
    campaign = office.definitions.campaign(judged.batch.campaign)
    form = office.definitions.form_of(campaign)
    fresh = [judgement for judgement in judged.judgements if judgement.duplicate_of is None]
    found = find(
        [Said(j.reading, j.sender, j.belonging) for j in fresh], campaign, form, office.definitions, last
    )
    judged.validation, judged.asked = found.validation, [fresh[at].entry.id for at in found.asked]
    for judgement, findings in zip(fresh, found.findings, strict=True):
        judgement.findings = findings
        _decide(judgement, campaign, form, office)
    _compare(fresh, judged.batch, campaign, form, office)
    return judged


def _sorted_out(batch_id: int, office: Office) -> tuple[Judged, dict[str, Amounts]]:
    """Whose each submission of the batch is, of which campaign, and whether it came before; and the figures of the
    campaign before, by unit, that are to be laid beside them. All as the warehouse says at one moment."""
    with office.warehouse.reading() as connection:
        batch = ledger.batch(connection, batch_id)
        entries = ledger.not_yet_judged(connection, batch_id)
        readings = ledger.readings_of(connection, [entry.id for entry in entries])
        open_ids = catalogue.open_campaign_ids(connection)
        earlier = {
            (row["unit_code"], row["sha256"], row["material"]): row["id"]
            for row in ask(connection, "earlier_bytes", batch=batch_id)
        }
        decided = standings(ask(connection, "decided", batch=batch_id))
        remembered = names_remembered(connection)
        campaign = office.definitions.campaign(batch.campaign)
        last = last_figures(connection, campaign, batch.as_of)
    form, known = office.definitions.form_of(campaign), office.definitions.campaigns
    units = with_names(campaign.units(office.roster), remembered)
    opened = [known[campaign_id] for campaign_id in open_ids if campaign_id in known]
    judged = Judged(batch, [])
    for entry in entries:
        reading, standing = readings[entry.id], decided.get(entry.id, UNDECIDED)
        belonging = campaign_of(reading, campaign, opened, form)
        if belonging.campaign != campaign.id:
            judged.elsewhere.append((entry.id, belonging.campaign))
            continue
        sender = _sender(entry, reading, units, office.definitions.other_areas.names, standing)
        judgement = Judgement(entry, reading, sender, belonging, standing)
        _note_duplicate(judgement, earlier)
        judged.judgements.append(judgement)
    return judged, last


def _sender(
    entry: Entry, reading: Reading, units: Sequence[Unit], elsewhere: tuple[str, ...], standing: Standing
) -> Sender:
    """Who sent it; what a person decided goes before all that the file says."""
    if standing.unit:
        return Sender(standing.unit, CLAIMED)
    return sender_of(reading, entry.file, units, elsewhere)


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


def _decide(judgement: Judgement, campaign: Campaign, form: Form, office: Office) -> None:
    """Errors win over reasons to hold, except in a file with a secrecy mark: nobody is to send it again."""
    if judgement.reading.secret:
        judgement.verdict, judgement.why_held, judgement.findings = Status.HELD, SECRET, ()
        return
    wrong = _errors(judgement, office.rulebook)
    if not (judgement.standing.waived and can_be_waived(wrong)):
        judgement.why_held = None if wrong else _why_held(judgement, campaign)
        if wrong:
            judgement.verdict = Status.RETURNED
        elif judgement.why_held:
            judgement.verdict = Status.HELD
    if judgement.verdict is not Status.RETURNED and judgement.reading.form:
        judgement.amounts = amounts_of(judgement.reading.form, form)
        judgement.nil_return = is_nil_return(judgement.reading.form, form)


def _errors(judgement: Judgement, rulebook: Rulebook) -> list[Finding]:
    return [
        finding
        for finding in judgement.findings
        if rulebook.severity(finding) is Severity.ERROR and not rulebook.is_trial(finding)
    ]


def _compare(
    judgements: Sequence[Judgement], batch: Batch, campaign: Campaign, form: Form, office: Office
) -> None:
    """Lay each unit's narrative beside its form, and judge again the file whose turn it is to be asked."""
    accepted = {j.entry.id: j for j in judgements if j.verdict is Status.ACCEPTED and j.sender.unit}
    if not accepted:
        return
    with office.warehouse.reading() as connection:
        before = ask(connection, "documents_in_force", campaign=campaign.id, as_of=batch.as_of)
        pairs = new_pairs(before, [(j.sender.unit or "", _ranked(j)) for j in accepted.values()])
        earlier = ledger.readings_of(connection, [one for pair in pairs for one in pair.unread])
    for pair in pairs:
        judgement = accepted[pair.asked.id]
        if found := differs(pair, earlier, form, office.limits):
            judgement.findings = by_weight([*judgement.findings, *found], office.rulebook)
            judgement.amounts, judgement.nil_return = None, False
            _decide(judgement, campaign, form, office)


def _ranked(judgement: Judgement) -> Ranked:
    entry = judgement.entry
    return Ranked(entry.received_at, entry.mtime_ns, entry.name, entry.file, entry.id, judgement.reading)


def _why_held(judgement: Judgement, campaign: Campaign) -> str | None:
    if judgement.standing.reopened:
        return f"已收下的这份要重新处理：{judgement.standing.reopened}。"
    received_at = judgement.entry.received_at
    return reason_to_hold(judgement.sender, judgement.belonging.doubt, campaign, received_at)
