"""What was worked out before and need not be again: most files of a round are copies of one blank."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Worked = TypeVar("Worked")

SMALL = 1 << 16
"""Bytes of a part of a file, packed or unpacked, up to which it is kept in mind."""


class Memo(Generic[Key, Worked]):
    """Answers by the whole of what they follow from; of at most so many, then all are forgotten.

    An answer is nobody's to change. Where everything that it follows from can be an argument, lru_cache does
    the same; this is for what follows from a key and is worked out from more at hand.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Key, Worked] = {}

    def of(self, key: Key, work_out: Callable[[], Worked]) -> Worked:
        """The answer that was kept under the key, else worked out now. What raises is not kept."""
        found = self._kept.get(key)
        if found is None:
            found = work_out()
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = found
        return found
