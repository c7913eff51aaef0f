"""The files of the branches (下级): each node of the tree has its own summary and missing list."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from etl.books.branch import branch_workbook
from etl.books.branch_missing import branch_missing_workbook
from etl.books.reminding import reminded_today
from etl.books.sources import sources_csv
from etl.definitions import Campaign, Form
from etl.masking import shown
from etl.model import Branch, FormPlace, Summary, receipt_number
from etl.office import Office
from etl.stages.kind import Kind
from etl.stages.sources import sources_of
from etl.stages.unit_lines import unit_lines
from etl.warehouse.form_tables import cells_of
from etl.warehouse.questions import Answer, ask

FOLDER = "下级"
OF_BRANCHES = "branch:"
"""What the ids of their kinds begin with."""


class _OfUnit(Protocol):
    @property
    def code(self) -> str: ...


Some = TypeVar("Some", bound=_OfUnit)
_Made = TypeVar("_Made")
_OfBranch = Callable[[Branch, Summary, Form, Campaign], _Made]


class Branches:
    """All that the files of a campaign's branches are told from, sorted by the node that lists it. The figures of
    single units are asked for only where a file is to be made."""

    def __init__(self, summary: Summary, form: Form, office: Office) -> None:
        self.summary, self.form, self.office = summary, form, office
        self.home = {code: branch.code for branch in summary.branches for code in branch.listed}
        self.below: dict[str, list[Branch]] = defaultdict(list)
        for branch in summary.branches:
            self.below[branch.parent].append(branch)
        with office.warehouse.reading() as connection:
            rows = ask(connection, "unit_lines", campaign=summary.campaign, as_of=summary.as_of)
        self.lines: dict[str, list[Answer]] = defaultdict(list)
        for row in rows:
            self.lines[self.home.get(row["code"], "")].append(row)
        self.missing = self._sorted(summary.missing)
        self.queries, self.waivers = self._sorted(summary.queries), self._sorted(summary.waivers)
        self.contacts, self.reminded = self._sorted(summary.contacts), self._sorted(summary.reminded)

    def kinds(self) -> Iterable[Kind]:
        """Two files a branch, those of every parent before those of its children. Of a campaign too large for one list
        also 溯源 as CSV, of whoever lists a unit that has reported: otherwise the top's summary has it as a sheet."""
        for branch in self.summary.branches:
            yield _kind(branch, "summary", "汇总表", ".xlsx", self._workbook, self._facts)
            yield _kind(branch, "missing", "未报名单", ".xlsx", self._missing_list, self._missing_facts)
            if self.summary.below and self._forms(branch):
                yield _kind(branch, "sources", "溯源", ".csv", self._sources, self._sources_facts)

    def _facts(self, branch: Branch, _summary: Summary, form: Form, campaign: Campaign) -> Any:
        """What a form in force says never changes: its submission stands for it."""
        known = [tuple(line.values()) for line in self.lines[branch.code]]
        open_points = [self.queries[branch.code], self.waivers[branch.code]]
        return [form.version, campaign.title, _told(branch), known, open_points, self._told_below(branch)]

    def _missing_facts(self, branch: Branch, summary: Summary, _form: Form, campaign: Campaign) -> Any:
        late, missing = campaign.is_late(summary.as_of), self.missing[branch.code]
        owed = [
            (one.name, one.folder, one.coverage, one.overdue) for one in (branch, *self.below[branch.code])
        ]
        known = [campaign.title, late, missing, self.contacts[branch.code] if missing else [], owed]
        return [*known, *told_today(self._of(branch), campaign)] if missing else known

    def _sources_facts(self, branch: Branch, _summary: Summary, form: Form, campaign: Campaign) -> Any:
        said = [(line["code"], line["name"], line["submission_id"]) for line in self._forms(branch)]
        return [form.version, campaign.title, branch.folder, said]

    def _forms(self, branch: Branch) -> list[Answer]:
        """Of the units that it lists, those that have a form in force."""
        return [line for line in self.lines[branch.code] if line["submission_id"] is not None]

    def _told_below(self, branch: Branch) -> list[Any]:
        return [_told(one) for one in self.below[branch.code]]

    def _workbook(self, branch: Branch, _summary: Summary, form: Form, campaign: Campaign) -> bytes:
        with self.office.warehouse.reading() as connection:
            lines = self.lines[branch.code]
            units = unit_lines(connection, self.form, lines)
            places = _places(connection, self.form, campaign, lines)
        return branch_workbook(replace(self._of(branch), units=units, places=places), form, campaign)

    def _sources(self, branch: Branch, _summary: Summary, form: Form, campaign: Campaign) -> bytes:
        lines = self._forms(branch)
        with self.office.warehouse.reading() as connection:
            sources = sources_of(connection, form, campaign.id, lines)
        return sources_csv(sources, {line["code"]: line["name"] for line in lines}, form)

    def _missing_list(self, branch: Branch, _summary: Summary, form: Form, campaign: Campaign) -> bytes:
        return branch_missing_workbook(self._of(branch), form, campaign)

    def _of(self, branch: Branch) -> Summary:
        """The campaign's summary, cut to what this branch lists, with what is below it added up."""
        return replace(
            self.summary,
            node=branch.name,
            totals=branch.totals,
            by_kind=branch.by_kind,
            coverage=branch.coverage,
            units=(),
            missing=tuple(self.missing[branch.code]),
            queries=tuple(self.queries[branch.code]),
            waivers=tuple(self.waivers[branch.code]),
            contacts=tuple(self.contacts[branch.code]),
            reminded=tuple(self.reminded[branch.code]),
            held=(),
            below=tuple(self.below[branch.code]),
            branches=(),
        )

    def _sorted(self, things: Iterable[Some]) -> Mapping[str, list[Some]]:
        found: dict[str, list[Some]] = defaultdict(list)
        for one in things:
            found[self.home.get(one.code, "")].append(one)
        return found


def _kind(
    branch: Branch, id_: str, name: str, ending: str, book: _OfBranch[bytes], facts: _OfBranch[Any]
) -> Kind:
    """What is published of one branch, in its own folder."""
    whole, path = f"{OF_BRANCHES}{id_}:{branch.code}", f"{FOLDER}/{branch.folder}/{name}"
    return Kind(whole, path, ending, partial(book, branch), partial(facts, branch))


def told_today(summary: Summary, campaign: Campaign) -> list[Any]:
    """Facts of a missing list: who was told which step on this very day; none on all other days."""
    told = [(one.code, one.step) for one in reminded_today(summary, campaign)]
    return [told] if told else []


def _told(branch: Branch) -> Any:
    return [
        branch.name,
        branch.folder,
        branch.units,
        branch.totals,
        branch.by_kind,
        branch.coverage,
        branch.overdue,
        branch.open_queries,
    ]


def _places(
    connection: Connection, form: Form, campaign: Campaign, lines: Iterable[Answer]
) -> tuple[FormPlace, ...]:
    forms = [line for line in lines if line["submission_id"] is not None]
    cells = cells_of(connection, form, [line["submission_id"] for line in forms])
    return tuple(
        FormPlace(
            code=line["code"],
            file=shown(line["file"]),
            sha256=line["sha256"],
            receipt=receipt_number(campaign.id, line["submission_id"]),
            sheet=None if sheet is None else shown(sheet),
            cells=by_row,
        )
        for line in forms
        for sheet, by_row in [cells.get(line["submission_id"], (None, {}))]
    )
