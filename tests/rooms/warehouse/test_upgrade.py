"""A filled database of an earlier version is brought up to date, and nothing that was in it changes.

`older/0008.zip` is an office as the program of 2026-11-26 left it, the last before the tree of units: database (as SQL of
SQLite), archive, receipts, config/ and the export of that day. By its own commands: open, run, accept, claim, extend,
note, run, remind, finalise, and a correction of the final version.
"""

import json
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text

from etl.decide import Who, accept
from etl.definitions import Form, load_definitions
from etl.office import open_office
from etl.pipeline import run_campaign
from etl.settings import Settings
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table, form_table
from etl.warehouse.migrate import Schema, alembic_config, schema_of
from etl.warehouse.tables import metadata
from tests.desk import CAMPAIGN, NEXT_DAY, Desk

AT = datetime.fromisoformat(NEXT_DAY)
OLDER_OFFICE = Path(__file__).parent / "older" / "0008.zip"
ITS_LAST_RUN, ITS_NEXT_RUN = "2022-02-14T09:00:00+08:00", "2022-02-15T09:00:00+08:00"
_SCRIPT = ScriptDirectory.from_config(alembic_config())
OLDER = [one.revision for one in _SCRIPT.walk_revisions()][1:]


def filled(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.drop("谁的.xlsx", desk.filled("巴川街道", B2="綦江区财政局"))
    desk.run()
    accept("安居镇.xlsx", Who("王主任", "电话核实过"), desk.office, AT)
    desk.run(NEXT_DAY)


def of_version(revision: str, desk: Desk, url: str) -> dict[str, int]:
    """Make a database as that version left it: its tables, and the desk's rows as far as it had columns for
    them. How many rows by table."""
    old = Warehouse(url)
    with old.writing() as connection:
        tables = made_as_in(revision, connection, desk.form)
        with desk.office.warehouse.reading() as reading:
            counts = copied(reading, connection, tables)
    old.close()
    return counts


def made_as_in(revision: str, connection: Connection, form: Form) -> list[Table]:
    """Make the tables as that version did; those of ours that it had."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    ensure_form_table(connection, form)
    there = inspect(connection)
    return [*(table for table in metadata.sorted_tables if there.has_table(table.name)), form_table(form)]


def copied(source: Connection, target: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Copy rows, as far as both have the columns. How many by table."""
    counts = {}
    for table in tables:
        both = [{each["name"] for each in inspect(end).get_columns(table.name)} for end in (source, target)]
        as_it_was = _as_it_was(table, set.intersection(*both))
        rows = [dict(row._mapping) for row in source.execute(select(as_it_was))]
        if rows:
            target.execute(insert(as_it_was), rows)
        counts[table.name] = len(rows)
    return counts


def _as_it_was(table: Table, columns: set[str]) -> Table:
    return Table(
        table.name, MetaData(), *(column._copy() for column in table.columns if column.name in columns)
    )


@pytest.mark.prove
@pytest.mark.parametrize("revision", OLDER)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_database_of_an_earlier_version_goes_on_as_if_nothing_had_been(
    database: str, revision: str, sqlite_desk: Desk, new_url: Callable[[str], str]
) -> None:
    desk = sqlite_desk
    filled(desk)
    said, share = desk.export(NEXT_DAY), desk.files_on_share()
    url = new_url(database).replace("warehouse.db", "older.db")
    counts = of_version(revision, desk, url)
    assert (
        counts["submissions"] == 3 and counts["decisions"] == 1
        if revision != "0001"
        else counts["submissions"]
    )
    settings = replace(desk.settings, warehouse=url)
    before = Warehouse(url)
    assert schema_of(before) is Schema.OLDER
    before.close()
    with open_office(settings) as office:
        assert schema_of(office.warehouse) is Schema.SAME
        upgraded = Desk(office, settings)
        with office.warehouse.reading() as connection:
            for name, rows in counts.items():
                assert connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar() == rows, name
        if revision >= "0004":  # what a summary showed is kept since then
            assert upgraded.export(NEXT_DAY) == said
            run_campaign(CAMPAIGN, office, AT)
            assert upgraded.files_on_share() == share
        run_campaign(CAMPAIGN, office, AT)
        if revision != "0001":  # decisions are kept since 0002: what was waived is returned without them
            assert upgraded.export(NEXT_DAY)["summary"] == said["summary"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_office_that_an_older_program_kept_goes_on_where_it_stood(
    database: str, new_url: Callable[[str], str], tmp_path: Path
) -> None:
    with zipfile.ZipFile(OLDER_OFFICE) as kept:
        kept.extractall(tmp_path)
    for folder in ("收件箱", "发布"):
        (tmp_path / "share" / folder).mkdir()
    url = new_url(database)
    fill_as_it_was(url, tmp_path)
    said = json.loads((tmp_path / "export.json").read_text("utf-8"))
    settings = Settings(tmp_path / "share", tmp_path / "archive", url, tmp_path / "config")
    with open_office(settings) as office:
        assert schema_of(office.warehouse) is Schema.SAME
        desk = Desk(office, settings)
        assert desk.export(ITS_LAST_RUN) == said
        desk.drop("少云镇.xlsx", desk.filled("少云镇"))
        desk.run(ITS_NEXT_RUN)
        now = desk.export(ITS_NEXT_RUN)
        assert now["submissions"][:-1] == said["submissions"]
        assert (now["submissions"][-1]["file"], now["submissions"][-1]["status"]) == (
            "少云镇.xlsx",
            "accepted",
        )
        assert "更正（2022年春节）.xlsx" in {path.name for path in desk.published.iterdir()}


def fill_as_it_was(url: str, kept: Path) -> None:
    """The older office's database at a new address."""
    lite = kept / "as it was.db"
    with closing(sqlite3.connect(lite)) as database:
        database.executescript((kept / "warehouse.sql").read_text("utf-8"))
    if url.startswith("sqlite"):
        lite.rename(url.removeprefix("sqlite:///"))
        return
    old, new = Warehouse(f"sqlite:///{lite}"), Warehouse(url)
    with old.reading() as source, new.writing() as target:
        form = load_definitions(kept / "config").forms["double-support"]
        for name in copied(source, target, made_as_in(OLDER_OFFICE.stem, target, form)):
            serial = target.scalar(
                text(
                    "SELECT pg_get_serial_sequence(:name, column_name) FROM information_schema.columns "
                    "WHERE table_name = :name AND pg_get_serial_sequence(:name, column_name) IS NOT NULL"
                ),
                {"name": name},
            )
            if serial:
                target.execute(text(f"SELECT setval('{serial}', (SELECT MAX(id) FROM {name}))"))
    old.close()
    new.close()
