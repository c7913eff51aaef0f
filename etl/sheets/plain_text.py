"""Text from a file made harmless and plain: what no database can hold replaced, spaces trimmed, width undone."""

import re

_REPLACEMENT = "�"
_CANNOT_BE_HELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters but tab and line breaks, lone surrogates, non-characters: not in XML, NUL not in SQL."""
_ESCAPED = re.compile(
    r"_x(?:00(?:0[0-8BCEFbcef]|[189][0-9A-Fa-f]|7[Ff])|[Dd][89A-Fa-f][0-9A-Fa-f]{2}|[Ff]{3}[EFef])_"
)
"""The same characters as a workbook escapes them. Calamine leaves surrogates so, and openpyxl would undo
what we write."""
_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_UNSEEN = "\xad\u180e\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070)))
)
"""Zero-width characters and marks of direction, which come along from chats and web pages."""
_ALL_SPACES = re.compile(f"[{_SPACES}{_UNSEEN}]+")
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def clean_text(text: str) -> str:
    """The text with U+FFFD for every character that XML or PostgreSQL cannot hold."""
    return _ESCAPED.sub(_REPLACEMENT, _CANNOT_BE_HELD.sub(_REPLACEMENT, text))


def trimmed(text: str) -> str:
    """The text without any kind of space, zero-width ones and the BOM among them, at its ends."""
    return text.strip(_SPACES + _UNSEEN)


def without_spaces(text: str) -> str:
    """The text without any kind of space anywhere."""
    return _ALL_SPACES.sub("", text)


def plain_width(text: str) -> str:
    """Full-width forms as plain ones, only those: １２３ is 123, while ① and 5² stay what they are."""
    return text.translate(_PLAIN)
