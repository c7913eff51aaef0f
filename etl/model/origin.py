"""Where a figure was read (溯源), and what a rule is to the office."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from etl.model.terms import Severity


class Source(msgspec.Struct, frozen=True, gc=False):
    """One category figure in force and the cell it was read from (溯源).

    `amount` as it counts: 分 for money, else heads or pieces. `typed` is masked and short, None where nothing
    was typed; `file` is masked. `receipt` is the number of the file's receipt, which is its submission's.
    """

    code: str
    row: str
    column: str
    amount: int
    typed: str | None
    sheet: str | None
    cell: str | None
    file: str
    sha256: str
    receipt: str


@dataclass(frozen=True, slots=True)
class FormPlace:
    """Where a unit's figures in force were read (溯源), a line a form: `cells` by row id, in the order of the form's
    part columns. `file` and `sheet` are masked."""

    code: str
    file: str
    sha256: str
    receipt: str
    sheet: str | None
    cells: Mapping[str, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the office reads it: `says` with 〔…〕 for what it found, `example` a sentence it has told.

    `mode` is on, trial or off; `limit` is "" where the rule has none, `example` where it has told nothing.
    """

    id: str
    severity: Severity
    mode: str
    limit: str
    says: str
    example: str
