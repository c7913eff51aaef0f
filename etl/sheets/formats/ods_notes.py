"""What calamine does not tell of an .ods sheet: formulas, errors, hidden rows and columns, stray cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from etl.sheets.formats.notes import MOST_HIDDEN, Notes, error_text
from etl.sheets.grid import Position, Raw

_WORTH_A_LOOK = re.compile(rb":formula=|:visibility=|value-type=\"error\"|-repeated=\"\d{4}")
_REFERENCE = re.compile(r"\[([^\]]*)\]")
_HIDDEN = ("collapse", "filter")
_MOST_ALIKE = 1_000
"""Repeated cells that are noted; nobody's form repeats a formula more often."""
_FAR_ROW, _FAR_COLUMN, _FEW = 10_000, 200, 20_000


@dataclass(slots=True)
class OdsSheet:
    """One sheet's notes, and where its cells stand that hold something."""

    notes: Notes = field(default_factory=Notes)
    filled: dict[Position, Element] = field(default_factory=dict)

    @property
    def reaches_far(self) -> bool:
        """Whether one of few cells stands so far out that a dense reader would fill the room with nothing."""
        far = any(row >= _FAR_ROW or column >= _FAR_COLUMN for row, column in self.filled)
        return far and len(self.filled) <= _FEW

    def cells(self) -> dict[Position, Raw]:
        read = {at: _value(cell) for at, cell in self.filled.items()}
        return {at: raw for at, raw in read.items() if raw != ""}


def read_ods_notes(content: bytes) -> list[OdsSheet]:
    """What there is to know of each sheet in order, by the part content.xml; none at all where it has nothing
    of the kind.

    Raises ParseError for markup that is not well formed, upon which calamine goes round for ever.
    """
    root = fromstring(content, forbid_dtd=True)
    if not _WORTH_A_LOOK.search(content):
        return []
    sheets = next((e for e in root.iter() if _local(e.tag) == "spreadsheet"), ())
    return [_notes(table) for table in sheets if _local(table.tag) == "table"]


def _notes(table: Element) -> OdsSheet:
    sheet = OdsSheet()
    notes = sheet.notes
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
            _note_cells(element, range(row, row + min(run, _MOST_ALIKE)), sheet)
            row += run
    return sheet


def _lines(table: Element) -> Iterator[Element]:
    """Columns and rows in order, out of the groups and headers they may lie in, not those of a table in a cell."""
    for element in table:
        name = _local(element.tag)
        if name in ("table-column", "table-row"):
            yield element
        elif name.startswith("table-"):
            yield from _lines(element)


def _note_cells(line: Element, rows: range, sheet: OdsSheet) -> None:
    column = 0
    for cell in line:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        said = _attributes(cell)
        run = _count(said, "number-columns-repeated")
        if len(cell) or "formula" in said or "value-type" in said:
            beside = range(column, column + min(run, _MOST_ALIKE))
            for at in ((row, one) for row in rows for one in beside):
                sheet.filled[at] = cell
                _note_cell(at, cell, said, sheet.notes)
        column += run


def _note_cell(at: Position, cell: Element, said: dict[str, str], notes: Notes) -> None:
    if "formula" in said:
        notes.formulas[at] = _plain(said["formula"])
    if any(key.endswith("value-type") and value == "error" for key, value in cell.items()):
        notes.errors[at] = _text(cell) or error_text()
    elif "formula" in said and "value-type" not in said:
        notes.uncached.add(at)


def _value(cell: Element) -> Raw:
    """What the cell holds, as calamine gives it."""
    said = _attributes(cell)
    match said.get("value-type"):
        case "float" | "percentage" | "currency":
            return float(said["value"])
        case "boolean":
            return said["boolean-value"] == "true"
        case "date":
            return datetime.fromisoformat(said["date-value"])
    return said.get("string-value") or _text(cell)


def _text(cell: Element) -> str:
    """Its own paragraphs, not those of remarks that hang on it."""
    return "\n".join("".join(line.itertext()) for line in cell if _local(line.tag) == "p")


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
