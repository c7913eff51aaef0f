"""Where things are: from the environment, from files that it names, or under var/."""

import subprocess
import sys
from pathlib import Path

import pytest

from etl.edges.places import BucketUrl
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


def test_share_and_archive_may_be_a_part_of_a_bucket() -> None:
    said = load_settings({"RETURNS_SHARE": "s3://district/双拥/share/", "RETURNS_ARCHIVE": "s3://originals"})
    assert (said.share, said.archive) == (BucketUrl("district", "双拥/share"), BucketUrl("originals"))
    assert (str(said.share), str(said.archive)) == ("s3://district/双拥/share", "s3://originals")
    assert str(said.data_docs) == "s3://originals/data-docs"


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://AB",
        "s3://district/a/../b",
        "s3://district//a",
        "s3://AKIA:secret@district/a",
        "s3://district?endpoint=x",
        "gs://district/a",
        "https://host/district",
        "file:///mnt/share",
    ],
)
def test_another_url_is_refused_without_quoting_what_may_be_a_key(url: str) -> None:
    with pytest.raises(DefinitionError, match="RETURNS_SHARE：对象存储的地址应是") as refused:
        load_settings({"RETURNS_SHARE": url})
    assert "secret" not in str(refused.value)


def test_an_office_in_folders_loads_nothing_that_only_buckets_need() -> None:
    asked = "import etl.office, etl.doctor, sys; sys.exit('s3fs' in sys.modules or 'aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
