"""Sums that do not add up, as findings: 元 set aside, causes found, a whole wrong line said once."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from etl.model import Finding
from etl.rules.case import Case, grouped, listed
from etl.rules.causes import FAILS, ROUNDED, Account, Cause, Change, find_causes
from etl.rules.heads import Head, guesses_of_yuan, still_wrong
from etl.rules.slips import Place, Wrong, slips_of
from etl.rules.sums import (
    MILLION,
    Cell,
    Sum,
    in_yuan,
    is_derived,
    is_money,
    limit,
    millionths,
    rounding,
    shown,
)


def wrong_sums(case: Case, heads: Sequence[Head]) -> tuple[list[Finding], list[Head], list[Change]]:
    """One finding for each cause of failing sums, the heads that these do not explain, and what would put
    the sums right: the figures that are proven wrong, else each part of a failing sum.

    A sum that fails only because money was typed in 元 is not said again, nor is money a head that comes
    right with the figure that the sums propose.
    """
    account = _account(case)
    failing = [item for item, state in account.states.items() if state == FAILS]
    failing, account = _without_yuan(case, account, failing, heads)
    causes, settled = find_causes(
        account, failing, lambda change: still_wrong(case, heads, change) < len(heads)
    )
    causes = [_as_told(case, account, cause) for cause in causes]
    explained = {cause.cell: -cause.error for cause in causes if _is_proven(case, cause)}
    findings = _findings(case, causes) + _rounded(case, settled)
    left = [head for head in heads if not _explained(case, head, explained)]
    return findings, left, [change for cause in causes for change in _remedies(case, cause)]


def _account(case: Case) -> Account:
    """The sums that hold, and those that the suites found; a derived sum that does not hold judges nothing."""
    limits = {item: millionths(limit(item.rule, case.rulebook)) for item in case.gaps}
    slack = {item: max(limits[item], _rounding(case, item)) for item in case.gaps}
    found = {item for item in case.gaps if item.stated in {*case.at(item.rule), *case.at("sum_rounded")}}
    gaps = {item: gap for item, gap in case.gaps.items() if abs(gap) <= limits[item] or item in found}
    derived = frozenset(cell for cell, figure in case.figures.items() if is_derived(figure))
    amounts = {cell: case.amount(cell) for cell in case.figures}
    return Account(gaps, limits, slack, derived, amounts)


def _rounding(case: Case, item: Sum) -> int:
    """How far rounding may set the sum apart; nothing unless all its money has one decimal at most."""
    tenths = all(case.amount(cell) % (MILLION // 10) == 0 for cell in item.cells)
    asked = is_money(item) and tenths and "sum_rounded" in case.active
    return rounding(item, case.rulebook) if asked else 0


def _without_yuan(
    case: Case, account: Account, failing: Sequence[Sum], heads: Sequence[Head]
) -> tuple[list[Sum], Account]:
    """The sums that still fail once the 元 are 万元, and the account in 万元."""
    best, left = account, list(failing)
    for cells in guesses_of_yuan(case, heads):
        change = {cell: in_yuan(account.amounts[cell]) - account.amounts[cell] for cell in cells}
        tried, turned = account.put_right(change), account.followed(change).keys()
        rest = [item for item in failing if not _holds_in_wan_yuan(tried, item, turned)]
        # A guess that makes failing figures too small to fail explains nothing; nor does one figure taken for
        # 元 that then still fails a sum of its own: its own value is what is wrong.
        suspects = {head.money for head in heads}.intersection(cells)
        is_half = len(suspects) == 1 and any(suspects.intersection(item.cells) for item in rest)
        if len(rest) < len(left) and not is_half and all(tried.states[item] == FAILS for item in rest):
            best, left = tried, rest
    gaps = {item: gap for item, gap in best.gaps.items() if item in left or best.states[item] != FAILS}
    return left, Account(gaps, best.limits, best.slack, best.derived, best.amounts)


def _holds_in_wan_yuan(tried: Account, item: Sum, turned: Collection[Cell]) -> bool:
    """Whether the sum holds with the `turned` figures in 万元, and the stated one as it is or in 元 too."""
    stated, gap = tried.amounts[item.stated], tried.gaps[item]
    if item.stated not in turned and abs(gap) <= tried.limits[item]:
        return True
    by = 0 if item.stated in turned else in_yuan(stated) - stated
    if all(cell in turned or not tried.amounts[cell] for cell in item.parts):
        # Where every figure became small, a small gap means nothing by itself.
        return abs(gap + by) * 100 <= stated + by
    return abs(gap + by) <= tried.limits[item]


def _as_told(case: Case, account: Account, cause: Cause) -> Cause:
    """The cause with only the sums that it explains alone, and with its error in the figure as typed.

    What a sum is off by once another cause is put right is nothing that a clerk can see on the form.
    """
    if not cause.proven:
        return cause
    alone = {item: gap for item, gap in cause.gaps.items() if abs(account.gaps[item]) == abs(cause.error)}
    error = case.amount(cause.cell) - (account.amounts[cause.cell] - cause.error)
    return replace(cause, gaps=alone, error=error) if alone else replace(cause, proven=False)


def _is_proven(case: Case, cause: Cause) -> bool:
    return cause.proven and case.stands_for("part_of_sums", *(item.rule for item in cause.gaps))


def _remedies(case: Case, cause: Cause) -> list[Change]:
    if _is_proven(case, cause):
        return [{cause.cell: -cause.error}]
    return [{part: gap} for item, gap in cause.gaps.items() for part in item.parts]


def _explained(case: Case, head: Head, change: Change) -> bool:
    touched = head.money in change or head.recipients in change
    return touched and case.stands_for("part_of_sums", head.rule) and not still_wrong(case, [head], change)


def _findings(case: Case, causes: Sequence[Cause]) -> list[Finding]:
    findings = []
    causes = sorted(causes, key=lambda cause: case.order[_cell(case, cause)])
    for line in grouped(causes, [_line(case, cause) for cause in causes]):
        slips = slips_of(case, _line(case, line[0]), [_wrong(case, cause) for cause in line])
        findings += [_finding(case, [line[at] for at in slip]) for slip in slips]
    return findings


def _line(case: Case, cause: Cause) -> tuple[str, str]:
    """The row or column of the form that the finding stands in."""
    row, column = _cell(case, cause)
    adds_up_columns = not _is_proven(case, cause) and _lead(case, cause).rule != "row_sum"
    is_total = _is_proven(case, cause) and row == case.form.total_row.id
    return ("row", row) if adds_up_columns or is_total else ("column", column)


def _wrong(case: Case, cause: Cause) -> Wrong:
    unexplained = len(cause.gaps) == 1 and not _is_proven(case, cause)
    return Wrong(_places(case, cause), may_be_moved=unexplained and is_money(_lead(case, cause)))


def _lead(case: Case, cause: Cause) -> Sum:
    """The gravest of the sums, the first of these."""
    return next(
        item for item in cause.gaps if case.stands_for(item.rule, *(other.rule for other in cause.gaps))
    )


def _cell(case: Case, cause: Cause) -> Cell:
    return cause.cell if _is_proven(case, cause) else _lead(case, cause).stated


def _finding(case: Case, causes: Sequence[Cause]) -> Finding:
    """One finding for the causes of one line, at the first, naming the figures of the others."""
    cause, lead = causes[0], _lead(case, causes[0])
    (first, error), *rest = [place for one in causes for place in _places(case, one)]
    if not _is_proven(case, cause):
        return _sum_finding(case, lead.rule, lead, error, rest)
    return case.finding(
        "part_of_sums",
        first,
        sums=_named(case, list(cause.gaps), first),
        difference=shown(abs(error)),
        proposed=shown(case.amount(first) - error),
        yuan=_wrong_unit(case, first, case.amount(first) - error),
        also=_also(case, rest),
    )


def _places(case: Case, cause: Cause) -> list[Place]:
    """The figures where a cause shows, its own first, and how far each is off, all as typed."""
    if _is_proven(case, cause):
        return [(cause.cell, cause.error)]
    lead = _lead(case, cause)
    others = [item for item in cause.gaps if item.stated != lead.stated and case.gaps[item]]
    return [(item.stated, case.gaps[item]) for item in (lead, *others)]


def _sum_finding(case: Case, rule: str, item: Sum, gap: int, rest: Sequence[Place]) -> Finding:
    parts = [case.form.short_label(case.form.column(column)) for _, column in item.parts]
    return case.finding(
        rule,
        item.stated,
        computed=shown(case.amount(item.stated) - gap),
        difference=shown(abs(gap)),
        parts="、".join(parts) if item.rule == "row_sum" else "各行",
        also=_also(case, rest),
        yuan=_wrong_unit(case, item.stated, case.amount(item.stated) - gap),
    )


def _wrong_unit(case: Case, cell: Cell, right: int) -> str:
    """A clause that names the cause where a money figure is what it should be, but for its unit."""
    stated = case.amount(cell)
    if case.form.column(cell[1]).type != "money" or not stated or not right:
        return ""
    if in_yuan(stated) == right:
        return "，像是把“元”当成了“万元”"
    return "，像是把“万元”当成了“元”" if in_yuan(right) == stated else ""


def _rounded(case: Case, account: Account) -> list[Finding]:
    """Rounding before adding is one cause for the whole form."""
    rounded = [
        item
        for item, state in account.states.items()
        if item.stated in case.at("sum_rounded") and state == ROUNDED and case.gaps[item]
    ]
    before = [(item.stated, case.gaps[item]) for item in rounded]
    return [_sum_finding(case, "sum_rounded", rounded[0], before[0][1], before[1:])] if rounded else []


def _named(case: Case, sums: Sequence[Sum], cell: Cell) -> str:
    """The sums as seen from a cell: 本行的合计、本列的总计都."""
    names = []
    for item in sums:
        if item.stated == cell:
            names.append("本行各项之和" if item.rule == "row_sum" else "本列各行之和")
        elif item.stated[1] == cell[1]:
            names.append(f"本列的{case.form.row(item.stated[0]).label}")
        elif item.stated[0] == cell[0]:
            names.append(f"本行的{case.form.column(item.stated[1]).label}")
        else:
            names.append(case.name(item.stated))
    return "、".join(names) + ("都" if len(names) > 1 else "")


def _also(case: Case, rest: Sequence[Place]) -> str:
    """，另外总计·合计（I10）差2万元、…也对不上."""
    if not rest:
        return ""
    names = [
        f"{case.placed(cell, case.name(cell))}差{shown(abs(by))}{case.form.column(cell[1]).unit}"
        for cell, by in dict(rest).items()
    ]
    return f"，另外{listed(names)}也对不上"
