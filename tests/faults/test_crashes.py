"""A run that dies, or fails, at whatever step: the next ordinary run makes all as if nothing had happened."""

from pathlib import Path

import pytest

from tests.faults.engine import KILL, STALE, Plan
from tests.faults.nursery import Nursery
from tests.faults.rounds import Day, check, disturbed, sweep
from tests.faults.test_at_once import all_at_once, read_while_a_run_is_killed
from tests.faults.test_worse import killed_at_random
from tests.proofs import proof

DAYS = pytest.mark.parametrize("day", [0, 1], ids=["before the deadline", "after the deadline"])
PARTS = pytest.mark.parametrize("part", [1, 2, 3, 4])
FAULTS = ("ENOSPC", "EIO", "EACCES", "ESTALE", "EROFS")


def test_a_run_killed_at_a_step_leaves_nothing_lost_nothing_double_and_nothing_half(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    done = disturbed(nursery, days[1], Plan(KILL, 97), ground / "round")
    assert done.disturbed.was_killed
    assert not done.wrong


@pytest.mark.parametrize("days", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("plan", "day"),
    [
        (Plan("ENOSPC", 60, ("write", "read")), 0),
        (Plan("ESTALE", 151, ("write", "read")), 1),
    ],
    ids=lambda each: each.fault if isinstance(each, Plan) else "",
)
def test_a_run_that_disk_share_or_database_fails_says_so_in_a_line_and_leaves_nothing_wrong(
    plan: Plan, day: int, days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    done = disturbed(nursery, days[day], plan, ground / "round")
    assert done.step
    assert not done.wrong


@pytest.mark.parametrize("days", ["sqlite"], indirect=True)
def test_a_file_of_which_the_share_says_what_it_was_a_minute_ago_comes_whole_with_the_next_run(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    done = disturbed(nursery, days[0], Plan(STALE, 3, ("entry",)), ground / "round")
    assert done.step
    assert not done.wrong


@pytest.mark.parametrize("days", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "plan",
    [Plan("full", 60, ("query",)), Plan("EROFS", 4, ("write",), "archive/", lasting=True)],
    ids=lambda plan: plan.fault,
)
def test_a_statement_or_the_archive_that_fails_leaves_nothing_wrong(
    plan: Plan, days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    done = disturbed(nursery, days[0], plan, ground / "round")
    assert done.step
    assert not done.wrong


def test_a_run_killed_at_a_random_moment_leaves_all_as_if_nothing_had_happened(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    (done,) = killed_at_random(nursery, days, 1, seed=1, root=ground / "random")
    assert not done.wrong


def test_eight_runs_and_an_operator_at_once_do_what_one_after_the_other_does(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    (done,) = all_at_once(nursery, days[1], [1], ground)
    assert not done.wrong


def test_whoever_reads_while_a_run_is_killed_in_publishing_sees_only_whole_files(
    days: tuple[Day, Day], nursery: Nursery, ground: Path
) -> None:
    assert not read_while_a_run_is_killed(nursery, days[1], 40, ground).wrong


@pytest.mark.prove
@PARTS
@DAYS
def test_killed_at_every_step_in_turn(
    part: int, day: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    what = f"SIGKILL at every write and statement, {database}, {days[day].name}, part {part} of 4"
    with proof("crash", what) as told:
        check(sweep(nursery, days[day], Plan(), ground, 4, part), told)


@pytest.mark.prove
@pytest.mark.parametrize("fault", FAULTS)
@DAYS
def test_failed_at_every_step_in_turn(
    fault: str,
    day: int,
    days: tuple[Day, Day],
    nursery: Nursery,
    ground: Path,
    database: str,
) -> None:
    """Every step fails, each in one of the five ways in turn."""
    plan = Plan(fault, kinds=("write", "read"))
    with proof("crash", f"{fault} at every fifth step on a file, {database}, {days[day].name}") as told:
        check(sweep(nursery, days[day], plan, ground, len(FAULTS), FAULTS.index(fault) + 1), told)


@pytest.mark.prove
@DAYS
def test_the_share_says_of_each_file_in_turn_what_it_was(
    day: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    what = f"the share says of each file in turn what it was a minute ago, {database}, {days[day].name}"
    with proof("crash", what) as told:
        check(sweep(nursery, days[day], Plan(STALE, kinds=("entry",)), ground), told)


@pytest.mark.prove
@DAYS
def test_the_database_fails_at_every_statement_in_turn(
    day: int, days: tuple[Day, Day], nursery: Nursery, ground: Path, database: str
) -> None:
    plan = Plan("full", kinds=("query",))
    with proof("crash", f"the database fails at every statement, {database}, {days[day].name}") as told:
        check(sweep(nursery, days[day], plan, ground), told)


@pytest.mark.prove
@pytest.mark.parametrize(
    ("fault", "kinds", "where"),
    [
        ("ESTALE", ("write", "read"), "share/"),
        ("ENOSPC", ("write",), ""),
        ("EROFS", ("write",), "archive/"),
    ],
    ids=["the share goes away", "the disk fills up", "the archive becomes read-only"],
)
@DAYS
def test_what_fails_once_and_then_for_the_rest_of_the_run(
    fault: str,
    kinds: tuple[str, ...],
    where: str,
    day: int,
    days: tuple[Day, Day],
    nursery: Nursery,
    ground: Path,
    request: pytest.FixtureRequest,
) -> None:
    case = request.node.callspec.id
    plan = Plan(fault, kinds=kinds, where=where, lasting=True)
    with proof("crash", f"{fault} from every third step on to the end: {case}") as told:
        check(sweep(nursery, days[day], plan, ground, 3), told)
