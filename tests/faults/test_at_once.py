"""Eight runs at the same moment, an operator beside them, a DAG's task, and readers of the share all the while."""

import threading
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from etl.errors import Unavailable
from etl.office import Office
from tests.desk import CAMPAIGN, TWO_DAYS_LATE
from tests.faults.engine import KILL, Plan
from tests.faults.nursery import Nursery
from tests.faults.office import Place, differences, different_totals, faults_of
from tests.faults.rounds import Day, Round, check, ordinary
from tests.proofs import proof

RUNS = 8
WHO = ["--by", "张三", "--why", "电话"]
OPERATOR = (
    ["claim", "谁的.xlsx", "白羊镇", "--at", TWO_DAYS_LATE, *WHO],
    ["extend", CAMPAIGN, "安居镇", "--until", "2022-02-20T18:00:00+08:00", *WHO],
)


def all_at_once(nursery: Nursery, late: Day, rounds: Iterable[int], ground: Path) -> Iterator[Round]:
    """Every second round with an operator at the command line beside the runs: then versions may be others."""
    decided = late.after.copy(ground / "decided")
    for command in (*OPERATOR, late.command):
        assert not ordinary(nursery, decided, command)
    for number in rounds:
        place = late.before.copy(ground / "at-once")
        try:
            ran = nursery.run(
                place.root, place.url, *[late.command] * RUNS, *(OPERATOR if number % 2 else ())
            )
            done = Round(ran[0], [f"{each.status}: {each.said}" for each in ran if each.status])
            done.disturbed.steps[:] = [f"round {number}"]
            failed = ordinary(nursery, place, late.command)
            compared = different_totals(place, decided) if number % 2 else differences(place, late.after)
            done.wrong += [failed] if failed else [*faults_of(place), *compared]
            yield done
        finally:
            place.remove()
    decided.remove()


@pytest.mark.prove
def test_eight_runs_at_once_do_what_one_does(
    days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    what = f"{RUNS} `returns run` at once, every second round an operator too, {database}"
    with proof("concurrency", what) as told:
        check(all_at_once(nursery, days[1], range(50), ground), told)


@contextmanager
def read_all_the_while(place: Place) -> Iterator[list[str]]:
    """Somebody reads what stands in 发布 and 回执, over and over; what was not whole, and how much was read."""
    half: list[str] = []
    stop = threading.Event()
    read = [0]

    def read_on() -> None:
        while not stop.is_set():
            for path in [
                *(place.root / "share").glob("发布/**/*.*"),
                *(place.root / "share").glob("回执/**/*.*"),
            ]:
                try:
                    content = path.read_bytes() if path.is_file() and not path.name.startswith(".") else None
                except FileNotFoundError:
                    continue
                if content is not None and not _is_whole(path, content):
                    half.append(str(path))
                read[0] += 1

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        yield half
    finally:
        stop.set()
        reader.join()
    assert read[0]


def _is_whole(path: Path, content: bytes) -> bool:
    if path.suffix in (".xlsx", ".docx"):
        return zipfile.is_zipfile(BytesIO(content)) and zipfile.ZipFile(BytesIO(content)).testzip() is None
    if path.suffix == ".json":
        return bool(msgspec.json.decode(content)["files"])
    return path.suffix != ".html" or content.rstrip().endswith(b"</html>")


def read_while_a_run_is_killed(nursery: Nursery, late: Day, at: int, ground: Path) -> Round:
    """A run that publishes over what stands is killed at a step of that, and the next one publishes again."""
    place = late.before.copy(ground / "read")
    try:
        with read_all_the_while(place) as half:
            (ran,) = nursery.run(
                place.root, place.url, late.command, plan=Plan(KILL, at, ("write",), "share/发布/")
            )
            failed = ordinary(nursery, place, late.command)
        return Round(ran, [f"half: {path}" for path in half] + ([failed] if failed else faults_of(place)))
    finally:
        place.remove()


@pytest.mark.prove
@pytest.mark.parametrize("days", ["sqlite"], indirect=True)
def test_whoever_reads_all_the_while_never_sees_a_half(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    with proof("concurrency", "read in a loop while runs publish and are killed, sqlite") as told:
        check((read_while_a_run_is_killed(nursery, days[1], at, ground) for at in range(1, 76)), told)


@pytest.mark.prove
@pytest.mark.timeout(0)
def test_airflows_tasks_and_the_command_line_at_the_same_moment(
    days: tuple[Day, Day], nursery: Nursery, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The DAG `intake`, one of whose tasks fails once and is tried again, while four runs begin one after another."""
    from etl.stages import read
    from tests.dag_runs import Airflow

    early = days[0]
    place = early.before.copy(ground / "airflow")
    airflow = Airflow(monkeypatch)
    airflow.serve(place.settings)
    read_batch, fails = read.read_batch, [Unavailable("einmal")]

    def fails_once(batch: int, office: Office) -> None:
        read_batch(batch, office)
        if fails:
            raise fails.pop()

    monkeypatch.setattr(read, "read_batch", fails_once)
    try:
        with ThreadPoolExecutor() as beside:
            runs = beside.submit(nursery.run, place.root, place.url, *[early.command] * 4)
            ran = airflow.run("intake", at=early.at)
        assert ran.state == "success"
        assert [each.status for each in runs.result()] == [0] * 4
        assert not ordinary(nursery, place, early.command)
        assert [*faults_of(place), *different_totals(place, early.after)] == []
    finally:
        place.remove()
