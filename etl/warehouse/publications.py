"""What was published, version by version."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from etl.warehouse.tables import publications


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
