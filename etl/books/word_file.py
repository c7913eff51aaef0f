"""A Word document as a file: who made it and when, that it is Chinese, and no moment that nobody wrote."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_LONGEST = 255
"""Characters that a property may have."""
_CHINESE = "zh-CN"


def describe(document: Any, title: str, author: str, made_at: datetime) -> None:
    """What a file's properties say of a python-docx document. `made_at` is aware; all else is nobody's."""
    properties = document.core_properties
    properties.title = title[:_LONGEST]
    properties.author = properties.last_modified_by = author[:_LONGEST]
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    properties.comments, properties.language, properties.revision = "", _CHINESE, 1
    _drop_picture_of_the_first_page(document)


def speak_chinese(document: Any) -> None:
    """Say that the East Asian text of a python-docx document is Chinese: told nothing, a program without the
    named fonts may draw the signs as they are written elsewhere, and quotation marks in the Latin font."""
    for settings, tag in (
        (document.styles.element, "w:lang"),
        (document.settings.element, "w:themeFontLang"),
    ):
        for language in settings.iter(qn(tag)):
            language.set(qn("w:eastAsia"), _CHINESE)
    _hint(document.element)
    for relation in document.part.rels.values():
        if relation.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            _hint(relation.target_part.element)


def without_moments(saved: io.BytesIO) -> bytes:
    """The same .docx packed anew, with no moment of packing in it: equal contents give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as made, zipfile.ZipFile(packed, "w") as kept:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(part, made.read(name))
    return packed.getvalue()


def _hint(element: Any) -> None:
    """Signs that Latin fonts have too, as “ ” and —, are taken from the Chinese font of a run that is hinted."""
    for run in element.iter(qn("w:r")):
        if not "".join(text.text or "" for text in run.findall(qn("w:t"))).isascii():
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def _drop_picture_of_the_first_page(document: Any) -> None:
    """python-docx begins with a small picture of somebody else's page, which folders then show."""
    relations = document.part.package.rels
    for name in [name for name, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[name]
    for setting in document.settings.element.findall(qn("w:savePreviewPicture")):
        setting.getparent().remove(setting)
