"""Long proofs tell how they went: a row each, in a dated page under docs/proofs/.

    with proof("crash", "killed at random moments, on PostgreSQL", seed=7) as told:
        for _ in range(200):
            ...
            told.rounds += 1
            told.faults += 1      # crashes, errors, losses of the server that were really made
            told.losses += lost   # what should be there and is not
            told.doubles += twice # what is there more than once

adds a row to docs/proofs/<today>-crash.md, also where the body raises: then the row says so. Several processes
may add rows at the same moment (`make prove SHARD=1/4`).
"""

import fcntl
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from etl.settings import PROJECT

PAGES = PROJECT / "docs" / "proofs"
_COLUMNS = ("ended (UTC)", "what", "rounds", "seed", "faults", "losses", "doubles", "seconds", "outcome")
_HEAD = """# Long proofs of {day}: {topic}

Each row was added by a proof of `make prove` when it ended (`tests/proofs.py`), those that did not hold too. Behind the
outcome stands the commit that was proved, with + where the tree held more than that.
"""


@dataclass
class Told:
    """What a proof counts while it goes on."""

    rounds: int = 0
    faults: int = 0
    losses: int = 0
    doubles: int = 0


@contextmanager
def proof(topic: str, what: str, seed: int | None = None, pages: Path = PAGES) -> Iterator[Told]:
    """Add a row to today's page of the topic when the body ends, however it ends."""
    told, began, outcome = Told(), time.monotonic(), "held"
    try:
        yield told
    except BaseException as why:
        outcome = f"failed: {type(why).__name__}"
        raise
    finally:
        counts = (told.rounds, "" if seed is None else seed, told.faults, told.losses, told.doubles)
        _add(topic, (what, *counts, f"{time.monotonic() - began:.0f}", f"{outcome}, {_commit()}"), pages)


def _add(topic: str, cells: tuple[object, ...], pages: Path) -> None:
    now = datetime.now(UTC)
    pages.mkdir(parents=True, exist_ok=True)
    with (pages / f"{now:%Y-%m-%d}-{topic}.md").open("a", encoding="utf-8") as page:
        fcntl.flock(page, fcntl.LOCK_EX)
        if page.tell() == 0:
            page.write(_HEAD.format(day=f"{now:%Y-%m-%d}", topic=topic))
            page.write(f"\n| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|\n")
        page.write(f"| {' | '.join(str(cell) for cell in (f'{now:%H:%M}', *cells))} |\n")


@cache
def _commit() -> str:
    asked = ["git", "describe", "--always", "--abbrev=7", "--dirty=+", "--exclude=*"]
    told = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "?"


def of_shard(name: str, shard: str) -> bool:
    """Whether a test is of this shard: by its name alone, so that every machine shares them out alike."""
    number, _, shards = shard.partition("/")
    return zlib.crc32(name.encode()) % int(shards) == int(number) - 1
