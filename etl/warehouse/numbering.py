"""Numbers without gaps: a receipt's number tells nobody that a run broke off."""

from sqlalchemy import Connection, Table, func, select


def next_id(connection: Connection, table: Table) -> int:
    """The number after the greatest. PostgreSQL's own would go on from where a transaction that was rolled back
    had come to. The caller holds the run lock; without it the primary key refuses the second."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())
