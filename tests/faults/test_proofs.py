"""The long proofs: each tells how it went, and four machines may share them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.proofs import of_shard, proof


def rows(pages: Path) -> list[str]:
    (page,) = pages.iterdir()
    assert page.name == f"{datetime.now(UTC):%Y-%m-%d}-crash.md"
    return [line for line in page.read_text("utf-8").splitlines() if line.startswith("|")][2:]


def test_a_long_proof_adds_a_row_that_says_what_was_done_and_found(tmp_path: Path) -> None:
    for seed in (7, 8):
        with proof("crash", "killed at random", seed, tmp_path) as told:
            told.rounds, told.faults = 200, 190
    first, second = rows(tmp_path)
    assert "| killed at random | 200 | 7 | 190 | 0 | 0 | 0 | held, " in first
    assert "| 8 |" in second


def test_a_proof_that_does_not_hold_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(AssertionError), proof("crash", "killed", pages=tmp_path) as told:
        told.losses = 1
        raise AssertionError
    (row,) = rows(tmp_path)
    assert "| killed | 0 |  | 0 | 1 | 0 | 0 | failed: AssertionError, " in row


def test_every_test_is_in_one_shard_and_none_in_two() -> None:
    names = [f"tests/faults/test_crashes.py::test_{n}" for n in range(100)]
    shards = [[name for name in names if of_shard(name, f"{n}/4")] for n in (1, 2, 3, 4)]
    assert sorted(name for shard in shards for name in shard) == sorted(names)
    assert all(shards)
