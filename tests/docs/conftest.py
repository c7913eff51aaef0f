"""What the pages say is typed at an office of the test's own."""

from pathlib import Path

import pytest

from tests.desk import still_open


@pytest.fixture
def new_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One whose campaign is still open by today's clock; the folder that it lies in is where one types."""
    still_open(tmp_path / "config")
    for name in ("share", "archive", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("RETURNS_WAREHOUSE", f"sqlite:///{tmp_path / 'warehouse.db'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path
