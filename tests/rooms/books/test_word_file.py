"""What every Word document of ours has beside its text: page numbers, whose it is, and that it is Chinese."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from pypdfium2 import PdfDocument

from etl.books.circular import circular
from etl.books.clerks_guide import clerks_guide
from etl.books.notice import notice
from etl.books.report import report
from etl.definitions import Campaign, Definitions, Form
from etl.model import Summary, UnitNarrative

WHAT = ("notice", "circular", "report", "guide")


@pytest.fixture(scope="module")
def contents(district: Summary, form: Form, campaign: Campaign, definitions: Definitions) -> dict[str, bytes]:
    told = replace(district, narratives=(UnitNarrative("土桥镇", "坚持“普遍走访”——走访了优抚对象。"),))
    return {
        "notice": notice(told, form, campaign),
        "circular": circular(told, form, campaign),
        "report": report(definitions.report, told, form, campaign),
        "guide": clerks_guide(form, campaign, definitions.roster.kinds),
    }


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


@pytest.mark.parametrize("what", WHAT)
def test_every_page_has_its_number_at_the_outer_side(what: str, contents: dict[str, bytes]) -> None:
    document = opened(contents[what])
    assert document.settings.odd_and_even_pages_header_footer
    page = document.sections[0]
    odd, even = page.footer.paragraphs[0], page.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    for paragraph in (odd, even):
        assert "".join(text.text for text in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        (field,) = paragraph._p.iter(qn("w:fldSimple"))
        assert field.get(qn("w:instr")).strip() == "PAGE"
        assert {fonts.get(qn("w:ascii")) for fonts in paragraph._p.iter(qn("w:rFonts"))} == {"宋体"}
        assert {size.get(qn("w:val")) for size in paragraph._p.iter(qn("w:sz"))} == {"28"}


@pytest.mark.parametrize("what", ("notice", "circular", "report"))
def test_even_pages_too_say_where_it_stands(what: str, contents: dict[str, bytes]) -> None:
    page = opened(contents[what]).sections[0]
    said = {header.paragraphs[0].text for header in (page.header, page.even_page_header)}
    assert len(said) == 1 and said.pop().startswith("快报：应报 126 份")


def test_as_printed_odd_numbers_stand_at_the_right_and_even_ones_at_the_left(
    contents: dict[str, bytes], converted: Callable[[bytes, str], bytes]
) -> None:
    for number, page in enumerate(PdfDocument(converted(contents["report"], "pdf")), 1):
        text = page.get_textpage()
        dash = f"— {number} —"
        found = text.search(dash).get_next()
        assert found
        left, bottom, _, _ = text.get_charbox(found[0])
        assert (left > page.get_width() / 2) == (number % 2 == 1)
        assert 0 < bottom < 35 / 25.4 * 72


@pytest.mark.parametrize("what", WHAT)
def test_its_properties_are_the_offices(
    what: str, contents: dict[str, bytes], district: Summary, campaign: Campaign
) -> None:
    document = opened(contents[what])
    said = document.core_properties
    assert (
        said.title == next(one.text for one in document.paragraphs if one.text)
        and campaign.title in said.title
    )
    assert (said.author, said.last_modified_by) == (campaign.office, campaign.office)
    made_at = campaign.opens if what == "guide" else district.as_of
    expected = made_at.astimezone(UTC)
    assert [_aware(said.created), _aware(said.modified)] == [expected, expected]
    assert (said.comments, said.language) == ("", "zh-CN")


def _aware(moment: datetime | None) -> datetime:
    assert moment
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("what", WHAT)
def test_nothing_of_whom_it_was_made_with_is_left(what: str, contents: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(contents[what])) as parts:
        assert not [name for name in parts.namelist() if "thumbnail" in name]
        assert b"python-docx" not in parts.read("docProps/core.xml")
        settings = parts.read("word/settings.xml")
    assert b'w:eastAsia="zh-CN"' in settings and b"ja-JP" not in settings
    assert b"savePreviewPicture" not in settings


@pytest.mark.parametrize("what", WHAT)
def test_signs_that_latin_fonts_have_too_are_drawn_in_the_chinese_font(
    what: str, contents: dict[str, bytes]
) -> None:
    document = opened(contents[what])
    page = document.sections[0]
    edges = (page.header, page.even_page_header, page.footer, page.even_page_footer)
    runs = [
        run for one in (document.element, *(edge._element for edge in edges)) for run in one.iter(qn("w:r"))
    ]
    chinese = [run for run in runs if not "".join(text.text for text in run.findall(qn("w:t"))).isascii()]
    assert {run.rPr.rFonts.get(qn("w:hint")) for run in chinese} == {"eastAsia"}
    assert len(chinese) < len(runs)
