"""Where things are: from the environment, from files that it names, or under var/."""

from pathlib import Path

import pytest

from etl.errors import DefinitionError
from etl.settings import PROJECT, Settings, load_settings

VAR = PROJECT / "var"
DEFAULTS = Settings(VAR / "share", VAR / "archive", f"sqlite:///{VAR / 'warehouse.db'}", PROJECT / "config")
NAMES = ("SHARE", "ARCHIVE", "WAREHOUSE", "CONFIG")


def test_everything_has_a_place_under_var_but_the_config_that_we_ship() -> None:
    assert load_settings({}) == DEFAULTS


def test_each_place_is_set_by_its_own_variable() -> None:
    environment = {
        "RETURNS_SHARE": "/mnt/共享",
        "RETURNS_ARCHIVE": "/srv/archive",
        "RETURNS_WAREHOUSE": "postgresql://db/returns",
        "RETURNS_CONFIG": "/etc/returns",
    }
    expected = Settings(
        Path("/mnt/共享"), Path("/srv/archive"), "postgresql://db/returns", Path("/etc/returns")
    )
    assert load_settings(environment) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_may_name_a_file_that_holds_the_value(tmp_path: Path, name: str) -> None:
    (tmp_path / "value").write_text("  /a/secret/place\n\n", "utf-8")
    said = load_settings({f"RETURNS_{name}_FILE": str(tmp_path / "value")})
    assert said == load_settings({f"RETURNS_{name}": "/a/secret/place"})
    assert said != DEFAULTS


def test_the_value_itself_goes_before_the_file_and_the_file_need_not_be_there() -> None:
    both = {"RETURNS_SHARE": "/mnt/share", "RETURNS_SHARE_FILE": "/nowhere"}
    assert load_settings(both).share == Path("/mnt/share")


@pytest.mark.parametrize("key", ["RETURNS_SHARE", "RETURNS_SHARE_FILE"])
def test_an_empty_variable_is_none(key: str) -> None:
    assert load_settings({key: ""}) == DEFAULTS


def test_a_relative_place_is_seen_from_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"RETURNS_ARCHIVE": "archive"}).archive == tmp_path / "archive"


def test_without_a_mapping_the_environment_of_the_process_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNS_SHARE", "/mnt/share")
    assert load_settings().share == Path("/mnt/share")


def test_a_file_that_is_not_there_is_told_by_the_variables_name(tmp_path: Path) -> None:
    with pytest.raises(
        DefinitionError, match=r"RETURNS_WAREHOUSE_FILE：读不了 .*secret（No such file or directory）"
    ):
        load_settings({"RETURNS_WAREHOUSE_FILE": str(tmp_path / "secret")})


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"], ids=["empty", "blank", "no text"])
def test_a_file_that_says_nothing_is_never_taken_for_the_folder_we_stand_in(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(DefinitionError, match=r"RETURNS_SHARE_FILE：.*secret 应是一行 UTF-8 文字"):
        load_settings({"RETURNS_SHARE_FILE": str(tmp_path / "secret")})
