"""A small BIFF12 writer, since nothing else writes .xlsb: one record after another, as [MS-XLSB] has them."""

import io
import struct
import zipfile
from decimal import Decimal

from tests.messy.drawing import Cell, Drawing, Error, Formula, Rich, Styled

_STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" \
ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"""
_ROOT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="xl/workbook.bin"/></Relationships>"""
_SUM_OF_ONE_AREA = 0x10


def by_biff12(*sheets: Drawing) -> bytes:
    """An .xlsb with inline strings; formulas over one area (SUM(D6:D9)) or of cells added (D6+F6)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", _TYPES)
        container.writestr("_rels/.rels", _ROOT)
        container.writestr("xl/workbook.bin", _workbook(sheets))
        container.writestr("xl/_rels/workbook.bin.rels", _links(len(sheets)))
        for number, sheet in enumerate(sheets, 1):
            container.writestr(f"xl/worksheets/sheet{number}.bin", _sheet(sheet))
    return out.getvalue()


def _links(count: int) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, count + 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{space}">{links}</Relationships>'


def _workbook(sheets: tuple[Drawing, ...]) -> bytes:
    listed = b"".join(
        _record(156, struct.pack("<II", _STATES[one.visibility], n) + _wide(f"rId{n}") + _wide(str(one.name)))
        for n, one in enumerate(sheets, 1)
    )
    return _record(131) + _record(143) + listed + _record(144) + _record(132)


def _sheet(drawing: Drawing) -> bytes:
    rows = sorted({row for row, _ in drawing.cells})
    columns = [column for _, column in drawing.cells]
    size = struct.pack("<4I", rows[0], rows[-1], min(columns), max(columns))
    hidden = b"".join(
        _record(60, struct.pack("<IIIIH", column, column, 2048, 0, 1)) for column in drawing.hidden_columns
    )
    body = b"".join(_row(drawing, row) for row in rows)
    shape = _record(390) + hidden + _record(391) if hidden else b""
    return _record(129) + _record(148, size) + shape + _record(145) + body + _record(146) + _record(130)


def _row(drawing: Drawing, row: int) -> bytes:
    flags = 0x10 if row in drawing.hidden_rows else 0
    head = _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
    cells = sorted((column, cell) for (r, column), cell in drawing.cells.items() if r == row)
    return head + b"".join(_cell(column, cell) for column, cell in cells)


def _cell(column: int, cell: Cell) -> bytes:
    at = struct.pack("<II", column, 0)
    match cell:
        case Formula(text, saved):
            tokens = _tokens(text)
            told = struct.pack("<HI", 0, len(tokens)) + tokens + struct.pack("<I", 0)
            if saved is None:  # an empty text, as a program leaves it that works nothing out
                return _record(8, at + _wide("") + told)
            return _record(9, at + struct.pack("<d", float(saved)) + told)
        case Error(text):
            return _record(3, at + bytes([_ERRORS[text]]))
        case Rich(runs):
            return _record(6, at + _wide("".join(runs)))
        case Styled(value):
            return _record(5, at + struct.pack("<d", value))
        case str():
            return _record(6, at + _wide(cell))
        case bool():
            return _record(4, at + bytes([cell]))
        case int() if abs(cell) < 1 << 28:
            return _record(2, at + struct.pack("<i", cell << 2 | 2))
        case Decimal() | int() | float():
            return _record(5, at + struct.pack("<d", float(cell)))
    raise ValueError(f"no BIFF12 record for {cell!r}")


def _tokens(text: str) -> bytes:
    """PtgArea and a summing PtgAttr for SUM(D6:D9); PtgRef and PtgAdd for D6+F6."""
    if text.startswith("SUM("):
        one, other = text[4:-1].split(":")
        (top, left), (bottom, right) = _position(one), _position(other)
        area = struct.pack("<BIIHH", 0x25, top, bottom, left | 0xC000, right | 0xC000)
        return area + bytes([0x19, _SUM_OF_ONE_AREA, 0, 0])
    out = b""
    for number, term in enumerate(text.split("+")):
        row, column = _position(term)
        out += struct.pack("<BIH", 0x44, row, column | 0xC000) + (b"\x03" if number else b"")
    return out


def _position(a1: str) -> tuple[int, int]:
    letter, digits = a1[0], a1[1:]
    return int(digits) - 1, ord(letter) - 65


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _record(kind: int, data: bytes = b"") -> bytes:
    """Kind and length, seven bits a byte, low ones first."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(data)
    while True:
        size += bytes([rest & 0x7F | (0x80 if rest >> 7 else 0)])
        rest >>= 7
        if not rest:
            return head + size + data
