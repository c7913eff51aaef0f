"""What a unit does in the three waves. The draw hands every unit one of these stories."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.model import Material, Status

ACCEPTED, SUPERSEDED = Status.ACCEPTED, Status.SUPERSEDED
RETURNED, HELD, DUPLICATE = Status.RETURNED, Status.HELD, Status.DUPLICATE


@dataclass(frozen=True, slots=True)
class Act:
    """One file that a unit drops in one wave (1 to 3), and how it stands after all three.

    `flaw` names what is odd in it (a key of FLAWS, or a mere habit). `edition` 2 has later figures than 1.
    `repeats`: the bytes of the unit's first file once more. `layout` forces how it is laid out.
    """

    wave: int
    material: Material
    status: Status = ACCEPTED
    flaw: str | None = None
    edition: int = 1
    repeats: bool = False
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """`acts` in the order of the waves; `nil`: the unit reports nothing (零报告)."""

    name: str
    acts: tuple[Act, ...] = ()
    nil: bool = False


FLAWS = {
    "wrong_sum": "column_sum_count",
    "in_yuan": "per_head_too_much",
    "pending": "not_a_number",
    "fraction": "fraction_in_count",
    "negative": "negative",
    "no_column": "missing_column",
    "blank": "blank_form",
    "torn": "corrupt",
}
"""Flaw that sends a file back → the rule that it breaks."""


def _form(wave: int, status: Status = ACCEPTED, flaw: str | None = None, edition: int = 1) -> Act:
    layouts = {
        "no_column": "typed",
        "other_name": "typed",
        "about": "typed",
        "blank": "issued",
        "torn": "issued",
    }
    return Act(wave, Material.STATISTICS, status, flaw, edition, layout=layouts.get(flaw or ""))


def _summary(wave: int, status: Status = ACCEPTED, flaw: str | None = None, layout: str = "docx") -> Act:
    return Act(wave, Material.NARRATIVE, status, flaw, layout=layout)


PUNCTUAL = Story("punctual", (_form(1), _summary(1)))
VOLUNTARY = Story("voluntary", (_form(1),))

_NOT_DONE = [
    *[Story("silent")] * 3,
    *[Story("no_narrative", (_form(1),))] * 2,
    Story("no_form", (_summary(2),)),
    *[
        Story("returned", (_summary(1), _form(2, RETURNED, flaw)))
        for flaw in ("in_yuan", "pending", "wrong_sum", "fraction")
    ],
    Story("returned_twice", (_form(1, RETURNED, "pending"), _summary(1), _form(2, RETURNED, "wrong_sum"))),
    Story("disputed", (_summary(1), _form(2, HELD, "other_name"))),
    Story("nameless", (_form(1), _summary(2, HELD, "no_name"))),
]
_DONE = [
    *[
        Story("corrected", (_form(1, RETURNED, flaw), _summary(1), _form(2)))
        for flaw in ("wrong_sum", "in_yuan", "pending", "negative", "no_column", "torn")
    ],
    *[
        Story("corrected_late", (_form(1, RETURNED, flaw), _summary(1), _form(3)))
        for flaw in ("fraction", "blank")
    ],
    *[Story("improved", (_form(1, SUPERSEDED), _summary(1), _form(2, edition=2)))] * 3,
    Story("improved_late", (_form(1, SUPERSEDED), _summary(1), _form(3, edition=2))),
    Story("spoiled", (_form(1), _summary(1), _form(2, RETURNED, "wrong_sum"))),
    Story("sent_twice", (_form(1), _summary(1), Act(2, Material.STATISTICS, DUPLICATE, repeats=True))),
    Story("rewritten", (_form(1), _summary(1, SUPERSEDED), _summary(2))),
    *[Story("nil", (_form(1), _summary(1)), nil=True)] * 2,
    Story("about", (_form(1, flaw="about"), _summary(1))),
    Story("pdf", (_form(1), _summary(1, layout="pdf"))),
    *[Story("late", (_form(3), _summary(3)))] * 4,
    Story("narrative_late", (_form(1), _summary(3))),
    *[Story("second_day", (_form(2), _summary(2)))] * 8,
    *[Story("narrative_later", (_form(1), _summary(2)))] * 4,
]


def stories_for(number: int) -> Sequence[Story]:
    """A story for each of so many units that owe both materials; on 63 units, 50 end with both accepted."""
    return list(_dealt(number))


def _dealt(number: int) -> Iterator[Story]:
    special = [*_NOT_DONE, *_DONE]
    for at in range(number):
        yield special[at] if at < len(special) else PUNCTUAL
