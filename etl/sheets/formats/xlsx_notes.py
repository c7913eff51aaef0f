"""What calamine does not tell of an .xlsx sheet: formulas without a result, #REF!, hidden rows and columns."""

import re
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from etl.sheets.grid import Position, Raw, position

_WORTH_A_LOOK = re.compile(rb"<(?:\w+:)?f[ >/]|t=\"e\"|hidden=")
_FAR = re.compile(rb"<(?:\w+:)?c [^>]*?r=\"(?:[A-Z]{3}\d|[A-Z]+\d{5})")
_FEW = 20_000
_MOST_HIDDEN = 20_000


@dataclass(slots=True)
class Notes:
    """`formulas` maps a cell to its text without "=", "" for followers of a shared formula."""

    formulas: dict[Position, str] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    errors: dict[Position, Raw] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def sheet_data(container: zipfile.ZipFile, sheet: str) -> bytes:
    """The sheet's own part, unpacked; empty where the workbook does not lead to one."""
    part = _part_of(container, sheet)
    return container.read(part) if part else b""


def reaches_far(data: bytes) -> bool:
    """Whether one of few cells stands so far out that a dense reader would fill the room between with nothing."""
    return _FAR.search(data) is not None and data.count(b"<c ") <= _FEW


def read_notes(data: bytes) -> Notes:
    """The notes of a sheet's part; none at all, quickly, for a sheet that has nothing of the kind."""
    if not _WORTH_A_LOOK.search(data):
        return Notes()
    notes = Notes()
    row_number = -1
    for element in fromstring(data, forbid_dtd=True).iter():
        tag = _local(element)
        if tag == "row":
            row_number = int(element.get("r", row_number + 2)) - 1
            if _is_hidden(element):
                notes.hidden_rows.add(row_number)
            _note_cells(element, row_number, notes)
        elif tag == "col" and _is_hidden(element):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            notes.hidden_columns.update(range(first - 1, min(last, first + _MOST_HIDDEN)))
    return notes


def _note_cells(row: Element, row_number: int, notes: Notes) -> None:
    column = -1
    for cell in row:
        reference = cell.get("r")
        column = position(reference)[1] if reference else column + 1
        at = (row_number, column)
        formula = next((child for child in cell if _local(child) == "f"), None)
        value = next((child.text for child in cell if _local(child) == "v"), None)
        if formula is not None:
            notes.formulas[at] = formula.text or ""
            if value is None and cell.get("t") != "str":
                notes.uncached.add(at)
        if cell.get("t") == "e" and value:
            notes.errors[at] = value


def _part_of(container: zipfile.ZipFile, sheet: str) -> str | None:
    """The path of a sheet's part, by the workbook's own list and its relationships."""
    names = {name.lower(): name for name in container.namelist()}
    workbook, links = names.get("xl/workbook.xml"), names.get("xl/_rels/workbook.xml.rels")
    if not workbook or not links:
        return None
    listed = fromstring(container.read(workbook), forbid_dtd=True).iter()
    ids = [_relation(e) for e in listed if _local(e) == "sheet" and e.get("name") == sheet]
    targets = {e.get("Id"): e.get("Target", "") for e in fromstring(container.read(links), forbid_dtd=True)}
    target = targets.get(ids[0], "") if ids else ""
    return names.get(target.lstrip("/").lower()) or names.get(f"xl/{target}".lower())


def _relation(element: Element) -> str | None:
    return next((value for key, value in element.items() if key.endswith("}id")), None)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true")
