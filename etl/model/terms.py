"""The words that all rooms share: what is asked for, what became of it, what a rule found."""

from dataclasses import dataclass, field
from enum import StrEnum


class Material(StrEnum):
    """What a campaign may ask for (材料)."""

    STATISTICS = "statistics"
    NARRATIVE = "narrative"
    BOTH = "both"
    STAMPED = "stamped"

    @property
    def covers(self) -> tuple["Material", ...]:
        """The owed materials that one accepted document of this kind settles."""
        if self is Material.BOTH:
            return (Material.STATISTICS, Material.NARRATIVE)
        return (self,)


class Status(StrEnum):
    """Where a submission stands (DESIGN's five outcomes)."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    RETURNED = "returned"
    HELD = "held"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """How much a finding weighs; only an error sends the file back."""

    ERROR = "error"
    QUERY = "query"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found in one file. Severity and words are put to it from config/rules.toml.

    `typed` is the cell's text as the clerk typed it; `facts` fill the rule's sentence.
    """

    rule: str
    sheet: str | None = None
    cell: str | None = None
    typed: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


def receipt_number(campaign: str, submission_id: int) -> str:
    """A submission's receipt number: the campaign and its place in the ledger."""
    return f"{campaign}-{submission_id:06d}"
