"""docker-compose.yml and what it leans on, read as data: nothing here starts a container."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.settings import PROJECT

COMPOSE = PROJECT / "docker-compose.yml"
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")


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


def test_nothing_listens_beyond_this_machine_unless_it_is_asked_to(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"api-server": ["${BIND_ADDRESS:-127.0.0.1}:8080:8080"]}


def test_the_pool_of_the_one_writer_is_made_before_anything_runs(compose: dict[str, Any]) -> None:
    # read as text: importing it would bring in Airflow before other tests have set where its home is
    source = (PROJECT / "etl" / "orchestration" / "schedule.py").read_text("utf-8")
    pool = re.search(r'^WAREHOUSE_POOL = "(\w+)"$', source, re.MULTILINE)
    assert pool
    assert f"airflow pools set {pool[1]} 1" in " ".join(compose["services"]["migrate"]["command"])
    for name in AIRFLOW:
        assert compose["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


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
    named = set(re.findall(r"\$\{([A-Z_]+)", text)) - {"BIND_ADDRESS", "HOSTNAME"}
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
