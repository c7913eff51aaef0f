"""PDF documents: the text that they carry, and whether some of it stands only in pictures."""

import re
import time
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from etl.definitions import Limits
from etl.model import Narrative
from etl.sheets.narrative import narrative_of
from etl.sheets.plain_text import trimmed

_LOCKED = (4, 5)
"""What pdfium answers where a document does not open without its password, or by a lock it does not know."""
_END_MARK = b"%%EOF"
_END = 4096
"""Bytes at the end among which the mark stands; some programs write a little behind it."""
_FULL_LINE = 0.85
"""A line at least so wide, beside the widest one, goes on in the next: it was broken by the margin."""
_LEAST_FULL = 40
"""In half-width characters: where no line is so wide, every line is one of its own."""
_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/，,]?\s*共?\s*\d{1,4}\s*页?)?)[-—–·\s]*")
_FEW = 200
"""Characters; a page with more of them is not looked through for pictures."""


def read_pdf(data: bytes, limits: Limits) -> Narrative:
    """Its text, paragraph by paragraph, as far as the limits on pages, characters and time reach.

    A whole file that pdfium cannot make out says nothing, and a page that does not open is left out: what another
    program may open is received, and is partial. Raises ValueError with the word password where one is asked for,
    and PdfiumError where such a file breaks off before its end mark.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as why:
        if why.err_code in _LOCKED:
            raise ValueError("the document asks for a password") from why
        if _breaks_off(data):
            raise
        return Narrative("", is_partial=True)
    with document:
        return _read_pages(document, limits, _breaks_off(data))


def _breaks_off(data: bytes) -> bool:
    return b" obj" in data and _END_MARK not in data[-_END:]


def _read_pages(document: pypdfium2.PdfDocument, limits: Limits, breaks_off: bool) -> Narrative:
    until = time.monotonic() + limits.narrative_seconds
    lines: list[str] = []
    room, unseen = limits.narrative_length, False
    for number in range(len(document)):
        if number >= limits.narrative_pages or room <= 0 or time.monotonic() > until:
            unseen = True
            break
        try:
            text, has_pictures = _read_page(document[number], room)
        except pypdfium2.PdfiumError:
            if breaks_off:
                raise
            unseen = True
            continue
        room -= len(text)
        unseen = unseen or has_pictures
        lines += _lines(text)
    return narrative_of("\n".join(_paragraphs(lines)), unseen, limits)


def _read_page(page: pypdfium2.PdfPage, most: int) -> tuple[str, bool]:
    """The page's text, and whether it shows something else that may hold words."""
    try:
        textpage = page.get_textpage()
        try:
            text = textpage.get_text_range(0, min(most, textpage.count_chars())) if most else ""
        finally:
            textpage.close()
        return text, len(text) < _FEW and _shows_more(page, text)
    finally:
        page.close()


def _shows_more(page: pypdfium2.PdfPage, text: str) -> bool:
    """A picture; on a page without text anything drawn or stamped on it: letters may be drawn as curves."""
    if not trimmed(text):
        return bool(raw.FPDFPage_CountObjects(page) + raw.FPDFPage_GetAnnotCount(page))
    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2))


def _lines(text: str) -> Iterator[str]:
    """The lines that say something: no blank ones, no page numbers."""
    for line in text.splitlines():
        said = trimmed(line)
        if said and not _PAGE_NUMBER.fullmatch(said):
            yield said


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines put together that only the margin parted."""
    full = max(_LEAST_FULL, _FULL_LINE * max(map(_width, lines), default=0))
    paragraph = ""
    for line in lines:
        paragraph += line
        if _width(line) < full:
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _width(line: str) -> int:
    """A Chinese character is twice as wide as a letter or digit."""
    return sum(2 if character > "\u2e7f" else 1 for character in line)
