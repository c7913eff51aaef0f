"""What stands around the program on the office's machine: units of systemd, and the bundle that needs no network."""

import configparser
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from etl.settings import PROJECT
from tests.proofs import proof

UNITS = sorted((PROJECT / "deploy" / "systemd").iterdir())


def parsed(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(PROJECT / "deploy" / "systemd" / name, "utf-8")
    return parser


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    """Verified as they would stand: with the office's folders in place of those that only it has."""
    here = {"/opt/returns/.venv/bin/python": sys.executable, "/opt/returns/.venv/bin/returns": "/bin/true"}
    for unit in UNITS:
        text = unit.read_text("utf-8")
        for theirs, ours in here.items():
            text = text.replace(theirs, ours)
        (tmp_path / unit.name).write_text(text.replace("/opt/returns", str(tmp_path)), "utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in said.stderr.splitlines() if "returns" in line]
    assert (said.returncode, ours) == (0, [])


def test_airflow_waits_for_the_share_comes_back_by_itself_and_is_no_root() -> None:
    unit = parsed("returns.service")
    assert unit["Unit"]["RequiresMountsFor"] == "/mnt/returns"
    assert unit["Service"]["Restart"] == "on-failure"
    assert unit["Service"]["ExecStart"].endswith("supervisor --personal"), (
        "everybody has an account of their own"
    )
    for name in ("returns.service", "returns-tidy.service", "returns-backup.service"):
        assert parsed(name)["Service"]["User"] == "returns"
    for timer in ("returns-tidy.timer", "returns-backup.timer"):
        assert parsed(timer)["Timer"]["Persistent"] == "yes"


def test_no_unit_holds_a_secret() -> None:
    for unit in UNITS:
        assert "password" not in unit.read_text("utf-8").lower()
        assert "RETURNS_WAREHOUSE" not in unit.read_text("utf-8")


@pytest.mark.prove
def test_the_bundle_installs_with_the_network_off(tmp_path: Path) -> None:
    with proof(
        "operations",
        "the bundle installed in a name space without a network, and refused with a wheel changed",
    ):
        made = subprocess.run(
            [sys.executable, str(PROJECT / "deploy" / "bundle.py"), str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )
        with tarfile.open(made.stdout.strip()) as bundle:
            bundle.extractall(tmp_path, filter="data")
        root = tmp_path / "shuangyong-returns"
        install = ["sh", str(root / "install.sh"), sys.executable]
        done = subprocess.run([*network_off(), *install], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "version" in done.stdout
        _is_whole(root / "project")
        wheel = next((root / "wheels").glob("click-*.whl"))
        wheel.write_bytes(wheel.read_bytes() + b" ")
        again = subprocess.run(install, capture_output=True, text=True, check=False)
        assert again.returncode != 0 and wheel.name in again.stderr + again.stdout


def network_off() -> list[str]:
    """What stands before a command to give it a name space of its own, in which nobody can be reached; nothing where
    this machine does not let us. There the installer's own `--no-index` has to do."""
    for off in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if (
            shutil.which(off[0])
            and subprocess.run([*off, "true"], capture_output=True, check=False).returncode == 0
        ):
            reach = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"
            tried = subprocess.run(
                [*off, sys.executable, "-c", reach], capture_output=True, text=True, check=False
            )
            assert "Network is unreachable" in tried.stderr
            return off
    return []


def _is_whole(project: Path) -> None:
    """What was installed is what the lock names, and does a day's work."""
    python = project / ".venv" / "bin" / "python"
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    ).stdout
    there = {_plain(line) for line in listed.splitlines()}
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    named = {_plain(line.split()[0]) for line in lock.splitlines() if re.match(r"[A-Za-z0-9][^ ]*==", line)}
    assert len(named) > 100 and named <= there, named - there
    for command in (["open", "2022-spring"], ["run", "2022-spring", "--at", "2022-01-20T09:00:00+08:00"]):
        off = [*network_off(), str(project / ".venv" / "bin" / "returns"), *command]
        subprocess.run(off, cwd=project, capture_output=True, check=True)


def _plain(requirement: str) -> str:
    """`Name_x[extra]==1` as `name-x==1`."""
    name, _, version = requirement.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name.partition('[')[0]).lower()}=={version}"
