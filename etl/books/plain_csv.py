"""Tables as text, for whoever goes on reckoning with them."""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Also in full width: a Chinese or Japanese Excel takes these for the others."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """With a mark that lets Excel read it as UTF-8; text that looks like a formula stays text, and numbers have no exponent."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    said = cache(_said)  # a table says most things many times
    writer.writerows([said(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):  # six places are whole 分 in 万元
        return f"{cell:f}".rstrip("0").rstrip(".")
    text = str(cell)
    is_formula = isinstance(cell, str) and len(text) > 1 and text.startswith(_BEGINS_A_FORMULA)
    return f"'{text}" if is_formula else text
