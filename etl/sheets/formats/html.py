"""Tables of a web page, as systems save them under the name .xls."""

from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from etl.sheets.grid import Grid, Raw

_WIDEST_SPAN = 1_000
_NO_WORDS = ("script", "style", "template", "table")
_LINES = ("br", "p", "div")
_UNSEEN = ("display:none", "visibility:hidden")


def html_grids(data: bytes) -> list[Grid]:
    """Every visible table with row and column spans expanded, the first row 1. Raises what lxml raises."""
    encoding = "utf-8" if _is_utf8(data) else "gb18030"
    root = html.document_fromstring(data, parser=html.HTMLParser(encoding=encoding))
    return [_grid(table) for table in root.iter("table") if not _is_hidden(table)]


def _grid(table: HtmlElement) -> Grid:
    cells: dict[tuple[int, int], Raw] = {}
    taken: set[tuple[int, int]] = set()
    rows = [row for row in table.iter("tr") if _table_of(row) is table]
    hidden = {r for r, row in enumerate(rows) if _is_unseen(row)}
    for r, row in enumerate(rows):
        c = 0
        for cell in row.iterchildren("td", "th"):
            while (r, c) in taken:
                c += 1
            down, right = min(_span(cell, "rowspan"), len(rows) - r), _span(cell, "colspan")
            taken.update((r + below, c + beside) for below in range(down) for beside in range(right))
            text = "".join(_shown(cell)).strip()
            if text:
                cells[r, c] = text
            c += right
    return Grid(sheet=None, cells=cells, hidden_rows=hidden)


def _shown(element: HtmlElement) -> Iterator[str]:
    """The words that a reader of the page sees in an element; a table within it has its own grid."""
    yield element.text or ""
    for child in element:
        if child.tag in _LINES:
            yield "\n"
        if isinstance(child.tag, str) and child.tag not in _NO_WORDS and not _is_unseen(child):
            yield from _shown(child)
        yield child.tail or ""


def _table_of(row: HtmlElement) -> HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _span(cell: HtmlElement, name: str) -> int:
    said = cell.get(name, "1").strip()
    return min(max(int(said), 1), _WIDEST_SPAN) if said.isdecimal() else 1


def _is_hidden(element: HtmlElement) -> bool:
    return any(_is_unseen(one) for one in (element, *element.iterancestors()))


def _is_unseen(element: HtmlElement) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return any(unseen in style for unseen in _UNSEEN)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
