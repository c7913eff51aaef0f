"""What calamine does not tell of an .xlsx sheet: formulas without a result, #REF!, hidden rows and columns."""

import io
import posixpath
import re
import zipfile
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from etl.sheets.formats.notes import Notes
from etl.sheets.grid import position

_WORTH_A_LOOK = re.compile(rb"<(?:\w+:)?f[ >/]|t=[\"']e[\"']|hidden=")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_FAR = re.compile(rb"<(?:\w+:)?c [^>]*?r=[\"'](?:[A-Z]{3}\d|[A-Z]+\d{5})")
_FEW = 20_000
_WORKS_OUT_LATER = re.compile(rb"fullCalcOnLoad=[\"'](?:1|true)[\"']")


class XlsxParts:
    """The parts of an .xlsx, found by the workbook's own list and its relationships."""

    def __init__(self, data: bytes) -> None:
        self._container = zipfile.ZipFile(io.BytesIO(data))
        self._names = part_names(self._container)
        workbook = self._part("xl/workbook.xml")
        self.works_out_later = _WORKS_OUT_LATER.search(workbook) is not None
        links = targets(self._container, "xl/_rels/workbook.xml.rels")
        listed = fromstring(workbook, forbid_dtd=True).iter() if workbook else ()
        self._sheets = {e.get("name"): links.get(_relation(e), "") for e in listed if _local(e) == "sheet"}

    def sheet_data(self, sheet: str) -> bytes:
        """The sheet's own part, unpacked; empty where the workbook does not lead to one."""
        return self._part(self._sheets.get(sheet, "").lower())

    def _part(self, name: str) -> bytes:
        return self._container.read(self._names[name]) if name in self._names else b""


def part_names(container: zipfile.ZipFile) -> dict[str, str]:
    """Each part's name as it should be → as it is; some programs write backslashes or other cases."""
    return {name.replace("\\", "/").lower(): name for name in container.namelist()}


def targets(container: zipfile.ZipFile, links: str) -> dict[str, str]:
    """Relationship id → the name of the part it leads to, by the part `links` that lists them."""
    names = part_names(container)
    if links not in names:
        return {}
    root = fromstring(container.read(names[links]), forbid_dtd=True)
    return {
        e.get("Id", ""): posixpath.normpath(posixpath.join("/xl", e.get("Target", ""))).lstrip("/")
        for e in root
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
    notes = Notes()
    row_number = -1
    for element in fromstring(data, forbid_dtd=True).iter():
        tag = _local(element)
        if tag == "row":
            row_number = int(element.get("r", row_number + 2)) - 1
            if _is_hidden(element):
                notes.hidden_rows.add(row_number)
            _note_cells(element, row_number, notes, works_out_later)
        elif tag == "col" and _is_hidden(element):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            notes.hide_columns(first - 1, last - 1)
    return notes


def _note_cells(row: Element, row_number: int, notes: Notes, works_out_later: bool) -> None:
    column = -1
    for cell in row:
        reference = cell.get("r")
        column = position(reference)[1] if reference else column + 1
        at = (row_number, column)
        formula = next((child for child in cell if _local(child) == "f"), None)
        value = next((child.text for child in cell if _local(child) == "v"), None)
        if formula is not None:
            notes.formulas[at] = formula.text or ""
            if (value is None and cell.get("t") != "str") or (works_out_later and value == "0"):
                notes.uncached.add(at)
        if cell.get("t") == "e" and value:
            notes.errors[at] = value


def _relation(element: Element) -> str:
    return next((value for key, value in element.items() if key.endswith("}id")), "")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true")
