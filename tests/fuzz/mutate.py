"""Bend a real file: its bytes, the words of its markup, its binary records, the parts of its container.

Everything is drawn from the Random that is given: the same Random, the same file.
"""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from random import Random

from tests.hostile.sheets import parts_of

_WORDS = re.compile(rb"<[^>]*>|[^<]+")
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"1", b"16384", b"65536", b"1048576", b"2147483647", b"4294967296", b"9" * 20,
            b"1e308", b"NaN", b"")  # fmt: skip
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_XLS_STREAM = 512
"""xlwt lays the workbook's stream right behind the header."""
_LONGEST = 1 << 20
"""A file grown past this is cut: the hours are for many small files."""


def mutate(content: bytes, kind: str, rng: Random) -> bytes:
    """The content with one to a few bends; now and then of its container as a whole."""
    bend = _BY_KIND[kind]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        content = bend(content, rng)
    if rng.random() < 0.03:
        content = content[: rng.randrange(len(content) + 1)]
    return content[:_LONGEST]


def bend_bytes(content: bytes, rng: Random) -> bytes:
    """One to many bytes set, cut out, put in, repeated, or overwritten with a number at the edge."""
    if not content:
        return rng.randbytes(8)
    bent = bytearray(content)
    at = rng.randrange(len(bent))
    span = rng.choice((1, 1, 2, 4, 16, 200))
    way = rng.randrange(6)
    if way == 0:
        bent[at] ^= 1 << rng.randrange(8)
    elif way == 1:
        bent[at : at + span] = rng.randbytes(span)
    elif way == 2:
        del bent[at : at + span]
    elif way == 3:
        bent[at:at] = rng.randbytes(span)
    elif way == 4:
        bent[at:at] = bytes(bent[at : at + span]) * rng.choice((1, 2, 50))
    else:
        number = rng.choice(_EDGES)
        width = rng.choice((1, 2, 4))
        bent[at : at + width] = struct.pack("<Q", number)[:width]
    return bytes(bent)


def bend_markup(content: bytes, rng: Random) -> bytes:
    """Tags and texts taken out, repeated, exchanged, nested deep, or given other numbers."""
    words = _WORDS.findall(content)
    if len(words) < 3:
        return bend_bytes(content, rng)
    at = rng.randrange(len(words))
    span = rng.choice((1, 1, 2, 5, 40))
    way = rng.randrange(7)
    if way == 0:
        del words[at : at + span]
    elif way == 1:
        words[at:at] = words[at : at + span] * rng.choice((1, 2, 100))
    elif way == 2:
        other = rng.randrange(len(words))
        words[at], words[other] = words[other], words[at]
    elif way == 3:
        words[at:at] = [words[at]] * rng.choice((300, 5_000))
    elif way == 4:
        return bend_bytes(content, rng)
    else:
        numbered = [place for place, word in enumerate(words) if _NUMBER.search(word)]
        if numbered:
            at = rng.choice(numbered)
            words[at] = _another_number(words[at], rng)
    return b"".join(words)


def bend_text(content: bytes, rng: Random) -> bytes:
    """Bytes or numbers: what a CSV and a PDF are made of."""
    return _another_number(content, rng) if rng.random() < 0.4 else bend_bytes(content, rng)


def bend_xls(content: bytes, rng: Random) -> bytes:
    """One record of an old workbook: its number, its said length, or what it holds."""
    places = list(_records(content))
    if not places or rng.random() < 0.2:
        return bend_bytes(content, rng)
    bent = bytearray(content)
    at, length = rng.choice(places)
    way = rng.randrange(4)
    if way == 0:
        struct.pack_into("<H", bent, at, rng.choice((*(bent[a] for a, _ in places), rng.randrange(0x900))))
    elif way == 1:
        struct.pack_into("<H", bent, at + 2, rng.choice((0, 1, min(length + 1, 0xFFFF), 8224, 0xFFFF)))
    elif length:
        inside = at + 4 + rng.randrange(length)
        number = struct.pack("<Q", rng.choice(_EDGES))[: min(rng.choice((1, 2, 4)), at + 4 + length - inside)]
        bent[inside : inside + len(number)] = number
    return bytes(bent)


def bend_container(content: bytes, rng: Random) -> bytes:
    """A part bent inside a whole container; seldom a part lost, renamed or doubled, or the container's own bytes."""
    way = rng.random()
    try:
        parts = list(parts_of(content).items())
    except Exception:  # noqa: BLE001 - zipfile meets broken containers with many kinds of error
        return bend_bytes(content, rng)
    if way < 0.1 or not parts:
        return bend_bytes(content, rng)
    at = rng.randrange(len(parts))
    name, inside = parts[at]
    if way < 0.13:
        del parts[at]
    elif way < 0.16:
        parts[at] = (rng.choice(("xl/vbaProject.bin", "../../x.xml", "C:\\x.xml", name.upper())), inside)
    elif way < 0.18:
        parts[at] = (name, rng.choice(parts)[1])
    elif way < 0.3:
        parts[at] = (name, bend_bytes(inside, rng))
    else:
        parts[at] = (name, (bend_markup if inside.lstrip()[:1] == b"<" else bend_bytes)(inside, rng))
    return _zipped(parts)


def _records(content: bytes) -> list[tuple[int, int]]:
    """Where each record of an old workbook begins, and how long it says it is."""
    found, at = [], _XLS_STREAM
    while at + 4 <= len(content):
        number, length = struct.unpack_from("<HH", content, at)
        if number == 0:
            break
        found.append((at, length))
        at += 4 + length
    return found


def _another_number(content: bytes, rng: Random) -> bytes:
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    one = rng.choice(numbers)
    return content[: one.start()] + rng.choice(_NUMBERS) + content[one.end() :]


def _zipped(parts: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as container, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of two parts of one name: they are wanted here
        for name, inside in parts:
            container.writestr(zipfile.ZipInfo(name), inside)
    return out.getvalue()


_BY_KIND: dict[str, Callable[[bytes, Random], bytes]] = {
    "xlsx": bend_container,
    "xlsb": bend_container,
    "ods": bend_container,
    "docx": bend_container,
    "xls": bend_xls,
    "html": bend_markup,
    "csv": bend_text,
    "pdf": bend_text,
}
