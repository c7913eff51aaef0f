"""Office files as their programs save them, but with every time fixed: equal content gives equal bytes."""

import io
import re
import zipfile
from datetime import UTC, datetime

_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def repacked(content: bytes, saved: datetime, changed: dict[str, bytes] | None = None) -> bytes:
    """The .xlsx or .docx with `saved` (aware) as the moment it was last saved, and some parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = (changed or {}).get(name, old.read(name))
            if name == "docProps/core.xml":
                stamp = f"{saved.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
                part = _MODIFIED.sub(rb"\g<1>" + stamp, part)
            entry = zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP)
            new.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def torn(content: bytes) -> bytes:
    """The file as it looks when copying it broke off half-way."""
    return content[: len(content) // 2]
