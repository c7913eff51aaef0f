"""LibreOffice, where it is installed: the only other whole office program a test can run."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

SOFFICE = shutil.which("soffice")
ABSENT = "LibreOffice is not on this machine: its conversions are not in the corpus"


def converted(files: Mapping[str, bytes], ending: str) -> dict[str, bytes]:
    """The files (name without ending → .xlsx) saved by LibreOffice under another ending; one start for all."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for name, content in files.items():
            (room / f"{name}.xlsx").write_bytes(content)
        profile = f"-env:UserInstallation=file://{room / 'profile'}"
        sources = [str(room / f"{name}.xlsx") for name in files]
        command = [str(SOFFICE), profile, "--headless", "--convert-to", ending, "--outdir", str(room / "out")]
        subprocess.run([*command, *sources], check=True, capture_output=True, timeout=120)
        suffix = ending.split(":")[0]
        return {name: (room / "out" / f"{name}.{suffix}").read_bytes() for name in files}
