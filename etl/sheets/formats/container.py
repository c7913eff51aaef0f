"""A look at a zip container before any parser opens it: streamed, and believing nothing that it declares."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MARKUP = (".xml", ".rels", ".vml")
_PARSED = (*_MARKUP, ".bin")
"""Parts that a parser will open; pictures and the like lie untouched."""
_MOST_PARTS = 5_000
_CHUNK = 1 << 20
_HEAD = 4096
_LONGEST_NUMBER = 32
"""Digits of a count that are looked at."""
_BEYOND = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_OTHER_LETTERS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00", b"Lo\xa7\x94")
"""How UTF-16, UTF-32 and EBCDIC begin."""
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_AS_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\s[^>]*?uniqueCount\s*=\s*[\"'](\d+)")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is worth parsing. `parts` are those of a container that are parsed, by their
    plain names, unpacked."""

    data: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)


class ContainerError(ValueError):
    """The container is not one that an office program writes."""


def unpacked(data: bytes, most: int) -> dict[str, bytes] | None:
    """The parts that will be parsed, by their plain names; None if they unpack to more than `most` bytes in all.

    Streamed, so that no part is unpacked far beyond `most`. Raises ContainerError for two parts of one name,
    names that lead out of the container, a DTD or an entity, markup that is not UTF-8, more texts announced
    than there is room for, and an OpenDocument that needs a password; BadZipFile, EOFError, zlib.error and
    the like for a broken container.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        listed = container.infolist()
        _refuse_names(part.filename for part in listed)
        parts: dict[str, bytes] = {}
        room = most
        for part in listed:
            if not part.filename.lower().endswith(_PARSED):
                continue
            content = _unpacked(container, part, room)
            if part.filename.lower().endswith(_MARKUP):
                _refuse_markup(content)
            if len(content) > room:
                return None
            room -= len(content)
            parts[plain_name(part.filename)] = content
    return parts


def _unpacked(container: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """The part, or a little more of it than there is room for."""
    chunks, size = [], 0
    with container.open(part) as stream:
        while size <= room and (chunk := stream.read(_CHUNK)):
            chunks.append(chunk)
            size += len(chunk)
    return b"".join(chunks)


def _refuse_markup(content: bytes) -> None:
    _refuse_other_letters(content)
    _refuse_dtd(content)
    _refuse_locked(content)
    found = _STRINGS.search(content, 0, _HEAD)
    if found and int(found[1][:_LONGEST_NUMBER]) > len(content):
        raise ContainerError(f"{found[1][:_LONGEST_NUMBER]!r} texts in {len(content)} bytes")


def _refuse_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if plain_name(name) in seen or len(seen) >= _MOST_PARTS or _BEYOND.search(name):
            raise ContainerError(name)
        seen.add(plain_name(name))


def plain_name(name: str) -> str:
    """A part's name in lower case with slashes; some programs write backslashes or other cases."""
    return name.replace("\\", "/").lower()


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
