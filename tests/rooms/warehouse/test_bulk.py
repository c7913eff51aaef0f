"""Very many rows at once, the same on both databases."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.exc import IntegrityError

from etl.errors import Unavailable
from etl.warehouse.bulk import put
from etl.warehouse.engine import Warehouse

TABLE = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))
ROWS = [{"id": 1, "name": "甲\t乙\\n\n丙"}, {"id": 2, "name": None}, {"id": 3, "name": "\\N"}]


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    warehouse = Warehouse(warehouse_url)
    with warehouse.writing() as connection:
        TABLE.create(connection)
    yield warehouse
    warehouse.close()


def there(warehouse: Warehouse) -> list[dict[str, object]]:
    with warehouse.reading() as connection:
        return [dict(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.id)).mappings()]


def test_rows_arrive_as_they_are(warehouse: Warehouse) -> None:
    with warehouse.writing() as connection:
        put(connection, TABLE, ROWS)
        put(connection, TABLE, [])
    assert there(warehouse) == ROWS


def test_one_row_that_cannot_be_leaves_none(warehouse: Warehouse) -> None:
    with pytest.raises(IntegrityError), warehouse.writing() as connection:
        put(connection, TABLE, [*ROWS, {"id": 1, "name": "again"}])
    assert there(warehouse) == []


def test_a_server_that_goes_away_in_the_middle_is_worth_a_retry(new_url: Callable[[str], str]) -> None:
    warehouse = Warehouse(new_url("postgresql"))
    with warehouse.writing() as connection:
        TABLE.create(connection)
    with pytest.raises(Unavailable), warehouse.writing() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with warehouse.engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        put(connection, TABLE, ROWS)
    assert there(warehouse) == []
    warehouse.close()
