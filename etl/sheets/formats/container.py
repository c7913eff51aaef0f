"""A look at a zip container before any parser opens it: streamed, and believing nothing that it declares."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

_MARKUP = (".xml", ".rels", ".vml")
_PARSED = (*_MARKUP, ".bin")
"""Parts that a parser will open; pictures and the like lie untouched."""
_MOST_PARTS = 5_000
_CHUNK = 1 << 20
_HEAD = 4096
_LONGEST_MARK = 32
"""No mark that is looked for is longer, so none is missed where two chunks meet."""
_BEYOND = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_OTHER_LETTERS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00", b"Lo\xa7\x94")
"""How UTF-16, UTF-32 and EBCDIC begin."""
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_AS_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\s[^>]*?uniqueCount\s*=\s*[\"'](\d+)")


class ContainerError(ValueError):
    """The container is not one that an office program writes."""


def unpacked_size(data: bytes, most: int) -> int:
    """How many bytes the parts unpack to that will be parsed, streamed; stops soon after `most`.

    Raises ContainerError for two parts of one name, names that lead out of the container, a DTD or an
    entity, markup that is not UTF-8, more texts announced than there is room for, and an OpenDocument
    that needs a password; BadZipFile, EOFError, zlib.error and the like for a broken container.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts = container.infolist()
        _refuse_names(part.filename for part in parts)
        size = 0
        for part in parts:
            name = part.filename.lower()
            if not name.endswith(_PARSED):
                continue
            for chunk_size in _looked_at(container, part, markup=name.endswith(_MARKUP)):
                size += chunk_size
                if size > most:
                    return size
    return size


def _looked_at(container: zipfile.ZipFile, part: zipfile.ZipInfo, markup: bool) -> Iterator[int]:
    """The sizes of a part's chunks, each after a look at what it holds."""
    size, announced, ahead = 0, 0, b""
    with container.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if markup:
                if not size:
                    _refuse_other_letters(chunk)
                    found = _STRINGS.search(chunk, 0, _HEAD)
                    announced = int(found[1][:_LONGEST_MARK]) if found else 0
                _refuse_dtd(ahead + chunk)
                _refuse_locked(ahead + chunk)
                ahead = chunk[-_LONGEST_MARK:]
            size += len(chunk)
            yield len(chunk)
    if announced > size:
        raise ContainerError(f"{announced} texts in {size} bytes")


def _refuse_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen or len(seen) >= _MOST_PARTS or _BEYOND.search(name):
            raise ContainerError(name)
        seen.add(name.lower())


def _refuse_other_letters(markup: bytes) -> None:
    """In UTF-16, UTF-7 and their like a DTD hides from whoever looks for its letters."""
    declared = _DECLARED.match(markup.removeprefix(b"\xef\xbb\xbf"))
    if markup.startswith(_OTHER_LETTERS) or (declared and declared[1].lower() not in _AS_UTF8):
        raise ContainerError("no UTF-8")


def _refuse_dtd(markup: bytes) -> None:
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
        raise ContainerError("DTD")


def _refuse_locked(markup: bytes) -> None:
    """The manifest of an OpenDocument with a password; calamine only says that it knows no such format."""
    if b"<manifest:encryption-data" in markup:
        raise ContainerError("password needed")
