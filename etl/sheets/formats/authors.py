"""Who last saved an Office document, as the document itself says. Anybody may write anything there."""

import io
import zipfile

from defusedxml.ElementTree import fromstring

_PART = "docProps/core.xml"
_LAST = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"
_LARGEST = 64 * 1024


def last_author(data: bytes) -> str | None:
    """The name under lastModifiedBy; None for other formats, and where it says nothing or cannot be read."""
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            if container.getinfo(_PART).file_size > _LARGEST:
                return None
            with container.open(_PART) as part:
                name = fromstring(part.read(_LARGEST), forbid_dtd=True).findtext(_LAST)
    except Exception:  # noqa: BLE001 - a file that lies about its author is read all the same
        return None
    return name.strip() or None if name else None
