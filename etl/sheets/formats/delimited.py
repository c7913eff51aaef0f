"""CSV and TSV, in UTF-8, GB18030 or marked UTF-16, as Excel and WPS save them."""

import csv
import io

from etl.sheets.formats.sniff import UTF_16_MARKS
from etl.sheets.grid import Grid, Raw

_LONGEST_FIELD = 1 << 20
_DELIMITERS = ("\t", ",", ";")


def text_grid(data: bytes) -> Grid:
    """The file's cells, all of them words. Raises ValueError where the bytes are no text in any of them."""
    text = _decoded(data)
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = max(_DELIMITERS, key=text.count)
    cells: dict[tuple[int, int], Raw] = {}
    for row, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
        cells.update({(row, column): cell for column, cell in enumerate(line) if cell.strip()})
    return Grid(sheet=None, cells=cells)


def _decoded(data: bytes) -> str:
    if data.startswith(UTF_16_MARKS):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
