"""What calamine does not tell of an .xlsx sheet: formulas without a result, #REF!, hidden rows and columns."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from etl.sheets.formats.markup import local_name, parsed
from etl.sheets.formats.notes import Notes
from etl.sheets.grid import position
from etl.sheets.memo import SMALL

_WORTH_A_LOOK = re.compile(rb"<(?:\w+:)?f[ >/]|t=[\"']e[\"']|hidden=")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_FAR = re.compile(rb"<(?:\w+:)?c [^>]*?r=[\"'](?:[A-Z]{3}\d|[A-Z]+\d{5})")
_FEW = 20_000
_PLAIN_TEXT = re.compile(
    rb"<t>(?:[^<>&=\x00-\x1f]|&#(?:[1-9]\d{2,3}|[1-4]\d{4}|6[0-4]\d{3}|65[0-4]\d\d);)+</t>"
)
_NUMBER = re.compile(rb"<v>-?[0-9][0-9.Ee+-]*</v>")
_NUMBER_BUT_0 = re.compile(rb"<v>(?!0<)-?[0-9][0-9.Ee+-]*</v>")
_HIDDEN_COLUMNS = etree.XPath("//*[local-name()='col'][@hidden='1' or @hidden='true']")
_HIDDEN_ROWS = etree.XPath("//*[local-name()='row'][@hidden='1' or @hidden='true']")
_NOTED_CELLS = etree.XPath("//*[local-name()='row']/*[@t='e' or *[local-name()='f']]")
_WORKS_OUT_LATER = re.compile(rb"fullCalcOnLoad=[\"'](?:1|true)[\"']")


class XlsxParts:
    """The parts of an .xlsx, found by the workbook's own list and its relationships."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._list = _list_of(self._part("xl/workbook.xml"), self._part("xl/_rels/workbook.xml.rels"))
        self.works_out_later = self._list.works_out_later

    def sheet_data(self, sheet: str) -> bytes:
        """The sheet's own part, unpacked; empty where the workbook does not lead to one."""
        return self._part(self._list.sheets.get(sheet, ""))

    def all_behind(self, sheet: str) -> tuple[bytes, ...]:
        """All the parts that a sheet's cells follow from; none where that is not plain, or much."""
        if not self._list.is_plain:
            return ()
        behind = (self.sheet_data(sheet), *map(self._part, _OF_THE_WORKBOOK))
        return behind if behind[0] and all(len(part) <= SMALL for part in behind) else ()

    def _part(self, name: str) -> bytes:
        return self._parts.get(name, b"")


_OF_THE_WORKBOOK = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedstrings.xml",
)


@dataclass(frozen=True, slots=True)
class _List:
    """`sheets` leads from names to parts; `is_plain`: to each another."""

    works_out_later: bool
    sheets: Mapping[str, str]
    is_plain: bool


@lru_cache(maxsize=64)
def _list_of(workbook: bytes, links: bytes) -> _List:
    """What the workbook lists; `links` are its relationships. Raises XMLSyntaxError."""
    leads = targets(links)
    listed = parsed(workbook).iter() if workbook else ()
    pairs = [
        (e.get("name", ""), leads.get(_relation(e), "").lower()) for e in listed if local_name(e) == "sheet"
    ]
    is_plain = len(pairs) == len({name for name, _ in pairs}) == len({part for _, part in pairs})
    return _List(_WORKS_OUT_LATER.search(workbook) is not None, dict(pairs), is_plain)


def targets(links: bytes) -> dict[str, str]:
    """Relationship id → the name of the part it leads to, by the part that lists them (empty: none)."""
    if not links:
        return {}
    return {
        e.get("Id", ""): posixpath.normpath(posixpath.join("/xl", e.get("Target", ""))).lstrip("/")
        for e in parsed(links)
    }


def bare(data: bytes, works_out_later: bool) -> bytes:
    """A small sheet's part with other numbers and plain words in their places: the notes are the same, and they
    are the same for all forms that differ in nothing else. Markup that may be broken, or hide from this,
    stays as it is."""
    if len(data) > SMALL or b"<!" in data or b"\xef\xbf" in data or not _is_utf8(data):
        return data
    numbers = _NUMBER_BUT_0 if works_out_later else _NUMBER
    return _PLAIN_TEXT.sub(b"<t>1</t>", numbers.sub(b"<v>1</v>", data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def reaches_far(data: bytes) -> bool:
    """Whether one of few cells stands so far out that a dense reader would fill the room between with nothing."""
    return (_far_before if len(data) <= SMALL else _is_far)(data)


def _is_far(data: bytes) -> bool:
    return _FAR.search(data) is not None and sum(1 for _ in _CELL.finditer(data)) <= _FEW


def read_notes(data: bytes, works_out_later: bool = False) -> Notes:
    """The notes of a sheet's part, nobody's to change; none at all, quickly, for a sheet without anything of
    the kind.

    `works_out_later`: the workbook asks to have its formulas worked out on opening (XlsxWriter and other
    programs that work nothing out do); a 0 saved in it is then nobody's result.
    """
    return (_noted_before if len(data) <= SMALL else _noted)(data, works_out_later)


def _noted(data: bytes, works_out_later: bool) -> Notes:
    if not _WORTH_A_LOOK.search(data):
        return Notes()
    root, notes = parsed(data), Notes()
    for column in _HIDDEN_COLUMNS(root):
        notes.hide_columns(int(column.get("min", 1)) - 1, int(column.get("max", 1)) - 1)
    notes.hidden_rows.update(map(_row_number, _HIDDEN_ROWS(root)))
    for cell in _NOTED_CELLS(root):
        _note(cell, notes, works_out_later)
    return notes


_noted_before = lru_cache(maxsize=64)(_noted)
_far_before = lru_cache(maxsize=64)(_is_far)


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
