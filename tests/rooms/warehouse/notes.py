"""A warehouse with one note in it, for what is shown of any warehouse."""

from collections.abc import Iterator

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    insert,
    select,
    update,
)

from etl.warehouse.engine import Warehouse
from etl.warehouse.tables import UtcDateTime

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("count", Integer, nullable=False, server_default="0"),
    Column("amount_fen", BigInteger),
    Column("noted_at", UtcDateTime),
)


def a_noted_warehouse(url: str) -> Iterator[Warehouse]:
    """Open until the test has ended."""
    warehouse = Warehouse(url)
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, count=0))
    yield warehouse
    warehouse.close()


def count(warehouse: Warehouse) -> int:
    with warehouse.reading() as connection:
        return connection.execute(select(notes.c.count).where(notes.c.id == 1)).scalar_one()


def add_one(warehouse: Warehouse) -> None:
    with warehouse.writing() as connection:
        connection.execute(update(notes).where(notes.c.id == 1).values(count=notes.c.count + 1))


def take(warehouse: Warehouse, batch: int | None = None) -> None:
    with warehouse.alone() if batch is None else warehouse.alone_at(batch):
        pass


def end_sessions(postgres: str, backend: int) -> None:
    with psycopg.connect(postgres.format(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
