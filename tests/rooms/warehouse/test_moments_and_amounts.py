"""What a moment, an amount and a key are, on both databases alike."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import (
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError

from etl.warehouse.engine import Warehouse
from etl.warehouse.questions import ask
from tests.rooms.warehouse.notes import a_noted_warehouse, metadata, notes

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    yield from a_noted_warehouse(warehouse_url)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING),
        datetime(2022, 2, 10, 15, 59, 59, 123456, tzinfo=UTC),
        datetime(1999, 12, 31, 19, 0, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=str,
)
def test_a_moment_comes_back_aware_in_utc_to_the_microsecond(warehouse: Warehouse, moment: datetime) -> None:
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=moment))
    with warehouse.reading() as connection:
        kept = connection.execute(select(notes.c.noted_at)).scalar_one()
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_database_that_lives_in_another_zone_says_the_same_moment(
    new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGTZ", "America/New_York")
    warehouse = Warehouse(new_url("postgresql"))
    moment = datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING)
    with warehouse.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(notes).values(id=1, noted_at=moment))
    with warehouse.reading() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "America/New_York"
        kept = connection.execute(select(notes.c.noted_at)).scalar_one()
        (row,) = connection.execute(text("SELECT noted_at FROM notes")).all()
    assert (kept, kept.tzinfo) == (moment, UTC)
    assert row.noted_at == moment
    warehouse.close()


def test_moments_of_different_zones_compare_as_moments(warehouse: Warehouse) -> None:
    earlier = datetime(2022, 2, 10, 23, 59, 59, tzinfo=BEIJING)
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=earlier))
    with warehouse.reading() as connection:
        for later in (datetime(2022, 2, 10, 16, 0, tzinfo=UTC), earlier + timedelta(microseconds=1)):
            before = select(func.count()).where(notes.c.noted_at < later)
            assert connection.execute(before).scalar_one() == 1


def test_a_moment_without_a_zone_is_never_kept(warehouse: Warehouse) -> None:
    naive = datetime(2022, 2, 10)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="a moment without a zone"), warehouse.writing() as connection:
        connection.execute(update(notes).values(noted_at=naive))


def test_money_stays_whole_fen_however_much_it_is(warehouse: Warehouse) -> None:
    most = 100_000_000 * 1_000_000 + 1  # one 分 more than the largest figure a form may hold
    with warehouse.writing() as connection:
        connection.execute(update(notes).values(amount_fen=most))
        connection.execute(insert(notes), [{"id": n, "amount_fen": most} for n in range(2, 102)])
    with warehouse.reading() as connection:
        kept = connection.execute(select(notes.c.amount_fen).where(notes.c.id == 1)).scalar_one()
        total = connection.execute(text("SELECT SUM(amount_fen) FROM notes")).scalar_one()
    assert (kept, type(kept)) == (most, int)
    assert int(total) == 101 * most
    assert not isinstance(total, float)


def test_a_key_that_leads_nowhere_is_refused_and_not_taken_for_an_absent_database(
    warehouse: Warehouse,
) -> None:
    with warehouse.writing() as connection:
        reference = "CREATE TABLE answers (note INTEGER NOT NULL REFERENCES notes (id))"
        connection.execute(text(reference))
    with pytest.raises(IntegrityError), warehouse.writing() as connection:
        connection.execute(text("INSERT INTO answers VALUES (99)"))


def test_a_moment_asked_by_a_question_is_aware_too(warehouse_url: str) -> None:
    from etl.warehouse.migrate import migrate

    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    with warehouse.reading() as connection:
        assert ask(connection, "held", campaign="2022-spring", as_of=datetime(2022, 2, 10, tzinfo=UTC)) == []
        with pytest.raises(StatementError, match="a moment without a zone"):
            ask(connection, "in_force", campaign="x", as_of=datetime(2022, 2, 10))  # noqa: DTZ001
    warehouse.close()
