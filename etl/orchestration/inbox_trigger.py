"""The watch on the inbox: says that there is something new, and leaves all else to take_in and the ledger."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from etl.edges.inbox import Seen
from etl.edges.places import share_at
from etl.errors import ReturnsError
from etl.settings import load_settings


class InboxTrigger(BaseEventTrigger):
    """Fires once for files that lie still: seen twice unchanged, and not reported before.

    What it has reported it remembers only for as long as it runs. After a restart it reports once more
    whatever lies in the inbox; that does no harm, for the ledger knows what has been taken.
    """

    def __init__(self, every_seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.every_seconds = every_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{InboxTrigger.__module__}.InboxTrigger", {"every_seconds": self.every_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        reported: set[Seen] = set()
        before: set[Seen] = set()
        while True:
            now = await asyncio.to_thread(_look)
            if now is not None:
                still = now & before
                news = still - reported
                reported, before = still, now
                if news:
                    yield TriggerEvent({"files": len(news)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.every_seconds)


def _look() -> set[Seen] | None:
    """The files that lie in the inbox, none of them opened; None where the share cannot be seen.

    Not a word about that here: take_in raises the alarm every few minutes.
    """
    try:
        return set(share_at(load_settings().share).look(sys.maxsize).files)
    except ReturnsError:
        return None
