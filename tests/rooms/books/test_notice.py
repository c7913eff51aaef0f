"""催报通知: the letter that asks for what is owed, in official style."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdfium2 import PdfDocument

from etl.books.notice import notice
from etl.books.official import OfficialDocument
from etl.definitions import Campaign, Form
from etl.model import Summary
from etl.stages.publish import NOTICE


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def words(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in opened(content).paragraphs)


def test_it_says_what_is_owed_and_by_how_many(few: Summary, form: Form, campaign: Campaign) -> None:
    said = words(notice(few, form, campaign))
    assert "关于催报2022年春节双拥工作材料的通知" in said
    assert "《2022年新年春节期间双拥活动情况统计表》" in said
    assert "应报 20 份，已报 17 份，尚有 2 个单位 3 份未报（从未报送 2 份，已退回未改 1 份）" in said
    assert said.rstrip().endswith("铜梁区双拥办\n2022年2月12日")
    assert "〔2022〕　　号" in said


def test_every_owed_material_has_its_line(few: Summary, form: Form, campaign: Campaign) -> None:
    (table,) = opened(notice(few, form, campaign)).tables
    lines = [[cell.text for cell in row.cells] for row in table.rows]
    assert [line[1] for line in lines[1:]] == [missing.unit for missing in few.missing]
    assert {line[5] for line in lines[1:]} == {"2天", "未到期"}
    assert all(missing.phone not in str(lines) for missing in few.missing)


def test_who_was_granted_more_time_is_told_until_when(few: Summary, form: Form, campaign: Campaign) -> None:
    (table,) = opened(notice(few, form, campaign)).tables
    lines = [[cell.text for cell in row.cells] for row in table.rows]
    assert [line[6] for line in lines] == ["延期至", "", "", "2月20日"]
    at_six = datetime.fromisoformat("2022-02-22T18:00:00+08:00")
    until_six = tuple(replace(one, extended_to=one.extended_to and at_six) for one in few.missing)
    (table,) = opened(notice(replace(few, missing=until_six), form, campaign)).tables
    assert table.rows[3].cells[6].text == "2月22日18:00"
    nobody = tuple(replace(one, extended_to=None) for one in few.missing)
    (table,) = opened(notice(replace(few, missing=nobody), form, campaign)).tables
    assert "延期至" not in [cell.text for cell in table.rows[0].cells]


def test_a_long_list_is_its_annex(district: Summary, form: Form, campaign: Campaign) -> None:
    said = words(notice(district, form, campaign))
    assert "附件：未报材料单位名单" in said
    assert len(opened(notice(district, form, campaign)).tables[0].rows) == 1 + len(district.missing)


def test_where_nothing_is_owed_it_thanks(few: Summary, form: Form, campaign: Campaign) -> None:
    done = notice(replace(few, missing=()), form, campaign)
    assert "已全部报齐，感谢各单位支持" in words(done)
    assert not opened(done).tables


def test_after_closing_who_still_owes_is_sent_to_the_office(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    last = words(notice(replace(few, as_of=campaign.closes), form, campaign))
    assert "请未报单位抓紧报送" in last and "关账" not in last
    closed = replace(few, as_of=campaign.closes + timedelta(seconds=1))
    said = words(notice(closed, form, campaign))
    assert "关账，此后报来的材料不再自动计入汇总。" in said
    assert "请先联系铜梁区双拥办，再按要求补报。" in said
    assert "抓紧" not in said and "批准延期" not in said


def test_closing_makes_it_new_where_anybody_owes(few: Summary, form: Form, campaign: Campaign) -> None:
    for owed, is_new in ((few.missing, True), ((), False)):
        last = replace(few, missing=owed, as_of=campaign.closes)
        closed = replace(last, as_of=campaign.closes + timedelta(seconds=1))
        facts = [NOTICE.facts(one, form, campaign) for one in (last, closed)]
        assert (facts[0] != facts[1]) == is_new


def test_its_annex_begins_as_the_standard_has_it(district: Summary, form: Form, campaign: Campaign) -> None:
    """附件 first and at the left edge, its title centred in the third line; one line free above 附件：…."""
    paragraphs = opened(notice(district, form, campaign)).paragraphs
    said = [paragraph.text for paragraph in paragraphs]
    named = said.index("附件：未报材料单位名单")
    assert said[named - 1] == "" and said[named - 2] != ""
    first, second, third = paragraphs[said.index("附件") :]
    assert first.paragraph_format.page_break_before and first.paragraph_format.first_line_indent is None
    assert first.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体" and first.runs[0].font.size == Pt(16)
    assert (second.text, third.text) == ("", "未报材料单位名单")
    assert third.alignment == WD_ALIGN_PARAGRAPH.CENTER


def test_it_is_laid_out_as_official_documents_are(few: Summary, form: Form, campaign: Campaign) -> None:
    document = opened(notice(few, form, campaign))
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    fonts = [
        run._r.rPr.rFonts.get(qn("w:eastAsia"))
        for part in document.paragraphs
        for run in part.runs
        if run.text
    ]
    assert fonts[0] == "方正小标宋简体"
    assert set(fonts[1:]) == {"仿宋_GB2312"}


def test_its_signs_are_said_to_be_chinese(few: Summary, form: Form, campaign: Campaign) -> None:
    """Without the named fonts a program draws 过 and the comma as other countries write them, unless told."""
    languages = opened(notice(few, form, campaign)).styles.element.iter(qn("w:lang"))
    assert [language.get(qn("w:eastAsia")) for language in languages] == ["zh-CN"]


def test_the_same_summary_gives_the_same_bytes(few: Summary, form: Form, campaign: Campaign) -> None:
    assert notice(few, form, campaign) == notice(few, form, campaign)


def test_it_prints_on_one_page_and_its_annex_on_another(
    few: Summary, district: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    pages = [
        len(re.findall(rb"/Type\s*/Page\b(?!s)", converted(notice(one, form, campaign), "pdf")))
        for one in (few, district)
    ]
    assert pages == [1, 2]


def test_a_page_holds_22_lines_of_28_characters(
    after_deadline: datetime, converted: Callable[[bytes, str], bytes]
) -> None:
    """GB/T 9704, as printed."""
    written = OfficialDocument()
    written.to("双" * 28 * 30)
    page = PdfDocument(converted(written.content("铜梁区双拥办", after_deadline), "pdf"))[0]
    lines = page.get_textpage().get_text_range().split()
    assert [len(line) for line in lines if "双" in line] == [28] * 22
