"""工作总结: the words of a Word document, and what a narrative's words name."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from etl.definitions import Form, Limits
from etl.model import Narrative
from etl.sheets.mentions import mentions_in
from etl.sheets.plain_text import clean_text, trimmed

_NOT_SHOWN = frozenset(
    ("del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "tblPr", "sectPr")
)
"""Taken out, or said a second time for old programs (Fallback)."""
_TABLES = frozenset(("tbl",))
_NOT_TEXT = frozenset(("blip", "imagedata", "OLEObject", "altChunk"))
"""What may hold words that nobody reads here: a picture, an embedded document. A drawn line holds none."""
_AS_TEXT = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def word_narrative(body: etree._Element, limits: Limits, with_tables: bool = True) -> Narrative:
    """The words of a Word document's body, in paragraphs, tables, content controls and text boxes alike.

    Names are told without their namespace, so that a strict document reads as any other.
    """
    words, has_more = [], False
    length = 0
    for said in _said(body, with_tables):
        if said is None:
            has_more = True
            continue
        words.append(said)
        length += len(said)
        if length > limits.narrative_length:
            return narrative_of("".join(words), True, limits)
    return narrative_of("".join(words), has_more, limits)


def narrative_of(text: str, is_partial: bool, limits: Limits) -> Narrative:
    """The text without blank lines, not longer than the limit, every character fit to be kept."""
    whole = "\n".join(filter(None, map(trimmed, clean_text(text).splitlines())))
    return Narrative(whole[: limits.narrative_length], is_partial or len(whole) > limits.narrative_length)


def with_mentions(narrative: Narrative, form: Form, limits: Limits) -> Narrative:
    """The narrative with the figures of this form that it names."""
    return replace(narrative, mentions=mentions_in(narrative.text, form, limits))


def _said(body: etree._Element, with_tables: bool) -> Iterator[str | None]:
    """Pieces of text in their order; None for each thing that is no text."""
    skipped = _NOT_SHOWN if with_tables else _NOT_SHOWN | _TABLES
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = _local_name(element)
        if event == "end":
            yield from _ended(name)
        elif name in skipped:
            walk.skip_subtree()
        elif name == "t":
            yield element.text or ""
        elif name in _NOT_TEXT:
            yield None
        elif name in _AS_TEXT:
            yield _AS_TEXT[name]


def _ended(name: str) -> Iterable[str]:
    return ("\n",) if name in ("p", "tc") else ()


def _local_name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
