"""The repository works anywhere: it names no machine, no package index, no tool of the place it was written at."""

import re
import subprocess

import pytest

from etl.settings import PROJECT


def _apart(*parts: str) -> str:
    """A pattern put together here, so that this file does not match itself."""
    return "".join(parts)


TRACES = {
    "the machine it was written on": _apart("/wo", "rk/|/ro", "ot/"),
    "a package index": _apart(r"(?<!no-emit-)index", r"-url|(?<!no-emit-)find", r"-links|extra-ind", "ex"),
    "a host of packages": _apart("python", r"hosted|py", r"pi\."),
    "tools of the workplace": _apart(r"\.libr", r"ary\b|\bfa", "rm-|shared/DES", "IGN"),
}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Every file of the repository as text, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    paths = [PROJECT / name for name in listed.stdout.split("\0") if name]
    return {str(p.relative_to(PROJECT)): p.read_text("utf-8", "replace") for p in paths if p.is_file()}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES.keys())
def test_no_file_of_the_repository_names(trace: str, files: dict[str, str]) -> None:
    assert "Makefile" in files
    found = {name: said[0] for name, content in files.items() if (said := re.search(trace, content))}
    assert not found
