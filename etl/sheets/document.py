"""A whole file in, one Reading out: the entry to this room."""

import csv
import re
from collections.abc import Iterable

from lxml import etree

from etl.definitions import Limits
from etl.definitions.limits import MIB
from etl.model import Finding, HiddenIdentity, Material, Reading
from etl.sheets.form import FormFound, read_form
from etl.sheets.formats.container import unpacked_size
from etl.sheets.formats.delimited import text_grid
from etl.sheets.formats.docx import read_docx
from etl.sheets.formats.hidden_identity import read_hidden_identity
from etl.sheets.formats.html import html_grids
from etl.sheets.formats.sniff import NAMES, PICTURES, WORKBOOKS, sniff
from etl.sheets.formats.workbook import visible_grids
from etl.sheets.grid import Grid, squeezed
from etl.sheets.locate import FormWords, locate_forms

PROSE_OF_A_NARRATIVE = 200
"""A document with the form and at least so many characters of other prose is both materials at once."""
_SECRET = re.compile(r"(?:绝密|机密|秘密)★|★(?:绝密|机密|秘密)")


def read_document(data: bytes, name: str, words: FormWords, limits: Limits) -> Reading:
    """What the file says. `name` is its base name, which tells a narrative from a stamped copy.

    A file that cannot be read gives a Reading whose finding says why; nothing a file holds raises,
    except what ends the process (see edges/sandbox).
    """
    kind = sniff(data)
    if kind in WORKBOOKS or (kind in ("corrupt", "encrypted") and _is_called_workbook(name)):
        return _workbook(data, kind, words, limits)
    if kind == "docx":
        return _word_document(data, words, limits)
    if kind in ("html", "text"):
        return _page_or_text(data, kind, name, words, limits)
    return _other(data, kind, name, limits)


def too_large_to_open(size: int, name: str, limits: Limits) -> Reading:
    """The reading of a file that is past every limit: nobody opens it."""
    narrative = any(word in name for word in limits.narrative_names)
    if _is_called_workbook(name):
        return _too_large("unknown", Material.STATISTICS, size, limits.form_mib)
    return _too_large("unknown", Material.NARRATIVE if narrative else None, size, limits.narrative_mib)


def given_up(name: str) -> Reading:
    """The reading of a file that ran past the time or memory it may use, or took its reader down."""
    material = Material.STATISTICS if _is_called_workbook(name) else None
    return _refused("unknown", material, "too_slow")


def _workbook(data: bytes, kind: str, words: FormWords, limits: Limits) -> Reading:
    if kind in ("corrupt", "encrypted"):
        return _refused(kind, Material.STATISTICS, kind)
    if len(data) > limits.form_bytes:
        return _too_large(kind, Material.STATISTICS, len(data), limits.form_mib)
    try:
        if _unpacked(data, kind, limits) > limits.unpacked_bytes:
            return _unpacks_too_far(kind, Material.STATISTICS, limits)
        grids = list(visible_grids(data, kind))
        identity = read_hidden_identity(data) if kind == "xlsx" else None
    except BaseException as why:
        if isinstance(why, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        rule = "encrypted" if "password" in str(why).lower() else "corrupt"
        return _refused(kind, Material.STATISTICS, rule)
    return _reading(kind, Material.STATISTICS, grids, identity, words, limits)


def _word_document(data: bytes, words: FormWords, limits: Limits) -> Reading:
    if len(data) > limits.narrative_bytes:
        return _too_large("docx", Material.NARRATIVE, len(data), limits.narrative_mib)
    try:
        if _unpacked(data, "docx", limits) > limits.unpacked_bytes:
            return _unpacks_too_far("docx", Material.NARRATIVE, limits)
        document = read_docx(data)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - python-docx meets broken files with many kinds of error
        return _refused("docx", Material.NARRATIVE, "corrupt")
    if not any(locate_forms(grid, words) for grid in document.grids):
        return Reading("docx", Material.NARRATIVE, secret=_is_secret([document.prose]))
    prose = len(squeezed(document.prose))
    material = Material.BOTH if prose >= PROSE_OF_A_NARRATIVE else Material.STATISTICS
    return _reading("docx", material, list(document.grids), None, words, limits, [document.prose])


def _page_or_text(data: bytes, kind: str, name: str, words: FormWords, limits: Limits) -> Reading:
    """A web page saved as .xls, a CSV or TSV: a form if one is in it, else what its name says it is."""
    if len(data) > limits.form_bytes:
        return _too_large(kind, Material.STATISTICS, len(data), limits.form_mib)
    try:
        grids = html_grids(data) if kind == "html" else [text_grid(data)]
    except (etree.LxmlError, csv.Error, ValueError):
        return _refused(kind, Material.STATISTICS if _is_called_workbook(name) else None, "corrupt")
    if _is_called_workbook(name) or any(locate_forms(grid, words) for grid in grids):
        return _reading(kind, Material.STATISTICS, grids, None, words, limits)
    return _not_taken(kind)


def _reading(
    kind: str,
    material: Material,
    grids: list[Grid],
    identity: HiddenIdentity | None,
    words: FormWords,
    limits: Limits,
    prose: Iterable[str] = (),
) -> Reading:
    """The reading of a file whose sheets or tables are `grids`: one form, or a finding that says why not."""
    form = words.form
    found = [read_form(grid, place, form, limits) for grid in grids for place in locate_forms(grid, words)]
    filled = [one for one in found if one.is_filled(form)]
    texts = [raw for grid in grids for raw in grid.cells.values() if isinstance(raw, str)]
    secret = _is_secret([*texts, *prose])
    if not found:
        return Reading(kind, material, identity=identity, findings=(Finding("no_form"),), secret=secret)
    if len(filled) > 1:
        several = (_several(filled),)
        return Reading(kind, material, filled[0].reading, identity, several, secret)
    chosen = filled[0] if filled else found[0]
    return Reading(kind, material, chosen.reading, identity, chosen.findings, secret)


def _several(filled: list[FormFound]) -> Finding:
    where = "、".join(f"{one.reading.sheet or '文档'}从{one.reading.figures[0].cell}起" for one in filled[:5])
    return Finding(
        "several_forms", filled[1].reading.sheet, facts={"count": str(len(filled)), "where": where}
    )


def _other(data: bytes, kind: str, name: str, limits: Limits) -> Reading:
    """A document, a picture, or what cannot be taken; by DESIGN the name tells narrative from stamped copy."""
    narrative = any(word in name for word in limits.narrative_names)
    if kind == "empty":
        material = Material.STATISTICS if _is_called_workbook(name) else None
        return _refused(kind, Material.NARRATIVE if narrative else material, "empty_file")
    if kind in ("pdf", "doc") and narrative:
        material = Material.NARRATIVE
    elif kind in PICTURES:
        material = Material.STAMPED
    elif kind in ("corrupt", "encrypted"):
        return _refused(kind, Material.NARRATIVE if narrative else None, kind)
    else:
        return _not_taken(kind)
    if len(data) > limits.narrative_bytes:
        return _too_large(kind, material, len(data), limits.narrative_mib)
    return Reading(kind, material)


def _not_taken(kind: str) -> Reading:
    instead = "统计表请用空白表填写，另存为 .xlsx；工作总结请另存为 .docx，文件名里写上“工作总结”。"
    if NAMES.get(kind) == "压缩包":
        instead = "请解开压缩包，把里面的文件一个一个放进来。"
    facts = {"format": NAMES.get(kind, NAMES["unknown"]), "instead": instead}
    return Reading(kind, None, findings=(Finding("format_not_taken", facts=facts),))


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


def _unpacks_too_far(kind: str, material: Material, limits: Limits) -> Reading:
    facts = {"limit": f"{limits.unpacked_mib} MiB"}
    return Reading(kind, material, findings=(Finding("unpacks_too_far", facts=facts),))


def _unpacked(data: bytes, kind: str, limits: Limits) -> int:
    """Bytes of what a container holds; an .xls holds what it is. Raises for a broken container."""
    return len(data) if kind == "xls" else unpacked_size(data, limits.unpacked_bytes)


def _is_called_workbook(name: str) -> bool:
    return name.lower().rpartition(".")[2] in (
        "xlsx",
        "xlsm",
        "xlsb",
        "xls",
        "et",
        "ett",
        "ods",
        "csv",
        "tsv",
    )


def _is_secret(texts: Iterable[str]) -> bool:
    return any("★" in text and _SECRET.search(squeezed(text)) for text in texts)
