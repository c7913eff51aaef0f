"""A filled database of an earlier version is brought up to date, and nothing that was in it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, inspect, select

from etl.decide import Who, accept
from etl.office import open_office
from etl.pipeline import run_campaign
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table, form_table
from etl.warehouse.migrate import Schema, alembic_config, schema_of
from etl.warehouse.tables import metadata
from tests.desk import CAMPAIGN, NEXT_DAY, Desk

AT = datetime.fromisoformat(NEXT_DAY)
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
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        ensure_form_table(connection, desk.form)
        there = inspect(connection)
        tables = [table for table in metadata.sorted_tables if there.has_table(table.name)]
        counts = {}
        with desk.office.warehouse.reading() as reading:
            for table in (*tables, form_table(desk.form)):
                columns = {column["name"] for column in there.get_columns(table.name)}
                rows = [
                    {name: value for name, value in row._mapping.items() if name in columns}
                    for row in reading.execute(select(table))
                ]
                if rows:
                    connection.execute(insert(_as_it_was(table, columns)), rows)
                counts[table.name] = len(rows)
    old.close()
    return counts


def _as_it_was(table: Table, columns: set[str]) -> Table:
    return Table(
        table.name, MetaData(), *(column._copy() for column in table.columns if column.name in columns)
    )


@pytest.mark.parametrize(
    "revision",
    [OLDER[0], *(pytest.param(revision, marks=pytest.mark.prove) for revision in OLDER[1:])],
)
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
