"""`returns doctor`: each condition by itself, as the office reads it."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from etl import pipeline
from etl.doctor import PARTS, look_at
from etl.doctor.look import Look, State
from etl.edges.machine import probe
from etl.edges.share_folder import FolderShare
from etl.settings import PROJECT, Settings
from etl.warehouse.catalogue import note_run
from etl.warehouse.engine import Warehouse
from etl.warehouse.migrate import migrate
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, Desk

PART = dict(PARTS)


def seen(part: str, settings: Settings, now: datetime | None = None) -> Look:
    return look_at(PART[part], settings, now or datetime.now(UTC))


@pytest.fixture
def away(tmp_path: Path) -> Settings:
    """An office of which nothing stands yet."""
    var = tmp_path / "var"
    return Settings(var / "share", var / "archive", f"sqlite:///{var / 'warehouse.db'}", PROJECT / "config")


@pytest.fixture
def marked(away: Settings) -> Settings:
    """An office whose share and warehouse stand, empty."""
    FolderShare(away.share).prepare("2022年春节")
    warehouse = Warehouse(away.warehouse)
    migrate(warehouse)
    warehouse.close()
    return away


def with_limits(settings: Settings, folder: Path, **changes: object) -> Settings:
    config = folder / "changed-config"
    config.parent.mkdir(exist_ok=True)
    shutil.copytree(settings.config, config)
    limits = config / "limits.toml"
    lines = limits.read_text("utf-8").splitlines()
    for key, value in changes.items():
        lines = [f"{key} = {value}" if line.split("=")[0].strip() == key else line for line in lines]
    limits.write_text("\n".join(lines) + "\n", "utf-8")
    return replace(settings, config=config)


def test_an_office_at_work_is_well_in_every_part(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    desk.office.archive.root.chmod(0o700)
    for part in PART:
        if part not in (
            "时区",
            "Airflow",
            "收件",
            "节假日",
            "单位之间",
        ):  # the machine's own affair, or today's
            assert seen(part, desk.settings).state is State.GOOD, (part, seen(part, desk.settings))


def test_what_other_units_could_look_into_is_named(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = seen("单位之间", sqlite_desk.settings)
    assert look.state is State.NOTE and "没有给单位建组" in look.says
    monkeypatch.setattr(pipeline, "group_called", {"returns-t06": os.getgid()}.get)
    name = sqlite_desk.office.roster.units[5].name
    folder = sqlite_desk.receipts_folder / name
    folder.mkdir(mode=0o755)
    look = seen("单位之间", sqlite_desk.settings)
    assert look.state is State.NOTE and f"别的单位也看得到：回执/{name}。" in look.says
    folder.chmod(0o2750)
    assert seen("单位之间", sqlite_desk.settings).says == "1 个单位各看各的"
    sqlite_desk.drop(f"{name}.xlsx", b"x").chmod(0o644)
    assert f"收件箱/{name}.xlsx" in seen("单位之间", sqlite_desk.settings).says


def test_what_is_still_to_be_made_is_told_and_is_no_fault(away: Settings) -> None:
    for part in ("共享文件夹", "存档", "数据库"):
        look = seen(part, away)
        assert look.state is State.NOTE and "还没有" in look.says
    assert not away.archive.parent.exists()


def test_a_setting_with_a_slip_of_the_pen_is_named(away: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNS_ARCHVE", "/srv")
    look = seen("设置", away)
    assert look.state is State.NOTE and "RETURNS_ARCHVE" in look.says


def test_a_file_of_secrets_that_others_can_read_is_named(
    away: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://returns:verysecret@db/returns")
    secret.chmod(0o644)
    monkeypatch.setenv("RETURNS_WAREHOUSE_FILE", str(secret))
    look = seen("设置", away)
    assert look.state is State.NOTE and f"chmod 600 {secret}" in look.says
    secret.chmod(0o600)
    assert seen("设置", away).state is State.GOOD


def test_a_mistake_in_config_has_to_be_mended(away: Settings, tmp_path: Path) -> None:
    look = seen("配置", with_limits(away, tmp_path, jump_files='"many"'))
    assert look.state is State.BAD and "limits.toml：jump_files" in look.says


def test_a_share_without_its_marker_has_to_be_mounted(marked: Settings) -> None:
    for path in marked.share.glob(".*"):
        path.unlink()
    look = seen("共享文件夹", marked)
    assert look.state is State.BAD and "没有挂载" in look.says


def test_a_folder_into_which_nothing_can_be_written_is_named(marked: Settings, tmp_path: Path) -> None:
    # as root no mode hinders anybody: a name that is taken by a folder does
    blocked = (marked.share / "收件箱") / ".正在写-检查" / "in the way"
    blocked.mkdir(parents=True)
    look = seen("共享文件夹", marked)
    assert look.state is State.BAD and "写不进去" in look.says and "收件箱" in look.says


def test_an_archive_that_everybody_may_enter_is_told(marked: Settings) -> None:
    archive = marked.archive
    archive.mkdir(exist_ok=True)
    archive.chmod(0o755)
    look = seen("存档", marked)
    assert look.state is State.NOTE and f"chmod 700 {archive}" in look.says


@pytest.mark.parametrize("part", ["archive", "warehouse"])
def test_neither_archive_nor_warehouse_may_lie_on_the_share(part: str, away: Settings) -> None:
    inside = away.share / "inside"
    wrong = replace(away, **{part: inside if part == "archive" else f"sqlite:///{inside}.db"})
    look = seen("存放位置", wrong)
    assert look.state is State.BAD and "放在共享文件夹里了" in look.says


def test_an_archive_led_to_the_share_by_a_link_is_found_out(away: Settings, tmp_path: Path) -> None:
    away.share.mkdir(parents=True)
    (tmp_path / "link").symlink_to(away.share)
    assert seen("存放位置", replace(away, archive=tmp_path / "link" / "archive")).state is State.BAD


def test_a_disk_with_too_little_room_has_to_be_cleared(away: Settings, tmp_path: Path) -> None:
    assert seen("磁盘", with_limits(away, tmp_path / "a", least_free_mib=1)).state is State.GOOD
    look = seen("磁盘", with_limits(away, tmp_path / "b", least_free_mib=10**9))
    assert look.state is State.BAD and "只剩" in look.says


def test_a_database_of_the_version_before_is_told_and_left_as_it_is(marked: Settings) -> None:
    _set_revision(marked, "0001")
    look = seen("数据库", marked)
    assert look.state is State.NOTE and "自动升级" in look.says and "备份" in look.says
    assert seen("数据库", marked) == look


def test_a_database_of_a_later_version_is_not_touched(marked: Settings) -> None:
    _set_revision(marked, "9999")
    look = seen("数据库", marked)
    assert look.state is State.BAD and "更新的程序" in look.says


def _set_revision(settings: Settings, revision: str) -> None:
    warehouse = Warehouse(settings.warehouse)
    with warehouse.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
    warehouse.close()


def test_a_database_that_does_not_answer_is_told_in_one_line_and_without_its_password(away: Settings) -> None:
    down = replace(away, warehouse="postgresql://returns:verysecret@127.0.0.1:9/returns")
    look = seen("数据库", down)
    assert look.state is State.BAD and "连不上" in look.says and "请看数据库是不是开着" in look.says
    assert "verysecret" not in look.says and "\n" not in look.says
    for part in ("保存期", "收件"):
        assert seen(part, down).says == "数据库连不上，没有看：先照“数据库”那一行修好"


def test_a_clock_that_runs_before_what_is_on_record_is_wrong(desk: Desk) -> None:
    look = seen("时钟", desk.settings, datetime.now(UTC) - timedelta(days=1))
    assert look.state is State.BAD and "钟走错了" in look.says


def test_a_share_whose_clock_differs_by_more_than_the_limit_makes_moments_wrong(marked: Settings) -> None:
    assert seen("时钟", marked, datetime.now(UTC) + timedelta(seconds=50)).state is State.GOOD
    look = seen("时钟", marked, datetime.now(UTC) + timedelta(seconds=70))
    assert look.state is State.BAD and "与本机差" in look.says


def test_another_zone_of_the_machine_is_told_and_is_no_fault(
    away: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        look = seen("时区", away)
        assert look.state is State.NOTE and "Asia/Shanghai" in look.says
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        assert seen("时区", away).state is State.GOOD
    finally:
        monkeypatch.undo()
        time.tzset()


def _jump(settings: Settings, files: int) -> None:
    """What a restore does: the times of writing are the old ones, the change is now."""
    for number in range(40):
        path = settings.share / "空白表" / "2022年春节" / f"{number}.xlsx"
        path.write_bytes(b"blank")
        if number < files:
            os.utime(path, (1_640_000_000, 1_640_000_000))


def test_few_files_changed_are_no_jump(marked: Settings) -> None:
    _jump(marked, 19)
    assert seen("到达时间", marked).state is State.GOOD


def test_a_jump_of_the_whole_share_is_told_even_where_nothing_waits(marked: Settings) -> None:
    _jump(marked, 20)
    look = seen("到达时间", marked)
    assert look.state is State.NOTE and "20 个文件一起改动过" in look.says
    later = datetime.now(UTC) + timedelta(days=31)
    assert seen("到达时间", marked, later).state is State.GOOD


def test_files_that_wait_in_the_inbox_since_a_jump_must_not_be_taken_as_they_are(marked: Settings) -> None:
    _jump(marked, 40)
    (marked.share / "收件箱" / "土桥镇.xlsx").write_bytes(b"form")
    look = seen("到达时间", marked)
    assert look.state is State.BAD and "收件箱里 1 个文件" in look.says and "returns receive" in look.says


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Let something on this machine answer as Airflow's page of health does."""

    def answer(said: bytes) -> None:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/api/v2/monitor/health" else 404)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.setenv("AIRFLOW__API__BASE_URL", f"http://127.0.0.1:{server.server_port}")

    return answer


def test_airflow_that_does_not_run_is_told_and_is_no_fault(
    away: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://127.0.0.1:9")
    look = seen("Airflow", away)
    assert look.state is State.NOTE and "returns run" in look.says


def test_airflow_that_is_well_is_well(away: Settings, health: Callable[[bytes], None]) -> None:
    health(b'{"metadatabase": {"status": "healthy"}, "triggerer": {"status": null}}')
    assert seen("Airflow", away).state is State.GOOD


def test_a_part_of_airflow_that_is_dead_is_named(away: Settings, health: Callable[[bytes], None]) -> None:
    health(b'{"metadatabase": {"status": "healthy"}, "scheduler": {"status": "unhealthy"}}')
    look = seen("Airflow", away)
    assert look.state is State.BAD and "调度不正常" in look.says


def test_something_else_on_airflows_port_is_not_airflow(
    away: Settings, health: Callable[[bytes], None]
) -> None:
    health(b"<html>a printer</html>")
    assert seen("Airflow", away).state is State.NOTE


def test_an_airflow_that_runs_and_takes_nothing_in_is_a_fault(
    sqlite_desk: Desk, health: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://127.0.0.1:9")
    assert seen("收件", sqlite_desk.settings).says.startswith("还没有收过")
    sqlite_desk.run()
    ran = datetime.fromisoformat(BEFORE_DEADLINE)
    later = ran + timedelta(minutes=16)
    assert seen("收件", sqlite_desk.settings, ran + timedelta(minutes=15)).state is State.GOOD
    look = seen("收件", sqlite_desk.settings, later)
    assert look.state is State.NOTE and "returns run" in look.says
    health(b'{"metadatabase": {"status": "healthy"}}')
    look = seen("收件", sqlite_desk.settings, later)
    assert look.state is State.BAD and "开着却没有再收" in look.says


def test_a_file_that_run_after_run_could_not_be_taken_is_named(sqlite_desk: Desk) -> None:
    assert seen("收件箱", sqlite_desk.settings).says == "还没有收过"
    sqlite_desk.run()
    lying = sqlite_desk.drop("土桥镇.xlsx", b"form")
    assert "1 个文件等着收" in seen("收件箱", sqlite_desk.settings).says  # it came after that run
    with sqlite_desk.office.warehouse.writing() as connection:
        note_run(connection, CAMPAIGN, datetime.now(UTC) + timedelta(minutes=16))
    look = seen("收件箱", sqlite_desk.settings)
    assert look.state is State.BAD and "土桥镇.xlsx" in look.says
    (sqlite_desk.inbox / "~$土桥镇.xlsx").touch()  # somebody has it open: that is no fault
    assert seen("收件箱", sqlite_desk.settings).state is State.GOOD
    (sqlite_desk.inbox / "~$土桥镇.xlsx").unlink()
    lying.unlink()
    assert seen("收件箱", sqlite_desk.settings).state is State.GOOD


def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    assert abs(probe(tmp_path) - datetime.now(UTC)) < timedelta(minutes=1)
    assert not list(tmp_path.iterdir())
