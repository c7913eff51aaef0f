"""What calamine does not tell of an .xlsx sheet: formulas without a result, #REF!, hidden rows and columns."""

import posixpath
import re
from collections.abc import Mapping

from lxml import etree

from etl.sheets.formats.markup import local_name, parsed
from etl.sheets.formats.notes import Notes
from etl.sheets.grid import position

_WORTH_A_LOOK = re.compile(rb"<(?:\w+:)?f[ >/]|t=[\"']e[\"']|hidden=")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_FAR = re.compile(rb"<(?:\w+:)?c [^>]*?r=[\"'](?:[A-Z]{3}\d|[A-Z]+\d{5})")
_FEW = 20_000
_HIDDEN_COLUMNS = etree.XPath("//*[local-name()='col'][@hidden='1' or @hidden='true']")
_HIDDEN_ROWS = etree.XPath("//*[local-name()='row'][@hidden='1' or @hidden='true']")
_NOTED_CELLS = etree.XPath("//*[local-name()='row']/*[@t='e' or *[local-name()='f']]")
_WORKS_OUT_LATER = re.compile(rb"fullCalcOnLoad=[\"'](?:1|true)[\"']")


class XlsxParts:
    """The parts of an .xlsx, found by the workbook's own list and its relationships."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        workbook = self._part("xl/workbook.xml")
        self.works_out_later = _WORKS_OUT_LATER.search(workbook) is not None
        links = targets(self._part("xl/_rels/workbook.xml.rels"))
        listed = parsed(workbook).iter() if workbook else ()
        self._sheets = {
            e.get("name"): links.get(_relation(e), "") for e in listed if local_name(e) == "sheet"
        }

    def sheet_data(self, sheet: str) -> bytes:
        """The sheet's own part, unpacked; empty where the workbook does not lead to one."""
        return self._part(self._sheets.get(sheet, "").lower())

    def _part(self, name: str) -> bytes:
        return self._parts.get(name, b"")


def targets(links: bytes) -> dict[str, str]:
    """Relationship id → the name of the part it leads to, by the part that lists them (empty: none)."""
    if not links:
        return {}
    return {
        e.get("Id", ""): posixpath.normpath(posixpath.join("/xl", e.get("Target", ""))).lstrip("/")
        for e in parsed(links)
    }


def reaches_far(data: bytes) -> bool:
    """Whether one of few cells stands so far out that a dense reader would fill the room between with nothing."""
    return _FAR.search(data) is not None and sum(1 for _ in _CELL.finditer(data)) <= _FEW


def read_notes(data: bytes, works_out_later: bool = False) -> Notes:
    """The notes of a sheet's part; none at all, quickly, for a sheet that has nothing of the kind.

    `works_out_later`: the workbook asks to have its formulas worked out on opening (XlsxWriter and other
    programs that work nothing out do); a 0 saved in it is then nobody's result.
    """
    if not _WORTH_A_LOOK.search(data):
        return Notes()
    root, notes = parsed(data), Notes()
    for column in _HIDDEN_COLUMNS(root):
        notes.hide_columns(int(column.get("min", 1)) - 1, int(column.get("max", 1)) - 1)
    notes.hidden_rows.update(map(_row_number, _HIDDEN_ROWS(root)))
    for cell in _NOTED_CELLS(root):
        _note(cell, notes, works_out_later)
    return notes


def _note(cell: etree._Element, notes: Notes, works_out_later: bool) -> None:
    at = (_row_number(cell.getparent()), _column_number(cell))
    formula = next((child for child in cell if local_name(child) == "f"), None)
    value = next((child.text for child in cell if local_name(child) == "v"), None)
    if formula is not None:
        notes.formulas[at] = formula.text or ""
        if (value is None and cell.get("t") != "str") or (works_out_later and value == "0"):
            notes.uncached.add(at)
    if cell.get("t") == "e" and value:
        notes.errors[at] = value


def _row_number(row: etree._Element) -> int:
    """From 0. A row that does not say its number follows the one before it."""
    if said := row.get("r"):
        return int(said) - 1
    before = next((one for one in row.itersiblings(preceding=True) if local_name(one) == "row"), None)
    return 0 if before is None else _row_number(before) + 1


def _column_number(cell: etree._Element) -> int:
    """From 0. A cell that does not say its place follows the one before it."""
    if said := cell.get("r"):
        return position(said)[1]
    before = cell.getprevious()
    return 0 if before is None else _column_number(before) + 1


def _relation(element: etree._Element) -> str:
    return next((value for key, value in element.items() if key.endswith("}id")), "")
