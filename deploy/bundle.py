"""One archive that installs without network: every wheel, its checksum, and the project as committed.

python deploy/bundle.py dist      # needs the network, and the same kind of machine as the office's
"""

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
NAME = "shuangyong-returns"
INSTALL = """#!/bin/sh
# Install without network: sh install.sh [python3.11]. Nothing is fetched; each file is checked first.
set -eu
cd "$(dirname "$0")"
sha256sum --quiet --check SHA256SUMS
"${1:-python3.11}" -m venv project/.venv
project/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps wheels/*.whl
project/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e project
project/.venv/bin/returns --version
"""


def make(folder: Path) -> Path:
    """Write <folder>/shuangyong-returns-bundle.tar; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as place:
        root = Path(place) / NAME
        (root / "project").mkdir(parents=True)
        _wheels(root / "wheels")
        _project(root / "project")
        (root / "install.sh").write_text(INSTALL, "utf-8")
        (root / "SHA256SUMS").write_text(_sums(root), "utf-8")
        bundle = folder / f"{NAME}-bundle.tar"
        with tarfile.open(bundle, "w") as packed:
            packed.add(root, NAME)
    return bundle


def _wheels(folder: Path) -> None:
    """A wheel of every locked package, by its hash; what comes as source is built here."""
    lock = str(PROJECT / "requirements.lock")
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*wheel, "-r", lock, "-w", str(folder)], check=True)


def _project(folder: Path) -> None:
    """What is committed, and nothing else: no var/, no .env, no secrets."""
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=PROJECT, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)


def _sums(root: Path) -> str:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n"
        for path in files
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("用法：python deploy/bundle.py 文件夹")
    sys.stdout.write(f"{make(Path(sys.argv[1]))}\n")
