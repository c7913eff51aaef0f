"""Rules over what was stored: what a rule would hit before it is turned on, and judging anew after a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.definitions import Definitions, Rulebook
from etl.definitions.roster import UNKNOWN_SENDER
from etl.errors import Refused
from etl.masking import masked
from etl.model import Finding, Sender, Severity, Status, receipt_number
from etl.office import Office
from etl.pipeline import finish, open_campaigns, publish_again
from etl.sheets.campaign_of import campaign_of
from etl.sheets.identity import sender_of
from etl.sheets.names import with_names
from etl.stages.decided import CLAIMED
from etl.stages.findings import Said, find
from etl.stages.verdict import spoken
from etl.warehouse import catalogue, ledger
from etl.warehouse.decisions import names_remembered
from etl.warehouse.form_tables import form_table
from etl.warehouse.history import last_figures
from etl.warehouse.questions import Answer, ask

EXAMPLES = 3
DOUBTFUL = "按现在的花名册和期次，认不出还是这个单位、这一期的。"
_FOUND_BY_COMPARING = ("narrative_differs",)
"""Rules that need two files; judging anew finds them again."""
_Point = tuple[str, str, str | None]
"""Rule, severity and cell of a finding: what makes it the same as before, whatever its words."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule would say in one campaign: of how many files, how many of those count now, and examples
    as (receipt number, unit, message)."""

    campaign: str
    rule: str
    looked_at: int
    hit: int
    accepted: int
    examples: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What judging anew did: receipts judged again; accepted ones that would go back by today's rules, each
    with the first error, which only a person may take out (`returns reopen`)."""

    judged_anew: tuple[str, ...]
    for_a_person: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Stored:
    row: Answer
    said: Said
    findings: tuple[Finding, ...]


def replay(rules: Sequence[str], office: Office) -> list[Hits]:
    """Run rules as if they were on over every stored file of every open campaign. Writes nothing.

    Raises Refused for a rule that does not exist.
    """
    book = _turned_on(rules, office.rulebook)
    known = office.definitions.model_copy(update={"rulebook": book})
    hits = []
    for campaign in open_campaigns(office):
        stored = _stored(campaign, office, known)
        hits += [_hits(campaign, rule, stored, book) for rule in rules]
    return hits


def recheck(campaign_id: str, office: Office) -> Rechecked:
    """Judge what is stored by today's rules: what was returned may be accepted now, what is accepted may be
    asked other things. An accepted file that has an error by today's rules stays as it is and is named for a
    person. Files of which nothing new is to be said are left alone; figures are not read again."""
    with office.alone():
        _, form = office.opened(campaign_id)
        now = office.now()
        with office.warehouse.reading() as connection:
            rows = ask(connection, "submission_findings", campaign=campaign_id, as_of=now)
        told: dict[int, set[_Point]] = {}
        for row in rows:
            told.setdefault(row["submission_id"], set()).add((row["rule"], row["severity"], row["cell"]))
        again, for_a_person = [], []
        for one in _stored(campaign_id, office, office.definitions):
            number, before = receipt_number(campaign_id, one.row["id"]), told.get(one.row["id"], set())
            found = [finding for finding in one.findings if not office.rulebook.is_trial(finding)]
            points = {(finding.rule, office.rulebook.severity(finding), finding.cell) for finding in found}
            errors = [finding for finding in found if office.rulebook.severity(finding) is Severity.ERROR]
            if points == {point for point in before if point[0] not in _FOUND_BY_COMPARING}:
                continue
            if one.row["verdict"] == Status.ACCEPTED and (errors or _is_doubtful(one, campaign_id)):
                if not any(severity == Severity.ERROR for _, severity, _ in before):
                    why = office.rulebook.message(spoken(errors[0])) if errors else DOUBTFUL
                    for_a_person.append((number, why))
                continue
            again.append((number, one.row["id"]))
        with office.warehouse.writing() as connection:
            for _, submission in again:
                ledger.judge_anew(connection, submission, form_table(form))
        finish(campaign_id, now, office)
        publish_again(campaign_id, office)
        return Rechecked(tuple(number for number, _ in again), tuple(for_a_person))


def _stored(campaign_id: str, office: Office, known: Definitions) -> list[_Stored]:
    """Every judged file that is no duplicate and bears no secrecy mark, with its findings by `known`'s rules."""
    campaign, form = office.opened(campaign_id)
    with office.warehouse.reading() as connection:
        rows = ask(connection, "stored_returns", campaign=campaign_id)
        readings = ledger.readings_of(connection, [row["id"] for row in rows])
        last = last_figures(connection, campaign, office.now())
        open_ids = catalogue.open_campaign_ids(connection)
        units = with_names(campaign.units(office.roster), names_remembered(connection))
    opened = [known.campaigns[one] for one in open_ids if one in known.campaigns]
    rows = [row for row in rows if not readings[row["id"]].secret]
    said = []
    for row in rows:
        reading = readings[row["id"]]
        sender = Sender(row["unit_code"], CLAIMED)
        if row["sender_source"] != CLAIMED:
            sender = sender_of(reading, row["file"], units, known.other_areas.names)
        said.append(Said(reading, sender, campaign_of(reading, campaign, opened, form)))
    found = find(said, campaign, form, known, last).findings
    return [_Stored(*each) for each in zip(rows, said, found, strict=True)]


def _is_doubtful(one: _Stored, campaign_id: str) -> bool:
    """Whether today's roster or campaigns would no longer take it for this unit's and this round's."""
    belonging = one.said.belonging
    return (
        one.said.sender.unit != one.row["unit_code"]
        or belonging.campaign != campaign_id
        or bool(belonging.doubt)
    )


def _turned_on(rules: Sequence[str], rulebook: Rulebook) -> Rulebook:
    unknown = [rule for rule in rules if rule not in rulebook.rules]
    if unknown:
        raise Refused(f"没有这样的规则：{'、'.join(unknown)}。有：{'、'.join(rulebook.rules)}")
    on = {rule: rulebook.rules[rule].model_copy(update={"mode": "on"}) for rule in rules}
    return Rulebook(rules={**rulebook.rules, **on})


def _hits(campaign: str, rule: str, stored: Sequence[_Stored], rulebook: Rulebook) -> Hits:
    hit = [one for one in stored if any(finding.rule == rule for finding in one.findings)]
    examples = []
    for one in hit[:EXAMPLES]:
        first = next(finding for finding in one.findings if finding.rule == rule)
        number, unit = receipt_number(campaign, one.row["id"]), one.row["unit"] or UNKNOWN_SENDER
        examples.append((number, unit, masked(rulebook.message(spoken(first)))))
    accepted = sum(one.row["verdict"] == Status.ACCEPTED for one in hit)
    return Hits(campaign, rule, len(stored), len(hit), accepted, tuple(examples))
