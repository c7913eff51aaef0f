"""What a look at one part finds: how it is, what that means, what to do."""

from dataclasses import dataclass
from enum import StrEnum


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
