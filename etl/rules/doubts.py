"""Doubts: figures that can be read and add up, and yet may not be so. Each becomes a query.

First things first: a doubt that an error's own correction would settle is not raised beside the error.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from etl.rules.causes import Change
from etl.rules.sums import Cell

Amount = Callable[[Cell], int]
"""What a figure says, in millionths."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule's doubt at a figure. `would_hold` says of other amounts whether they would leave none."""

    rule: str
    cell: Cell
    would_hold: Callable[[Amount], bool]


def standing(doubts: Sequence[Doubt], amount: Amount, remedies: Sequence[Change]) -> list[Doubt]:
    """The doubts that none of the remedies would settle by itself."""
    return [
        doubt
        for doubt in doubts
        if not any(doubt.would_hold(_changed(amount, remedy)) for remedy in remedies)
    ]


def _changed(amount: Amount, change: Mapping[Cell, int]) -> Amount:
    return lambda cell: amount(cell) + change.get(cell, 0)
