"""What stands above and below the text of every page of a Word document: where it stands, and the page's number."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from etl.books.word_fonts import BODY_FONT, NUMBER_FONT, SIZE_4, SIZE_5, clear, write

_NUMBER_LINE = Pt(20)
_BELOW_THE_NUMBER = Mm(25)
"""From the paper's edge: the dashes then stand 7 mm below the text, with a bottom margin of 35 mm."""
_PAGE = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "/>'


def mark_pages(document: Any, text: str) -> None:
    """Put `text` above the page, small, on every page of a python-docx document."""
    page = document.sections[0]
    headers = [page.header]
    headers += [page.even_page_header] if document.settings.odd_and_even_pages_header_footer else []
    headers += [page.first_page_header] if page.different_first_page_header_footer else []
    for header in headers:
        paragraph = _first_paragraph(header)
        clear(paragraph)
        write(paragraph, text, BODY_FONT, SIZE_5)


def has_edges(document: Any) -> bool:
    """A python-docx document says itself what stands above or below its pages."""
    return any(
        not edge.is_linked_to_previous
        for page in document.sections
        for edge in (page.header, page.footer, page.even_page_footer, page.first_page_footer)
    )


def number_pages(document: Any) -> None:
    """— 1 — below every page of a python-docx document, as GB/T 9704 has it: one character from the right edge on
    odd pages, from the left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    page = document.sections[0]
    page.footer_distance = _BELOW_THE_NUMBER
    odd, even = _first_paragraph(page.footer), _first_paragraph(page.even_page_footer)
    for paragraph in (odd, even):
        _write_number(paragraph)
    odd.alignment, odd.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, SIZE_4
    even.alignment, even.paragraph_format.left_indent = WD_ALIGN_PARAGRAPH.LEFT, SIZE_4


def _write_number(paragraph: Paragraph) -> None:
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _NUMBER_LINE
    layout.space_before = layout.space_after = Pt(0)
    write(paragraph, "— ", NUMBER_FONT, SIZE_4, latin=NUMBER_FONT)
    field = parse_xml(_PAGE)
    paragraph._p.append(field)
    field.append(write(paragraph, "1", NUMBER_FONT, SIZE_4, latin=NUMBER_FONT)._r)
    write(paragraph, " —", NUMBER_FONT, SIZE_4, latin=NUMBER_FONT)


def _first_paragraph(edge: Any) -> Paragraph:
    paragraph: Paragraph = edge.paragraphs[0] if edge.paragraphs else edge.add_paragraph()
    return paragraph
