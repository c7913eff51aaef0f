"""A simple model of the office: from what was dropped, and when, what ledger, export and summary have to say."""

import csv
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tests.soak.clerks import Figures, Sent

Key = tuple[bytes, str]
"""A submission: its path in the inbox and the hash of its bytes."""
Pair = tuple[str, str]
"""Who owes and what: unit and material."""


@dataclass(frozen=True)
class Arrival:
    """A file that came to lie in the inbox whole: when (ctime, in µs), and when it was saved.

    `certain` where nothing was done to it afterwards; one that was renamed, removed or saved over may have been
    taken before, or not.
    """

    sent: Sent
    at_us: int
    mtime_ns: int
    certain: bool = True

    @property
    def key(self) -> Key:
        return self.sent.name, hashlib.sha256(self.sent.content).hexdigest()

    @property
    def order(self) -> tuple[int, int, bytes]:
        return self.at_us, self.mtime_ns, self.sent.name.rpartition(b"/")[2]


@dataclass(frozen=True)
class Fate:
    """What became of a submission."""

    status: str
    unit: str | None
    material: str | None
    late: bool
    figures: Figures | None


@dataclass
class Outcome:
    """What the office has to say in the end."""

    fates: dict[Key, Fate] = field(default_factory=dict)
    in_force: dict[Pair, Arrival] = field(default_factory=dict)
    on_time: set[Pair] = field(default_factory=set)

    def totals(self) -> Figures:
        """The forms in force, added up by category row and column."""
        total: Figures = defaultdict(Decimal)
        for (_, material), arrival in self.in_force.items():
            if material == "statistics":
                for part, value in (arrival.sent.figures or {}).items():
                    total[part] += value
        return dict(total)


def outcome(arrivals: Iterable[Arrival], deadline: datetime, closes: datetime) -> Outcome:
    """The fate of each arrival, in order of arrival."""
    told, said = Outcome(), set[tuple[str, str, str | None]]()
    accepted: dict[Pair, list[Arrival]] = defaultdict(list)
    for arrival in sorted(arrivals, key=lambda each: each.order):
        sent, late = arrival.sent, arrival.at_us > _us(deadline)
        same = (sent.unit or "", arrival.key[1], sent.material)
        if sent.unit and same in said:
            told.fates[arrival.key] = Fate("duplicate", sent.unit, sent.material, late, None)
            continue
        said.add(same)
        closed = sent.verdict == "accepted" and arrival.at_us > _us(closes)
        status = "held" if closed else sent.verdict
        told.fates[arrival.key] = Fate(status, sent.unit, sent.material, late, sent.figures)
        if status == "accepted":
            accepted[sent.unit or "", sent.material or ""].append(arrival)
    for pair, sent_in in accepted.items():
        told.in_force[pair] = sent_in[-1]
        if sent_in[0].at_us <= _us(deadline):
            told.on_time.add(pair)
        for older in sent_in[:-1]:
            fate = told.fates[older.key]
            told.fates[older.key] = Fate("superseded", fate.unit, fate.material, fate.late, fate.figures)
    return told


def owed(config: Path, campaign: str) -> set[Pair]:
    """Who owes what, from the office's own files and not by our reader of them."""
    owes = tomllib.loads((config / "campaigns" / f"{campaign}.toml").read_text("utf-8"))["owes"]
    lines = [line for line in (config / "roster.csv").read_text("utf-8-sig").splitlines() if line[:1] != "#"]
    return {(unit["name"], material) for unit in csv.DictReader(lines) for material in owes[unit["kind"]]}


def shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def part_of_total(totals: Figures, rows: Sequence[str], column: str) -> Decimal:
    return sum((totals.get((row, column), Decimal(0)) for row in rows), Decimal(0))


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
