"""How a submission stands by what people decided about it, the latest decision last."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from etl.warehouse.questions import Answer

CLAIMED = "认领"
"""The source of a sender whom a person named."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`unit` is whose a person said it is; `waived`: it counts in spite of what speaks against it;
    `reopened`: why it was taken out of what counts, to be looked at again."""

    unit: str | None = None
    waived: bool = False
    reopened: str | None = None


UNDECIDED = Standing()


def standings(rows: Iterable[Answer]) -> dict[int, Standing]:
    """By submission id, from the rows of `decided`."""
    found: dict[int, Standing] = {}
    for row in rows:
        found[row["submission_id"]] = _after(row, found.get(row["submission_id"], UNDECIDED))
    return found


def _after(row: Answer, before: Standing) -> Standing:
    match row["kind"]:
        case "claim" | "receive" | "enter":
            return replace(before, unit=row["unit_code"], reopened=None)
        case "accept":
            return replace(before, waived=True, reopened=None)
        case "reopen":
            return replace(before, waived=False, reopened=row["why"])
    return before
