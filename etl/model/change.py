"""What differs from before: since the last publication (变动), and since a person's approval (更正)."""

from dataclasses import dataclass, field
from datetime import datetime

from etl.model.terms import Material


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of the summary that is not as it was last published (分, heads or pieces)."""

    row: str
    column: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit for whose material another document is in force than when last published; receipt numbers.

    `before` None: newly accepted; `after` None: taken out; both: superseded.
    """

    code: str
    unit: str
    material: Material
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the summary that was published last: its version, the moment it stood for (变动)."""

    version: int
    as_of: datetime
    figures: tuple[FigureChange, ...]
    units: tuple[UnitChange, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """A person's approval of what was published (定稿): the first of a campaign, or of what changed since.

    `as_of` is the moment that the approved figures stood for; `made_with` the program's version and the
    SHA-256 of form, rules, limits and roster, by name.
    """

    number: int
    by: str
    sealed_at: datetime
    as_of: datetime
    facts: str
    made_with: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitCorrection:
    """A unit's category figure that is not as it was sealed (分, heads or pieces; 0 where there was no form)."""

    code: str
    unit: str
    row: str
    column: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Correction:
    """How the figures differ from those sealed before (更正): in the office's order, and then the form's.

    `lines` is empty where a correction was published and then taken back.
    """

    since: Seal
    lines: tuple[UnitCorrection, ...]
