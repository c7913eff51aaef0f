"""The notice's table in a Word document, by python-docx, with what Word and WPS put into such tables."""

import copy
import io
from collections.abc import Callable, Iterable
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.messy.drawing import Drawing
from tests.messy.writers.text import lines_of

Change = Callable[[Any, Any], None]
"""What is done to the document and its table before saving."""


def by_docx(
    drawing: Drawing,
    above: Iterable[str] = (),
    below: Iterable[str] = (),
    change: Change | None = None,
) -> bytes:
    """A .docx with paragraphs around the table."""
    document = Document()
    for text in above:
        document.add_paragraph(text)
    table = table_in(document, drawing)
    for text in below:
        document.add_paragraph(text)
    if change:
        change(document, table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table_in(place: Any, drawing: Drawing) -> Any:
    """The drawing as a table in a document or in a cell; the table."""
    lines = lines_of(drawing)
    table = place.add_table(len(lines), len(lines[0]))
    for row, line in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    for top, left, bottom, right in drawing.merges:
        table.cell(top, left).merge(table.cell(bottom, right))
    return table


def xml(text: str) -> Any:
    """One element of a document; `w:` and `wps:` may be used."""
    name = text[1:].split(">")[0].split(" ")[0].rstrip("/")
    return parse_xml(text.replace(name, f"{name} {nsdecls('w')}", 1))


def wrapped_in_control(element: Any) -> None:
    """Put an element into a content control (w:sdt), as forms with fields to fill in have it."""
    control = xml("<w:sdt><w:sdtPr><w:alias w:val='填报'/></w:sdtPr><w:sdtContent/></w:sdt>")
    element.addprevious(control)
    control[-1].append(element)


def struck_out(paragraph: Any, text: str) -> None:
    """Text that tracked changes hold as deleted, before what stands there now."""
    old = xml(f"<w:del w:id='1' w:author='审核'><w:r><w:delText>{text}</w:delText></w:r></w:del>")
    paragraph._p.insert(0, old)


def tracked_in(paragraph: Any) -> None:
    """What stands in the paragraph, as tracked changes hold it inserted."""
    runs = list(paragraph._p.r_lst)
    new = xml("<w:ins w:id='2' w:author='审核'></w:ins>")
    runs[0].addprevious(new)
    for run in runs:
        new.append(run)


def text_box(paragraph: Any, text: str) -> None:
    """A floating box with words of its own, anchored in the paragraph, with the old-style copy Word adds."""
    paragraph.add_run()._r.append(
        parse_xml(
            f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><v:shape style='width:90pt'>"
            f"<v:textbox><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox>"
            "</v:shape></w:pict>"
        )
    )


def copied(element: Any) -> Any:
    return copy.deepcopy(element)
