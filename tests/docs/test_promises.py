"""What docs/promises.md says proves a promise does: each test fails when the line named beside it is changed."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT
from tests.docs.promises_page import PAGE, page, proofs
from tests.proofs import proof

_FAILED = 1
"""What pytest ends with where tests ran and some failed."""


def _called(case: dict[str, str]) -> str:
    """The test as pytest is asked for it."""
    return f"{case['test']}[{case['with']}]" if "with" in case else case["test"]


def test_the_page_is_made_of_the_lines_that_were_tried() -> None:
    if os.environ.get("REFRESH_DOCS"):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize("case", proofs(), ids=lambda case: case["test"].rpartition("::")[2])
def test_the_line_that_a_proof_rests_on_still_stands_once(case: dict[str, str]) -> None:
    lines = (PROJECT / case["file"]).read_text("utf-8").split("\n")
    assert lines.count(case["old"]) == 1
    assert case["new"] != case["old"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A throw-away copy of the tree as it stands, also of what is not committed."""
    folder = tmp_path_factory.mktemp("sabotage")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.run(listed, cwd=PROJECT, capture_output=True, check=True).stdout.split(b"\0"):
        source = PROJECT / os.fsdecode(name)
        if name and source.is_file():
            target = folder / os.fsdecode(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return folder


@pytest.mark.prove
@pytest.mark.parametrize("case", proofs(), ids=lambda case: case["test"].rpartition("::")[2])
def test_changed_in_one_line_the_program_fails_the_test_that_is_named(
    case: dict[str, str], copy: Path
) -> None:
    file = copy / case["file"]
    whole = file.read_text("utf-8")
    name = case["test"].rpartition("::")[2]
    with proof("sabotage", f"`{name}`: `{case['file']}` changed in one line") as told:
        try:
            file.write_text(whole.replace(f"{case['old']}\n", f"{case['new']}\n"), "utf-8")
            if file.suffix == ".py":
                ast.parse(file.read_text("utf-8"))
            told.rounds, told.faults = 1, 1
            assert _run(case, copy) == _FAILED
        finally:
            file.write_text(whole, "utf-8")


def _run(case: dict[str, str], copy: Path) -> int:
    """What pytest ends with in the copy, whose own modules come first."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "--timeout",
        "300",
        _called(case),
    ]
    told = subprocess.run(
        command, cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)}, capture_output=True, check=False
    )
    return told.returncode
