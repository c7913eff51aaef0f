"""工作报告: the shipped template filled from the figures, and what becomes of one that was edited."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docxtpl import DocxTemplate
from lxml import etree

from etl.books.report import report
from etl.definitions import Campaign, Definitions, Form
from etl.errors import DefinitionError
from etl.model import Branch, Seal, Summary, UnitNarrative
from etl.stages.publish import kinds_of
from tests.rooms.books.conftest import ROOT


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


def test_a_correction_takes_nobodys_place_among_the_first(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    def punctual(summary: Summary) -> str:
        (said,) = (
            line
            for line in lines(report(definitions.report, summary, form, campaign))
            if "按时报送的" in line
        )
        return said

    later = tuple(
        replace(one, received_at=one.received_at and campaign.closes - one.received_at + campaign.opens)
        for one in told.units
    )
    assert punctual(replace(told, units=later)) == punctual(told)


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
    annex = said[said.index("各单位工作总结") + 1 :]
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
    annex = said[said.index("各单位工作总结") + 1 :]
    assert annex == [
        "1．巴川街道",
        "春节期间走访慰问优抚对象。",
        "{{ 7*7 }} <b>&amp;",
        "2．东城街道",
        "开展拥军活动。",
    ]


def sealed(summary: Summary) -> Summary:
    seal = Seal(number=1, by="陈科长", sealed_at=summary.as_of, as_of=summary.as_of, facts="", made_with="")
    return replace(summary, seal=seal)


def test_only_a_draft_asks_the_office_to_add_what_comes_next(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    draft = lines(report(definitions.report, told, form, campaign))
    assert "三、存在的问题和下一步打算" in draft and "（请双拥办补充下一步打算。）" in draft
    final = lines(report(definitions.report, sealed(told), form, campaign))
    assert "三、存在的问题" in final and not [line for line in final if "下一步打算" in line]


def test_each_part_of_a_narrative_stands_where_it_belongs(
    few: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    text = "巴川街道\n2022年春节双拥工作总结\n一、走访慰问\n走访了优抚对象。\n巴川街道办事处\n2022年1月20日"
    one = replace(few, narratives=(UnitNarrative("巴川街道", text),))
    paragraphs = opened(report(definitions.report, one, form, campaign)).paragraphs
    (first,) = [at for at, paragraph in enumerate(paragraphs) if paragraph.text == "1．巴川街道"]
    stands = [
        (paragraph.text, paragraph.alignment, bool(paragraph.paragraph_format.keep_with_next))
        for paragraph in paragraphs[first:]
    ]
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    assert stands == [
        ("1．巴川街道", None, True),
        ("巴川街道", centre, True),
        ("2022年春节双拥工作总结", centre, True),
        ("一、走访慰问", None, False),
        ("走访了优抚对象。", None, True),
        ("巴川街道办事处", right, True),
        ("2022年1月20日", right, False),
    ]


def test_its_annex_begins_as_the_standard_has_it_and_is_left_out_where_there_is_none(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    paragraphs = opened(report(definitions.report, told, form, campaign)).paragraphs
    said = [paragraph.text for paragraph in paragraphs]
    named = said.index("附件：各单位工作总结")
    assert said[named - 1] == "" and said[named - 2] != ""
    first, second, third = paragraphs[said.index("附件") :][:3]
    assert first.paragraph_format.page_break_before and first.paragraph_format.first_line_indent is None
    assert (second.text, third.text) == ("", "各单位工作总结")
    assert third.alignment == WD_ALIGN_PARAGRAPH.CENTER
    none = lines(report(definitions.report, replace(told, narratives=()), form, campaign))
    assert not [line for line in none if "附件" in line]


def template(*paragraphs: str, header: str = "") -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_a_template_of_before_still_gives_whole_narratives(
    told: Summary, form: Form, campaign: Campaign
) -> None:
    loops = ["{%p for narrative in narratives %}", "{%p for line in narrative.lines %}", "{{ line }}"]
    said = lines(report(template(*loops, "{%p endfor %}", "{%p endfor %}"), told, form, campaign))
    assert said == [line for one in told.narratives for line in one.text.splitlines()]


def test_a_long_first_paragraph_is_cut_in_the_properties_alone(
    told: Summary, form: Form, campaign: Campaign
) -> None:
    document = opened(report(template("双" * 300), told, form, campaign))
    assert document.core_properties.title == "双" * 255
    assert document.paragraphs[0].text == "双" * 300


def test_a_template_without_headers_and_footers_gets_page_numbers_and_one_with_its_own_keeps_them(
    told: Summary, form: Form, campaign: Campaign
) -> None:
    plain = opened(report(template("{{ title }}"), told, form, campaign))
    assert not plain.sections[0].footer.is_linked_to_previous
    own = opened(report(template("{{ title }}", header="自己的"), told, form, campaign))
    assert own.sections[0].footer.is_linked_to_previous


def test_the_runbook_tells_every_name_that_the_template_may_use(
    told: Summary, form: Form, campaign: Campaign, definitions: Definitions
) -> None:
    page = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    chapter = page.partition("### 工作报告的模板")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(?:{{ )?([a-z_]+)(?: }})?`", chapter))
    own = {"label", "figures", "unit", "title", "body", "signature", "date", "lines"}
    used = DocxTemplate(io.BytesIO(definitions.report)).get_undeclared_template_variables()
    assert used | own <= named
    assert report(template(*(f"{{{{ {name} }}}}" for name in named - own)), told, form, campaign)


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
    (kind,) = [kind for kind in kinds_of(told, template(edited)) if kind.id == "report"]
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
    with zipfile.ZipFile(io.BytesIO(report(template("{{ title }}"), told, form, campaign))) as parts:
        assert "word/charts/chart1.xml" not in parts.namelist()
