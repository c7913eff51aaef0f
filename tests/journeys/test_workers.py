"""Several workers at one campaign: batches read and answered side by side, checked and loaded in order, and what
comes out is what one process would have made."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from etl.edges.archive_folder import FolderArchive
from etl.pipeline import judge_in_order
from etl.settings import PROJECT, Settings
from etl.stages.answer import answer_batch
from etl.stages.read import read_batch
from etl.stages.take_in import take_in
from etl.warehouse.tables import metadata
from tests.dag_runs import Airflow, throwaway_airflow
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, Desk

FILES_A_BATCH = 2
AT_MOST_S = 60


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped config/ with batches of two files."""
    folder = tmp_path / "config"
    shutil.copytree(PROJECT / "config", folder)
    set_batches(folder, FILES_A_BATCH)
    return folder


@pytest.fixture
def desk(tmp_path: Path, config: Path, warehouse_url: str) -> Iterator[Desk]:
    with Desk.at(Settings(tmp_path / "share", tmp_path / "archive", warehouse_url, config)) as desk:
        yield desk


def set_batches(config: Path, files: int) -> None:
    """So many files a batch at most."""
    limits = config / "limits.toml"
    said = re.sub(
        r"^batch_files +=.*$", f"batch_files = {files}", limits.read_text("utf-8"), flags=re.MULTILINE
    )
    limits.write_text(said, "utf-8")


def some_files(desk: Desk) -> dict[str, bytes]:
    """Five files, three batches: good ones, a wrong one, an empty one, and the same bytes twice."""
    good = desk.filled("土桥镇")
    return {
        "土桥镇.xlsx": good,
        "安居镇.xlsx": desk.filled("安居镇", C9=999),
        "空.xlsx": b"",
        "重报土桥镇.xlsx": good,
        "二坪镇.xlsx": desk.filled("二坪镇", H5=3.6),
    }


def drop(desk: Desk, files: Mapping[str, bytes]) -> None:
    """Saved one after the other, in this order."""
    for at, (name, content) in enumerate(files.items(), 1_642_000_000):
        desk.drop(name, content, mtime=at)


def test_batches_shared_out_among_mapped_tasks_end_as_one_run_ends(
    tmp_path: Path, config: Path, new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    airflow = Airflow(monkeypatch)
    url = new_url("postgresql")
    with Desk.at(Settings(tmp_path / "share", tmp_path / "archive", url, config)) as desk:
        drop(desk, files := some_files(desk))
        airflow.serve(desk.settings)
        ran = airflow.run("intake", at=BEFORE_DEADLINE)
        assert ran.tasks == {
            "take_in": ["success"],
            **{task: ["success"] * 3 for task in ("read", "check_and_load", "answer")},
        }
        shared_out = outcome(desk)
    one = Settings(tmp_path / "one" / "share", tmp_path / "one" / "archive", new_url("sqlite"), config)
    with Desk.at(one) as desk:
        drop(desk, files)
        desk.run()
        assert outcome(desk) == shared_out
    assert [s["status"] for s in shared_out.export["submissions"]].count("duplicate") == 1


def test_of_two_batches_the_one_that_came_first_is_judged_first_whoever_is_quicker(desk: Desk) -> None:
    content = desk.filled("土桥镇")
    drop(desk, {"1土桥镇.xlsx": content, "2空.xlsx": b"", "3土桥镇.xlsx": content})
    first, second = taken(desk)
    read_batch(second, desk.office)
    judge_in_order(second, desk.office)  # the first was not even read: its worker is gone
    judge_in_order(first, desk.office)
    for batch in (second, first):
        answer_batch(batch, desk.office)
    said = {s["file"]: s["status"] for s in desk.export()["submissions"]}
    assert (said["1土桥镇.xlsx"], said["3土桥镇.xlsx"]) == ("accepted", "duplicate")


def test_two_workers_at_the_same_batch_keep_each_reading_once(desk: Desk) -> None:
    drop(desk, some_files(desk))
    batches = taken(desk)
    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(read_batch, batch, desk.office) for batch in batches for _ in range(2)]:
            done.result()
    with desk.office.warehouse.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM readings").scalar() == 5


def test_a_worker_given_up_for_dead_changes_nothing_when_it_comes_late(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    (batch,) = taken(desk)
    slow = SlowArchive(desk.settings.archive)
    with ThreadPoolExecutor(1) as worker:
        late = worker.submit(read_batch, batch, replace(desk.office, archive=slow))
        assert slow.asked.wait(AT_MOST_S)
        read_batch(batch, desk.office)
        judge_in_order(batch, desk.office)
        answer_batch(batch, desk.office)
        desk.run(NEXT_DAY)
        before = rows(desk), desk.files_on_share()
        slow.answers.set()
        late.result()
    assert (rows(desk), desk.files_on_share()) == before


def test_what_was_left_for_another_campaign_is_not_read_by_a_late_worker(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    (batch,) = taken(desk)
    slow = SlowArchive(desk.settings.archive)
    with ThreadPoolExecutor(1) as worker:
        late = worker.submit(read_batch, batch, replace(desk.office, archive=slow))
        assert slow.asked.wait(AT_MOST_S)
        with desk.office.warehouse.writing() as connection:  # as another reader of the batch would leave it
            connection.exec_driver_sql("UPDATE submissions SET batch_id = NULL")
        slow.answers.set()
        late.result()
    assert rows(desk)["readings"] == []


class SlowArchive(FolderArchive):
    """An archive that does not answer for as long as somebody else needs."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked, self.answers = threading.Event(), threading.Event()

    def path(self, sha256: str) -> Path:
        self.asked.set()
        assert self.answers.wait(AT_MOST_S)
        return super().path(sha256)


@dataclass(frozen=True)
class Outcome:
    """What the office and the clerks have in the end."""

    export: dict[str, Any]
    receipts: dict[str, str]
    left_in_inbox: list[str]


def outcome(desk: Desk, at: str = BEFORE_DEADLINE) -> Outcome:
    root = desk.receipts_folder
    pages = {str(page.relative_to(root)): page.read_text("utf-8") for page in root.rglob("*.html")}
    return Outcome(desk.export(at), pages, desk.names_in_inbox())


def taken(desk: Desk) -> list[int]:
    with desk.office.alone():
        return take_in(CAMPAIGN, datetime.fromisoformat(BEFORE_DEADLINE), desk.office, settled=True)


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Every row of the warehouse."""
    with desk.office.warehouse.reading() as connection:
        return {
            name: sorted(map(str, connection.execute(select(table))))
            for name, table in metadata.tables.items()
        }
