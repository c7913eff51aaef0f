"""All rows of one warehouse into an empty one, whichever database each is: a backup is a SQLite file of either."""

from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, text, update

from etl.errors import Refused
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import form_tables_of, make_view
from etl.warehouse.migrate import migrate
from etl.warehouse.tables import metadata

_PORTION = 5_000


def copy_all(source: Warehouse, target: Warehouse) -> dict[str, int]:
    """Copy every row as of one moment, in one transaction; how many rows by table. Both get this version's schema.

    Raises Refused where the target holds anything: nothing is ever written over.
    """
    migrate(source)
    migrate(target)
    with source.reading() as reading, target.writing() as writing:
        if is_filled(writing):
            raise Refused(f"数据库里已经有东西，没有动它：{target.url.render_as_string()}")
        forms = form_tables_of(reading)
        for table in forms:
            table.create(writing, checkfirst=True)
        copied = {table.name: _copy(table, reading, writing) for table in (*metadata.sorted_tables, *forms)}
        if forms:
            make_view(writing)
        _go_on_numbering(writing)
    return copied


def is_filled(connection: Connection) -> bool:
    """Whether any table of a migrated warehouse holds a row."""
    return any(connection.execute(select(table).limit(1)).first() for table in metadata.sorted_tables)


def _copy(table: Table, reading: Connection, writing: Connection) -> int:
    """Rows in the order of their keys. What points into its own table is set once all rows are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    pointing: list[dict[str, Any]] = []
    copied = 0
    found = reading.execution_options(yield_per=_PORTION).execute(select(table).order_by(*table.primary_key))
    for part in found.mappings().partitions(_PORTION):
        rows = [dict(row) for row in part]
        pointing += [
            {**row, "its_id": row["id"]} for row in rows if any(row[name] is not None for name in own)
        ]
        writing.execute(insert(table), [row | dict.fromkeys(own) for row in rows])
        copied += len(rows)
    if pointing:
        set_them = update(table).where(table.c.id == bindparam("its_id"))
        writing.execute(
            set_them.values({name: bindparam(f"its_{name}") for name in own}),
            [{"its_id": row["id"], **{f"its_{name}": row[name] for name in own}} for row in pointing],
        )
    return copied


def _go_on_numbering(connection: Connection) -> None:
    """PostgreSQL numbers new rows by sequences of their own, which rows that bring their number do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or column.foreign_keys:
            continue
        last = connection.execute(select(func.max(column))).scalar()
        if last is not None:
            where = {"sequence_of": table.name, "column": column.name, "last": last}
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:sequence_of, :column), :last)"), where
            )
