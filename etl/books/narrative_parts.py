"""What the lines of a unit's 工作总结 are: its title, what it says, who signed it and when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TITLE_AT_MOST, _SIGNATURE_AT_MOST = 40, 30
"""Characters."""
_TITLE_LINES = 2
"""The unit may stand in a line above what it hands in."""
_SAYS_SOMETHING = re.compile(r"[。！？；：，,;:!?]")
_COUNTED = re.compile(r"[（(]?[0-9一二三四五六七八九十]+[)）、.．]")
_DAY = re.compile(
    r"(?:[0-9]{4}|[〇零○一二三四五六七八九]{4})\s*[年.\-/]\s*[0-9一二三四五六七八九十]{1,3}\s*[月.\-/]"
    r"(?:\s*[0-9一二三四五六七八九十]{1,3}\s*日?)?"
)


@dataclass(frozen=True, slots=True)
class NarrativeParts:
    """Together all lines, in their order; what there is none of is empty."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    signature: str
    date: str


def narrative_parts(lines: Sequence[str], unit: str) -> NarrativeParts:
    """Told by their looks alone; what looks like neither title nor signature is body."""
    rest = [line.strip() for line in lines]
    date = rest.pop() if len(rest) > 1 and _DAY.fullmatch(rest[-1]) else ""
    signed = len(rest) > 1 and _looks_signed(rest[-1], unit, bool(date))
    signature = rest.pop() if signed else ""
    title: list[str] = []
    while len(rest) > 1 and len(title) < _TITLE_LINES and _is_short(rest[0], _TITLE_AT_MOST):
        title.append(rest.pop(0))
    return NarrativeParts(tuple(title), tuple(rest), signature, date)


def _looks_signed(line: str, unit: str, dated: bool) -> bool:
    """Without a date below it a line must name the unit, or end in a date itself."""
    if not _is_short(line, _SIGNATURE_AT_MOST):
        return False
    return dated or unit in line or any(found.end() == len(line) for found in _DAY.finditer(line))


def _is_short(line: str, at_most: int) -> bool:
    """No sentence, and no heading that counts."""
    return len(line) <= at_most and not _SAYS_SOMETHING.search(line) and not _COUNTED.match(line)
