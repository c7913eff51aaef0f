"""One row a file that came, by the database's own keys, whoever enters it and however often."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from etl.edges.inbox import Seen
from etl.warehouse import arrivals, ledger
from etl.warehouse.arrivals import Arrived
from etl.warehouse.engine import Warehouse
from etl.warehouse.migrate import migrate
from etl.warehouse.tables import submissions

NOW = datetime(2022, 1, 20, tzinfo=UTC)


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    yield warehouse
    warehouse.close()


def came(name: str = "土桥镇.xlsx", at: int = 7) -> Arrived:
    return Arrived(Seen(name.encode(), 3, 1, at, 5), "ab" * 32, NOW)


def enter(warehouse: Warehouse, *files: Arrived) -> int:
    with warehouse.writing() as connection:
        return arrivals.enter(connection, files, NOW)


def left(warehouse: Warehouse, submission: int) -> None:
    with warehouse.writing() as connection:
        ledger.note_left(connection, [submission], NOW)


def entered(warehouse: Warehouse) -> list[tuple[int, bool]]:
    with warehouse.reading() as connection:
        rows = connection.execute(select(submissions.c.id, submissions.c.left_at).order_by(submissions.c.id))
        return [(row.id, row.left_at is None) for row in rows]


def test_what_lies_there_still_is_entered_once_whoever_sees_it(warehouse: Warehouse) -> None:
    assert enter(warehouse, came(), came("安居镇.xlsx")) == 2
    assert enter(warehouse, came(at=8), came()) == 0
    assert entered(warehouse) == [(1, True), (2, True)]


def test_one_who_saw_it_before_another_run_took_it_out_does_not_enter_it_again(warehouse: Warehouse) -> None:
    """As a second run without the run lock would; or the first, on a share that was away meanwhile."""
    enter(warehouse, came())
    left(warehouse, 1)
    assert enter(warehouse, came()) == 0
    assert entered(warehouse) == [(1, True)]  # to be taken out once more


def test_the_same_file_dropped_again_is_another_arrival(warehouse: Warehouse) -> None:
    enter(warehouse, came())
    left(warehouse, 1)
    assert enter(warehouse, came(at=8)) == 1
    assert entered(warehouse) == [(1, False), (2, True)]


@pytest.mark.parametrize("is_left", [False, True], ids=["lying there", "taken out"])
def test_the_keys_refuse_a_double_even_of_one_who_did_not_look(warehouse: Warehouse, is_left: bool) -> None:
    enter(warehouse, came())
    if is_left:
        left(warehouse, 1)
    row = arrivals._row_of(came(), NOW)
    with pytest.raises(IntegrityError), warehouse.writing() as connection:
        connection.execute(insert(submissions).values(id=2, **row))
    with warehouse.reading() as connection:
        assert connection.execute(select(func.count()).select_from(submissions)).scalar_one() == 1


def test_what_a_person_brings_twice_is_two_submissions(warehouse: Warehouse) -> None:
    with warehouse.writing() as connection:
        ids = [arrivals.enter_brought(connection, None, came(), NOW) for _ in range(2)]  # type: ignore[arg-type]
    assert ids == [1, 2]


def test_numbers_have_no_gaps_where_a_run_broke_off(warehouse: Warehouse) -> None:
    enter(warehouse, came("一.xlsx"))
    with pytest.raises(ZeroDivisionError), warehouse.writing() as connection:
        arrivals.enter(connection, [came("二.xlsx"), came("三.xlsx")], NOW)
        raise ZeroDivisionError
    enter(warehouse, came("四.xlsx"))
    assert [number for number, _ in entered(warehouse)] == [1, 2]
