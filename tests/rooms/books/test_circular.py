"""报送情况通报: what may go to every unit."""

import io
from collections.abc import Callable

import docx

from etl.books.circular import circular
from etl.definitions import Campaign, Form
from etl.model import Summary


def everything(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_it_tells_progress_by_kind_and_the_totals(few: Summary, form: Form, campaign: Campaign) -> None:
    content = circular(few, form, campaign)
    said = everything(content)
    assert "关于2022年春节双拥工作报送情况的通报" in said
    assert "应报材料20份，已报17份" in said
    reported, totals = docx.Document(io.BytesIO(content)).tables
    assert [cell.text for cell in reported.rows[1].cells][:2] == [few.coverage[0].kind, "统计表"]
    visited = sum(few.totals[row.id]["visited"] for row in form.category_rows)
    assert totals.rows[-1].cells[1].text == str(visited)
    assert circular(few, form, campaign) == content


def test_no_unit_is_named_and_no_text_of_a_file_stands_in_it(
    district: Summary, few: Summary, form: Form, campaign: Campaign
) -> None:
    for summary in (few, district):
        said = everything(circular(summary, form, campaign))
        assert not [unit.name for unit in summary.units if unit.name in said]
        texts = [source.typed for source in summary.sources if source.typed and not source.typed.isdigit()]
        assert not [text for text in texts if len(text) > 3 and text in said]
        assert not [query.message for query in summary.queries if query.message in said]


def test_it_prints_on_one_page(
    district: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    import re

    pdf = converted(circular(district, form, campaign), "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
