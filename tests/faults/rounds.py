"""One round: a run is disturbed, an ordinary run follows, and all must be as if nothing had happened."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from tests.desk import BEFORE_DEADLINE, CAMPAIGN, TWO_DAYS_LATE
from tests.faults.engine import KILL, Plan
from tests.faults.inbox import STAYS, drop, first, second
from tests.faults.nursery import Nursery, Ran
from tests.faults.office import Place, differences, different_totals, faults_of
from tests.proofs import Told

UNAVAILABLE = 4
"""The exit status that says in one line: try again later."""
NO_PAGE = "不影响报送"
"""What a run says of a page for the data engineer that it could not make: it is made no more, and that is all."""
COMES_LATER = "这次没有收下"
"""What a run says of a file that it could not read this time."""


@dataclass(frozen=True)
class Day:
    """A run of `returns`: the office as it is before, and as it is after, had nothing happened."""

    name: str
    at: str
    before: Place
    after: Place

    @property
    def command(self) -> list[str]:
        return ["run", CAMPAIGN, "--at", self.at]


@dataclass
class Round:
    """What a disturbed run and the run after it came to. `wrong`: what is not as it should be."""

    disturbed: Ran
    wrong: list[str] = field(default_factory=list)

    @property
    def step(self) -> str:
        """Where the fault struck; empty where the run met none."""
        return self.disturbed.steps[0] if self.disturbed.steps else ""

    @property
    def lost(self) -> int:
        return sum(each.startswith(("lost", "not in the archive")) for each in self.wrong)

    @property
    def doubled(self) -> int:
        return sum(each.startswith("extra") for each in self.wrong)


@contextmanager
def two_days(nursery: Nursery, folder: Path, postgres: str | None) -> Iterator[tuple[Day, Day]]:
    """A day before the deadline, on which all is new, and one after it, on which all was published before."""
    opened = Place.new(folder / "opened", postgres)
    assert ordinary(nursery, opened, ["open", CAMPAIGN]) == ""
    drop(opened.inbox, first() | STAYS)
    evening = opened.copy(folder / "evening")
    early = Day("before the deadline", BEFORE_DEADLINE, opened, evening)
    assert ordinary(nursery, evening, early.command) == ""
    again = evening.copy(folder / "again")
    drop(again.inbox, second())
    ended = again.copy(folder / "ended")
    late = Day("after the deadline", TWO_DAYS_LATE, again, ended)
    assert ordinary(nursery, ended, late.command) == ""
    assert faults_of(evening) == faults_of(ended) == []
    try:
        yield early, late
    finally:
        for place in (opened, evening, again, ended):
            place.remove()


def ordinary(nursery: Nursery, place: Place, command: list[str]) -> str:
    """An undisturbed run; what went wrong in it, nothing as a rule."""
    (ran,) = nursery.run(place.root, place.url, command)
    return "" if ran.status == 0 else f"{command} ended with {ran.status}: {ran.said}"


def disturbed(nursery: Nursery, day: Day, plan: Plan, root: Path) -> Round:
    """Disturb the day's run as planned, run again, and compare with the day as it is undisturbed."""
    place = day.before.copy(root)
    try:
        (ran,) = nursery.run(place.root, place.url, day.command, plan=plan)
        done = Round(ran)
        if plan.fault != KILL and (ran.status not in (0, UNAVAILABLE) or "Traceback" in ran.said):
            done.wrong.append(f"told unkindly, {ran.status}: {ran.said[-2000:]}")
        failed = ordinary(nursery, place, day.command)
        if failed:
            done.wrong.append(failed)
        else:
            done.wrong += [*faults_of(place), *compared(done, place, day)]
        return done
    finally:
        place.remove()


def compared(done: Round, place: Place, day: Day) -> list[str]:
    """Byte for byte; but a file of the inbox that could not be read for a moment came with the next run."""
    came_later = COMES_LATER in done.disturbed.said or done.step.startswith("read share/收件箱")
    if done.disturbed.status in (0, UNAVAILABLE) and came_later:
        return different_totals(place, day.after)
    if NO_PAGE in done.disturbed.said:
        return [each for each in differences(place, day.after) if "lost file data-docs/" not in each]
    return differences(place, day.after)


def sweep(
    nursery: Nursery, day: Day, plan: Plan, ground: Path, every: int = 1, first: int = 1
) -> Iterator[Round]:
    """A round for step `first`, and for each `every` steps further, until a run meets no fault any more."""
    for at in count(first, every):
        done = disturbed(nursery, day, replace(plan, at=at), ground / f"round-{plan.fault}-{first}")
        if not done.step:
            return
        yield done


def check(rounds: Iterable[Round], told: Told) -> None:
    """Count the rounds; all that went wrong is told together, by the step at which it began."""
    wrong = {}
    for done in rounds:
        told.rounds += 1
        told.faults += bool(done.step)
        told.losses += done.lost
        told.doubles += done.doubled
        if done.wrong:
            wrong[done.step] = done.wrong
    assert not wrong, wrong
    assert told.rounds
