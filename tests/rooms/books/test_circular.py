"""报送情况通报: what may go to every unit."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

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


def test_after_closing_who_still_owes_is_sent_to_the_office(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    assert "请还没有报齐的单位抓紧报送。" in everything(circular(few, form, campaign))
    closed = replace(few, as_of=campaign.closes + timedelta(seconds=1))
    said = everything(circular(closed, form, campaign))
    assert "本期已关账，未报齐的单位请先联系铜梁区双拥办。" in said and "抓紧" not in said
    assert "关账" not in everything(circular(replace(closed, missing=()), form, campaign))


def test_no_unit_is_named_and_no_text_of_a_file_stands_in_it(
    district: Summary, few: Summary, form: Form, campaign: Campaign
) -> None:
    for summary in (few, district):
        said = everything(circular(summary, form, campaign))
        assert not [unit.name for unit in summary.units if unit.name in said]
        texts = [source.typed for source in summary.sources if source.typed and not source.typed.isdigit()]
        assert not [text for text in texts if len(text) > 3 and text in said]
        assert not [query.message for query in summary.queries if query.message in said]


def test_it_prints_on_one_page_before_and_after_closing(
    district: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    for summary in (district, replace(district, as_of=campaign.closes + timedelta(days=1))):
        pdf = converted(circular(summary, form, campaign), "pdf")
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
