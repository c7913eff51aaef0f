"""CSV and TSV, in UTF-8 or GB18030, as Excel and WPS save them."""

import csv
import io

from etl.sheets.grid import Grid, Raw

_LONGEST_FIELD = 1 << 20


def text_grid(data: bytes) -> Grid:
    """The file's cells, all of them words. Raises ValueError where the bytes are no text in either encoding."""
    text = _decoded(data)
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    cells: dict[tuple[int, int], Raw] = {}
    for row, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
        cells.update({(row, column): cell for column, cell in enumerate(line) if cell.strip()})
    return Grid(sheet=None, cells=cells)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
