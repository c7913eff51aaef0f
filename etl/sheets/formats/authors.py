"""Who last saved an Office document, as the document itself says. Anybody may write anything there."""

from collections.abc import Mapping

from etl.sheets.formats.markup import parsed

_PART = "docprops/core.xml"
_LAST = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"


def last_author(parts: Mapping[str, bytes]) -> str | None:
    """The name under lastModifiedBy; None for other formats, and where it says nothing or cannot be read."""
    try:
        name = parsed(parts[_PART]).findtext(_LAST)
    except Exception:  # noqa: BLE001 - a file that lies about its author is read all the same
        return None
    return name.strip() or None if name else None
