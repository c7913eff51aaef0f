"""Word documents: their tables as grids, and how much prose stands beside them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from docx import Document
from docx.document import Document as DocumentType
from docx.table import Table, _Cell, _Row
from lxml import etree

from etl.sheets.grid import Grid, Raw


@dataclass(frozen=True, slots=True)
class WordDocument:
    """`grids` are its tables, row and column spans expanded, the first row 1; `prose` is all else.

    `body` is the markup of the whole, for those who read all its words.
    """

    grids: tuple[Grid, ...]
    prose: str
    body: etree._Element


def read_docx(data: bytes) -> WordDocument:
    """Raises whatever python-docx raises for a broken document."""
    document = Document(io.BytesIO(data))
    grids = tuple(_grid(table, document) for table in document.tables)
    return WordDocument(grids, _prose(document), document.element.body)


def _prose(document: DocumentType) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def _grid(table: Table, document: DocumentType) -> Grid:
    """The table's cells at their grid places; the paragraphs above stand in row -1 as captions."""
    cells: dict[tuple[int, int], Raw] = {}
    seen = set()
    for r, row in enumerate(table.rows):
        for c, cell in _placed(row):
            if cell._tc not in seen:
                seen.add(cell._tc)
                text = cell.text.strip()
                if text:
                    cells[r, c] = text
    captions = [p.text for p in document.paragraphs if p.text.strip()][:40]
    cells.update({(-1 - back, 0): text for back, text in enumerate(reversed(captions))})
    return Grid(sheet=None, cells=cells)


def _placed(row: _Row) -> Iterator[tuple[int, _Cell]]:
    yield from enumerate(row.cells, row.grid_cols_before)
