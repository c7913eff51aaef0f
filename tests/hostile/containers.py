"""Zip containers that lie, swell, or hide what they hold."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable

from etl.model import IDENTITY_PROPERTIES
from tests.hostile.binary import binary_workbook
from tests.hostile.case import CORRUPT, ENCRYPTED, NO_FORM, NOT_TAKEN, READ, SWELLS, Hostile
from tests.hostile.sheets import SHEET, docx, ods, parts_of, xlsx, zipped
from tests.hostile.workbooks import (
    BOOK,
    MAIN,
    ONE_CELL,
    SHEET_PART,
    false_count,
    rows_of,
    said_to_be_small,
    workbook,
)

MIB = 1024**2
_FAR_TOO_MUCH = " " * (70 * MIB)
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_BILLION = f'<!DOCTYPE w [<!ENTITY l0 "lol">{_LAUGHS}]>'
_OUTSIDE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_TEXT = '<row r="1"><c r="A1" t="inlineStr"><is><t>&{};</t></is></c></row>'


_VERSION = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    f'<property name="{IDENTITY_PROPERTIES["form_version"]}"><vt:lpwstr>{"9" * 30}</vt:lpwstr></property></Properties>'
).encode()


def _sheet(markup: str, encoding: str = "utf-8") -> bytes:
    """The good form with its sheet's part replaced."""
    return zipped(parts_of(xlsx()) | {SHEET_PART: markup.encode(encoding)})


def _with_entity(doctype: str, name: str, encoding: str = "utf-8") -> bytes:
    rows = _TEXT.format(name)
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return _sheet(f"{head}{doctype}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>", encoding)


def streamed() -> bytes:
    """Sizes only behind the parts, as a program writes that cannot go back."""

    class NoWayBack(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = NoWayBack()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts_of(xlsx()).items():
            container.writestr(name, content)
    return out.getvalue()


def nested(deep: int = 6) -> bytes:
    inside = b"x" * MIB
    for _ in range(deep):
        inside = zipped({"inside.zip": inside, "again.zip": inside})
    return inside


def overlapping(ending: str) -> bytes:
    """One part's bytes under five hundred names, each pointing at the same place."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts_of(xlsx()).items():
            container.writestr(name, content)
        container.writestr(f"xl/media/0{ending}", b"\x00" * MIB)
        last = container.infolist()[-1]
        for number in range(1, 500):
            twin = zipfile.ZipInfo(f"xl/media/{number}{ending}")
            for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, field, getattr(last, field))
            container.filelist.append(twin)
            container.NameToInfo[twin.filename] = twin
    return out.getvalue()


def of_64_bits() -> bytes:
    """The sheet's size is said to be 2 to the 60th, in the field that large files need."""
    content = xlsx()
    at = content.rfind(SHEET_PART.encode()) - 46
    size = struct.unpack_from("<I", content, at + 24)[0]
    assert size
    extra = struct.pack("<HHQ", 1, 8, 1 << 60)
    name_ends = at + 46 + len(SHEET_PART)
    lying = bytearray(content[:name_ends] + extra + content[name_ends:])
    struct.pack_into("<I", lying, at + 24, 0xFFFFFFFF)
    struct.pack_into("<H", lying, at + 30, len(extra))
    end = lying.rfind(b"PK\x05\x06")
    struct.pack_into("<I", lying, end + 12, struct.unpack_from("<I", lying, end + 12)[0] + len(extra))
    return bytes(lying)


def locked(container: bytes) -> bytes:
    """Each part says that it is encrypted, as zip programs do with a password."""
    lying = bytearray(container)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = lying.find(sign)
        while found >= 0:
            lying[found + at] |= 1
            found = lying.find(sign, found + 4)
    return bytes(lying)


def locked_ods() -> bytes:
    parts = parts_of(ods())
    key = (
        '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="x">'
        '<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="x"/>'
        "</manifest:encryption-data>"
    )
    listed = parts["META-INF/manifest.xml"].decode()
    listed = listed.replace(
        "</manifest:manifest>",
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" '
        f'manifest:size="1">{key}</manifest:file-entry></manifest:manifest>',
    )
    return zipped(parts | {"META-INF/manifest.xml": listed.encode(), "content.xml": b"\x8f\x12" * 900})


def twice(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is wanted here
        for name, content in [*parts_of(xlsx()).items(), (part, b"<a/>")]:
            container.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _more(parts: dict[str, bytes]) -> Callable[[], bytes]:
    return lambda: zipped(parts_of(xlsx()) | parts)


CASES = (
    Hostile(
        "a bomb that says how large it is", "炸弹.xlsx", lambda: workbook(ONE_CELL + _FAR_TOO_MUCH), SWELLS
    ),
    Hostile(
        "a bomb that says it is small",
        "炸弹.xlsx",
        lambda: said_to_be_small(workbook(ONE_CELL + _FAR_TOO_MUCH), SHEET_PART),
        CORRUPT,
    ),
    Hostile("a bomb in a docx", "总结.docx", lambda: _bomb_in(docx(), "word/footer9.xml"), SWELLS),
    Hostile("a bomb in an ods", "炸弹.ods", lambda: _bomb_in(ods(), "styles.xml"), SWELLS),
    Hostile(
        "a bomb in an xlsb", "炸弹.xlsb", lambda: _bomb_in(binary_workbook(SHEET), "xl/styles.bin"), SWELLS
    ),
    Hostile("a bomb among the pictures", "图.xlsx", lambda: _bomb_in(xlsx(), "xl/media/1.png"), READ),
    Hostile("sizes only behind the parts", "流.xlsx", streamed, READ),
    Hostile("zips in zips in zips", "包.zip", nested, NOT_TAKEN),
    Hostile("zips in zips inside a workbook", "包.xlsx", _more({"xl/embeddings/a.zip": nested()}), READ),
    Hostile("pictures over one another", "叠.xlsx", lambda: overlapping(".png"), READ),
    Hostile("parts over one another", "叠.xlsx", lambda: overlapping(".xml"), CORRUPT),
    Hostile("twenty thousand parts", "多.xlsx", _more({f"p{n}.png": b"" for n in range(20_000)}), CORRUPT),
    Hostile("a size of 64 bits", "大.xlsx", of_64_bits, READ),
    Hostile("two parts of one name", "双.xlsx", lambda: twice(SHEET_PART), CORRUPT),
    Hostile("two parts of one name in other letters", "双.xlsx", lambda: twice(SHEET_PART.upper()), CORRUPT),
    Hostile("a name that climbs out", "路.xlsx", _more({"xl/../../../etc/cron.d/x.xml": b"<a/>"}), CORRUPT),
    Hostile("a name that climbs out of Windows", "路.xlsx", _more({"..\\..\\x.xml": b"<a/>"}), CORRUPT),
    Hostile("a name from the root", "路.xlsx", _more({"/etc/x.xml": b"<a/>"}), CORRUPT),
    Hostile("a name on a disk", "路.xlsx", _more({"C:\\x.xml": b"<a/>"}), CORRUPT),
    Hostile("a billion laughs", "笑.xlsx", lambda: _with_entity(_BILLION, "l9"), CORRUPT),
    Hostile("a file from outside", "外.xlsx", lambda: _with_entity(_OUTSIDE, "x"), CORRUPT),
    Hostile("a DTD in UTF-16", "外.xlsx", lambda: _with_entity(_OUTSIDE, "x", "utf-16"), CORRUPT),
    Hostile(
        "a DTD in UTF-16 without its mark",
        "外.xlsx",
        lambda: _with_entity(_OUTSIDE, "x", "utf-16-le"),
        CORRUPT,
    ),
    Hostile("a DTD in UTF-7", "外.xlsx", lambda: _with_entity(_OUTSIDE, "x", "utf-7"), CORRUPT),
    Hostile(
        "a DTD in the mainframe's letters", "外.xlsx", lambda: _with_entity(_OUTSIDE, "x", "cp037"), CORRUPT
    ),
    Hostile("a DTD far down", "外.xlsx", lambda: _with_entity(" " * (MIB - 60) + _OUTSIDE, "x"), CORRUPT),
    Hostile(
        "a billion laughs in a docx",
        "总结.docx",
        lambda: zipped(parts_of(docx()) | {"word/document.xml": f"{_BILLION}<w>&l9;</w>".encode()}),
        CORRUPT,
    ),
    Hostile(
        "a billion laughs in an ods",
        "笑.ods",
        lambda: zipped(parts_of(ods()) | {"content.xml": f"{_BILLION}<w>&l9;</w>".encode()}),
        CORRUPT,
    ),
    Hostile("a false count of texts", "假.xlsx", false_count, CORRUPT),
    Hostile("a form version of thirty digits", "版.xlsx", _more({"docProps/custom.xml": _VERSION}), READ),
    Hostile("a zip with a password", "密.zip", lambda: locked(zipped({"表.xlsx": xlsx()})), NOT_TAKEN),
    Hostile("a workbook zipped with a password", "密.xlsx", lambda: locked(xlsx()), ENCRYPTED),
    Hostile("an ods with a password", "密.ods", locked_ods, ENCRYPTED),
    Hostile("no parts but the name of a folder", "空.xlsx", lambda: zipped({"xl/": b""}), CORRUPT),
    Hostile(
        "a workbook without a sheet",
        "空.xlsx",
        lambda: workbook("", book=BOOK.replace("sheet ", "shoot ")),
        NO_FORM,
    ),
    Hostile("rows that are right in a workbook made by hand", "好.xlsx", lambda: workbook(rows_of()), READ),
)


def _bomb_in(container: bytes, part: str) -> bytes:
    return zipped(parts_of(container) | {part: _FAR_TOO_MUCH.encode()})
