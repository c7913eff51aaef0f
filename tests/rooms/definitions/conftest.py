"""A copy of the shipped config/, to spoil."""

import shutil
from pathlib import Path

import pytest

from etl.settings import PROJECT


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
