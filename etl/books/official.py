"""Official documents in the style of GB/T 9704: A4, 22 lines of 28 characters, fonts named and none shipped."""

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

TITLE_FONT, BODY_FONT, HEADING_FONT, LATIN_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
_STAND_INS = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEADING_FONT: "SimHei"}
"""Font → what an office program takes where it is not installed."""
_SIZE_2, _SIZE_3, _SIZE_5 = Pt(22), Pt(16), Pt(10.5)
"""2号, 3号, 5号."""
_LINE = Pt(28.9)
"""22 lines fill the 225 mm between the margins."""
_CLOSER = f"<w:spacing {nsdecls('w')} w:val='-5'/>"
"""A quarter of a point a sign: 28 of 16 points would be wider than the 156 mm between the margins."""
NARROW_MARGINS = f"<w:tblCellMar {nsdecls('w')}><w:left w:w='40' w:type='dxa'/><w:right w:w='40' w:type='dxa'/></w:tblCellMar>"
_LONG_TABLE = 12
"""Rows from which a table may run over pages."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def without_moments(saved: io.BytesIO) -> bytes:
    """The same .docx packed anew, with no moment of packing in it: equal contents give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as made, zipfile.ZipFile(packed, "w") as kept:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(part, made.read(name))
    return packed.getvalue()


def mark_pages(document: Any, text: str) -> None:
    """Put `text` above the page, small, on every page of a python-docx document."""
    header = document.sections[0].header
    paragraph = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    run = paragraph.add_run(text)
    run.font.size, run.font.name = _SIZE_5, LATIN_FONT
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)


def speak_chinese(document: Any) -> None:
    """Say that the East Asian text of a python-docx document is Chinese: told nothing, a program without the
    named fonts may draw the signs as they are written elsewhere."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


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
        speak_chinese(self._document)
        page = self._document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(37), Mm(35)
        page.left_margin, page.right_margin = Mm(28), Mm(26)
        self._name_stand_ins()

    def standing(self, text: str) -> None:
        """A small line above the text of every page."""
        mark_pages(self._document, text)

    def title(self, text: str) -> None:
        paragraph = self._paragraph(text, TITLE_FONT, _SIZE_2)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)

    def centred(self, text: str) -> None:
        self._paragraph(text, BODY_FONT, _SIZE_3).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def to(self, text: str) -> None:
        """主送机关, at the left edge."""
        self._paragraph(text, BODY_FONT, _SIZE_3)

    def heading(self, text: str) -> None:
        self._paragraph(text, HEADING_FONT, _SIZE_3).paragraph_format.first_line_indent = _SIZE_3 * 2

    def text(self, text: str) -> None:
        """A paragraph of the body, its first line two characters in."""
        self._paragraph(text, BODY_FONT, _SIZE_3).paragraph_format.first_line_indent = _SIZE_3 * 2

    def signed(self, text: str) -> None:
        """A line of the signature at the right, four characters in."""
        paragraph = self._paragraph(text, BODY_FONT, _SIZE_3)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = _SIZE_3 * 2

    def blank(self) -> None:
        self._paragraph("", BODY_FONT, _SIZE_3)

    def new_page(self) -> None:
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

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

    def content(self) -> bytes:
        """The .docx, with no moment in it but those that were written."""
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
            for run in list(paragraph.runs):
                run._r.getparent().remove(run._r)
            self._write(paragraph, text, font, _SIZE_5)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(18)
            paragraph.paragraph_format.space_after = Pt(0)

    def _paragraph(self, text: str, font: str, size: Pt) -> Paragraph:
        paragraph = self._document.add_paragraph()
        layout = paragraph.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
        layout.space_before = layout.space_after = Pt(0)
        self._write(paragraph, text, font, size)
        if size == _SIZE_3:
            set_closer(paragraph)
        return paragraph

    def _write(self, paragraph: Paragraph, text: str, font: str, size: Pt) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.name = size, LATIN_FONT
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

    def _name_stand_ins(self) -> None:
        """Tell the reader's program what to take where a font is missing: a list of fonts with other names."""
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
            for name, other in _STAND_INS.items()
        )
        for relation in self._document.part.rels.values():
            if relation.reltype.endswith("/fontTable"):
                blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
                relation.target_part._blob = blob.encode("utf-8")
