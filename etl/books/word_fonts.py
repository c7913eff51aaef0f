"""Fonts and sizes of official documents (GB/T 9704), named and none shipped; and how a run is written in them."""

from typing import Any

from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

TITLE_FONT, BODY_FONT, HEADING_FONT, LATIN_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
NUMBER_FONT = "宋体"
"""Of page numbers, their digits too."""
_STAND_INS = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEADING_FONT: "SimHei", NUMBER_FONT: "SimSun"}
"""Font → what an office program takes where it is not installed."""
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)
"""2号, 3号, 4号, 5号."""


def write(paragraph: Paragraph, text: str, font: str, size: Length, latin: str = LATIN_FONT) -> Any:
    """Add a run to the paragraph, and return it."""
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, latin
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def clear(paragraph: Paragraph) -> None:
    """Take all runs out of the paragraph."""
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)


def name_stand_ins(document: Any) -> None:
    """Tell the reader's program what to take where a font is missing: a list of fonts with other names."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _STAND_INS.items()
    )
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
            relation.target_part._blob = blob.encode("utf-8")
