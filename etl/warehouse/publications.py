"""What was published, version by version."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

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
    ever compared with. Comes before `record`."""
    key = {"campaign": summary.campaign, "version": version}
    totals = [
        {**key, "row_id": row, "column_id": column, "amount": amount}
        for row, amounts in summary.totals.items()
        for column, amount in amounts.items()
    ]
    connection.execute(delete(published_totals).where(published_totals.c.campaign == summary.campaign))
    connection.execute(insert(published_totals), totals)
    _record_documents(connection, version, summary)


def _record_documents(connection: Connection, version: int, summary: Summary) -> None:
    """Only what changed is written: there may be very many. Asked before this version is recorded."""
    table = published_documents
    changed = ask(connection, "published_documents", campaign=summary.campaign, as_of=summary.as_of)
    of_campaign = table.c.campaign == summary.campaign
    gone = [{"its_unit": row["code"], "its_material": row["material"]} for row in changed if row["before_id"]]
    if gone:
        one = (table.c.unit_code == bindparam("its_unit")) & (table.c.material == bindparam("its_material"))
        connection.execute(delete(table).where(of_campaign, one), gone)
    connection.execute(update(table).where(of_campaign).values(version=version))
    new = [
        {
            "campaign": summary.campaign,
            "version": version,
            "unit_code": row["code"],
            "material": row["material"],
            "submission_id": row["after_id"],
        }
        for row in changed
        if row["after_id"]
    ]
    if new:
        connection.execute(insert(table), new)
