"""What a file is made of, looked at without parsing it: first bytes, parts of a zip, streams of an OLE file."""

import codecs
import io
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass

import olefile

_ZIP = b"PK\x03\x04"
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""With one of them begins what Excel calls Unicode text."""
_ODF_TYPES = 100
"""Bytes of the part `mimetype` that are looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """`parts` are the names in a zip and `streams` those in an OLE file, in lower case; `mimetype` is what
    an OpenDocument or OFD container says of itself. `container` is the zip, listed once for all who look in.

    `is_broken`: it begins like a container and cannot be listed."""

    head: bytes
    parts: frozenset[str] = frozenset()
    mimetype: bytes = b""
    streams: frozenset[str] = frozenset()
    container: zipfile.ZipFile | None = None
    is_broken: bool = False

    def begins(self, *magic: bytes) -> bool:
        return self.head.startswith(magic)

    def has_folder(self, folder: str) -> bool:
        return any(part.startswith(folder) for part in self.parts)

    @property
    def is_zip(self) -> bool:
        return self.begins(_ZIP)

    @property
    def is_text(self) -> bool:
        """UTF-8, GB18030 or marked UTF-16, as far as the first bytes tell; a character cut at their end is
        no fault."""
        if self.begins(*UTF_16_MARKS):
            return self._decodes("utf-16")
        return b"\x00" not in self.head and any(self._decodes(code) for code in ("utf-8", "gb18030"))

    def _decodes(self, encoding: str) -> bool:
        try:
            self.head.decode(encoding)
        except UnicodeDecodeError as why:
            return why.start > len(self.head) - 4
        return True


def look(data: bytes) -> Look:
    """What can be seen of a file whatever it is: never raises."""
    head = data[:4096]
    if head.startswith(_ZIP):
        return _look_into_zip(data, head)
    if head.startswith(olefile.MAGIC):
        return _look_into_ole(data, head)
    return Look(head)


def _look_into_zip(data: bytes, head: bytes) -> Look:
    try:
        container = zipfile.ZipFile(io.BytesIO(data))
        names = container.namelist()
        mimetype = b""
        if "mimetype" in names:
            with container.open("mimetype") as part:
                mimetype = part.read(_ODF_TYPES)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError):
        return Look(head, is_broken=True)
    parts = frozenset(name.replace("\\", "/").lower() for name in names)
    return Look(head, parts, mimetype, container=container)


def _look_into_ole(data: bytes, head: bytes) -> Look:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            return Look(head, streams=frozenset("/".join(parts).lower() for parts in container.listdir()))
    except Exception:  # noqa: BLE001 - broken ones meet it with many kinds of error
        return Look(head, is_broken=True)


def stream_of(data: bytes, name: str) -> bytes:
    """One stream of an OLE file; empty where it is broken."""
    with suppress(Exception), olefile.OleFileIO(io.BytesIO(data)) as container:
        return bytes(container.openstream(name).read())
    return b""
