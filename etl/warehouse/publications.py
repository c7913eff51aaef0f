"""What was published, version by version."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from etl.model import Summary
from etl.warehouse.questions import ask
from etl.warehouse.tables import publications, published_documents, published_totals


@dataclass(frozen=True, slots=True)
class Publication:
    """One published file. `digest` is of the facts it shows, `sha256` of its bytes."""

    kind: str
    version: int
    file: str
    digest: str
    sha256: str
    as_of: datetime


def current(connection: Connection, campaign: str) -> dict[str, Publication]:
    """The newest version of each kind, by kind."""
    table = publications.c
    columns = (table.kind, table.version, table.file, table.digest, table.sha256, table.as_of)
    rows = connection.execute(select(*columns).where(table.campaign == campaign).order_by(table.version))
    return {row.kind: Publication(*row) for row in rows}


def record(connection: Connection, campaign: str, new: Sequence[Publication], now: datetime) -> None:
    rows = [{"campaign": campaign, "published_at": now, **asdict(each)} for each in new]
    connection.execute(insert(publications), rows)


def record_shown(connection: Connection, version: int, summary: Summary) -> None:
    """Keep what this version of the summary shows, and forget what the one before did: only the latest is
    ever compared with."""
    in_force = ask(connection, "in_force", campaign=summary.campaign, as_of=summary.as_of)
    key = {"campaign": summary.campaign, "version": version}
    totals = [
        {**key, "row_id": row, "column_id": column, "amount": amount}
        for row, amounts in summary.totals.items()
        for column, amount in amounts.items()
    ]
    for table, rows in (
        (published_totals, totals),
        (published_documents, [{**key, **one} for one in in_force]),
    ):
        connection.execute(delete(table).where(table.c.campaign == summary.campaign))
        if rows:
            connection.execute(insert(table), rows)
