"""A look at a zip container before any parser opens it: streamed, and believing nothing that it declares."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from etl.sheets.memo import SMALL

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
_LOCAL_HEADER = struct.Struct("<4s2xHH16xHH")
_LOCAL_MARK, _IS_ENCRYPTED, _IS_UTF8 = b"PK\x03\x04", 0x1, 0x800

_STRINGS = re.compile(rb"<(?:\w+:)?sst\s[^>]*?uniqueCount\s*=\s*[\"'](\d+)")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is worth parsing. `parts` are those of a container that are parsed, by their
    plain names, unpacked."""

    data: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)


class ContainerError(ValueError):
    """The container is not one that an office program writes."""


def unpacked(container: zipfile.ZipFile, data: bytes, most: int) -> dict[str, bytes] | None:
    """The parts that will be parsed, by their plain names; None if they unpack to more than `most` bytes in all.
    `container` is the listed `data`.

    Streamed, so that no part is unpacked far beyond `most`. Raises ContainerError for two parts of one name,
    names that lead out of the container, a DTD or an entity, markup that is not UTF-8, more texts announced
    than there is room for, and an OpenDocument that needs a password; BadZipFile, EOFError, zlib.error and
    the like for a broken container.
    """
    listed = container.infolist()
    _refuse_names(part.filename for part in listed)
    parts: dict[str, bytes] = {}
    room = most
    for part in listed:
        if not part.filename.lower().endswith(_PARSED):
            continue
        is_markup = part.filename.lower().endswith(_MARKUP)
        content = _looked_at_before(data, part, is_markup)
        if content is None:
            content = _unpacked(container, part, room)
            if is_markup:
                _refuse_markup(content)
        if len(content) > room:
            return None
        room -= len(content)
        parts[plain_name(part.filename)] = content
    return parts


def _looked_at_before(data: bytes, part: zipfile.ZipInfo, is_markup: bool) -> bytes | None:
    """A small part by its packed bytes, unpacked and looked at once for all files that have it; None for a part
    that zipfile had better unpack, since it is large or anything about it is not as it should be."""
    if part.compress_type != zipfile.ZIP_DEFLATED or max(part.file_size, part.compress_size) > SMALL:
        return None
    packed = _packed(data, part)
    return None if packed is None else _small(packed, part.CRC, part.file_size, is_markup)


def _packed(data: bytes, part: zipfile.ZipInfo) -> bytes | None:
    """The part's bytes as they stand in the container; None where its two headers do not agree."""
    head = part.header_offset + _LOCAL_HEADER.size
    if part.header_offset < 0 or len(data) < head:
        return None
    mark, flags, method, name_size, extra_size = _LOCAL_HEADER.unpack_from(data, part.header_offset)
    name = part.orig_filename.encode("utf-8" if part.flag_bits & _IS_UTF8 else "cp437", "replace")
    is_plain = mark == _LOCAL_MARK and method == part.compress_type and not flags & _IS_ENCRYPTED
    if not is_plain or flags != part.flag_bits or data[head : head + name_size] != name:
        return None
    start = head + name_size + extra_size
    return data[start : start + part.compress_size]


@lru_cache(maxsize=256)  # themes, styles and lists of parts are the same in all workbooks of one origin
def _small(packed: bytes, crc: int, size: int, is_markup: bool) -> bytes | None:
    """The part unpacked, None where it is not what its header says. Raises ContainerError."""
    try:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)
    except zlib.error:
        return None
    if len(content) != size or zlib.crc32(content) != crc:
        return None
    if is_markup:
        _refuse_markup(content)
    return content


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
