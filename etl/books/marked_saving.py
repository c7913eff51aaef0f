"""Save an openpyxl workbook: in memory, equal values to equal bytes, and the results of formulas kept beside them.

openpyxl alone writes temporary files, the time of day, and formulas without results, which a phone's preview
then shows as nothing.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

Results = Mapping[str, Mapping[str, Any]]
"""Sheet → cell → what its formula came to when the workbook was last saved."""
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^<>]*)>(<f[^<>]*(?:/>|>[^<>]*</f>))(?:<v ?/>|<v></v>)')
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def saved(book: Workbook, at: datetime, results: Results) -> bytes:
    """The workbook as an .xlsx that says it was made `at`."""
    book.properties.created = book.properties.modified = at.replace(tzinfo=None, microsecond=0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(book, archive, results).write_data()
    return _timeless(buffer.getvalue())


class _Writer(ExcelWriter):
    _archive: zipfile.ZipFile

    def __init__(self, book: Workbook, archive: zipfile.ZipFile, results: Results) -> None:
        super().__init__(book, archive)
        self._results = results

    def write_worksheet(self, ws: Any) -> None:
        """As openpyxl does, but for the temporary file and the results."""
        ws._drawing = None
        part = io.BytesIO()
        writer: Any = WorksheetWriter(ws, out=part)
        writer.write()
        ws._rels = writer._rels
        results = self._results.get(ws.title, {})
        self._archive.writestr(ws.path[1:], _with_results(part.getvalue(), results, ws.parent.epoch))
        self.manifest.append(ws)


def _with_results(part: bytes, results: Mapping[str, Any], epoch: datetime) -> bytes:
    def beside(found: re.Match[bytes]) -> bytes:
        kind, text = _as_result(results.get(found[1].decode()), epoch)
        told = f' t="{kind}"' if kind else ""
        value = f"<v>{escape(text)}</v>" if text is not None else ""
        return b'<c r="%s"%s%s>%s%s' % (found[1], found[2], told.encode(), found[3], value.encode())

    return _FORMULA.sub(beside, part)


def _as_result(value: object, epoch: datetime) -> tuple[str, str | None]:
    """A cell's type and text in the sheet's XML; text None where there is no result."""
    match value:
        case None:
            return "", None
        case bool():
            return "b", str(int(value))
        case datetime() | date() | time() | timedelta():
            return "", repr(to_excel(value, epoch))  # type: ignore[no-untyped-call]
        case int() | float():
            return "", repr(value)
        case str() if value in ERROR_CODES:
            return "e", value
    return "str", str(value)


def _timeless(content: bytes) -> bytes:
    """The same container with every part dated alike."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(part, made.read(name))
    return buffer.getvalue()
