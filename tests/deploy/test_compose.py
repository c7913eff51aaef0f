"""docker-compose.yml and what it leans on, read as data: nothing here starts a container."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from etl.settings import PROJECT

COMPOSE = PROJECT / "docker-compose.yml"
DEFAULTED = {"BIND_ADDRESS", "HOSTNAME", "RETURNS_SHARE", "RETURNS_ARCHIVE", "TMPDIR"}
"""What has a default, and is no secret."""
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "watch")
DRIVERS = {
    "postgresql+psycopg": "psycopg",
    "db+postgresql+psycopg": "psycopg",
    "redis": "redis",
    "postgresql": "psycopg",
}
"""Of what stands before :// the package that serves it; Airflow reads its metadata by asyncpg too."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return loaded


def locked(package: str) -> str:
    found = re.search(rf"^{package}==(\S+)", (PROJECT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]


def test_the_image_is_the_official_one_of_the_airflow_that_the_lock_names() -> None:
    first = re.search(r"^FROM (\S+)$", (PROJECT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert first
    assert first[1] == f"apache/airflow:{locked('apache-airflow')}-python3.11"


def test_packages_are_installed_by_hash_and_never_as_root() -> None:
    text = (PROJECT / "Dockerfile").read_text("utf-8")
    assert "--require-hashes -r requirements.lock" in text
    assert not re.search(r"^USER root", text, re.MULTILINE)
    assert ".env" in (PROJECT / ".dockerignore").read_text("utf-8").splitlines()


def test_the_file_is_as_the_compose_specification_says(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec" / "compose-spec.json").read_text("utf-8"))
    valid = jsonschema.Draft7Validator(schema)
    assert [error.message for error in valid.iter_errors(compose)] == []
    wrong = compose | {"services": compose["services"] | {"redis": {"image": "redis", "comand": []}}}
    assert not valid.is_valid(wrong)


def test_every_driver_that_an_address_names_is_in_the_lock(compose: dict[str, Any]) -> None:
    given = compose["services"]["worker"]["environment"]
    addresses = [value for value in given.values() if "://" in value and not value.startswith("http")]
    assert len(addresses) == 4
    for package in {DRIVERS[address.partition("://")[0]] for address in addresses} | {"asyncpg"}:
        assert locked(package)
    assert locked("apache-airflow-providers-celery") and locked("apache-airflow-providers-fab")


def test_every_image_is_pinned_and_every_lasting_service_says_whether_it_is_well(
    compose: dict[str, Any],
) -> None:
    assert set(compose["services"]) == {*AIRFLOW, "migrate", "postgres", "redis"}
    for name, service in compose["services"].items():
        assert re.search(r":\d+\.\d+", service["image"]), name
        assert "healthcheck" in service or name == "migrate", name


def test_airflows_processes_are_nobody_and_write_only_where_they_must(compose: dict[str, Any]) -> None:
    for name in (*AIRFLOW, "migrate"):
        service = compose["services"][name]
        assert service["user"] == "50000:0"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert [volume.rpartition(":")[2] for volume in service["volumes"]].count("ro") == 1


def test_nobody_is_root_and_no_root_can_be_written(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert int(service["user"].split(":")[0]) > 0, name
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_nothing_listens_beyond_this_machine_unless_it_is_asked_to(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"api-server": ["${BIND_ADDRESS:-127.0.0.1}:8080:8080"]}


def test_tables_pools_and_rights_are_made_by_the_owner_before_anything_runs(compose: dict[str, Any]) -> None:
    migrate = compose["services"]["migrate"]
    command = migrate["command"][-1]
    assert "python -m etl.orchestration.prepare && " in command  # the pool of the one writer is made there
    assert command.endswith("returns migrate")
    assert "airflow pools set batches 64" in command  # a slot for each batch that workers may be at
    owner, loader = migrate["environment"], compose["services"]["scheduler"]["environment"]
    assert "://returns_owner:" in owner["RETURNS_WAREHOUSE"]
    assert "://returns_loader:" in loader["RETURNS_WAREHOUSE"]
    assert owner | {"RETURNS_WAREHOUSE": loader["RETURNS_WAREHOUSE"]} == loader
    for name in AIRFLOW:
        assert compose["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_a_watch_that_has_not_looked_for_three_minutes_is_not_well(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    check = compose["services"]["watch"]["healthcheck"]["test"][1].replace("$$", "$")

    def is_well() -> bool:
        ran = subprocess.run(["sh", "-c", check], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
        return ran.returncode == 0

    assert not is_well()
    looked = tmp_path / "returns-watch"
    looked.touch()
    assert is_well()
    os.utime(looked, (time.time() - 200, time.time() - 200))
    assert not is_well()


def test_workers_can_be_multiplied(compose: dict[str, Any]) -> None:
    assert "container_name" not in compose["services"]["worker"]
    assert "ports" not in compose["services"]["worker"]
    assert compose["services"]["worker"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"


def test_the_archive_and_the_databases_are_not_on_the_share(compose: dict[str, Any]) -> None:
    environment = compose["services"]["worker"]["environment"]
    assert not environment["RETURNS_ARCHIVE"].startswith(environment["RETURNS_SHARE"])
    assert "databases:/var/lib/postgresql" in compose["services"]["postgres"]["volumes"]


def test_every_secret_comes_from_the_generator_and_a_missing_one_stops_the_start(tmp_path: Path) -> None:
    text = COMPOSE.read_text("utf-8")
    named = set(re.findall(r"\$\{([A-Z_]+)", text)) - DEFAULTED
    target = tmp_path / "deploy" / "new_env.py"
    target.parent.mkdir()
    target.write_text((PROJECT / "deploy" / "new_env.py").read_text("utf-8"), "utf-8")
    made = [sys.executable, str(target), "/mnt/share"]
    subprocess.run(made, check=True, capture_output=True)
    env = tmp_path / ".env"
    values = dict(line.split("=", 1) for line in env.read_text("utf-8").splitlines())
    assert set(values) == named
    assert len(set(values.values())) == len(values)
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    again = subprocess.run(made, check=False, capture_output=True, text=True)
    assert (again.returncode, "没有改动" in again.stderr) == (1, True)
    for name in named:
        assert f"${{{name}:?" in text, f"{name} may be empty"
