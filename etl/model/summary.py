"""All of it added up: a campaign's summary, and each branch of the tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from etl.model.amounts import Amounts
from etl.model.change import Changes, Correction, Seal
from etl.model.origin import FormPlace, RuleLine, Source
from etl.model.standing import (
    Contact,
    CoverageLine,
    HeldFile,
    Missing,
    Query,
    Reminded,
    UnitLine,
    UnitNarrative,
    Waiver,
)
from etl.model.terms import Material


@dataclass(frozen=True, slots=True)
class KindTotals:
    """What the forms in force of one kind of units add up to, and how many forms they are."""

    kind: str
    forms: int
    totals: Amounts


class _Covered:
    """What has a coverage, added up."""

    __slots__ = ()
    coverage: tuple[CoverageLine, ...]

    @property
    def expected(self) -> int:
        return sum(line.expected for line in self.coverage)

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.coverage)

    @property
    def on_time(self) -> int:
        return sum(line.on_time for line in self.coverage)


@dataclass(frozen=True, slots=True)
class Branch(_Covered):
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
    def missing_pairs(self) -> int:
        return self.expected - self.accepted

    @property
    def forms(self) -> int:
        """Forms that are added up in it, voluntary ones too."""
        lines = [line for line in self.coverage if line.material is Material.STATISTICS]
        return sum(line.accepted + line.voluntary for line in lines)


@dataclass(frozen=True, slots=True)
class Summary(_Covered):
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
    def open_queries(self) -> int:
        """What still waits for an explanation, here and below, of what is published for this node."""
        return sum(query.is_open for query in self.queries) + sum(one.open_queries for one in self.below)

    @property
    def missing_pairs(self) -> int:
        """How many owed pairs have nothing in force, here and below, of what is published for this node."""
        return len(self.missing) + sum(one.missing_pairs for one in self.below)
