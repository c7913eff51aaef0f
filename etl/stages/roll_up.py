"""Roll up (上级汇总): every node of the tree beside the whole, from the same returns at the same moment."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from etl.books.missing import is_overdue
from etl.definitions import Campaign, Form
from etl.definitions.roster import NOT_IN_A_FILE_NAME
from etl.definitions.tree import MOST_ON_A_LIST, TOP, Node
from etl.model import Amounts, Branch, CoverageLine, KindTotals, Material, Summary
from etl.warehouse.form_tables import node_totals
from etl.warehouse.questions import Answer, ask


def is_large(tree: Sequence[Node]) -> bool:
    """Whether the campaign's units do not fit on one list: then the top shows its branches instead."""
    return sum(len(node.units) for node in tree) > MOST_ON_A_LIST


def is_branched(tree: Sequence[Node]) -> bool:
    """Whether there is any node beside the top."""
    return len(tree) > 1


@dataclass(frozen=True, slots=True)
class Sums:
    """What is in and below each node, by its code."""

    by_kind: dict[str, tuple[KindTotals, ...]]
    coverage: dict[str, tuple[CoverageLine, ...]]

    def kinds_of(self, node: str) -> tuple[KindTotals, ...]:
        return self.by_kind.get(node, ())

    def totals_of(self, node: str, form: Form) -> Amounts:
        return added_up([kind.totals for kind in self.kinds_of(node)], form)

    def coverage_of(self, node: str) -> tuple[CoverageLine, ...]:
        return self.coverage.get(node, ())


def sums_of_nodes(connection: Connection, campaign: Campaign, form: Form, as_of: datetime) -> Sums:
    """The figures added up and the coverage, each by one question for all nodes."""
    added: dict[str, dict[str, Amounts]] = defaultdict(lambda: defaultdict(dict))
    forms: dict[tuple[str, str], int] = {}
    for node, kind, row, number, amounts in node_totals(connection, form, campaign.id, as_of):
        added[node][kind][row] = amounts
        forms[node, kind] = number
    coverage: dict[str, list[CoverageLine]] = defaultdict(list)
    for line in ask(connection, "node_coverage", campaign=campaign.id, as_of=as_of):
        coverage[line["node"]].append(coverage_line(line))
    return Sums(
        {
            node: tuple(
                KindTotals(kind, forms[node, kind], derived(rows, form)) for kind, rows in kinds.items()
            )
            for node, kinds in added.items()
        },
        {node: tuple(lines) for node, lines in coverage.items()},
    )


def coverage_line(row: Answer) -> CoverageLine:
    """A row of one of the questions about coverage."""
    return CoverageLine(
        kind=row["kind"],
        material=Material(row["material"]),
        expected=int(row["expected"]),
        accepted=int(row["accepted"]),
        on_time=int(row["on_time"]),
        nil_returns=int(row["nil_returns"]),
        voluntary=int(row["voluntary"]),
        corrections=int(row["corrections"]),
    )


def added_up(some: Iterable[Amounts], form: Form) -> Amounts:
    """Figures of several, each in its place; all 0 of none."""
    names = [column.id for column in form.part_columns]
    parts: Amounts = {row.id: dict.fromkeys(names, 0) for row in form.category_rows}
    for one in some:
        for row, columns in parts.items():
            for column in columns:
                columns[column] += one[row][column]
    return derived(parts, form)


def derived(added: Amounts, form: Form) -> Amounts:
    """Category figures as they were added up, 0 where nobody reported; 合计 and 总计 from them."""
    totals: Amounts = {row.id: {} for row in form.rows}
    for row in form.category_rows:
        for column in form.part_columns:
            totals[row.id][column.id] = added.get(row.id, {}).get(column.id, 0)
    for column in form.part_columns:
        totals[form.total_row.id][column.id] = sum(totals[row.id][column.id] for row in form.category_rows)
    for row in form.rows:
        for column in form.sum_columns:
            totals[row.id][column.id] = sum(totals[row.id][part] for part in column.sum_of)
    return totals


def with_branches(
    summary: Summary, tree: Sequence[Node], sums: Sums, form: Form, campaign: Campaign
) -> Summary:
    """The summary of a campaign with the branches of its tree; of a large one, only what is right below the top
    is left to be listed there (its missing pairs and open points are all of the campaign's still)."""
    home = {code: node.code for node in tree for code in node.units}
    overdue = Counter(
        home.get(one.code, TOP) for one in summary.missing if is_overdue(one, summary, campaign)
    )
    waiting = Counter(home.get(one.code, TOP) for one in summary.queries if one.is_open)
    units = Counter({node.code: len(node.units) for node in tree})
    for node in reversed(tree):
        if node.parent is not None:
            for counted in (overdue, waiting, units):
                counted[node.parent] += counted[node.code]
    folders = _folders(tree)
    branches = tuple(
        Branch(
            code=node.code,
            name=node.name,
            parent=node.parent,
            folder=folders[node.code],
            listed=node.units,
            units=units[node.code],
            totals=sums.totals_of(node.code, form),
            by_kind=sums.kinds_of(node.code),
            coverage=sums.coverage_of(node.code),
            overdue=overdue[node.code],
            open_queries=waiting[node.code],
        )
        for node in tree
        if node.parent is not None
    )
    below = tuple(branch for branch in branches if branch.parent == TOP) if is_large(tree) else ()
    return replace(summary, by_kind=sums.kinds_of(TOP), branches=branches, below=below)


def _folders(tree: Sequence[Node]) -> dict[str, str]:
    """Where each node's files are, below 下级: the names on the way to it."""
    folders = {TOP: ""}
    for node in tree:
        if node.parent is not None:
            above = folders[node.parent]
            name = NOT_IN_A_FILE_NAME.sub("_", node.name)
            folders[node.code] = f"{above}/{name}" if above else name
    return folders


def listed(summary: Summary) -> Summary:
    """Of a campaign too large for one list: what its top itself shows; the rest is in the files of its branches."""
    if not summary.below:
        return summary
    codes = {unit.code for unit in summary.units}
    return replace(summary, **_of_units(summary, codes))


def _of_units(summary: Summary, codes: Iterable[str]) -> dict[str, Any]:
    kept = frozenset(codes)
    return {
        name: tuple(one for one in getattr(summary, name) if one.code in kept)
        for name in ("missing", "queries", "waivers", "contacts")
    }
