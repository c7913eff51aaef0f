"""What an answer costs grows as what is asked about: four times the units, about four times the work.

SQLite counts the steps of its own machine, which are the same everywhere. A join in which it looks through all rows
for each row takes sixteen times the steps, and in a district nobody would notice.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from etl.definitions import Definitions
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table, form_table
from etl.warehouse.migrate import migrate
from etl.warehouse.questions import FOLDER, ask, sql_of
from tests.sql.drawn import CAMPAIGN, Drawn, insert_tables, read_tables

FEW, MANY = 200, 800
ALMOST_LINEAR = 1.6
"""Sorting takes n log n, and the smallest part of the work is the same however many there are."""
_EVERY = 20
_RECEIVED = datetime(2022, 2, 9, 1, tzinfo=UTC)
TAKES = {
    "campaign": CAMPAIGN,
    "as_of": _RECEIVED + timedelta(days=9),
    "since": _RECEIVED,
    "batch": 1,
    "submission": 1,
    "running": 1,
    "row": "border_garrison",
    "column": "visited",
    "said": "001.xlsx",
    "id": 1,
    "sent": "已发邮件",
}
QUESTIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def campaigns(
    tmp_path_factory: pytest.TempPathFactory, definitions: Definitions
) -> Iterator[tuple[Connection, Connection]]:
    few, many = (
        _campaign(tmp_path_factory.mktemp("growth") / "warehouse.db", units, definitions)
        for units in (FEW, MANY)
    )
    with few.engine.connect() as of_few, many.engine.connect() as of_many:
        yield of_few, of_many
    few.close()
    many.close()


def _campaign(file: Path, units: int, definitions: Definitions) -> Warehouse:
    """Each unit was returned one form in time and had another accepted, on time or late, by turns."""
    warehouse = Warehouse(f"sqlite:///{file}")
    migrate(warehouse)
    form = definitions.forms["double-support"]
    with warehouse.writing() as connection:
        ensure_form_table(connection, form)
        returns = form_table(form)
        folder = file.parent / "drawn"
        folder.mkdir()
        _draw(folder, units)
        drawn: Drawn = read_tables(folder, returns)
        insert_tables(connection, drawn, returns)
    return warehouse


def _draw(folder: Path, units: int) -> None:
    codes = [f"T{number:05}" for number in range(units)]
    materials = ("statistics", "narrative")
    _write(folder / "owed.csv", "unit_code,material", (f"{c},{m}" for c in codes for m in materials))
    _write(folder / "campaign_units.csv", "unit_code", codes)
    _write(
        folder / "submissions.csv",
        "id,batch_id,unit_code,material,verdict,received_at,file,name,sha256",
        (
            f"{2 * at + again + 1},1,{code},statistics,{'accepted' if again else 'returned'},"
            f"{(_RECEIVED + timedelta(minutes=again, days=3 * (again and at % 2))).isoformat()},"
            f"{at}.xlsx,{at}.xlsx,{at}-{again}"
            for at, code in enumerate(codes)
            for again in (0, 1)
        ),
    )
    _write(
        folder / "returns.csv",
        "submission_id,row_id,visited",
        (f"{2 * at + 2},{row},7" for at in range(units) for row in ("border_garrison", "local_garrison")),
    )
    _write(
        folder / "findings.csv",
        "submission_id,position,rule,severity,trial",
        (f"{2 * at + 1},1,wrong_sum,error,0" for at in range(units)),
    )


def _write(file: Path, head: str, lines: Iterator[str] | list[str]) -> None:
    file.write_text("\n".join([head, *lines]) + "\n", "utf-8")


@pytest.mark.parametrize("question", QUESTIONS)
def test_four_times_the_units_take_about_four_times_the_steps(
    question: str, campaigns: tuple[Connection, Connection]
) -> None:
    few, many = (_steps(question, connection) for connection in campaigns)
    assert many <= max(few, 1) * (MANY / FEW) * ALMOST_LINEAR


def _steps(question: str, connection: Connection) -> int:
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    wanted = {name: value for name, value in TAKES.items() if f":{name}" in sql_of(question)}
    raw.set_progress_handler(count, _EVERY)
    try:
        ask(connection, question, **wanted)
    finally:
        raw.set_progress_handler(None, 0)
    return taken
