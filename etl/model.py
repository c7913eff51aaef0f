"""The nouns of the trade as frozen values. Imports nothing of ours, so that every room can speak them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

FEN_IN_WAN_YUAN = 1_000_000
"""分 in one 万元: money is kept as whole 分 and shown in 万元 with at most six decimals."""


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
    `author` is who last saved it, as the document itself says.
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


Amounts = dict[str, dict[str, int]]
"""Row id → column id → whole 分 for money, whole heads or pieces for counts."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit in the summary. `amounts` is None where no form of the unit is in force."""

    code: str
    name: str
    kind: str
    parent: str
    owes_form: bool
    amounts: Amounts | None
    nil_return: bool
    received_at: datetime | None
    late: bool


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
class Reminded:
    """A unit that was reminded (催办): of which step, and how.

    `step` is a number of working days since the deadline, negative before it, or `returned`; `since` the
    deadline, or the day of the return. `email` is "" where the unit has none; `outcome` says in Chinese what
    became of the mail.
    """

    code: str
    unit: str
    step: str
    since: date
    reminded_at: datetime
    email: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Correction:
    """How the figures differ from those sealed before (更正): in the office's order, and then the form's.

    `lines` is empty where a correction was published and then taken back.
    """

    since: Seal
    lines: tuple[UnitCorrection, ...]


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


@dataclass(frozen=True, slots=True)
class UnitNarrative:
    """What a unit's 工作总结 in force says, a paragraph a line, masked for paper."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class KindTotals:
    """What the forms in force of one kind of units add up to, and how many forms they are."""

    kind: str
    forms: int
    totals: Amounts


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree below the top (下级): it and all that is below it, added up.

    `parent` is the code of the node above; `folder` its own folder below 下级, with those above it.
    `listed` are the codes of the units that its own lists show; `units` how many there are in and below it.
    `overdue` counts owed pairs, `open_queries` what still waits for an explanation.
    """

    code: str
    name: str
    parent: str
    folder: str
    listed: tuple[str, ...]
    units: int
    totals: Amounts
    by_kind: tuple[KindTotals, ...]
    coverage: tuple[CoverageLine, ...]
    overdue: int
    open_queries: int

    @property
    def expected(self) -> int:
        return sum(line.expected for line in self.coverage)

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.coverage)

    @property
    def on_time(self) -> int:
        return sum(line.on_time for line in self.coverage)

    @property
    def missing_pairs(self) -> int:
        return self.expected - self.accepted

    @property
    def forms(self) -> int:
        """Forms that are added up in it, voluntary ones too."""
        lines = [line for line in self.coverage if line.material is Material.STATISTICS]
        return sum(line.accepted + line.voluntary for line in lines)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a campaign's returns say at one moment; all that is published is made from it.

    `years_unknown` are the years of the campaign of which no holidays are known.

    `sources` (in the form's order and then the office's; a branch has `places` instead), `changes` (None before the
    first publication), `rules` and `narratives` are particulars, gathered only where a workbook is to show them.

    `seal` is the latest approval, None for what is provisional (快报); `correction` what differs from the
    figures that were approved before those of now. `reminded` are those of the last day on which any was;
    `contacts` says of each unit that ever was reached when that was; `answered` of what is missing, by unit and
    material, the number of the receipt by which the last of it was returned or held.

    `node` names the node of the tree that it is of, "" for all of a campaign, which then knows all `branches` of
    the tree. `below` are those right below it whose units it does not list itself: they are in its totals and
    coverage, and have files of their own.
    """

    campaign: str
    as_of: datetime
    totals: Amounts
    units: tuple[UnitLine, ...]
    coverage: tuple[CoverageLine, ...]
    missing: tuple[Missing, ...]
    sources: tuple[Source, ...] = ()
    places: tuple[FormPlace, ...] = ()
    queries: tuple[Query, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    held: tuple[HeldFile, ...] = ()
    years_unknown: tuple[int, ...] = ()
    changes: Changes | None = None
    rules: tuple[RuleLine, ...] = ()
    narratives: tuple[UnitNarrative, ...] = ()
    seal: Seal | None = None
    correction: Correction | None = None
    reminded: tuple[Reminded, ...] = ()
    contacts: tuple[Contact, ...] = ()
    answered: Mapping[tuple[str, Material], str] = field(default_factory=dict)
    node: str = ""
    by_kind: tuple[KindTotals, ...] = ()
    branches: tuple[Branch, ...] = ()
    below: tuple[Branch, ...] = ()

    @property
    def is_final(self) -> bool:
        """A person approved these very figures."""
        changed = self.correction is not None and self.correction.since == self.seal
        return self.seal is not None and not (changed and self.correction and self.correction.lines)

    @property
    def district(self) -> str | None:
        """Who reports upwards: the node, or the parent that all units right below the top share; None where they
        share none."""
        names = {unit.name for unit in self.units}
        parents = {unit.parent for unit in self.units if unit.parent not in names}
        shared = parents.pop() if len(parents) == 1 else ""
        return self.node or shared or None

    @property
    def expected(self) -> int:
        return sum(line.expected for line in self.coverage)

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.coverage)

    @property
    def on_time(self) -> int:
        return sum(line.on_time for line in self.coverage)

    @property
    def open_queries(self) -> int:
        """What still waits for an explanation, here and below, of what is published for this node."""
        return sum(query.is_open for query in self.queries) + sum(one.open_queries for one in self.below)

    @property
    def missing_pairs(self) -> int:
        """How many owed pairs have nothing in force, here and below, of what is published for this node."""
        return len(self.missing) + sum(one.missing_pairs for one in self.below)


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


def fen_to_wan_yuan(fen: int) -> Decimal:
    """分 as 万元, exact, without trailing zeros: 15050000 is 15.05."""
    return plain(Decimal(fen) / FEN_IN_WAN_YUAN)


def plain(value: Decimal) -> Decimal:
    """The same number in its shortest decimal, never with an exponent."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if value.adjusted() < 27 else Decimal(int(value))
    return value.normalize()


def shortest(value: Decimal) -> str:
    """The number in its shortest decimal, as text: 15.0500 is 15.05."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def receipt_number(campaign: str, submission_id: int) -> str:
    """A submission's receipt number: the campaign and its place in the ledger."""
    return f"{campaign}-{submission_id:06d}"
