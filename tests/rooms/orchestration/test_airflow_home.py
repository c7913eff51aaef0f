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


@pytest.mark.parametrize("personal", [False, True])
def test_nothing_in_the_environment_opens_it_to_others_or_lets_anybody_in(
    personal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AIRFLOW__API__HOST": "0.0.0.0",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,guest:admin",
        "AIRFLOW__FAB__AUTH_ROLE_PUBLIC": "Admin",
    }.items():
        monkeypatch.setenv(name, value)
    environment = airflow_environment(tmp_path, personal=personal)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS" not in environment
    assert "AIRFLOW__FAB__AUTH_ROLE_PUBLIC" not in environment
    assert environment.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS") == (
        None if personal else "admin:admin"
    )
    assert password_file(tmp_path).exists() is not personal


def test_it_is_heard_on_this_machine_only(tmp_path: Path) -> None:
    environment = airflow_environment(tmp_path, port=18080)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"
    assert "127.0.0.1" in environment["NO_PROXY"]
