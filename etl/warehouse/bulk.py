"""Very many rows at once: PostgreSQL takes them by COPY, several times as fast as by insert (docs/plan-700000.md)."""

from collections.abc import Mapping, Sequence

import psycopg
from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same plain columns (numbers, texts, moments with a zone), all of them or none."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = tuple(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copying:
            for row in rows:
                copying.write_row([row[name] for name in names])
    except psycopg.Error as why:  # told as SQLAlchemy tells its own
        raise DBAPIError.instance("COPY", None, why, psycopg.Error, dialect=connection.dialect) from why
    finally:
        cursor.close()
