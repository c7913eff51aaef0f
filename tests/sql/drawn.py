"""Tables as drawn in CSV: only the columns that matter; the quiet rest is filled in here.

An empty cell is null, or the quiet default of a column that cannot be. Moments are in ISO with their zone,
yes and no are 1 and 0. A row that speaks of a campaign, unit or batch that nobody drew gets a quiet one.
"""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, Table, insert

from etl.warehouse.tables import UtcDateTime, metadata

CAMPAIGN = "2022-spring"
"""The campaign of every row that names no other."""
_SPRING = {
    "opens_at": datetime.fromisoformat("2022-01-10T00:00:00+08:00"),
    "deadline_at": datetime.fromisoformat("2022-02-10T23:59:59+08:00"),
    "closes_at": datetime.fromisoformat("2022-03-10T23:59:59+08:00"),
}
_SOME_DAY = datetime.fromisoformat("2022-01-20T09:00:00+08:00")
_NUMBERED = ("id", "position")

Rows = list[dict[str, Any]]
Drawn = dict[str, Rows]


def read_tables(folder: Path, returns: Table) -> Drawn:
    """Every drawn table of a case, whole rows by table; `returns.csv` are rows of the form's own table."""
    tables = {**metadata.tables, "returns": returns}
    drawn = {
        path.stem: [
            _whole(tables[path.stem], line, number) for number, line in enumerate(read_lines(path), 1)
        ]
        for path in sorted(folder.glob("*.csv"))
        if path.stem != "expect"
    }
    for table in [returns, *reversed(metadata.sorted_tables)]:
        _add_parents(table, drawn.get("returns" if table is returns else table.name, []), drawn)
    return drawn


def insert_tables(connection: Connection, drawn: Drawn, returns: Table) -> None:
    for table in metadata.sorted_tables:
        if drawn.get(table.name):
            connection.execute(insert(table), drawn[table.name])
    if drawn.get("returns"):
        connection.execute(insert(returns), drawn["returns"])


def read_lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    ragged = [line for line in lines if None in line or None in line.values()]
    assert not ragged, f"{path}: {ragged}"
    return lines


def header_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _add_parents(table: Table, rows: Iterable[dict[str, Any]], drawn: Drawn) -> None:
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is table:
                continue
            known = drawn.setdefault(parent.name, [])
            for value in dict.fromkeys(row[column.name] for row in rows if row[column.name] is not None):
                if value not in [row[key.column.name] for row in known]:
                    known.append(_whole(parent, {key.column.name: str(value)}, len(known) + 1))


def _whole(table: Table, line: dict[str, str], number: int) -> dict[str, Any]:
    strange = set(line) - set(table.columns.keys())
    assert not strange, f"{table.name} has no column {strange}"
    return {
        column.name: _value(column, line[column.name]) if line.get(column.name) else _quiet(column, number)
        for column in table.columns
    }


def _value(column: Column[Any], text: str) -> Any:
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(text)
    if isinstance(column.type, Boolean):
        return {"0": False, "1": True}[text]
    if isinstance(column.type, Date):
        return date.fromisoformat(text)
    if isinstance(column.type, Integer):
        return int(text)
    return text.encode() if isinstance(column.type, LargeBinary) else text


def _quiet(column: Column[Any], number: int) -> Any:
    if column.name == "campaign":
        return CAMPAIGN
    if column.nullable:
        return None
    if isinstance(column.type, UtcDateTime):
        return _SPRING.get(column.name, _SOME_DAY)
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return number if column.name in _NUMBERED else 0
    return str(number).encode() if isinstance(column.type, LargeBinary) else ""
