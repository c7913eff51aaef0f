"""Word documents: their tables as grids, and how much prose stands beside them.

Walked by hand, since python-docx leaves out what lies in content controls and tracked insertions,
reads out what is deleted or hidden, and opens no document saved as strict OOXML.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml.ns import nsmap, qn
from lxml import etree

from etl.sheets.grid import Grid, Position, Raw

_TABLE, _ROW, _CELL, _PARAGRAPH, _RUN = (qn(f"w:{name}") for name in ("tbl", "tr", "tc", "p", "r"))
_TEXT_BOX = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_NOT_SHOWN = {_TEXT_BOX, *map(qn, ("w:del", "w:moveFrom", "w:pict", "w:drawing", "w:object"))}
"""Deleted words, and pictures with the text boxes in them."""
_WRITTEN = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MAIN_PART = "/officeDocument"  # how the relation to it ends, strict or not
_MOST_CAPTIONS = 40
_WIDEST_SPAN = 1_000


@dataclass(frozen=True, slots=True)
class WordDocument:
    """`grids` are its tables, row and column spans expanded, the first row 1; `prose` is all else.

    `body` is the markup of the whole, for those who read all its words.
    """

    grids: tuple[Grid, ...]
    prose: str
    body: etree._Element


def read_docx(data: bytes) -> WordDocument:
    """Raises KeyError, ValueError, lxml's and zipfile's own errors and the like for a broken document."""
    body = _body(data)
    paragraphs = [_text(paragraph) for paragraph in _shown(body, _PARAGRAPH, _TABLE)]
    captions = [text for text in paragraphs if text.strip()][:_MOST_CAPTIONS]
    grids = tuple(_grid(table, captions) for table in _tables(body))
    return WordDocument(grids, "\n".join(paragraphs), body)


def _body(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        relations = _parsed(container.read("_rels/.rels"))
        main = next((each for each in relations if each.get("Type", "").endswith(_MAIN_PART)), None)
        if main is None:
            raise ValueError("no main part")
        markup = container.read(main.get("Target", "").lstrip("/"))
    body = _parsed(markup.replace(_STRICT, nsmap["w"].encode())).find(qn("w:body"))
    if body is None:
        raise ValueError("no body")
    return body


def _parsed(markup: bytes) -> etree._Element:
    return etree.fromstring(markup, etree.XMLParser(resolve_entities=False, no_network=True))


def _tables(place: etree._Element) -> Iterator[etree._Element]:
    """Every table, those in cells of others too: forms also lie in tables that only lay out the page."""
    for table in _shown(place, _TABLE):
        yield table
        for row in _shown(table, _ROW):
            yield from _tables(row)


def _shown(place: etree._Element, wanted: str, but: str | None = None) -> Iterator[etree._Element]:
    """The nearest elements of a kind beneath, out of controls and insertions around them; none within `but`."""
    for child in place:
        if child.tag == wanted:
            yield child
        elif child.tag != but and child.tag not in _NOT_SHOWN:
            yield from _shown(child, wanted, but)


def _grid(table: etree._Element, captions: list[str]) -> Grid:
    """The table's cells at their grid places; the paragraphs around it stand in row -1 as captions."""
    cells: dict[Position, Raw] = {}
    begun: dict[int, Position] = {}
    merges: list[tuple[Position, Position]] = []
    rows = [row for row in _shown(table, _ROW) if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None]
    for r, row in enumerate(rows):
        column = _number(row, "w:trPr/w:gridBefore", 0)
        for cell in _shown(row, _CELL):
            if not _continues(cell):
                begun[column] = r, column
                if text := _cell_text(cell).strip():
                    cells[r, column] = text
            elif column in begun:
                merges.append((begun[column], (r, column)))
            column += max(_number(cell, "w:tcPr/w:gridSpan", 1), 1)
    cells.update({(-1 - back, 0): text for back, text in enumerate(reversed(captions))})
    return Grid(sheet=None, cells=cells, merges=merges)


def _continues(cell: etree._Element) -> bool:
    """Whether the cell is covered by the one above or before it: only the first of a merge shows."""
    marks = [cell.find(f"{qn('w:tcPr')}/{qn(name)}") for name in ("w:vMerge", "w:hMerge")]
    return any(mark is not None and mark.get(qn("w:val"), "continue") == "continue" for mark in marks)


def _number(element: etree._Element, path: str, otherwise: int) -> int:
    found = element.find("/".join(map(qn, path.split("/"))))
    said = found.get(qn("w:val"), "") if found is not None else ""
    return min(int(said), _WIDEST_SPAN) if said.isdecimal() else otherwise


def _cell_text(cell: etree._Element) -> str:
    return "\n".join(_text(paragraph) for paragraph in _shown(cell, _PARAGRAPH, _TABLE))


def _text(paragraph: etree._Element) -> str:
    return "".join(_run_text(run) for run in _shown(paragraph, _RUN))


def _run_text(run: etree._Element) -> str:
    hidden = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    if hidden is not None and hidden.get(qn("w:val"), "true") not in ("0", "false", "off"):
        return ""
    return "".join(_WRITTEN.get(part.tag, part.text or "" if part.tag == qn("w:t") else "") for part in run)
