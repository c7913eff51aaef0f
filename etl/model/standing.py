"""Where each unit stands at a moment: what it sent, what it owes, what waits, who was reminded."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.model.amounts import Amounts
from etl.model.terms import Material, Severity


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit in the summary. `amounts` is None where no form of the unit is in force.

    `received_at` is when that form came, `first_received_at` when the first accepted one did: a correction is no new
    return. `late` is the form's, by the first; `narrative_late` likewise, False where none was accepted.
    """

    code: str
    name: str
    kind: str
    parent: str
    owes_form: bool
    amounts: Amounts | None
    nil_return: bool
    received_at: datetime | None
    first_received_at: datetime | None
    late: bool
    narrative_late: bool


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """报送情况 of one kind and material: owed pairs expected, accepted, accepted on time, nil returns.

    `corrections` counts what was accepted for a pair after its first accepted document (更正), owed or not.
    """

    kind: str
    material: Material
    expected: int
    accepted: int
    on_time: int
    nil_returns: int
    voluntary: int
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """One owed pair that has nothing in force. `state` is never_sent, returned or held.

    `step` is the step of the ladder of reminders whose day it is: working days since its deadline, negative
    before it; None on any other day.
    """

    code: str
    unit: str
    kind: str
    parent: str
    material: Material
    state: str
    days_overdue: int
    extended_to: datetime | None
    contact: str
    phone: str
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """When a unit was last reached about what it owes. `how` is reminded (催办) or note (记一笔)."""

    code: str
    contacted_at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Query:
    """What stands beside a document in force: a query (核实), or an error that was waived. Masked for paper.

    `severity` is QUERY or, where waived, ERROR. `explained` is what the unit wrote about it, None where it
    still has to.
    """

    code: str
    unit: str
    material: Material
    receipt: str
    file: str
    rule: str
    severity: Severity
    sheet: str | None
    cell: str | None
    typed: str | None
    message: str
    explained: str | None = None

    @property
    def waived(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def is_open(self) -> bool:
        return self.explained is None and not self.waived


@dataclass(frozen=True, slots=True)
class Waiver:
    """A document in force only because a person let it count in spite of its errors or of why it was held (豁免).

    `by` and `why` are the person and their reason, masked; `until` is when they mean to look again.
    """

    code: str
    unit: str
    material: Material
    receipt: str
    file: str
    by: str
    why: str
    decided_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that waits for a person (待认领). `unit` is a name, None where nobody or several were named.

    `file` and `why` are masked; `near` are units of a similar name: a hint, never acted on.
    """

    receipt: str
    file: str
    unit: str | None
    why: str
    received_at: datetime
    near: tuple[str, ...] = ()


RETURNED_STEP = "returned"
"""The step of whom it is time to ask again for what was returned; all others are numbers of working days."""
MAIL_SENT = "已发邮件"
"""What is kept of a reminder whose mail went; whatever else is kept says why it did not."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """A unit that was reminded (催办): of which step, and how.

    `step` is a number of working days since the deadline, negative before it, or RETURNED_STEP; `since` the
    deadline, or the day of the return. `email` is "" where the unit has none; `outcome` says in Chinese what
    became of the mail, MAIL_SENT where it went. `made_up`: the step's own day had gone by.
    """

    code: str
    unit: str
    step: str
    since: date
    reminded_at: datetime
    email: str
    outcome: str
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class UnitNarrative:
    """What a unit's 工作总结 in force says, a paragraph a line, masked for paper."""

    unit: str
    text: str
