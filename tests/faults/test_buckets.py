"""A run whose share and archive are in a bucket, killed at one request after the other: nothing lost, nothing doubled."""

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl.edges.places import BucketUrl
from etl.office import open_office
from etl.settings import PROJECT, Settings
from tests.desk import Desk
from tests.faults.inbox import first
from tests.object_server import Asked, ObjectServer
from tests.proofs import proof

Keys = dict[str, str]
"""All that stands in a bucket: key → ETag, which is a hash of the bytes where no object was put in parts."""
FEW = ("土桥镇.xlsx", "土桥镇（再发）.xlsx", "安居镇.xlsx", "谁的.xlsx", "区财政局/工作总结.docx")
"""Accepted, duplicate, returned with a marked copy, held, narrative."""


@dataclass
class Round:
    """An opened office with files in its inbox, brought back to that state as often as it is asked."""

    s3: Any
    server: ObjectServer
    settings: Settings
    waiting: dict[str, bytes]
    opened: Keys
    file: Path

    @classmethod
    def new(cls, s3: Any, server: ObjectServer, bucket: str, folder: Path) -> "Round":
        place = BucketUrl(bucket, "share"), BucketUrl(bucket, "archive")
        settings = Settings(*place, f"sqlite:///{folder}/warehouse.db", PROJECT / "config")
        with Desk.at(settings):
            pass
        made = cls(s3, server, settings, _in_order(FEW), {}, folder / "warehouse.db")
        made.opened = made.keys()
        shutil.copy(made.file, made.file.with_suffix(".opened"))
        return made

    def keys(self) -> Keys:
        listed = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {one["Key"]: one["ETag"] for page in listed for one in page.get("Contents", ())}

    @property
    def bucket(self) -> str:
        return self.settings.share.bucket  # type: ignore[union-attr]

    def again(self) -> None:
        ours = [{"Key": name} for name in self.keys().keys() - self.opened.keys()]
        if ours:
            self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": ours})
        for name, content in self.waiting.items():
            self.s3.put_object(Bucket=self.bucket, Key=f"share/收件箱/{name}", Body=content)
        for left in self.file.parent.glob("warehouse.db*"):
            left.unlink()
        shutil.copy(self.file.parent / "warehouse.opened", self.file)

    def run(self) -> tuple[dict[str, Any], Keys]:
        """Run undisturbed; what is exported, and all that stands in the bucket."""
        with open_office(self.settings) as office:
            desk = Desk(office, self.settings)
            desk.run()
            assert desk.run().published == []
            return desk.export(), self.keys()

    def killed(self, due: Callable[[Asked], bool], carried_out: bool) -> bool:
        """Run in a process that is killed at the request that is due, once it was carried out or just before;
        whether there was one."""
        pid = os.fork()
        if pid == 0:
            try:
                with open_office(self.settings) as office:
                    Desk(office, self.settings).run()
                os._exit(0)
            finally:
                os._exit(1)

        def kill(asked: Asked) -> str | None:
            if not due(asked):
                return None
            os.kill(pid, signal.SIGKILL)
            return "Killed"

        name = "passed" if carried_out else "refuses"
        before = getattr(self.server, name)
        setattr(self.server, name, kill)
        try:
            status = os.waitpid(pid, 0)[1]
        finally:
            setattr(self.server, name, before)
        assert status in (0, signal.SIGKILL)
        return status == signal.SIGKILL


def _in_order(names: Sequence[str]) -> dict[str, bytes]:
    """Files in the order in which those of one second are taken."""
    return {name: first()[name] for name in sorted(names, key=lambda name: name.rpartition("/")[2])}


@pytest.fixture
def round_(s3: Any, object_server: ObjectServer, bucket: str, tmp_path: Path) -> Round:
    return Round.new(s3, object_server, bucket, tmp_path)


def same_as(undisturbed: tuple[dict[str, Any], Keys], got: tuple[dict[str, Any], Keys]) -> bool:
    assert got[0] == undisturbed[0]
    assert got[1].keys() == undisturbed[1].keys()
    return got[1] == undisturbed[1]


@pytest.mark.parametrize(
    ("method", "folder"),
    [pytest.param("PUT", "/share/回执/", marks=pytest.mark.prove), ("DELETE", "/share/收件箱/")],
)
def test_a_run_killed_between_receipt_and_inbox_is_as_if_nothing_had_happened(
    round_: Round, method: str, folder: str
) -> None:
    round_.again()
    undisturbed = round_.run()
    round_.again()
    assert round_.killed(lambda asked: asked.method == method and folder in asked.path, carried_out=True)
    assert same_as(undisturbed, round_.run())


@pytest.mark.prove
@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
def test_a_run_killed_at_any_request_is_as_if_nothing_had_happened(round_: Round, carried_out: bool) -> None:
    round_.again()
    undisturbed = round_.run()
    with proof(
        "buckets", f"a run on a bucket killed {'after' if carried_out else 'before'} each request"
    ) as told:
        at = 0
        while True:
            at += 1
            round_.again()
            came = iter(range(1, 10_000))
            if not round_.killed(lambda _asked, at=at, came=came: next(came) == at, carried_out):
                break
            told.rounds, told.faults = told.rounds + 1, told.faults + 1
            export, keys = round_.run()
            told.losses += len(undisturbed[1].keys() - keys.keys())
            told.doubles += len(keys.keys() - undisturbed[1].keys())
            assert same_as(undisturbed, (export, keys)), at
        assert told.rounds > 20
