"""What a file is, told by its content and never by its ending."""

import io
import zipfile
from collections.abc import Iterable

import olefile

WORKBOOKS = frozenset({"xlsx", "xlsb", "xls", "ods"})
PICTURES = frozenset({"png", "jpg", "gif", "bmp", "tif", "webp", "heic", "ofd", "pdf"})
"""What may be a stamped copy; a pdf may also be a narrative."""

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"{\\rtf", "rtf"),
)
NAMES = {
    "zip": "压缩包",
    "7z": "压缩包",
    "rar": "压缩包",
    "rtf": "RTF 文档",
    "doc": "旧版 Word（.doc、.wps）文档",
    "html": "网页格式的表",
    "text": "文本或 CSV 文件",
    "pptx": "演示文稿",
    "unknown": "认不出的文件",
}
"""What formats that are not taken are called when we speak to a clerk."""


def sniff(data: bytes) -> str:
    """The kind of a file: a workbook kind, docx, doc, pdf, a picture, an archive, encrypted, corrupt or unknown."""
    if not data:
        return "empty"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(olefile.MAGIC):
        return _kind_of_ole(data)
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "heic"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    return _kind_of_text(data)


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = container.namelist()
            if "mimetype" in names:
                mimetype = container.read("mimetype")[:100]
                if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    return "ods"
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError):
        return "corrupt"
    return _kind_of_parts(names)


def _kind_of_parts(names: Iterable[str]) -> str:
    lower = {name.replace("\\", "/").lower() for name in names}
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if "ofd.xml" in lower:
        return "ofd"
    for folder, kind in (("xl/", "xlsx"), ("word/", "docx"), ("ppt/", "pptx")):
        if any(name.startswith(folder) for name in lower):
            return kind
    return "zip"


def _kind_of_ole(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"/".join(parts).lower() for parts in container.listdir()}
    except Exception:  # noqa: BLE001 - olefile meets broken files with many kinds of error
        return "corrupt"
    if "encryptedpackage" in streams:
        return "encrypted"
    if "workbook" in streams or "book" in streams:
        return "xls"
    if "worddocument" in streams:
        return "doc"
    return "unknown"


def _kind_of_text(data: bytes) -> str:
    head = data[:4096]
    if b"\x00" in head:
        return "unknown"
    if b"<table" in head.lower() or b"<html" in head.lower():
        return "html"
    for encoding in ("utf-8", "gb18030"):
        try:
            head[:4000].decode(encoding)
        except UnicodeDecodeError as why:
            if why.start < len(head) - 104:
                continue
        return "text"
    return "unknown"
