"""What one receipt (回执) says."""

from dataclasses import dataclass
from datetime import datetime

from etl.model.reading import Figure
from etl.model.terms import Material, Severity, Status


@dataclass(frozen=True, slots=True)
class Told:
    """A finding put into words: what the clerk and the export read.

    `explained` is what the unit wrote about it: such a finding is not asked about again.
    """

    rule: str
    severity: Severity
    sheet: str | None
    cell: str | None
    typed: str | None
    message: str
    explained: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a form that says something else than in the unit's form before, by row and column id.

    `before` and `after` are fit for paper: masked, short, （空） where nothing was filled in. `unmoved` are the
    labels of the sums of this cell that should have followed and did not, `moved` of those that followed by
    themselves.
    """

    row: str
    column: str
    before: str
    after: str
    unmoved: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A form beside the one that its unit sent before: that one's receipt, its arrival, and what differs."""

    receipt: str
    received_at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought a file in for its unit (代收) or typed it in (代录), how it came, and when that was done."""

    by: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that one receipt (回执) says.

    `figures` are the form's readings in the form's order, for the clerk to compare; empty unless a
    form was read. `still_owed` are the materials the unit still owes after this file.
    `duplicate_of` is the number of the receipt whose file had the same bytes, `earlier` what became of it.
    `in_force` is the number of the receipt of another file that counts now for this unit and material (of a
    document that is both: for the form), `in_force_at` when that file was received. `voluntary`: the unit
    owes nothing of what this file holds. `first_on_time`: the unit's first accepted file was not late.
    `extended_to`: the unit may take until then (延期), with this file's material or what it still owes; the
    earliest where each has its own, None where one of them has none.
    `secret`: the file bears a secrecy mark. `compared`: this form beside the unit's one before it, None for
    the first one and for whatever holds no form.
    """

    number: str
    campaign: str
    unit: str | None
    file: str
    sha256: str
    size: int
    material: Material | None
    status: Status
    received_at: datetime
    answered_at: datetime
    late: bool
    nil_return: bool
    findings: tuple[Told, ...]
    figures: tuple[Figure, ...]
    still_owed: tuple[Material, ...]
    duplicate_of: str | None
    why_held: str | None
    earlier: Status | None = None
    in_force: str | None = None
    in_force_at: datetime | None = None
    voluntary: bool = False
    first_on_time: bool = False
    secret: bool = False
    compared: Comparison | None = None
    brought: Brought | None = None
    extended_to: datetime | None = None
