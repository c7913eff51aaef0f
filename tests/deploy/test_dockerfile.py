"""The Dockerfile's steps replayed without an image: in empty folders, by an ordinary user, each command as it stands there.

What the official image adds (its Python, its system libraries, its entrypoint) is not shown by this.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from benchmarks.compose_file import Image
from benchmarks.composed import Composed
from etl.orchestration.airflow_home import HOST
from etl.settings import PROJECT
from tests.proofs import proof

ORDINARY = 50_000
"""The user of the official image; where the tests are run by somebody ordinary, it is they."""
WORKDIR = "/opt/returns"
CANNOT_BE_IMPORTED_ALONE = (
    "airflow.providers.fab.auth_manager.api.auth.backend.kerberos_auth",  # wants Kerberos
    "airflow.providers.fab.migrations.env",  # a script of Alembic's
    "airflow.providers.common.compat.openlineage",  # wants another provider
    "airflow.providers.common.sql.datafusion",  # wants DataFusion
)
IMPORT_ALL = """
import importlib, pkgutil, sys
from importlib.metadata import distributions
names = [d.metadata["Name"].removeprefix("apache-airflow-providers-") for d in distributions()
         if d.metadata["Name"].startswith("apache-airflow-providers-")]
for name in sorted(names):
    package = importlib.import_module("airflow.providers." + name.replace("-", "."))
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith(tuple(sys.argv[1:])):
            importlib.import_module(found.name)
print("imported", *sorted(names))
"""

pytestmark = pytest.mark.prove


@dataclass
class Replay:
    """The steps done so far: folders that stand for the image's own, and the environment that ENV has made."""

    root: Path
    user: int | None
    env: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    @property
    def project(self) -> Path:
        return self.root / WORKDIR.lstrip("/")

    @property
    def image(self) -> Image:
        return Image(self.project, self.project / ".venv" / "bin", self.user)

    def step(self, instruction: str, rest: str) -> None:
        """Do one line of the Dockerfile. Raises where a command fails or the line is of a kind not known."""
        if instruction == "WORKDIR":
            assert rest == WORKDIR
            self.image.own(self.project)
        elif instruction == "ENV":
            for name, value in (word.split("=", 1) for word in shlex.split(rest)):
                self.env[name] = value.replace(WORKDIR, str(self.project)).replace("$PATH", self.env["PATH"])
        elif instruction == "COPY":
            flag, source, target = rest.split()
            assert (flag, target) == ("--chown=airflow:0", "./")
            self._copy(sent_to_the_builder() if source == "." else [source])
        elif instruction == "RUN":
            self.ran.append(rest)
            self.run("bash", "-euo", "pipefail", "-c", rest)
        else:
            assert instruction == "FROM"

    def run(self, *command: str, **more: str) -> str:
        """What a command prints, run as the ordinary user."""
        ended = subprocess.run(
            command,
            cwd=self.project,
            env=self.env | more,
            capture_output=True,
            text=True,
            check=False,
            **self.image.as_user(),
        )
        assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]
        return ended.stdout

    def _copy(self, names: list[str]) -> None:
        for name in names:
            target = self.project / name
            for folder in reversed(target.relative_to(self.project).parents):
                self.image.own(self.project / folder)
            shutil.copyfile(PROJECT / name, target)
            if self.user is not None:
                os.chown(target, self.user, 0)


def lines() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and what follows each."""
    said = (PROJECT / "Dockerfile").read_text("utf-8").splitlines()
    return [(line.split()[0], line.partition(" ")[2]) for line in said if line and not line.startswith("#")]


def sent_to_the_builder() -> list[str]:
    """The files of the project that .dockerignore does not keep back."""
    kept_back = (PROJECT / ".dockerignore").read_text("utf-8").split()
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return [
        name
        for name in listed.stdout.split("\0")
        if name
        and not any(fnmatch.fnmatch(part, known) for part in name.split("/")[:1] for known in kept_back)
    ]


def an_interpreter() -> str:
    """A Python 3.11 that everybody may run, as the image's is; ours where there is none."""
    ours, other = os.path.realpath(sys.executable), shutil.which("python3.11", path="/usr/local/bin:/usr/bin")
    may_be_run = all(folder.stat().st_mode & 0o001 for folder in Path(ours).parents)
    return ours if may_be_run or other is None else other


@pytest.fixture(scope="module")
def replayed() -> Iterator[Replay]:
    # not in pytest's own folder, which only its owner may enter
    root = Path(tempfile.mkdtemp(prefix="replayed-"))
    root.chmod(0o755)
    replay = Replay(root, ORDINARY if os.geteuid() == 0 else None)
    programs, home = root / "bin", root / "home"
    programs.mkdir()
    replay.image.own(home)
    (programs / "python").write_text(f'#!/bin/sh\nexec {an_interpreter()} "$@"\n')
    (programs / "python").chmod(0o755)
    replay.env = {
        n: v for n, v in os.environ.items() if n.startswith("PIP_") or n in ("LANG", "SSL_CERT_FILE")
    }
    replay.env |= {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "AIRFLOW_HOME": str(home / "airflow"),
    }
    try:
        with proof("image", "the Dockerfile's commands by an ordinary user in empty folders") as told:
            for instruction, rest in lines():
                replay.step(instruction, rest)
            told.rounds = len(replay.ran)
        yield replay
    finally:
        shutil.rmtree(root, ignore_errors=True)


def test_the_commands_of_the_dockerfile_give_the_airflow_that_the_image_is_of(replayed: Replay) -> None:
    of = re.search(r"apache/airflow:([\d.]+)-", (PROJECT / "Dockerfile").read_text("utf-8"))
    assert of and replayed.run("airflow", "version").splitlines()[-1] == of[1]
    assert replayed.ran[0] == "python -m venv .venv"
    owners = {path.stat().st_uid for path in replayed.project.iterdir()}
    assert owners == {ORDINARY if os.geteuid() == 0 else os.geteuid()}
    assert not (replayed.project / "tests").exists()


def test_every_provider_can_be_imported(replayed: Replay) -> None:
    said = replayed.run("python", "-c", IMPORT_ALL, *CANNOT_BE_IMPORTED_ALONE).splitlines()[-1]
    assert {"celery", "fab", "common-sql", "smtp", "standard"} <= set(said.split())


def test_with_the_files_environment_airflow_keeps_its_tables_in_postgresql_and_lets_nobody_in_unasked(
    replayed: Replay,
) -> None:
    """No folder of Airflow's own can be written but that of its logs, as on a read-only root."""
    root = replayed.root / "composed"
    root.mkdir()
    with Composed(root, names=("api-server",), image=replayed.image) as up:
        assert not list((root / "airflow").glob("*.cfg"))
        environment = up.file.given("worker")
        assert environment["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")
        metadata = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg", "")
        with psycopg.connect(metadata) as connection:
            made = connection.execute("SELECT to_regclass('dag_run'), to_regclass('ab_user')").fetchone()
        assert made == ("dag_run", "ab_user")
        with httpx.Client(
            base_url=f"http://{HOST}:{up.file.ports['api-server']}", trust_env=False
        ) as anybody:
            health = anybody.get("/api/v2/monitor/health").json()
            assert health["metadatabase"]["status"] == "healthy"
            assert anybody.get("/api/v2/dags").status_code == 401
            assert anybody.get("/returns/data-docs/batch-00000001.html").status_code == 401
        assert up.api.get("pools")["total_entries"] == 3  # who has logged in is let in
        up.do("worker", "returns", "open", "2022-spring")
        up.do("worker", "bash", "-c", "returns doctor | grep -q '好　数据库' && returns status")
