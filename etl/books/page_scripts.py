"""What runs on 报送进度: the charting library that stands in vendor/, our own few lines, and nothing else.

The page's policy names the two by their hashes: whatever a file says, no browser runs it as a script.
"""

import base64
import hashlib
from importlib.resources import files

_BOOKS = files("etl.books")


def _text(*parts: str) -> str:
    return _BOOKS.joinpath(*parts).read_text("utf-8")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


_LIBRARY = f"/*! Chartist\n{_text('vendor', 'chartist', 'LICENSE')}*/\n{_text('vendor', 'chartist', 'chartist.umd.js')}"
_OURS = _text("templates", "board.js")

SCRIPTS = (_LIBRARY, _OURS)
"""Each is the whole content of a script element; no text of any file is in them."""

POLICY = f"default-src 'none'; style-src 'unsafe-inline'; script-src {_hash(_LIBRARY)} {_hash(_OURS)}"
"""The page's Content-Security-Policy, in the file and where it is served."""
