"""Workbooks made by hand, part by part: they may say what no office program would."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

from tests.hostile.binary import Cell
from tests.hostile.sheets import SHEET

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook {MAIN} xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="统计表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_LINKS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
SHEET_PART = "xl/worksheets/sheet1.xml"
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def workbook(
    rows: str,
    strings: str = f"<sst {MAIN}/>",
    picture: bytes = b"",
    book: str = BOOK,
    before: str = "",
    behind: str = "",
    more: dict[str, str | bytes] | None = None,
) -> bytes:
    """The rows as a sheet, what stands before and behind them in its part, and further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", _TYPES)
        container.writestr("_rels/.rels", _ROOT)
        container.writestr("xl/workbook.xml", book)
        container.writestr("xl/_rels/workbook.xml.rels", _LINKS)
        container.writestr("xl/sharedStrings.xml", strings)
        container.writestr(
            SHEET_PART, f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{behind}</worksheet>"
        )
        container.writestr("xl/media/image1.png", picture, zipfile.ZIP_STORED)
        for name, content in (more or {}).items():
            container.writestr(name, content)
    return out.getvalue()


def rows_of(lines: list[list[Cell]] = SHEET, further: str = "") -> str:
    """Lines as rows of a sheet, with inline texts; `further` cells are put into the last row."""
    rows = []
    for r, line in enumerate(lines, 1):
        cells = "".join(_cell(f"{chr(65 + c)}{r}", cell) for c, cell in enumerate(line) if cell != "")
        rows.append(f'<row r="{r}">{cells}{further if r == len(lines) else ""}</row>')
    return "".join(rows)


def _cell(at: str, cell: Cell) -> str:
    if isinstance(cell, str):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f'<c r="{at}"><v>{cell}</v></c>'


def said_to_be_small(container: bytes, part: str) -> bytes:
    """The same container, lying twice: in the part's own header and in the directory."""
    lying = bytearray(container)
    name = part.encode()
    for sign, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = lying.find(sign)
        while lying[at + name_at : at + name_at + len(name)] != name:
            at = lying.find(sign, at + 1)
        lying[at + size_at : at + size_at + 4] = struct.pack("<I", 1_000)
    return bytes(lying)


def false_count() -> bytes:
    strings = f'<sst {MAIN} count="1" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    return workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings)


def one_long_text_a_thousand_times_over() -> bytes:
    strings = f"<sst {MAIN}><si><t>{'x' * 32_000}</t></si></sst>"
    return workbook(
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 50_000)), strings
    )
