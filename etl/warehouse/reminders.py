"""Who was reminded, of which step, and when."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from etl.model import Reminded
from etl.warehouse.tables import reminders

Step = tuple[str, str, date]
"""Unit code, step, and since when: what a unit is reminded of once."""


def remembered(connection: Connection, campaign: str) -> dict[Step, str]:
    """Every step that any unit of the campaign was reminded of, with what became of the mail."""
    table = reminders.c
    found = select(table.unit_code, table.step, table.since, table.outcome).where(table.campaign == campaign)
    return {(row.unit_code, row.step, row.since): row.outcome for row in connection.execute(found)}


def remember(connection: Connection, campaign: str, new: Sequence[Reminded]) -> None:
    """What is known of the same step is replaced."""
    for one in new:
        connection.execute(delete(reminders).where(*_row(campaign, (one.code, one.step, one.since))))
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
    for step, outcome in outcomes.items():
        connection.execute(update(reminders).where(*_row(campaign, step)).values(outcome=outcome))


def _row(campaign: str, step: Step) -> tuple[ColumnElement[bool], ...]:
    table, (code, name, since) = reminders.c, step
    return (
        table.campaign == campaign,
        table.unit_code == code,
        table.step == name,
        table.since == since,
    )
