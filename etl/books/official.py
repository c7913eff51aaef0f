"""Official documents in the style of GB/T 9704: A4, 22 lines of 28 characters, fonts named and none shipped."""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from etl.books.page_edges import mark_pages, number_pages
from etl.books.word_file import describe, speak_chinese, without_moments
from etl.books.word_fonts import (
    BODY_FONT,
    HEADING_FONT,
    SIZE_2,
    SIZE_3,
    SIZE_5,
    TITLE_FONT,
    clear,
    name_stand_ins,
    write,
)

_LINE = Pt(28.9)
"""22 lines fill the 225 mm between the margins."""
_CLOSER = f"<w:spacing {nsdecls('w')} w:val='-5'/>"
"""A quarter of a point a sign: 28 of 16 points would be wider than the 156 mm between the margins."""
NARROW_MARGINS = f"<w:tblCellMar {nsdecls('w')}><w:left w:w='40' w:type='dxa'/><w:right w:w='40' w:type='dxa'/></w:tblCellMar>"
_LONG_TABLE = 12
"""Rows from which a table may run over pages."""


def set_closer(paragraph: Paragraph) -> None:
    """28 signs of 3号 stand on a line."""
    for run in paragraph.runs:
        for size in run._r.get_or_add_rPr().findall(qn("w:sz")):  # the order of marks is the standard's
            size.addprevious(parse_xml(_CLOSER))


def keep_together(table: Table) -> None:
    """No page ends within the table."""
    for row in list(table.rows)[:-1]:
        for paragraph in row._tr.iter(qn("w:p")):
            Paragraph(paragraph, table).paragraph_format.keep_with_next = True


class OfficialDocument:
    """Written from the top down. Text is only ever text; equal calls give equal bytes."""

    def __init__(self) -> None:
        self._document = Document()
        self._title = ""
        page = self._document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(37), Mm(35)
        page.left_margin, page.right_margin = Mm(28), Mm(26)
        number_pages(self._document)
        name_stand_ins(self._document)

    def standing(self, text: str) -> None:
        """A small line above the text of every page."""
        mark_pages(self._document, text)

    def title(self, text: str) -> None:
        """The document's own."""
        self._title = text
        self._headline(text)

    def annex_named(self, title: str) -> None:
        """附件说明: a line below the text, one line free between them."""
        self.blank()
        self.text(f"附件：{title}")

    def annex(self, title: str) -> None:
        """A new page, 附件 in its first line at the left edge, the annex's title in the third."""
        self._paragraph("附件", HEADING_FONT, SIZE_3).paragraph_format.page_break_before = True
        self.blank()
        self._headline(title)

    def centred(self, text: str) -> None:
        self._paragraph(text, BODY_FONT, SIZE_3).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def to(self, text: str) -> None:
        """主送机关, at the left edge."""
        self._paragraph(text, BODY_FONT, SIZE_3)

    def text(self, text: str) -> None:
        """A paragraph of the body, its first line two characters in."""
        self._paragraph(text, BODY_FONT, SIZE_3).paragraph_format.first_line_indent = SIZE_3 * 2

    def signed(self, *lines: str) -> None:
        """The signature at the right, four characters in; no page ends within it."""
        for at, text in enumerate(lines, 1):
            paragraph = self._paragraph(text, BODY_FONT, SIZE_3)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = SIZE_3 * 2
            paragraph.paragraph_format.keep_with_next = at < len(lines)

    def blank(self) -> None:
        self._paragraph("", BODY_FONT, SIZE_3)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        left: int | None = None,
    ) -> None:
        """`widths` in millimetres, together at most 156. The header is repeated on every page; the column
        `left` (from 0) holds sentences, which begin at its left edge."""
        table = self._document.add_table(rows=1, cols=len(header), style="Table Grid")
        table.alignment = 1
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        self._fill(table.rows[0], header, widths, HEADING_FONT)
        table._tbl.tblPr.append(parse_xml(NARROW_MARGINS))
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        if not rows:
            return
        first = self._first_row(table, rows[0], widths, left)
        for cells in rows[1:]:  # copies of the first: to lay out each cell of hundreds of rows takes seconds
            line = deepcopy(first)
            for run, text in zip(line.iter(qn("w:r")), cells, strict=True):
                run.text = text
            table._tbl.append(line)
        if len(rows) < _LONG_TABLE:
            keep_together(table)

    def content(self, author: str, made_at: datetime) -> bytes:
        """The .docx, with no moment in it but those that were written, and `made_at`."""
        describe(self._document, self._title, author, made_at)
        speak_chinese(self._document)
        saved = io.BytesIO()
        self._document.save(saved)
        return without_moments(saved)

    def _first_row(self, table: Any, cells: Sequence[str], widths: Sequence[float], left: int | None) -> Any:
        """The row below the header, laid out."""
        table._tbl.append(deepcopy(table.rows[0]._tr))
        line = table.rows[1]
        for mark in line._tr.findall(".//" + qn("w:tblHeader")):
            mark.getparent().remove(mark)
        self._fill(line, cells, widths, BODY_FONT)
        if left is not None:
            line.cells[left].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
        return line._tr

    def _fill(self, line: object, cells: Sequence[str], widths: Sequence[float], font: str) -> None:
        for cell, text, width in zip(line.cells, cells, widths, strict=True):  # type: ignore[attr-defined]
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            clear(paragraph)
            write(paragraph, text, font, SIZE_5)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(18)
            paragraph.paragraph_format.space_after = Pt(0)

    def _headline(self, text: str) -> None:
        paragraph = self._paragraph(text, TITLE_FONT, SIZE_2)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)

    def _paragraph(self, text: str, font: str, size: Length) -> Paragraph:
        paragraph = self._document.add_paragraph()
        layout = paragraph.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
        layout.space_before = layout.space_after = Pt(0)
        write(paragraph, text, font, size)
        if size == SIZE_3:
            set_closer(paragraph)
        return paragraph
