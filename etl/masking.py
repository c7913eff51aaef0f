"""What a file says, as it may stand on paper: no ID or mobile number, no trick with characters, not too long.

For free text only. A figure that we computed is never passed through here.
"""

import re

QUOTED_AT_MOST = 300
"""Characters of a file's text that one place of a page shows; the archive keeps it whole."""

_GAP = r"[\s\-‐-―－·\ufffd]{0,2}"
"""What people put between the groups of a number: spaces and dashes of every kind."""


def _spread(*signs: str) -> str:
    return _GAP.join(signs)


_DIGIT = "[0-9]"
_YEAR = rf"(?:{_spread('1', '[89]')}|{_spread('2', '0')}){_GAP}{_spread(_DIGIT, _DIGIT)}"
_LONG_ID = _spread("[1-9]", *[_DIGIT] * 5, _YEAR, "[01]", _DIGIT, "[0-3]", *[_DIGIT] * 4, "[0-9Xx]")
_OLD_ID = _spread("[1-9]", *[_DIGIT] * 7, "[01]", _DIGIT, "[0-3]", *[_DIGIT] * 4)
_MOBILE = rf"(?:(?:00)?86{_GAP})?" + _spread("1", "[3-9]", *[_DIGIT] * 9)
_POINTED_MOBILE = r"1[3-9][0-9]\.[0-9]{4}\.[0-9]{4}"
# A number that is part of a longer one (an account, a time stamp in a file name) is no ID and no mobile.
_PERSONAL = re.compile(rf"(?<![0-9])(?:{_LONG_ID}|{_OLD_ID}|{_MOBILE}|{_POINTED_MOBILE})(?![0-9])")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
"""Controls, signs that turn or hide text, halves of characters."""


def masked(text: str) -> str:
    """`text` with every ID and mobile number cut to its first three and last four signs: 138****8000."""
    legible = text.translate(_FULL_WIDTH)
    pieces, end = [], 0
    for found in _PERSONAL.finditer(legible):
        pieces += [text[end : found.start()], _stars(found[0])]
        end = found.end()
    return "".join([*pieces, text[end:]])


def shown(text: str, at_most: int = QUOTED_AT_MOST) -> str:
    """`text` from a file, masked, with U+FFFD for what cannot be shown, and cut with … at `at_most`."""
    # Hidden signs become U+FFFD first: between the digits of a number they would keep it from being seen.
    safe = masked(_UNSHOWABLE.sub("\ufffd", text))
    return safe if len(safe) <= at_most else safe[: at_most - 1] + "…"


def _stars(number: str) -> str:
    signs = re.sub("[^0-9Xx]", "", number)
    return f"{signs[:3]}{'*' * (len(signs) - 7)}{signs[-4:]}"
