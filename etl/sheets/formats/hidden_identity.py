"""The identity that an issued workbook carries in its custom document properties."""

from collections.abc import Mapping

from etl.model import IDENTITY_PROPERTIES, HiddenIdentity
from etl.sheets.formats.markup import parsed

_PART = "docprops/custom.xml"
_LONGEST_VERSION = 9
"""Digits: a number that no message between processes can carry is no version."""


def read_hidden_identity(parts: Mapping[str, bytes]) -> HiddenIdentity | None:
    """Unit code, campaign, form and version of an issued .xlsx; None for any other workbook."""
    if _PART not in parts:
        return None
    root = parsed(parts[_PART])
    said = {prop.get("name", ""): "".join(prop.itertext()).strip() for prop in root}
    known = {part: said.get(name) or None for part, name in IDENTITY_PROPERTIES.items()}
    if not any(known.values()):
        return None
    version = known["form_version"] or ""
    return HiddenIdentity(
        unit=known["unit"],
        campaign=known["campaign"],
        form=known["form"],
        form_version=int(version) if version.isdecimal() and len(version) <= _LONGEST_VERSION else None,
    )
