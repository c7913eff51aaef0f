"""Drawings as CSV, TSV and web pages: what systems and phones make of a form."""

import csv
import html
import io
from decimal import Decimal

from tests.messy.drawing import Cell, Drawing, Error, Formula, Rich, Styled


def shown(cell: Cell) -> str:
    """The cell as a program shows it on a page."""
    match cell:
        case Formula(_, saved):
            return "" if saved is None else shown(saved)
        case Error(text):
            return text
        case Rich(runs):
            return "".join(runs)
        case Styled(value):
            return f"{value}"
        case Decimal():
            return f"{cell:f}"
    return str(cell)


def lines_of(drawing: Drawing) -> list[list[str]]:
    height = max(row for row, _ in drawing.cells) + 1
    width = max(column for _, column in drawing.cells) + 1
    lines = [[""] * width for _ in range(height)]
    for (row, column), cell in drawing.cells.items():
        lines[row][column] = shown(cell)
    return lines


def by_csv(drawing: Drawing, delimiter: str = ",", encoding: str = "utf-8", quoted: bool = False) -> bytes:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(lines_of(drawing))
    return out.getvalue().encode(encoding)


def by_html(
    drawing: Drawing, encoding: str = "utf-8", charset: str | None = None, page: str = "{table}"
) -> bytes:
    """A page whose table has the drawing's merges as row and column spans."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset or encoding}">'
    body = page.replace("{table}", table_of(drawing))
    text = f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>{meta}</head><body>{body}</body></html>'
    return text.encode(encoding)


def table_of(drawing: Drawing) -> str:
    spans = {(t, a): (b - t + 1, z - a + 1) for t, a, b, z in drawing.merges}
    covered = {
        (row, column)
        for t, a, b, z in drawing.merges
        for row in range(t, b + 1)
        for column in range(a, z + 1)
        if (row, column) != (t, a)
    }
    rows = []
    for row, line in enumerate(lines_of(drawing)):
        cells = [
            _cell(text, spans.get((row, column), (1, 1)))
            for column, text in enumerate(line)
            if (row, column) not in covered
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table border=1>{''.join(rows)}</table>"


def _cell(text: str, span: tuple[int, int]) -> str:
    down, right = span
    shape = f' rowspan="{down}"' * (down > 1) + f' colspan="{right}"' * (right > 1)
    return f"<td{shape}>{html.escape(text).replace(chr(10), '<br>')}</td>"
