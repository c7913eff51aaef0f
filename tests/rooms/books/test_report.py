"""工作报告: the shipped template filled from the figures, and what becomes of one that was edited."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from lxml import etree

from etl.books.report import report
from etl.definitions import Campaign, Definitions, Form
from etl.errors import DefinitionError
from etl.model import Branch, Summary, UnitNarrative
from etl.stages.publish import kinds_of


@pytest.fixture(scope="module")
def told(few: Summary) -> Summary:
    return replace(
        few,
        narratives=(
            UnitNarrative("巴川街道", "春节期间走访慰问优抚对象。\n{{ 7*7 }} <b>&amp;"),
            UnitNarrative("东城街道", "开展拥军活动。"),
        ),
    )


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs if paragraph.text.strip()]


def test_it_tells_the_figures_in_words_and_as_a_table(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    content = report(definitions.report, told, form, campaign)
    said = lines(content)
    assert said[0] == "铜梁区2022年春节双拥工作情况报告"
    assert (
        "截至2022年2月12日 09:30，全区应报材料20份，已报17份，报送率85.0%，其中零报告1份，另有自愿报送1份。"
        in said
    )
    (table,) = opened(content).tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[0] for row in cells] == ["对象", *(row.label for row in form.rows)]
    visited = sum(told.totals[row.id]["visited"] for row in form.category_rows)
    assert cells[-1][1] == str(visited)
    assert {len(row) for row in cells} == {1 + len(form.figure_columns)}
    assert any(f"走访慰问{visited}人" in line for line in said)


def test_late_and_missing_units_are_named(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    said = "\n".join(lines(report(definitions.report, told, form, campaign)))
    assert "统计表迟报的有旧县街道" in said
    assert "尚未报送的有蒲吕街道（统计表）、蒲吕街道（工作总结）" in said
    assert "有1份材料经双拥办核实后照收" in said


def test_of_a_campaign_too_large_to_name_units_the_best_and_last_nodes_are_named_and_where_narratives_are(
    few: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    owed = [("甲区", 10, 0), ("乙区", 5, 5), ("丙区", 9, 1), ("丁区", 2, 0), ("戊区", 10, 0)]
    below = tuple(_node(few, name, accepted, overdue) for name, accepted, overdue in owed)
    large = replace(few, units=(), missing=(), below=below)
    said = lines(report(definitions.report, large, form, campaign))
    told = "\n".join(said)
    assert "已全部报齐的有甲区、戊区；" in told
    assert "报送率最低的是丁区（20.0%）、乙区（50.0%）、丙区（90.0%）；" in told
    assert "逾期未报较多的有乙区（5份）、丙区（1份）；" in told
    annex = said[said.index("附件：各单位工作总结") + 1 :]
    assert annex[0] == "1．工作总结存放的地方" and "回执/单位名称" in annex[1]
    best = replace(large, below=tuple(_node(few, f"{at}区", at, 0) for at in range(1, 8)))
    assert "报送率最高的是7区（70.0%）、6区（60.0%）、5区（50.0%）" in "\n".join(
        lines(report(definitions.report, best, form, campaign))
    )


def _node(few: Summary, name: str, accepted: int, overdue: int) -> Branch:
    """A node that owes ten forms."""
    line = replace(few.coverage[0], expected=10, accepted=accepted, on_time=accepted, voluntary=0)
    return Branch(name, name, "", name, (), 10, few.totals, (), (line,), overdue, 0)


def test_narratives_follow_in_order_and_are_only_text(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    said = lines(report(definitions.report, told, form, campaign))
    annex = said[said.index("附件：各单位工作总结") + 1 :]
    assert annex == [
        "1．巴川街道",
        "春节期间走访慰问优抚对象。",
        "{{ 7*7 }} <b>&amp;",
        "2．东城街道",
        "开展拥军活动。",
    ]


def test_the_same_summary_gives_the_same_bytes(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    assert report(definitions.report, told, form, campaign) == report(
        definitions.report, told, form, campaign
    )


@pytest.mark.parametrize("edited", ["{{ nobody }}", "{{ title", "{% for %}", "{{ ''.__class__.__mro__ }}"])
def test_a_template_that_cannot_be_filled_is_told(
    edited: str, told: Summary, form: Form, campaign: Campaign
) -> None:
    document = docx.Document()
    document.add_paragraph(edited)
    saved = io.BytesIO()
    document.save(saved)
    (kind,) = [kind for kind in kinds_of(told, saved.getvalue()) if kind.id == "report"]
    with pytest.raises(DefinitionError, match=r"report\.docx"):
        kind.book(told, form, campaign)


def test_it_prints_as_pages(
    told: Summary,
    form: Form,
    campaign: Campaign,
    definitions: Definitions,
    converted: Callable[[bytes, str], bytes],
) -> None:
    pdf = converted(report(definitions.report, told, form, campaign), "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) >= 2


def test_the_chart_shows_each_category_and_a_template_may_leave_it_out(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    with zipfile.ZipFile(io.BytesIO(report(definitions.report, told, form, campaign))) as parts:
        chart = etree.fromstring(parts.read("word/charts/chart1.xml"))
    said = [one.text for one in chart.iter("{*}v")]
    labels = [row.label for row in form.category_rows]
    assert said[: len(labels)] == labels
    shown = [float(value) for value in said[len(labels) :]]
    assert shown == pytest.approx(
        [
            (told.totals[row.id]["money_amount"] + told.totals[row.id]["goods_cost"]) / 1_000_000
            for row in form.category_rows
        ]
    )
    plain = docx.Document()
    plain.add_paragraph("{{ title }}")
    saved = io.BytesIO()
    plain.save(saved)
    with zipfile.ZipFile(io.BytesIO(report(saved.getvalue(), told, form, campaign))) as parts:
        assert "word/charts/chart1.xml" not in parts.namelist()
