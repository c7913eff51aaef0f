"""A small inbox with every fate in it, and what comes after the deadline."""

import os
from functools import cache
from io import BytesIO
from pathlib import Path

from etl.books.blank import unit_blank
from etl.definitions import load_definitions
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, GOOD, Table, fill
from tests.pdfs import scan

SAVED_AT = 1_642_600_000
"""When the first was saved; each next one a minute later."""
_ONE_MORE: Table = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}}
_FEW_VISITED: Table = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 2}}
_NOTHING: Table = {row: dict.fromkeys(columns, "无") for row, columns in GOOD.items()}
_SAID = "我镇春节期间走访慰问优抚对象，开展双拥宣传，解决实际困难，军政军民关系更加密切。"


@cache
def first() -> dict[str, bytes]:
    """Accepted, superseded, duplicate, returned and queried with marked copies, held, nil return, narrative,
    stamped copy, empty file; names in a folder and in raw GBK bytes."""
    return {
        "土桥镇.xlsx": _filled("土桥镇"),
        "土桥镇（再发）.xlsx": _filled("土桥镇"),
        "旧县街道1.xlsx": _filled("旧县街道"),
        "旧县街道2.xlsx": _filled("旧县街道", _ONE_MORE),
        "安居镇.xlsx": _filled("安居镇", C9=999),
        "巴川街道.xlsx": _filled("巴川街道", _FEW_VISITED),
        "谁的.xlsx": _filled("白羊镇", B2="綦江区财政局"),
        "南城街道.xlsx": _filled("南城街道", _NOTHING),
        "区财政局/工作总结.docx": _narrative(),
        "盖章件/蒲吕街道.pdf": scan(),
        "空的.xlsx": b"",
        os.fsdecode("平滩镇.xlsx".encode("gbk")): _filled("平滩镇"),
    }


@cache
def second() -> dict[str, bytes]:
    """Corrected, duplicate of a superseded one, new, and a replaced narrative, after the deadline."""
    return {
        "安居镇（改）.xlsx": _filled("安居镇"),
        "旧县街道3.xlsx": _filled("旧县街道"),
        "土桥镇（更正）.xlsx": _filled("土桥镇", _ONE_MORE),
        "区财政局/工作总结2.docx": _narrative("我局"),
        "虎峰镇.xlsx": _filled("虎峰镇", _FEW_VISITED),
    }


STAYS = {"~$别的.xlsx": b"lock", "Thumbs.db": b"thumbs"}
"""What is no submission and stays where it lies."""


def drop(inbox: Path, files: dict[str, bytes]) -> None:
    """As clerks do; each saved a minute after the one before."""
    for number, (name, content) in enumerate(files.items()):
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (SAVED_AT + 60 * number, SAVED_AT + 60 * number))


def _filled(name: str, table: Table = GOOD, **more: object) -> bytes:
    known = load_definitions(PROJECT / "config")
    campaign = known.campaign(CAMPAIGN)
    form = known.form_of(campaign)
    unit = next(unit for unit in known.roster.units if unit.name == name)
    return fill(unit_blank(form, campaign, unit), form, table, **more)


def _narrative(who: str = "我镇") -> bytes:
    from docx import Document

    document = Document()
    for _ in range(5):
        document.add_paragraph(_SAID.replace("我镇", who))
    out = BytesIO()
    document.save(out)
    return out.getvalue()
