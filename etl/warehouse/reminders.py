"""Who was reminded, of which step, and when."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

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
    if not new:
        return
    keys = [_key((one.code, one.step, one.since)) for one in new]
    connection.execute(delete(reminders).where(*_row(campaign)), keys)
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
    if outcomes:
        became = [{**_key(step), "became": outcome} for step, outcome in outcomes.items()]
        connection.execute(
            update(reminders).where(*_row(campaign)).values(outcome=bindparam("became")), became
        )


def _key(step: Step) -> dict[str, object]:
    return dict(zip(("of_unit", "of_step", "of_since"), step, strict=True))


def _row(campaign: str) -> tuple[ColumnElement[bool], ...]:
    """The row of each step (`_key`) in turn."""
    table = reminders.c
    return (
        table.campaign == campaign,
        table.unit_code == bindparam("of_unit"),
        table.step == bindparam("of_step"),
        table.since == bindparam("of_since"),
    )
