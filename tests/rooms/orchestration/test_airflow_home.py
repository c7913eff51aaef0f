"""The private Airflow: secrets made once and kept to their owner, nothing of a foreign Airflow, only this machine."""

import json
from pathlib import Path

import pytest

from etl.orchestration.airflow_home import airflow_environment, password, password_file


def test_password_and_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first = airflow_environment(tmp_path / "home")
    told = password(tmp_path / "home")
    again = airflow_environment(tmp_path / "home")
    secrets = [name for name in first if name.endswith(("_SECRET", "_KEY"))]
    assert len({first[name] for name in secrets}) == len(secrets) == 3
    assert [again[name] for name in secrets] == [first[name] for name in secrets]
    assert password(tmp_path / "home") == told
    assert len(told) >= 12
    for file in (tmp_path / "home").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600


def test_another_home_has_another_password(tmp_path: Path) -> None:
    airflow_environment(tmp_path / "one")
    airflow_environment(tmp_path / "two")
    assert password(tmp_path / "one") != password(tmp_path / "two")


def test_the_password_stands_where_the_login_page_looks_for_it(tmp_path: Path) -> None:
    environment = airflow_environment(tmp_path)
    assert environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] == str(password_file(tmp_path))
    user = environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].partition(":")[0]
    assert list(json.loads(password_file(tmp_path).read_text("utf-8"))) == [user]


def test_settings_of_a_foreign_airflow_do_not_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
    monkeypatch.setenv("AIRFLOW__CORE__UNIT_TEST_MODE", "True")
    monkeypatch.setenv("RETURNS_SHARE", "/somewhere")
    environment = airflow_environment(tmp_path)
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert "AIRFLOW__CORE__UNIT_TEST_MODE" not in environment
    assert environment["RETURNS_SHARE"] == "/somewhere"


def test_it_is_heard_on_this_machine_only(tmp_path: Path) -> None:
    environment = airflow_environment(tmp_path, port=18080)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"
    assert "127.0.0.1" in environment["NO_PROXY"]
