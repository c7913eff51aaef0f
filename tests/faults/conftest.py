"""Offices on both databases that are broken off, each once made and copied for every round."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.faults.nursery import Nursery
from tests.faults.rounds import Day, two_days


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """Where offices stand: in memory where there is such a place, since each is copied hundreds of times."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="faults-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def nursery(ground: Path) -> Iterator[Nursery]:
    """Runs that remember what a file says, and do everything else."""
    (ground / "memory").mkdir()
    with Nursery(ground / "memory") as nursery:
        yield nursery


@pytest.fixture(scope="session", params=DATABASES)
def days(request: pytest.FixtureRequest, nursery: Nursery, ground: Path) -> Iterator[tuple[Day, Day]]:
    """A day before the deadline and one after it, on SQLite and on PostgreSQL in turn."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with two_days(nursery, ground / request.param, postgres) as days:
        yield days


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The one on which the `days` are, as proofs name it."""
    name: str = request.node.callspec.params["days"]
    return name
