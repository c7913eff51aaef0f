"""工作报告: what the office sends up to the municipality, drafted from the figures by a template it can edit.

The template is a Word document with names in double braces (config/report.docx); docxtpl fills it.
"""

import io
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.shared import Mm
from docx.table import Table
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from etl.books.amounts import amount, in_unit
from etl.books.chart import put_bar_chart
from etl.books.narrative_parts import narrative_parts
from etl.books.official import NARROW_MARGINS, keep_together
from etl.books.page_edges import has_edges, mark_pages, number_pages
from etl.books.standing import standing_line
from etl.books.summary import forms_added_up
from etl.books.word_file import describe, speak_chinese, without_moments
from etl.books.words import MATERIALS, day, moment
from etl.definitions import Campaign, Column, Form
from etl.model import Branch, Material, Summary

_NAMED_AT_MOST = 5
_NAMED_IN_ORDER = 3
_CHART = "\ue000"
"""Holds the chart's place while the template is filled; no text of ours or of a unit is this."""
_TEXT_WIDTH, _LABEL_WIDTH = 156.0, 27.0
"""Millimetres between the margins, and of the column that names a row."""


def report(template: bytes, summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """A .docx. Raises jinja2.TemplateError, KeyError or ValueError where the template cannot be filled."""
    document = DocxTemplate(io.BytesIO(template))
    names = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(_said(summary, form, campaign), jinja_env=names, autoescape=True)
    for table in document.docx.tables:
        if len(table.columns) == 1 + len(form.figure_columns):
            _spread(table)
            keep_together(table)
    _keep_signatures(document.docx)
    _draw(document.docx, summary, form)
    _dress(document.docx, summary, campaign)
    saved = io.BytesIO()
    document.save(saved)
    return without_moments(saved)


def _keep_signatures(document: Any) -> None:
    """No page begins with who signed: what stands at the right keeps the paragraph above with it."""
    for above, paragraph in pairwise(document.paragraphs):
        if paragraph.alignment == WD_ALIGN_PARAGRAPH.RIGHT:
            above.paragraph_format.keep_with_next = True


def _dress(document: Any, summary: Summary, campaign: Campaign) -> None:
    """What stands around the text, and what the file says of itself. A template with headers or footers of its own
    has its own page numbers, or none."""
    if not has_edges(document):
        number_pages(document)
    mark_pages(document, standing_line(summary, campaign))
    speak_chinese(document)
    title = next((one.text.strip() for one in document.paragraphs if one.text.strip()), "")
    describe(document, title, campaign.office, summary.as_of)


def _draw(document: Any, summary: Summary, form: Form) -> None:
    """The chart where the template says {{ chart }}; a template that names none has none."""
    column = _last_sum(form)
    bars = [
        (row.label, in_unit(column, amount(form, summary.totals, row, column))) for row in form.category_rows
    ]
    for paragraph in document.paragraphs:
        if paragraph.text.strip() == _CHART:
            put_bar_chart(paragraph, f"各类对象{column.label}（{column.unit}）", bars)
            return


def _last_sum(form: Form) -> Column:
    """What a category comes to: the form's last sum, or its last figure."""
    return next((one for one in reversed(form.figure_columns) if one.sum_of), form.figure_columns[-1])


def _spread(table: Table) -> None:
    """Columns that a loop of the template made are as narrow as its own: spread them over the page's width."""
    table._tbl.tblPr.append(parse_xml(NARROW_MARGINS))
    others = (_TEXT_WIDTH - _LABEL_WIDTH) / (len(table.columns) - 1)
    for at, column in enumerate(table.columns):
        column.width = Mm(others if at else _LABEL_WIDTH)
    for row in table.rows:
        for at, cell in enumerate(row.cells):
            cell.width = Mm(others if at else _LABEL_WIDTH)


def _said(summary: Summary, form: Form, campaign: Campaign) -> dict[str, object]:
    """All that a template may name: docs/runbook.md tells the office of each."""
    return {
        "district": summary.district or campaign.office,
        "title": campaign.title,
        "office": campaign.office,
        "is_final": summary.is_final,
        "day": day(campaign, summary.as_of),
        "reported": _reported(summary, campaign),
        "punctual": _punctual(summary, campaign),
        "visits": _visits(summary, form),
        "by_category": _by_category(summary, form),
        "chart": _CHART,
        "problems": _problems(summary),
        "columns": [_heading(form, at) for at in range(len(form.figure_columns))],
        "rows": [
            {
                "label": row.label,
                "figures": [
                    f"{in_unit(column, amount(form, summary.totals, row, column)):.12g}"
                    for column in form.figure_columns
                ],
            }
            for row in form.rows
        ],
        "narratives": [_narrative(one.unit, one.text.splitlines()) for one in summary.narratives]
        or _where_they_are(summary),
    }


def _narrative(unit: str, lines: Sequence[str]) -> dict[str, object]:
    """`lines` is all of it, for templates that do not tell its parts apart."""
    said = [line for line in lines if line.strip()]
    return {"unit": unit, "lines": said, **asdict(narrative_parts(said, unit))}


def _where_they_are(summary: Summary) -> list[dict[str, object]]:
    """Of a campaign too large to attach them."""
    count = sum(
        one.accepted + one.voluntary for one in summary.coverage if one.material is Material.NARRATIVE
    )
    if not summary.below or not count:
        return []
    line = (
        f"已收到工作总结{count}份，不逐份附在后面。各单位的回执在共享文件夹“回执/单位名称”里；原件在存档里，"
        "需要时请双拥办按回执号调取。"
    )
    return [_narrative("工作总结存放的地方", [line])]


def _heading(form: Form, at: int) -> str:
    column = form.figure_columns[at]
    return f"{form.short_label(column).replace('情况·', '·')}（{column.unit}）"


def _reported(summary: Summary, campaign: Campaign) -> str:
    words = [
        f"截至{moment(campaign, summary.as_of)}，全区应报材料{summary.expected}份，已报{summary.accepted}份"
    ]
    if summary.expected:
        words.append(f"报送率{summary.accepted / summary.expected:.1%}")
    voluntary = sum(line.voluntary for line in summary.coverage)
    nil = sum(line.nil_returns for line in summary.coverage)
    words += [f"其中零报告{nil}份"] if nil else []
    words += [f"另有自愿报送{voluntary}份"] if voluntary else []
    return "，".join(words) + "。"


def _punctual(summary: Summary, campaign: Campaign) -> str:
    """Who was first, who was late, who is missing; each named up to a few."""
    forms = [unit for unit in summary.units if unit.owes_form and unit.received_at is not None]
    owing = {one.code for one in summary.missing}
    whole = [unit for unit in forms if not unit.late and unit.code not in owing]
    first = sorted(whole, key=lambda unit: str(unit.first_received_at))
    late = [unit.name for unit in forms if unit.late]
    missing = list(dict.fromkeys(f"{one.unit}（{MATERIALS[one.material]}）" for one in summary.missing))
    missing += [f"{one.name}（{one.missing_pairs}份）" for one in summary.below if one.missing_pairs]
    said = [f"按时报送的{sum(line.on_time for line in summary.coverage)}份"]
    said += [f"统计表按时、材料报齐的有{_names([unit.name for unit in first])}"] if first else []
    said += [f"统计表迟报的有{_names(late)}"] if late else []
    said += _best_and_last(summary.below)
    said += [f"尚未报送的有{_names(missing, '个下级' if summary.below else '份')}"] if missing else []
    return "；".join(said) + f"。截止时间为{moment(campaign, campaign.deadline)}。"


def _best_and_last(below: Sequence[Branch]) -> list[str]:
    """Of a campaign too large to name units: the nodes that are complete, or else furthest, and those furthest behind."""
    owing = sorted((one for one in below if one.expected), key=lambda one: -one.accepted / one.expected)
    complete = [one.name for one in owing if not one.missing_pairs]
    behind = [one for one in reversed(owing) if one.missing_pairs]
    said = [f"已全部报齐的有{_names(complete, '个下级')}"] if complete else []
    if not complete and len(owing) > _NAMED_AT_MOST:
        said = [f"报送率最高的是{_with_rates(owing)}"]
    if len(behind) > 1:
        said += [f"报送率最低的是{_with_rates(behind)}"]
    overdue = sorted((one for one in below if one.overdue), key=lambda one: -one.overdue)
    late = [f"{one.name}（{one.overdue}份）" for one in overdue]
    return said + ([f"逾期未报较多的有{_names(late, '个下级')}"] if late else [])


def _with_rates(branches: Sequence[Branch]) -> str:
    return "、".join(f"{one.name}（{one.accepted / one.expected:.1%}）" for one in branches[:_NAMED_IN_ORDER])


def _names(names: list[str], counted: str = "个") -> str:
    more = f"等{len(names)}{counted}" if len(names) > _NAMED_AT_MOST else ""
    return "、".join(names[:_NAMED_AT_MOST]) + more


def _visits(summary: Summary, form: Form) -> str:
    """The total row in words: 走访慰问14027人，…"""
    figures = [
        f"{column.said_as or form.short_label(column)}"
        f"{in_unit(column, amount(form, summary.totals, form.total_row, column)):.12g}{column.unit}"
        for column in form.figure_columns
    ]
    return f"据{forms_added_up(summary)[0]}个单位的统计表汇总，全区{'，'.join(figures)}。"


def _by_category(summary: Summary, form: Form) -> str:
    column = _last_sum(form)
    parts = [
        f"{row.label}{in_unit(column, amount(form, summary.totals, row, column)):.12g}{column.unit}"
        for row in form.category_rows
    ]
    return f"按对象分，{column.label}为：{'，'.join(parts)}。"


def _problems(summary: Summary) -> str:
    waiting = summary.open_queries
    said = []
    if summary.missing_pairs:
        said.append(f"还有{summary.missing_pairs}份材料没有报来")
    if waiting:
        said.append(f"有{waiting}处数字请单位核实，尚未说明")
    if summary.waivers:
        said.append(f"有{len(summary.waivers)}份材料经双拥办核实后照收")
    if summary.held:
        said.append(f"有{len(summary.held)}份材料待认领，没有计入")
    return "；".join(said) + "。" if said else "材料已全部报齐，数字没有待核实之处。"
