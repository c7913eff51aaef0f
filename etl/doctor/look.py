"""What a look at one part finds: how it is, what that means, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from etl.masking import shown

_NAMED_AT_MOST = 5


class State(StrEnum):
    GOOD = "好"
    NOTE = "留意"
    BAD = "要处理"


@dataclass(frozen=True, slots=True)
class Look:
    """`says` is one line for the office."""

    state: State
    says: str


def good(says: str) -> Look:
    return Look(State.GOOD, says)


def note(says: str) -> Look:
    return Look(State.NOTE, says)


def bad(says: str) -> Look:
    return Look(State.BAD, says)


def named(files: Sequence[str], counted: str) -> str:
    """The first few, and where there are more, how many: a、b等 7 个."""
    more = f"等 {len(files)} {counted}" if len(files) > _NAMED_AT_MOST else ""
    return "、".join(map(shown, files[:_NAMED_AT_MOST])) + more
