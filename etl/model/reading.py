"""What a file says, before anybody judges it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from etl.model.terms import Finding, Material


class Figure(msgspec.Struct, frozen=True, gc=False):
    """One numeric cell of the form as read.

    `value` is in the column's own unit (人, 件, 万元), exact; a blank part is 0 and a blank sum is
    derived from its parts; None only where the text, or a part of a derived sum, could not be read.
    `typed` is the cell's text, None where nothing was typed. `is_typed` is False for blanks and for
    formulas over cells: a form without one typed category figure is blank.
    `raises` are the rules that the text itself touches, found while reading (not_a_number,
    figure_converted, sum_derived …).
    """

    row: str
    column: str
    sheet: str | None
    cell: str | None
    typed: str | None
    value: Decimal | None
    is_typed: bool = True
    raises: tuple[str, ...] = ()


class Words(msgspec.Struct, frozen=True, gc=False):
    """One text cell of the form: whole, as typed, except for characters no database can hold; "" where blank."""

    row: str
    column: str
    cell: str | None
    text: str


@dataclass(frozen=True, slots=True)
class FormReading:
    """A statistics form as found in a file: every figure, with where it stood.

    `dated_text` is what stands at 日期 (None where it was left blank) in `dated_cell`; `dated` is what it means.
    """

    sheet: str | None
    figures: tuple[Figure, ...]
    words: tuple[Words, ...] = ()
    title: str | None = None
    title_cell: str | None = None
    unit_text: str | None = None
    unit_cell: str | None = None
    dated: date | None = None
    dated_text: str | None = None
    dated_cell: str | None = None


@dataclass(frozen=True, slots=True)
class HiddenIdentity:
    """What an issued workbook carries in its document properties; `unit` is a roster code or None (通用表)."""

    unit: str | None
    campaign: str | None
    form: str | None
    form_version: int | None


IDENTITY_PROPERTIES = {
    "unit": "returns_unit",
    "campaign": "returns_campaign",
    "form": "returns_form",
    "form_version": "returns_form_version",
}
"""Part of a HiddenIdentity → the custom document property (text) that carries it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure that a narrative names: `column` is the form's column it speaks of, `value` in that column's unit.

    `said` is the wording, for the clerk to find it again (走访慰问120人); `is_about`: it calls itself approximate.
    """

    column: str
    value: Decimal
    said: str
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Narrative:
    """What a 工作总结 says, a paragraph a line, cut where it is very long; "" where nothing could be read.

    `is_partial`: some of it could not be read (pictures, a scan, what is past the limits, an old format), so
    that what is not in `text` may still stand in the document.
    """

    text: str
    is_partial: bool = False
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a clerk typed under 填写说明 in a marked copy. `mark` names the finding: rule, cell, digest of its text."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file says, before anybody judges it. `kind` is the format found by content.

    `secret` is the secrecy mark found in it (绝密★ …): such a file is held and quoted nowhere.
    `narrative` is there for materials that cover one. `explanations` are those of a marked copy that came back.
    `author` is who last saved it, as the document itself says. `unit_text` is what stands at 填报单位 where a form
    should be and none was found; a form has its own.
    """

    kind: str
    material: Material | None
    form: FormReading | None = None
    identity: HiddenIdentity | None = None
    findings: tuple[Finding, ...] = ()
    secret: bool = False
    narrative: Narrative | None = None
    explanations: tuple[Explanation, ...] = ()
    author: str | None = None
    unit_text: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a file, as far as it says so itself.

    `unit` is a roster code, None where nobody or several were named. `source` says which of the
    four sources spoke (隐藏标识, 填报单位, 文件名, 文件夹); `doubt` says in Chinese why it is held.
    """

    unit: str | None
    source: str | None = None
    doubt: str | None = None
    findings: tuple[Finding, ...] = ()
