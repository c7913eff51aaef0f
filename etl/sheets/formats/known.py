"""The one table of formats: how each is told, what it is called, what it may hold, and who reads it.

A new format is a reader and a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from etl.definitions import Limits
from etl.model import HiddenIdentity, Narrative
from etl.sheets.formats.container import Opened
from etl.sheets.formats.delimited import text_grid
from etl.sheets.formats.docx import read_docx
from etl.sheets.formats.hidden_identity import read_hidden_identity
from etl.sheets.formats.html import html_grids
from etl.sheets.formats.pdf import read_pdf
from etl.sheets.formats.sniff import Look
from etl.sheets.formats.workbook import visible_grids
from etl.sheets.grid import Grid
from etl.sheets.narrative import word_narrative


class Role(Enum):
    """What a file of a format may be, by DESIGN's rule."""

    WORKBOOK = auto()
    """A statistics form, nothing else."""
    DOCUMENT = auto()
    """A narrative, a form, or both, by what is in it."""
    PAGE = auto()
    """A form if one is in it, or if it calls itself a workbook; else it is not taken."""
    SCAN = auto()
    """A stamped copy."""
    SCAN_OR_NARRATIVE = auto()
    """A narrative if its name says so, else a stamped copy."""
    NARRATIVE_BY_NAME = auto()
    """A narrative if its name says so, else it is not taken."""
    NOT_TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found: sheets or tables as grids, other words, and an issued workbook's identity.

    `narrative` is what a document says if it is a narrative, with the words in its tables.
    """

    grids: tuple[Grid, ...]
    prose: str = ""
    identity: HiddenIdentity | None = None
    narrative: Narrative | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """`called` is its name when we speak to a clerk; `endings` are those of its files when they hold a form.

    `read` raises whatever its parser raises; None where nothing inside is read. `instead` says what to
    send in place of a file that is not taken, where the usual advice does not fit.
    """

    kind: str
    called: str
    role: Role
    is_it: Callable[[Look], bool]
    read: Callable[[Opened, Limits], Content] | None = None
    endings: tuple[str, ...] = ()
    instead: str | None = None


def _xlsx(file: Opened, _limits: Limits) -> Content:
    return Content(tuple(visible_grids(file, "xlsx")), identity=read_hidden_identity(file.parts))


def _workbook(kind: str) -> Callable[[Opened, Limits], Content]:
    return lambda file, _limits: Content(tuple(visible_grids(file, kind)))


def _docx(file: Opened, limits: Limits) -> Content:
    document = read_docx(file.data)
    return Content(document.grids, document.prose, narrative=word_narrative(document.body, limits))


def _pdf(file: Opened, limits: Limits) -> Content:
    narrative = read_pdf(file.data, limits)
    return Content((), narrative.text, narrative=narrative)


def _html(file: Opened, _limits: Limits) -> Content:
    return Content(tuple(html_grids(file.data)))


def _text(file: Opened, _limits: Limits) -> Content:
    return Content((text_grid(file.data),))


def _begins(*magic: bytes) -> Callable[[Look], bool]:
    return lambda file: file.begins(*magic)


def _has_stream(*names: str) -> Callable[[Look], bool]:
    return lambda file: not file.streams.isdisjoint(names)


def _says_open_document(of: bytes = b"") -> Callable[[Look], bool]:
    return lambda file: file.mimetype.startswith(b"application/vnd.oasis.opendocument." + of)


def _is_webp(file: Look) -> bool:
    return file.begins(b"RIFF") and file.head[8:12] == b"WEBP"


def _is_heic(file: Look) -> bool:
    return file.head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1")


def _is_html(file: Look) -> bool:
    lower = file.head.lower()
    return file.is_text and (b"<table" in lower or b"<html" in lower)


_UNPACK = "请解开压缩包，把里面的文件一个一个放进来。"
_PICTURES: tuple[tuple[str, Callable[[Look], bool]], ...] = (
    ("ofd", lambda file: "ofd.xml" in file.parts),
    ("png", _begins(b"\x89PNG\r\n")),
    ("jpg", _begins(b"\xff\xd8\xff")),
    ("gif", _begins(b"GIF8")),
    ("bmp", _begins(b"BM")),
    ("tif", _begins(b"II*\x00", b"MM\x00*")),
    ("webp", _is_webp),
    ("heic", _is_heic),
)

FORMATS: tuple[Format, ...] = (
    Format("ods", "ODS 表格", Role.WORKBOOK, _says_open_document(b"spreadsheet"), _workbook("ods"), ("ods",)),
    Format("odt", "ODT 文档", Role.NOT_TAKEN, _says_open_document(b"text")),
    Format("odp", "演示文稿", Role.NOT_TAKEN, _says_open_document(b"presentation")),
    Format("odf", "OpenDocument 文件", Role.NOT_TAKEN, _says_open_document()),
    Format(
        "xlsb",
        "Excel 二进制工作簿",
        Role.WORKBOOK,
        lambda file: "xl/workbook.bin" in file.parts,
        _workbook("xlsb"),
        ("xlsb",),
    ),
    *(Format(kind, "图片", Role.SCAN, is_it) for kind, is_it in _PICTURES),
    Format(
        "xlsx", "Excel 工作簿", Role.WORKBOOK, lambda file: file.has_folder("xl/"), _xlsx, ("xlsx", "xlsm")
    ),
    Format("docx", "Word 文档", Role.DOCUMENT, lambda file: file.has_folder("word/"), _docx),
    Format("pptx", "演示文稿", Role.NOT_TAKEN, lambda file: file.has_folder("ppt/")),
    Format("zip", "压缩包", Role.NOT_TAKEN, lambda file: file.is_zip, instead=_UNPACK),
    Format(
        "xls",
        "旧版 Excel 或 WPS 表格",
        Role.WORKBOOK,
        _has_stream("workbook", "book"),
        _workbook("xls"),
        ("xls", "et", "ett"),
    ),
    Format("doc", "旧版 Word（.doc、.wps）文档", Role.NARRATIVE_BY_NAME, _has_stream("worddocument")),
    Format("pdf", "PDF", Role.SCAN_OR_NARRATIVE, _begins(b"%PDF-"), _pdf),
    Format("7z", "压缩包", Role.NOT_TAKEN, _begins(b"7z\xbc\xaf\x27\x1c"), instead=_UNPACK),
    Format("rar", "压缩包", Role.NOT_TAKEN, _begins(b"Rar!\x1a\x07"), instead=_UNPACK),
    Format("rtf", "RTF 文档", Role.NOT_TAKEN, _begins(b"{\\rtf")),
    Format("html", "网页格式的表", Role.PAGE, _is_html, _html),
    Format("text", "文本或 CSV 文件", Role.PAGE, lambda file: file.is_text, _text, ("csv", "tsv")),
)
"""In the order in which they are tried."""

UNKNOWN = Format("unknown", "认不出的文件", Role.NOT_TAKEN, lambda _file: True)
BROKEN = ("empty", "corrupt", "encrypted")
"""Kinds of file that no format is seen in."""


def format_of(seen: Look) -> Format | str:
    """The file's format by its content, or which of `BROKEN` it is."""
    if not seen.head:
        return "empty"
    if seen.is_broken:
        return "corrupt"
    if "encryptedpackage" in seen.streams:
        return "encrypted"
    return next((known for known in FORMATS if known.is_it(seen)), UNKNOWN)


_FORM_ENDINGS = frozenset(ending for known in FORMATS for ending in known.endings)


def is_called_workbook(name: str) -> bool:
    """Whether a file's name ends as forms do."""
    return name.lower().rpartition(".")[2] in _FORM_ENDINGS
