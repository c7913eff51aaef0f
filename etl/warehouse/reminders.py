"""Who was reminded, of which step, and when."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, insert, select, update

from etl.model import Reminded
from etl.warehouse.tables import reminders

Step = tuple[str, str, date]
"""Unit code, step, and since when: what a unit is reminded of once."""


def remembered(connection: Connection, campaign: str) -> set[Step]:
    """Every step that any unit of the campaign was reminded of."""
    table = reminders.c
    found = select(table.unit_code, table.step, table.since).where(table.campaign == campaign)
    return {(row.unit_code, row.step, row.since) for row in connection.execute(found)}


def remember(connection: Connection, campaign: str, new: Sequence[Reminded]) -> None:
    rows = [
        {
            "campaign": campaign,
            "unit_code": one.code,
            "step": one.step,
            "since": one.since,
            "reminded_at": one.reminded_at,
            "email": one.email,
            "outcome": one.outcome,
        }
        for one in new
    ]
    connection.execute(insert(reminders), rows)


def settle(connection: Connection, campaign: str, outcomes: Mapping[Step, str]) -> None:
    """Write down what became of the mails."""
    table = reminders.c
    for (code, step, since), outcome in outcomes.items():
        theirs = (
            table.campaign == campaign,
            table.unit_code == code,
            table.step == step,
            table.since == since,
        )
        connection.execute(update(reminders).where(*theirs).values(outcome=outcome))
