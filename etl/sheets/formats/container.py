"""A look at a zip container before any parser opens it."""

import io
import zipfile
from collections.abc import Iterable

_MARKUP = (".xml", ".rels", ".vml")
_PARSED = (*_MARKUP, ".bin")
"""Parts that a parser will open; pictures and the like lie untouched."""
_MOST_PARTS = 5_000
_CHUNK = 1 << 20


class ContainerError(ValueError):
    """The container is not one that an office program writes."""


def unpacked_size(data: bytes, most: int) -> int:
    """How many bytes the parts unpack to that will be parsed, streamed; stops soon after `most`.

    Raises ContainerError for two parts of one name, a DTD or an entity, and BadZipFile, EOFError,
    zlib.error and the like for a broken container.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts = container.infolist()
        _refuse_twins(part.filename for part in parts)
        size = 0
        for part in parts:
            if not part.filename.lower().endswith(_PARSED):
                continue
            with container.open(part) as stream:
                ahead = b""
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if part.filename.lower().endswith(_MARKUP):
                        _refuse_dtd(ahead + chunk)
                        ahead = chunk[-16:]
                    if size > most:
                        return size
    return size


def _refuse_twins(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen or len(seen) > _MOST_PARTS:
            raise ContainerError(name)
        seen.add(name.lower())


def _refuse_dtd(markup: bytes) -> None:
    """A part in UTF-16 hides its letters between NULs; nobody's office writes one."""
    plain = markup.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise ContainerError("DTD")
