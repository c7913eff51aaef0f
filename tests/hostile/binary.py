"""A small .xlsb written record by record: no library writes one."""

import io
import struct
import zipfile

Cell = str | int | float
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType='
    f'"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType='
    f'"application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.bin"/></Relationships>'
)
_LINKS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
)
ROW, REAL, TEXT, BEGIN_SHEET, END_SHEET, BEGIN_BOOK, END_BOOK = 0, 5, 6, 129, 130, 131, 132
BEGIN_SHEETS, END_SHEETS, BEGIN_DATA, END_DATA, DIMENSION, ONE_SHEET = 143, 144, 145, 146, 148, 156


def record(number: int, payload: bytes = b"", said: int | None = None) -> bytes:
    """A record of that number; `said` lies about its length."""
    return _packed(number) + _packed(len(payload) if said is None else said) + payload


def wide(text: str, said: int | None = None) -> bytes:
    """A counted string; `said` lies about how many letters follow."""
    return struct.pack("<I", len(text) if said is None else said) + text.encode("utf-16-le")


def binary_workbook(
    lines: list[list[Cell]], dimension: tuple[int, int, int, int] | None = None, cells: bytes = b""
) -> bytes:
    """The lines as the sheet 统计表. `cells` are further records behind them."""
    first_row, last_row, first_column, last_column = dimension or (0, len(lines), 0, 10)
    book = record(BEGIN_BOOK) + record(BEGIN_SHEETS)
    book += record(ONE_SHEET, struct.pack("<II", 0, 1) + wide("rId1") + wide("统计表"))
    book += record(END_SHEETS) + record(END_BOOK)
    sheet = record(BEGIN_SHEET)
    sheet += record(DIMENSION, struct.pack("<IIII", first_row, last_row, first_column, last_column))
    sheet += record(BEGIN_DATA) + b"".join(row_of(r, line) for r, line in enumerate(lines)) + cells
    sheet += record(END_DATA) + record(END_SHEET)
    return binary_container(book, sheet)


def row_of(r: int, line: list[Cell]) -> bytes:
    made = record(ROW, struct.pack("<IIHHBI", r, 0, 300, 0, 0, 0))
    for c, cell in enumerate(line):
        at = struct.pack("<II", c, 0)
        if isinstance(cell, str):
            made += record(TEXT, at + wide(cell)) if cell else b""
        else:
            made += record(REAL, at + struct.pack("<d", cell))
    return made


def binary_container(book: bytes, sheet: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", _TYPES)
        container.writestr("_rels/.rels", _ROOT)
        container.writestr("xl/workbook.bin", book)
        container.writestr("xl/_rels/workbook.bin.rels", _LINKS)
        container.writestr("xl/worksheets/sheet1.bin", sheet)
    return out.getvalue()


def _packed(number: int) -> bytes:
    """Seven bits a byte, the last without its top bit."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
