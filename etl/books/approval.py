"""定稿审批: what a person is shown before approving: totals, who is missing, what is still open. In Markdown."""

import re
from collections.abc import Iterable

from etl.books.amounts import amount, in_unit
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, MISSING_STATES, moment, zone
from etl.definitions import Campaign, Form
from etl.model import Summary

_AT_MOST = 100
"""Lines of one list: who approves reads them all."""
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+!|~&$]")


def approval_request(summary: Summary, form: Form, campaign: Campaign) -> str:
    """The text; what comes from files stands in it as text, never as markup."""
    waiting = [query for query in summary.queries if query.is_open]
    parts = [
        f"**{_text(standing_line(summary, campaign))}**",
        f"统计到 {moment(campaign, summary.as_of)}（{zone(campaign)}）。批准后，汇总表、工作报告、报送进度印上审批人和时间；"
        "以后数字再有变化，另出更正，也要审批。",
        "### 全区合计",
        _totals(summary, form),
        f"### 还没有报的：{len(summary.missing)} 份",
        _list(
            f"{_text(one.unit)}：{MATERIALS[one.material]}，{MISSING_STATES[one.state]}"
            for one in summary.missing
        ),
        f"### 还没有说明的核实：{len(waiting)} 处",
        _list(f"{_text(one.unit)}：{_text(one.message)}" for one in waiting),
        f"### 照收的（豁免）：{len(summary.waivers)} 份",
        _list(f"{_text(one.unit)}：{_text(one.why)}（{_text(one.by)}）" for one in summary.waivers),
        f"### 待认领、没有计入的：{len(summary.held)} 件",
        _list(f"{one.receipt}：{_text(one.why)}" for one in summary.held),
    ]
    return "\n\n".join(part for part in parts if part)


def _totals(summary: Summary, form: Form) -> str:
    names = [f"{column.full_label}（{column.unit}）" for column in form.figure_columns]
    lines = ["| 对象 | " + " | ".join(map(_text, names)) + " |", "|---" * (1 + len(names)) + "|"]
    for row in form.rows:
        figures = [
            f"{in_unit(column, amount(form, summary.totals, row, column)):.12g}"
            for column in form.figure_columns
        ]
        lines.append(f"| {_text(row.label)} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def _list(lines: Iterable[str]) -> str:
    told = list(lines)
    more = [f"- ……共 {len(told)} 条，其余见报送进度"] if len(told) > _AT_MOST else []
    return "\n".join([*(f"- {line}" for line in told[:_AT_MOST]), *more])


def _text(said: str) -> str:
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(said.split()))
