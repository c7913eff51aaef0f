"""Old and binary workbooks with false records, OLE containers that go round in circles, PDFs that swell."""

import io
import struct
import zlib
from collections.abc import Callable

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.hostile.binary import REAL, ROW, binary_workbook, record, wide
from tests.hostile.case import (
    CORRUPT,
    ENCRYPTED,
    GIVEN_UP,
    NARRATIVE,
    NO_FORM,
    NOT_TAKEN,
    READ,
    STAMPED,
    Hostile,
)
from tests.hostile.sheets import SHEET, docx, ods, page, pdf, text, xls, xlsb, xlsx

MIB = 1024**2
_STREAM = 512
"""xlwt lays the workbook's stream right behind the header."""
_BOF, _DIMENSIONS, _NUMBER, _SST, _BOUNDSHEET = 0x0809, 0x0200, 0x027E, 0x00FC, 0x0085


def _records(content: bytes) -> list[tuple[int, int, int]]:
    """Number, place and length of each record of an old workbook."""
    found, at = [], _STREAM
    while at + 4 <= len(content) and (number := struct.unpack_from("<H", content, at)[0]):
        length = struct.unpack_from("<H", content, at + 2)[0]
        found.append((number, at, length))
        at += 4 + length
    return found


def _in_xls(number: int, offset: int, put: bytes) -> Callable[[], bytes]:
    """The old workbook with bytes overwritten in the last record of that number."""

    def make() -> bytes:
        bent = bytearray(xls())
        at = [place for kind, place, _ in _records(bytes(bent)) if kind == number][-1]
        bent[at + offset : at + offset + len(put)] = put
        return bytes(bent)

    return make


def _locked_xls() -> bytes:
    """A record that may be left out (who saved it) made into FILEPASS, which says: encrypted."""
    bent = bytearray(xls())
    at = next(place for kind, place, length in _records(bytes(bent)) if kind not in (_BOF,) and length >= 6)
    struct.pack_into("<HHH", bent, at, 0x002F, struct.unpack_from("<H", bent, at + 2)[0], 1)
    return bytes(bent)


def _ole(find: str, put: str) -> bytes:
    """The old workbook's container with its stream under another name."""
    bent = xls()
    assert find.encode("utf-16-le") in bent and len(put) <= 31
    at = bent.index(find.encode("utf-16-le"))
    entry = put.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<H", 2 * len(put) + 2)
    return bent[:at] + entry + bent[at + 66 :]


def _in_ole_header(offset: int, put: bytes) -> Callable[[], bytes]:
    return lambda: xls()[:offset] + put + xls()[offset + len(put) :]


def _circle_of_sectors() -> bytes:
    """Each sector's successor is itself."""
    bent = bytearray(xls())
    table = struct.unpack_from("<I", bent, 76)[0]
    for number in range(128):
        struct.pack_into("<I", bent, 512 + table * 512 + 4 * number, number)
    return bytes(bent)


def _further(*records: bytes) -> Callable[[], bytes]:
    return lambda: binary_workbook(SHEET, cells=b"".join(records))


def _real(column: int) -> bytes:
    return record(REAL, struct.pack("<IId", column, 0, 1.0))


def _row(number: int) -> bytes:
    return record(ROW, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))


def _pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a true table of their places."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, table)
    return bytes(out)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def _stream(content: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(content), filters, content)


def _of_one_page(content: bytes, box: bytes = b"0 0 600 800") -> bytes:
    return _pdf(
        _CATALOG,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R >>" % box,
        content,
    )


def _deflated(block: bytes, times: int) -> bytes:
    """A stream that unpacks to the block so many times, without packing it so often."""
    packer = zlib.compressobj(9)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (times - 1) + packer.flush()


def _flate_bomb() -> bytes:
    return _of_one_page(_stream(_deflated(b"BT (x) Tj ET\n" * (MIB // 13), 300)))


def _bomb_in_bomb() -> bytes:
    """Two filters, one upon the other: a few thousand bytes for a gigabyte."""
    inside = zlib.compress(_deflated(b"\x00" * MIB, 1024), 9)
    return _of_one_page(_stream(inside, b"/FlateDecode /FlateDecode"))


def _circle_of_pages() -> bytes:
    kids = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 2 0 R 2 0 R] /Count 1000000 >>"
    return _pdf(_CATALOG, kids)


def _million_pages() -> bytes:
    kids = b"3 0 R " * 1_000_000
    return _pdf(
        _CATALOG,
        b"<< /Type /Pages /Kids [%s] /Count 1000000 >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
    )


def _locked_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("password", "owner"), invariant=True)
    canvas.drawString(80, 700, "secret")
    canvas.save()
    return out.getvalue()


OLD = (
    Hostile(
        "a cell in column 65535 of row 65535", "远.xls", _in_xls(_NUMBER, 4, b"\xff\xff\xff\xff"), CORRUPT
    ),
    Hostile(
        "four thousand million texts announced",
        "假.xls",
        _in_xls(_SST, 8, b"\xff\xff\xff\xff"),
        (CORRUPT, GIVEN_UP, READ),
    ),
    Hostile("a record longer than the file", "长.xls", _in_xls(_SST, 2, b"\xff\xff"), (CORRUPT, READ)),
    Hostile(
        "a sheet that begins behind the end", "外.xls", _in_xls(_BOUNDSHEET, 4, b"\xff\xff\xff\x7f"), CORRUPT
    ),
    Hostile(
        "a sheet that begins at the book's own beginning",
        "环.xls",
        _in_xls(_BOUNDSHEET, 4, b"\x00" * 4),
        (CORRUPT, NO_FORM),
    ),
    Hostile(
        "false dimensions of an old sheet",
        "大.xls",
        _in_xls(_DIMENSIONS, 4, b"\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\xff\xff"),
        READ,
    ),
    Hostile("an old workbook with a password", "密.xls", _locked_xls, ENCRYPTED),
    Hostile(
        "a new workbook with a password", "密.xlsx", lambda: _ole("Workbook", "EncryptedPackage"), ENCRYPTED
    ),
    Hostile("a document called a workbook", "表.xls", lambda: _ole("Workbook", "WordDocument"), NOT_TAKEN),
    Hostile("OLE sectors in a circle", "环.xls", _circle_of_sectors, (CORRUPT, GIVEN_UP)),
    Hostile("an OLE sector of 2 to the 65535 bytes", "大.xls", _in_ole_header(30, b"\xff\xff"), CORRUPT),
    Hostile(
        "an OLE table of four thousand million sectors",
        "大.xls",
        _in_ole_header(44, b"\xff\xff\xff\xff"),
        (CORRUPT, GIVEN_UP, READ),
    ),
    Hostile(
        "an OLE folder that is not there",
        "缺.xls",
        _in_ole_header(48, b"\xf0\xff\xff\x7f"),
        (CORRUPT, NOT_TAKEN),
    ),
)
BINARY = (
    Hostile(
        "a binary record longer than the file",
        "长.xlsb",
        _further(record(REAL, b"", said=(1 << 28) - 1)),
        CORRUPT,
    ),
    Hostile(
        "a binary text of four thousand million letters",
        "长.xlsb",
        _further(record(6, struct.pack("<II", 0, 0) + wide("x", said=0xFFFFFFFF))),
        CORRUPT,
    ),
    Hostile("a binary row past all rows", "远.xlsb", _further(_row(0x7FFFFFFF), _real(3)), CORRUPT),
    Hostile("a binary cell in the last corner", "远.xlsb", _further(_row(1_048_575), _real(16_383)), CORRUPT),
    Hostile(
        "false binary dimensions",
        "大.xlsb",
        lambda: binary_workbook(SHEET, dimension=(0, 1_048_575, 0, 16_383)),
        READ,
    ),
    Hostile(
        "binary dimensions turned round",
        "反.xlsb",
        lambda: binary_workbook(SHEET, dimension=(9, 0, 9, 0)),
        (READ, CORRUPT),
    ),
    Hostile("binary records without an end", "断.xlsb", _further(b"\x80\x80\x80\x80\x80"), (CORRUPT, READ)),
)
PDFS = (
    Hostile("a PDF that swells", "工作总结.pdf", _flate_bomb, (NARRATIVE, CORRUPT, GIVEN_UP)),
    Hostile("a PDF that swells twice", "工作总结.pdf", _bomb_in_bomb, (NARRATIVE, CORRUPT, GIVEN_UP)),
    Hostile("PDF pages in a circle", "工作总结.pdf", _circle_of_pages, (NARRATIVE, CORRUPT)),
    Hostile("a PDF of a million pages", "工作总结.pdf", _million_pages, (NARRATIVE, CORRUPT, GIVEN_UP)),
    Hostile(
        "a PDF page as large as a town",
        "工作总结.pdf",
        lambda: _of_one_page(_stream(zlib.compress(b"")), b"0 0 1e30 1e30"),
        (NARRATIVE, CORRUPT),
    ),
    Hostile("a PDF with a password", "工作总结.pdf", _locked_pdf, ENCRYPTED),
    Hostile("a scan that swells", "盖章件.pdf", _flate_bomb, (STAMPED, GIVEN_UP)),
    Hostile(
        "a picture said to be of four thousand million dots",
        "盖章件.png",
        lambda: b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\xff" * 16,
        STAMPED,
    ),
)
_GOOD: dict[str, Callable[[], bytes]] = {
    "表.xlsx": xlsx, "表.xls": xls, "表.xlsb": xlsb, "表.ods": ods, "表.docx": docx, "页.xls": page, "表.csv": text,
    "工作总结.pdf": pdf,
}  # fmt: skip
_TORN_OUTCOMES = (
    CORRUPT,
    NO_FORM,
    NOT_TAKEN,
    NARRATIVE,
    READ,
    "missing_row",
    "missing_column",
    "empty_file",
    "blank_form",
)
TORN = tuple(
    Hostile(
        f"{name} torn at {part:.2f}",
        name,
        lambda make=make, part=part: make()[: int(len(make()) * part)],
        _TORN_OUTCOMES,
    )  # type: ignore[misc]
    for name, make in _GOOD.items()
    for part in (0.01, 0.3, 0.6, 0.9, 0.99)
)
_MAGIC = {
    "PK": b"PK\x03\x04", "PK, empty": b"PK\x05\x06", "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PDF": b"%PDF-1.7\n",
    "PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "RTF": b"{\\rtf", "RAR": b"Rar!\x1a\x07", "7z": b"7z\xbc\xaf\x27\x1c",
    "XML": b"<?xml version='1.0'?>", "HTML": b"<html><table>", "nothing": b"",
}  # fmt: skip
_NOISE = bytes((n * n * 31 + n * 7) % 251 for n in range(5_000))
NOISE = tuple(
    Hostile(
        f"noise behind the mark of {what}",
        "表.xlsx",
        lambda magic=magic: magic + _NOISE,
        (CORRUPT, NOT_TAKEN, NO_FORM, STAMPED),
    )  # type: ignore[misc]
    for what, magic in _MAGIC.items()
)
EMPTY = (Hostile("nothing at all", "表.xlsx", lambda: b"", "empty_file"),)
CASES = (*OLD, *BINARY, *PDFS, *TORN, *NOISE, *EMPTY)
