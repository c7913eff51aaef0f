"""What calamine does not tell of an .ods sheet: formulas, errors, hidden rows and columns."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from etl.sheets.formats.notes import MOST_HIDDEN, Notes

_WORTH_A_LOOK = re.compile(rb":formula=|:visibility=|value-type=\"error\"")
_REFERENCE = re.compile(r"\[([^\]]*)\]")
_HIDDEN = ("collapse", "filter")
_MOST_ALIKE = 1_000
"""Repeated cells that are noted; nobody's form repeats a formula more often."""


def read_ods_notes(data: bytes) -> list[Notes]:
    """The notes of each sheet in order; none at all, quickly, where the file has nothing of the kind."""
    with zipfile.ZipFile(BytesIO(data)) as container:
        content = container.read("content.xml")
    if not _WORTH_A_LOOK.search(content):
        return []
    root = fromstring(content, forbid_dtd=True)
    sheets = next((e for e in root.iter() if _local(e.tag) == "spreadsheet"), ())
    return [_notes(table) for table in sheets if _local(table.tag) == "table"]


def _notes(table: Element) -> Notes:
    notes = Notes()
    row = column = 0
    for element in _lines(table):
        said = _attributes(element)
        if _local(element.tag) == "table-column":
            run = _count(said, "number-columns-repeated")
            if said.get("visibility") in _HIDDEN:
                notes.hide_columns(column, column + run - 1)
            column += run
        else:
            run = _count(said, "number-rows-repeated")
            if said.get("visibility") in _HIDDEN:
                notes.hidden_rows.update(range(row, row + min(run, MOST_HIDDEN)))
            _note_cells(element, range(row, row + min(run, _MOST_ALIKE)), notes)
            row += run
    return notes


def _lines(table: Element) -> Iterator[Element]:
    """Columns and rows in order, out of the groups and headers they may lie in, not those of a table in a cell."""
    for element in table:
        name = _local(element.tag)
        if name in ("table-column", "table-row"):
            yield element
        elif name.startswith("table-"):
            yield from _lines(element)


def _note_cells(line: Element, rows: range, notes: Notes) -> None:
    column = 0
    for cell in line:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        said = _attributes(cell)
        run = _count(said, "number-columns-repeated")
        is_error = any(key.endswith("value-type") and value == "error" for key, value in cell.items())
        if "formula" in said or is_error:
            beside = range(column, column + min(run, _MOST_ALIKE))
            for at in ((row, one) for row in rows for one in beside):
                if "formula" in said:
                    notes.formulas[at] = _plain(said["formula"])
                if is_error:
                    notes.errors[at] = "".join(cell.itertext()).strip() or "#ERROR!"
                elif "value-type" not in said:
                    notes.uncached.add(at)
        column += run


def _plain(formula: str) -> str:
    """of:=SUM([.D6:.D9];[.E6]) as SUM(D6:D9,E6)."""
    text = formula.partition("=")[2]
    return _REFERENCE.sub(lambda found: found.group(1).replace(":.", ":").removeprefix("."), text).replace(
        ";", ","
    )


def _attributes(element: Element) -> dict[str, str]:
    """Its attributes without namespaces; of two of one name the standard's, not an extension's."""
    return {_local(key): value for key, value in element.items() if "experimental" not in key}


def _count(said: dict[str, str], name: str) -> int:
    text = said.get(name, "1")
    return max(int(text), 1) if text.isdecimal() else 1


def _local(tag: str) -> str:
    return str(tag).rpartition("}")[2]
