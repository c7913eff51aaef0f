"""One hostile file, and what has to come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.hostile.sheets import VISITED

READ = "read"
"""The form in it is read right: what is hostile about it did not matter."""
CORRUPT = "corrupt"
ENCRYPTED = "encrypted"
SWELLS = "unpacks_too_far"
NO_FORM = "no_form"
NOT_TAKEN = "format_not_taken"
GIVEN_UP = "too_slow"
NARRATIVE = "narrative"
STAMPED = "stamped"
"""Received as such, without a finding that returns it."""


@dataclass(frozen=True)
class Hostile:
    """`outcome` is READ, NARRATIVE, STAMPED or the rule that returns it; several where any is right.

    `visited` is what a right reading says under 走访慰问人数.
    """

    what: str
    name: str
    make: Callable[[], bytes]
    outcome: str | tuple[str, ...]
    visited: list[int] = field(default_factory=lambda: VISITED)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,) if isinstance(self.outcome, str) else self.outcome
