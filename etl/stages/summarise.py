"""Summarise: what the returns in force say at one moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Connection

from etl.definitions import Campaign, Definitions, Form
from etl.definitions.tree import TOP, Node
from etl.journal import timed
from etl.model import (
    MAIL_SENT,
    RETURNED_STEP,
    Amounts,
    Contact,
    CoverageLine,
    Material,
    Missing,
    Reminded,
    Summary,
    receipt_number,
)
from etl.office import Office
from etl.stages.open_points import held_files, queries, waivers
from etl.stages.roll_up import coverage_line, derived, is_branched, is_large, sums_of_nodes, with_branches
from etl.stages.sealed import with_seal
from etl.stages.unit_lines import unit_lines
from etl.warehouse import catalogue
from etl.warehouse.questions import Answer, ask


@timed("summarise")
def summarise(campaign_id: str, as_of: datetime, office: Office) -> Summary:
    """The district's totals, each unit's line, the coverage and the missing list, as known at `as_of`; where units
    form a tree also each branch of it. A campaign too large for one list has the lines of its top only.

    Touches: warehouse (reads, one transaction, so that all parts speak of the same moment).
    Raises:  Refused for a campaign that is not open.
    """
    campaign, form = office.opened(campaign_id)
    takes = {"campaign": campaign_id, "as_of": as_of}
    with office.warehouse.reading() as connection:
        tree = catalogue.nodes_of(connection, campaign_id)
        sums = sums_of_nodes(connection, campaign, form, as_of) if is_branched(tree) else None
        lines = _listed_lines(connection, tree, takes)
        missing = ask(connection, "missing", **takes)
        due = _Due(campaign, campaign.local(as_of).date(), office.definitions)
        summary = Summary(
            campaign=campaign_id,
            as_of=as_of,
            totals=sums.totals_of(TOP, form) if sums else _district_totals(connection, takes, form),
            units=unit_lines(connection, form, lines),
            coverage=_coverage(
                sums.coverage_of(TOP) if sums else _asked_coverage(connection, takes), campaign
            ),
            missing=tuple(_missing(row, due) for row in missing),
            queries=queries(connection, campaign, as_of),
            waivers=waivers(connection, campaign, as_of),
            held=held_files(connection, campaign, as_of, office.roster),
            reminded=_last_reminded(connection, campaign, as_of, office.definitions),
            contacts=_last_contacts(connection, campaign, as_of),
            answered={
                (row["code"], Material(row["material"])): receipt_number(campaign_id, row["submission_id"])
                for row in missing
                if row["submission_id"] is not None
            },
            years_unknown=office.definitions.holidays.unknown(campaign.years),
        )
        if sums:
            summary = with_branches(summary, tree, sums, form, campaign)
        return with_seal(connection, summary, form)


def with_reminders(summary: Summary, office: Office) -> Summary:
    """A summary of before anybody was reminded at its moment, with who was: nothing else has changed since."""
    campaign, _ = office.opened(summary.campaign)
    with office.warehouse.reading() as connection:
        return replace(
            summary,
            reminded=_last_reminded(connection, campaign, summary.as_of, office.definitions),
            contacts=_last_contacts(connection, campaign, summary.as_of),
        )


def how_far(campaign_id: str, as_of: datetime, office: Office) -> tuple[int, int]:
    """How many of the returns that are owed were accepted, and how many are owed: what the summary of that moment will
    say, for a small part of its price."""
    with office.warehouse.reading() as connection:
        rows = ask(connection, "coverage", campaign=campaign_id, as_of=as_of)
    return sum(row["accepted"] for row in rows), sum(row["expected"] for row in rows)


def _listed_lines(connection: Connection, tree: Sequence[Node], takes: dict[str, Any]) -> list[Answer]:
    """Of all units, or of a campaign too large for one list those that stand right below the top."""
    if not is_large(tree):
        return ask(connection, "unit_lines", **takes)
    own = frozenset(tree[0].units)
    return [line for line in ask(connection, "unit_lines", **takes) if line["code"] in own] if own else []


def _district_totals(connection: Connection, takes: dict[str, Any], form: Form) -> Amounts:
    added: Amounts = defaultdict(dict)
    for row in ask(connection, "district_totals", **takes):
        added[row["row_id"]][row["column_id"]] = int(row["amount"])
    return derived(added, form)


def _asked_coverage(connection: Connection, takes: dict[str, Any]) -> tuple[CoverageLine, ...]:
    corrections = ask(connection, "corrections", **takes)
    corrected = {(row["kind"], row["material"]): row["corrections"] for row in corrections}
    rows = ask(connection, "coverage", **takes)
    return tuple(
        coverage_line({"corrections": corrected.get((row["kind"], row["material"]), 0), **row})
        for row in rows
    )


def _coverage(found: Sequence[CoverageLine], campaign: Campaign) -> tuple[CoverageLine, ...]:
    """A line a kind and material that is owed or was sent; a kind that owes and sent nothing has zeros."""
    silent = [kind for kind in campaign.owes if kind not in {line.kind for line in found}]
    return (*found, *(CoverageLine(kind, Material.STATISTICS, 0, 0, 0, 0, 0) for kind in silent))


class _Due:
    """What follows from a pair's deadline on one day; most pairs have the same."""

    def __init__(self, campaign: Campaign, today: date, known: Definitions) -> None:
        self.campaign, self.today, self.known = campaign, today, known
        self.of = cache(self._of)

    def _of(self, extended: datetime | None) -> tuple[int, int | None]:
        """Days overdue, and the step of the ladder of reminders whose day it is. An extension (延期) moves both."""
        due = self.campaign.local(extended or self.campaign.deadline).date()
        step = self.known.reminders.step(due, self.today, self.known.holidays)
        return max(0, (self.today - due).days), step


def _missing(row: Answer, due: _Due) -> Missing:
    days_overdue, step = due.of(row["extended_at"])
    return Missing(
        code=row["code"],
        unit=row["name"],
        kind=row["kind"],
        parent=row["parent"],
        material=Material(row["material"]),
        state=row["state"],
        days_overdue=days_overdue,
        extended_to=row["extended_at"],
        contact=row["contact"],
        phone=row["phone"],
        step=step,
    )


def _last_contacts(connection: Connection, campaign: Campaign, as_of: datetime) -> tuple[Contact, ...]:
    rows = ask(connection, "last_contact", campaign=campaign.id, as_of=as_of, sent=MAIL_SENT)
    return tuple(Contact(**row) for row in rows)


def _last_reminded(
    connection: Connection, campaign: Campaign, as_of: datetime, known: Definitions
) -> tuple[Reminded, ...]:
    """Who was reminded on the last day on which anybody was, by the campaign's clock."""
    last = [row["reminded_at"] for row in ask(connection, "last_reminded", campaign=campaign.id, as_of=as_of)]
    if not last:
        return ()
    midnight = datetime.combine(campaign.local(last[0]).date(), time(), campaign.local(last[0]).tzinfo)
    reminded = reminded_since(connection, campaign.id, midnight, last[0])
    return tuple(replace(one, made_up=_is_made_up(one, campaign, known)) for one in reminded)


def _is_made_up(one: Reminded, campaign: Campaign, known: Definitions) -> bool:
    """The step's own day had gone by when it was told."""
    days = known.reminders.returned if one.step == RETURNED_STEP else int(one.step)
    return known.holidays.working_day(one.since, days) < campaign.local(one.reminded_at).date()


def reminded_since(
    connection: Connection, campaign_id: str, since: datetime, as_of: datetime
) -> tuple[Reminded, ...]:
    """Who was reminded from the one moment to the other, both within it."""
    rows = ask(connection, "reminded", campaign=campaign_id, since=since, as_of=as_of)
    return tuple(_reminded(row) for row in rows)


def _reminded(row: Answer) -> Reminded:
    """SQLite gives a day as its text."""
    since = row["since"]
    return Reminded(**{**row, "since": date.fromisoformat(since) if isinstance(since, str) else since})
