"""A short look again at what the hours of bending files said; every file they found is read once more."""

from pathlib import Path

import pytest

from etl.definitions import Definitions
from etl.edges.sandbox import Sandbox, ToRead
from etl.model import Reading
from tests.fuzz import proof
from tests.fuzz.run import FINDS, Run, bent, fuzz
from tests.fuzz.seeds import Seed, seed_files
from tests.hostile.sheets import VISITED, xlsx

pytestmark = pytest.mark.timed
AN_HOUR_S = 3600
SHORT_S = 10
_FOUND = sorted(path for path in FINDS.iterdir() if path.suffix)
_CALLED = {".pdf": "工作总结.pdf"}


@pytest.fixture(scope="module")
def seeds(definitions: Definitions) -> dict[str, list[Seed]]:
    return seed_files(definitions)


@pytest.fixture(scope="module")
def read_again(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> list[Reading]:
    """Every find, and a good form behind each."""
    good = tmp_path_factory.mktemp("fuzz") / "good"
    good.write_bytes(xlsx())
    batch = [
        ToRead(path, name)
        for find in _FOUND
        for path, name in ((find, _CALLED.get(find.suffix, f"土桥镇{find.suffix}")), (good, "好.xlsx"))
    ]
    return Sandbox(definitions.forms["double-support"], definitions.limits).read_all(batch)


@pytest.fixture(scope="module")
def short_run() -> Run:
    return fuzz(SHORT_S, seed=2022)


@pytest.mark.parametrize("place", range(len(_FOUND)), ids=[path.name for path in _FOUND])
def test_what_once_ended_a_reader_is_answered_kindly(place: int, read_again: list[Reading]) -> None:
    rules = {finding.rule for finding in read_again[2 * place].findings}
    if _FOUND[place].name.startswith("died"):
        assert "too_slow" not in rules
    form = read_again[2 * place + 1].form
    assert form
    assert [int(f.value) for f in form.figures if f.column == "visited" and f.value is not None] == VISITED


def test_a_short_run_finds_no_error_and_no_growth(short_run: Run) -> None:
    assert sum(short_run.files.values()) > 100
    assert [find for find in short_run.finds if find.what in ("raised", "grew")] == []


def test_in_a_short_run_hardly_a_file_is_given_up(short_run: Run) -> None:
    given_up = sum(short_run.outcomes[what] for what in ("died", "hung", "memory"))
    assert given_up <= max(2, sum(short_run.files.values()) / 200)


def test_most_bent_files_still_reach_the_parsers(short_run: Run) -> None:
    """A fuzzer whose files are all refused at the door proves nothing."""
    refused = short_run.outcomes["corrupt"] + short_run.outcomes["format_not_taken"]
    assert refused < sum(short_run.files.values()) * 0.7


def test_the_same_seed_bends_the_same_files(seeds: dict[str, list[Seed]]) -> None:
    first = [bent(seeds, 7, case) for case in range(50)]
    assert first == [bent(seeds, 7, case) for case in range(50)]
    assert first != [bent(seeds, 8, case) for case in range(50)]
    assert sum(content != real.content for real, content in first) > 45


def test_the_dated_proof_tells_of_an_hour_in_all_and_of_every_format(seeds: dict[str, list[Seed]]) -> None:
    runs = proof.told()
    assert sum(run["seconds"] for run in runs) >= AN_HOUR_S
    assert {kind for run in runs for kind in run["files"]} == set(seeds)
    assert all(run["date"] for run in runs)
    assert Path(proof.PAGE).read_text("utf-8") == proof.page(runs)
