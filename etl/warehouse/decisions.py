"""What people decided, kept for good: the audit trail, and the names that they had remembered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from etl.warehouse.tables import decisions, remembered_names


@dataclass(frozen=True, slots=True)
class Decision:
    """`by_whom` is a person, `why` their reason in their own words; `kind` says what was decided: claim,
    accept, reopen, extend, note, receive, enter or purge. `until_at` is a new deadline or a waiver's end."""

    kind: str
    campaign: str
    by_whom: str
    why: str
    decided_at: datetime
    submission_id: int | None = None
    unit_code: str | None = None
    material: str | None = None
    until_at: datetime | None = None


def record(connection: Connection, decision: Decision) -> int:
    """Add a row to the audit trail; its id."""
    row = {name: getattr(decision, name) for name in Decision.__dataclass_fields__}
    made = insert(decisions).values(row).returning(decisions.c.id)
    return int(connection.execute(made).scalar_one())


def remember_name(connection: Connection, name: str, unit_code: str, decision_id: int) -> None:
    """From now on `name` (stripped to what is compared) means this unit, whatever it meant before."""
    connection.execute(delete(remembered_names).where(remembered_names.c.name == name))
    row = {"name": name, "unit_code": unit_code, "decision_id": decision_id}
    connection.execute(insert(remembered_names).values(row))


def names_remembered(connection: Connection) -> dict[str, list[str]]:
    """Names by unit code."""
    found: dict[str, list[str]] = {}
    order = select(remembered_names).order_by(remembered_names.c.name)
    for row in connection.execute(order):
        found.setdefault(row.unit_code, []).append(row.name)
    return found
