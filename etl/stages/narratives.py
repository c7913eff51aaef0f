"""A unit's narrative beside its form, whichever of the two came first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from etl.definitions import Form, Limits
from etl.model import Finding, Material, Reading
from etl.rules.narratives import differences
from etl.warehouse.questions import Answer

_Place = tuple[str, Material]
"""Unit code and what is owed: the statistics form or the narrative."""


@dataclass(frozen=True, slots=True, order=True)
class Ranked:
    """An accepted submission as it ranks among those of its unit: the greatest is in force."""

    received_at: datetime
    mtime_ns: int
    name: str
    file: str
    id: int
    reading: Reading | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit's form and narrative in force, of which at least one is new. `asked` gets the query."""

    narrative: Ranked
    form: Ranked

    @property
    def asked(self) -> Ranked:
        """The one judged later; the narrative where both are."""
        return self.form if self.narrative.reading is None else self.narrative

    @property
    def unread(self) -> tuple[int, ...]:
        return tuple(one.id for one in (self.narrative, self.form) if one.reading is None)


def new_pairs(before: Sequence[Answer], accepted: Sequence[tuple[str, Ranked]]) -> list[Pair]:
    """Forms and narratives that now stand beside each other and did not before.

    `before` answers documents_in_force; `accepted` are the new ones with their unit's code and reading.
    """
    in_force: dict[_Place, Ranked] = {
        (row["unit_code"], Material(row["material"])): Ranked(
            row["received_at"], row["mtime_ns"], row["name"], row["file"], row["id"]
        )
        for row in before
    }
    for unit, ranked in accepted:
        assert ranked.reading
        for covered in ranked.reading.material.covers if ranked.reading.material else ():
            in_force[unit, covered] = max(ranked, in_force.get((unit, covered), ranked))
    pairs = []
    for unit in dict.fromkeys(unit for unit, _ in accepted):
        narrative = in_force.get((unit, Material.NARRATIVE))
        form = in_force.get((unit, Material.STATISTICS))
        if narrative and form and (narrative.reading or form.reading):
            pairs.append(Pair(narrative, form))
    return pairs


def differs(pair: Pair, earlier: Mapping[int, Reading], form: Form, limits: Limits) -> tuple[Finding, ...]:
    """What the pair's later one is asked; `earlier` are the readings of what stood before."""
    told = (pair.narrative.reading or earlier[pair.narrative.id]).narrative
    figures = (pair.form.reading or earlier[pair.form.id]).form
    if told is None or figures is None:
        return ()
    return differences(told, figures, form, limits, at_form=pair.asked is pair.form)
