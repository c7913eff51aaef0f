"""The office lost and brought back: the same rows, the same originals, the same answers."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from etl.backup import MANIFEST, back_up, restore
from etl.decide import Who, accept
from etl.errors import Refused, Unavailable
from etl.office import open_office
from etl.pipeline import run_campaign
from etl.settings import Settings
from tests.desk import CAMPAIGN, NEXT_DAY, Desk

AT = datetime.fromisoformat(NEXT_DAY)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with files of every verdict and people's decisions."""
    content = desk.filled("土桥镇")
    desk.drop("土桥镇.xlsx", content)
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.drop("谁的.xlsx", desk.filled("巴川街道", B2="綦江区财政局"))
    desk.run()
    desk.drop("再来.xlsx", content)
    accept("安居镇.xlsx", Who("王主任", "电话核实过"), desk.office, AT)
    desk.run(NEXT_DAY)
    return desk


@contextmanager
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(settings, name)))
    yield


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.prove)], ids=["the other", "the same"])
def onto(request: pytest.FixtureRequest, busy: Desk) -> str:
    """Which database it is brought back on; the longer way is tried every time."""
    before = "sqlite" if busy.settings.warehouse.startswith("sqlite") else "postgresql"
    return before if request.param else {"sqlite": "postgresql", "postgresql": "sqlite"}[before]


def test_what_was_lost_comes_back_and_a_run_changes_nothing(
    onto: str, busy: Desk, tmp_path: Path, new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    shutil.copytree(busy.settings.config, config)
    settings = replace(busy.settings, config=config)
    said, share = busy.export(NEXT_DAY), busy.files_on_share()
    made = back_up(tmp_path / "backup", settings, busy.office)
    assert made.rows["submissions"] == 4 and made.rows["decisions"] == 1
    busy.office.warehouse.close()

    shutil.rmtree(settings.archive)
    shutil.rmtree(config)
    (tmp_path / "warehouse.db").unlink(missing_ok=True)
    fresh = replace(settings, warehouse=new_url(onto))
    with environment(fresh, monkeypatch):
        restore(tmp_path / "backup")
        with open_office() as office:
            desk = Desk(office, fresh)
            assert desk.export(NEXT_DAY) == said
            run_campaign(CAMPAIGN, office, AT)
            assert desk.files_on_share() == share
            assert desk.export(NEXT_DAY) == said
            desk.drop("水口镇.xlsx", desk.filled("水口镇"))
            run_campaign(CAMPAIGN, office, datetime.fromisoformat("2022-01-22T09:00:00+08:00"))
            assert (desk.receipts_folder / "水口镇" / f"{CAMPAIGN}-000005.html").is_file()


def test_nothing_is_written_over_a_filled_office(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_url: Callable[[str], str]
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    back_up(tmp_path / "backup", desk.settings, desk.office)
    empty = replace(
        desk.settings, archive=tmp_path / "new" / "archive", warehouse=f"sqlite:///{tmp_path}/new.db"
    )
    filled = replace(empty, warehouse=desk.settings.warehouse)
    with environment(filled, monkeypatch), pytest.raises(Refused, match="数据库里已经有东西"):
        restore(tmp_path / "backup")
    assert not empty.archive.exists()
    stranger = empty.archive / "ab" / ("ab" * 32)
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"another office's")
    with environment(empty, monkeypatch), pytest.raises(Refused, match="存档文件夹里已经有别的东西"):
        restore(tmp_path / "backup")
    stranger.unlink()
    other = tmp_path / "other-config"
    shutil.copytree(desk.settings.config, other)
    (other / "limits.toml").write_text("form_mib = 1\n", "utf-8")
    with environment(replace(empty, config=other), monkeypatch), pytest.raises(Refused, match="配置文件夹"):
        restore(tmp_path / "backup")
    with pytest.raises(Refused, match="已经有东西"):
        back_up(tmp_path / "backup", desk.settings, desk.office)


def test_a_restore_that_was_cut_short_goes_on(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    said = desk.export()
    back_up(tmp_path / "backup", desk.settings, desk.office)
    there = replace(
        desk.settings, archive=tmp_path / "new" / "archive", warehouse=f"sqlite:///{tmp_path}/new.db"
    )
    shutil.copytree(tmp_path / "backup" / "archive", there.archive)
    with environment(there, monkeypatch):
        restore(tmp_path / "backup")
        with open_office() as office:
            assert Desk(office, there).export() == said


@pytest.mark.parametrize(
    "harm",
    [
        "changed",
        "no manifest",
        *(pytest.param(each, marks=pytest.mark.prove) for each in ("gone", "half a manifest")),
    ],
)
def test_a_backup_that_is_not_whole_restores_nothing(
    harm: str, sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, folder = sqlite_desk, tmp_path / "backup"
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    back_up(folder, desk.settings, desk.office)
    original = next(path for path in (folder / "archive").rglob("*") if path.is_file())
    if harm == "changed":
        original.write_bytes(original.read_bytes() + b" ")
    elif harm == "gone":
        original.unlink()
    elif harm == "no manifest":
        (folder / MANIFEST).unlink()
    else:
        (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:40])
    there = replace(desk.settings, archive=tmp_path / "new", warehouse=f"sqlite:///{tmp_path}/new.db")
    with environment(there, monkeypatch), pytest.raises(Refused, match="备份"):
        restore(folder)
    assert not there.archive.exists() and not (tmp_path / "new.db").exists()


def test_an_original_that_has_rotted_in_the_archive_is_found_when_it_is_backed_up(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    original = next(path for path in desk.office.archive.root.rglob("*") if path.is_file())
    original.chmod(0o644)
    original.write_bytes(b"rot")
    with pytest.raises(Unavailable, match="原件坏了"):
        back_up(tmp_path / "backup", desk.settings, desk.office)
    assert not (tmp_path / "backup" / MANIFEST).exists()


def test_the_file_of_a_secret_is_kept_and_put_back_for_its_owner_alone(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    secret = tmp_path / "secret" / "url"
    secret.parent.mkdir()
    secret.write_text(f"sqlite:///{tmp_path}/new.db\n")
    secret.chmod(0o600)
    monkeypatch.setenv("RETURNS_WAREHOUSE_FILE", str(secret))
    back_up(tmp_path / "backup", desk.settings, desk.office)
    kept = tmp_path / "backup" / "secrets" / "RETURNS_WAREHOUSE_FILE"
    assert kept.stat().st_mode & 0o777 == 0o600 and (tmp_path / "backup").stat().st_mode & 0o077 == 0
    shutil.rmtree(secret.parent)
    with environment(replace(desk.settings, archive=tmp_path / "new"), monkeypatch):
        monkeypatch.delenv("RETURNS_WAREHOUSE")
        restore(tmp_path / "backup")
    assert secret.read_text() == kept.read_text() and secret.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new.db").is_file() and os.environ["RETURNS_WAREHOUSE_FILE"]
