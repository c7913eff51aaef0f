"""A finished container with some of its parts changed: what other programs write that no library here does."""

import io
import zipfile
from collections.abc import Callable, Mapping

Edit = Callable[[str], str]
SHEET_PART = "xl/worksheets/sheet1.xml"


def edited(container: bytes, edits: Mapping[str, Edit], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The container with the named parts' text put through its edit."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as old, zipfile.ZipFile(out, "w", method) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename in edits:
                changed = edits[part.filename](content.decode())
                assert changed.encode() != content, f"the edit of {part.filename} changes nothing"
                content = changed.encode()
            new.writestr(part.filename, content)
    return out.getvalue()


def edited_everywhere(container: bytes, edit: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The container with every part's name and bytes put through one edit."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(container)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            name, content = edit(part.filename, old.read(part))
            new.writestr(name, content)
    return out.getvalue()
