"""A whole file in, one Reading out: the entry to this room."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from etl.definitions import Form, Limits
from etl.definitions.limits import MIB
from etl.model import Explanation, Finding, Material, Narrative, Reading
from etl.sheets.captions import unit_without_form, without_captions
from etl.sheets.explanations import is_fix_list, read_explanations
from etl.sheets.form import FormFound, read_form
from etl.sheets.form_words import FormWords
from etl.sheets.formats.authors import last_author
from etl.sheets.formats.container import Opened, unpacked
from etl.sheets.formats.known import UNKNOWN, Content, Format, Role, format_of, is_called_workbook
from etl.sheets.formats.sniff import Look, look, stream_of
from etl.sheets.grid import Grid, squeezed
from etl.sheets.locate import locate_forms
from etl.sheets.narrative import narrative_of, with_mentions
from etl.sheets.plain_text import clean_text

PROSE_OF_A_NARRATIVE = 200
"""A document with the form and at least so many characters of other prose is both materials at once."""
_SECRET = re.compile(r"(?:绝密|机密|秘密)★|★(?:绝密|机密|秘密)")
_WORD_TEXT = "WordDocument"
"""The stream of an old Word document in which its text stands, Chinese in UTF-16."""
_INSTEAD = "统计表请用空白表填写，另存为 .xlsx；工作总结请另存为 .docx，文件名里写上“工作总结”。"


def read_document(data: bytes, name: str, words: FormWords, limits: Limits) -> Reading:
    """What the file says. `name` is its base name, which tells a narrative from a stamped copy.

    A file that cannot be read gives a Reading whose finding says why; nothing a file holds raises,
    except what ends the process (see edges/sandbox).
    """
    seen = look(data)
    found = format_of(seen)
    if isinstance(found, str):
        return _refused(found, _called(name, limits), "empty_file" if found == "empty" else found)
    material = _material(found, name, limits)
    if found.role is Role.NOT_TAKEN or (found.role is Role.NARRATIVE_BY_NAME and not material):
        return _not_taken(found, _form_inside(found.kind, data, seen, words))
    most = limits.form_mib if found.role in (Role.WORKBOOK, Role.PAGE) else limits.narrative_mib
    if len(data) > most * MIB:
        return _too_large(found.kind, material, len(data), most)
    if found.read is None:
        return Reading(found.kind, material)
    return _opened(data, seen, found, found.read, material, words, limits)


def too_large_to_open(size: int, name: str, limits: Limits) -> Reading:
    """The reading of a file that is past every limit: nobody opens it."""
    material = _called(name, limits)
    most = limits.form_mib if material is Material.STATISTICS else limits.narrative_mib
    return _too_large(UNKNOWN.kind, material, size, most)


def given_up(name: str, limits: Limits) -> Reading:
    """The reading of a file that ran past the time or memory it may use, or took its reader down."""
    return _refused(UNKNOWN.kind, _called(name, limits), "too_slow")


def _called(name: str, limits: Limits) -> Material | None:
    """What a file calls itself, for those in which nothing can be seen."""
    if is_called_workbook(name):
        return Material.STATISTICS
    return Material.NARRATIVE if _is_called_narrative(name, limits) else None


def _is_called_narrative(name: str, limits: Limits) -> bool:
    return any(word in name for word in limits.narrative_names)


def _material(found: Format, name: str, limits: Limits) -> Material | None:
    """What a file of this format is as long as no form has been found in it; None where it is nothing then."""
    match found.role:
        case Role.WORKBOOK:
            return Material.STATISTICS
        case Role.DOCUMENT:
            return Material.NARRATIVE
        case Role.PAGE:
            return Material.STATISTICS if is_called_workbook(name) else None
        case Role.SCAN:
            return Material.STAMPED
        case Role.SCAN_OR_NARRATIVE:
            return Material.NARRATIVE if _is_called_narrative(name, limits) else Material.STAMPED
        case Role.NARRATIVE_BY_NAME:
            return Material.NARRATIVE if _is_called_narrative(name, limits) else None
    return None


def _opened(
    data: bytes,
    seen: Look,
    found: Format,
    read: Callable[[Opened, Limits], Content],
    material: Material | None,
    words: FormWords,
    limits: Limits,
) -> Reading:
    """The reading of a file that is opened: looked at as a container first, then parsed."""
    try:
        parts = unpacked(seen.container, data, limits.unpacked_bytes) if seen.container else {}
        if parts is None:
            return _unpacks_too_far(found.kind, material, limits)
        content, explanations = _without_fix_list(read(Opened(data, parts), limits))
    except BaseException as why:
        # calamine's panics are no Exception; the other parsers meet broken files with many kinds of error
        if isinstance(why, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        return _refused(found.kind, material, "encrypted" if "password" in str(why).lower() else "corrupt")
    reading = _of_content(found, content, explanations, material, words, limits)
    return replace(reading, author=last_author(parts))


def _of_content(
    found: Format,
    content: Content,
    explanations: tuple[Explanation, ...],
    material: Material | None,
    words: FormWords,
    limits: Limits,
) -> Reading:
    has_form = found.role is not Role.WORKBOOK and any(locate_forms(grid, words) for grid in content.grids)
    if has_form and found.role is Role.DOCUMENT:
        other = squeezed(without_captions(content.prose, words.form))
        is_both = len(other) >= PROSE_OF_A_NARRATIVE
        material = Material.BOTH if is_both else Material.STATISTICS
    elif has_form:
        material = Material.STATISTICS
    if material is None:
        return _not_taken(found)
    if material in (Material.STATISTICS, Material.BOTH):
        reading = _reading(found.kind, material, content, words, limits)
        secret = reading.secret or _is_secret(given.text for given in explanations)
        return replace(reading, explanations=explanations, secret=secret)
    said = _said(content.narrative, words, limits) if material is Material.NARRATIVE else None
    return Reading(found.kind, material, secret=_is_secret(_prose(content)), narrative=said)


def _without_fix_list(content: Content) -> tuple[Content, tuple[Explanation, ...]]:
    """What the unit reports, and what it typed into the list of a marked copy; the list's own words are ours."""
    grids = tuple(grid for grid in content.grids if not is_fix_list(grid))
    return replace(content, grids=grids), read_explanations(content.grids)


def _said(narrative: Narrative | None, words: FormWords, limits: Limits) -> Narrative | None:
    return with_mentions(narrative, words.form, limits) if narrative else None


def _prose(content: Content) -> tuple[str, ...]:
    return (content.prose, content.narrative.text if content.narrative else "")


def _reading(kind: str, material: Material, content: Content, words: FormWords, limits: Limits) -> Reading:
    """The reading of a file that has a form, or should: one form, or a finding that says why not."""
    form, grids, identity = words.form, content.grids, content.identity
    found = [read_form(grid, place, words, limits) for grid in grids for place in locate_forms(grid, words)]
    filled = [one for one in found if one.is_filled(form)]
    texts = [raw for grid in grids for raw in grid.cells.values() if isinstance(raw, str)]
    secret = _is_secret([*texts, *_prose(content)])
    beside = narrative_of(content.prose, True, limits) if material is Material.BOTH else None
    said = _said(beside, words, limits)
    if not found:
        no_form, unit_text = (Finding("no_form"),), _unit_without_form(grids, form)
        return Reading(
            kind, material, identity=identity, findings=no_form, secret=secret, unit_text=unit_text
        )
    if len(filled) > 1:
        several = (_several(filled),)
        return Reading(kind, material, filled[0].reading, identity, several, secret, said)
    chosen = filled[0] if filled else found[0]
    return Reading(kind, material, chosen.reading, identity, chosen.findings, secret, said)


def _unit_without_form(grids: Iterable[Grid], form: Form) -> str | None:
    said = filter(None, (unit_without_form(grid, form) for grid in grids))
    return next(map(clean_text, said), None)


def _several(filled: list[FormFound]) -> Finding:
    where = "、".join(f"{one.reading.sheet or '文档'}从{one.reading.figures[0].cell}起" for one in filled[:5])
    return Finding(
        "several_forms", filled[1].reading.sheet, facts={"count": str(len(filled)), "where": where}
    )


def _form_inside(kind: str, data: bytes, seen: Look, words: FormWords) -> Material | None:
    """A file that is not taken and seems to hold the form is a form sent in the wrong way.

    A zip is listed and never unpacked; of an old Word document the text is searched for the row labels.
    """
    if kind == "zip" and seen.container:
        is_form = any(map(is_called_workbook, seen.container.namelist()))
    elif kind == "doc":
        text = stream_of(data, _WORD_TEXT)
        is_form = all(row.label.encode("utf-16-le") in text for row in words.form.category_rows)
    else:
        is_form = False
    return Material.STATISTICS if is_form else None


def _not_taken(found: Format, material: Material | None = None) -> Reading:
    facts = {"format": found.called, "instead": found.instead or _INSTEAD}
    return Reading(found.kind, material, findings=(Finding("format_not_taken", facts=facts),))


def _refused(kind: str, material: Material | None, rule: str) -> Reading:
    return Reading(kind, material, findings=(Finding(rule),))


def _too_large(kind: str, material: Material | None, size: int, limit_mib: int) -> Reading:
    over = size - limit_mib * MIB
    facts = {
        "size": f"{size:,} 字节",
        "limit": f"{limit_mib} MiB（{limit_mib * MIB:,} 字节）",
        "over": f"{over:,} 字节",
    }
    return Reading(kind, material, findings=(Finding("too_large", facts=facts),))


def _unpacks_too_far(kind: str, material: Material | None, limits: Limits) -> Reading:
    facts = {"limit": f"{limits.unpacked_mib} MiB"}
    return Reading(kind, material, findings=(Finding("unpacks_too_far", facts=facts),))


def _is_secret(texts: Iterable[str]) -> bool:
    return any("★" in text and _SECRET.search(squeezed(text)) for text in texts)
