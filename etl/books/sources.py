"""溯源: each total of the summary down to the cells it was added up from, as a sheet and as CSV."""

from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter import Workbook

from etl.books.amounts import in_unit
from etl.books.listing import Cell, Listing
from etl.books.plain_csv import csv_bytes
from etl.books.words import moment, zone
from etl.definitions import Campaign, Form
from etl.model import Source, Summary

SOURCES_SHEET = "溯源"
_HEADERS = (
    ("对象", 24.0), ("栏目", 34.0), ("编码", 8.0), ("单位", 24.0), ("计入的数", 13.0), ("计量", 7.0), ("原来填的", 16.0),
    ("工作表", 12.0), ("单元格", 8.0), ("文件", 40.0), ("回执号", 21.0), ("文件 SHA-256", 51.0),
)  # fmt: skip
"""The columns with widths in characters."""
_FILE, _SHA256 = 9, 11
_TOP = 3
"""Rows above the first source."""

Places = dict[tuple[str, str], int]
"""(row id, column id) → the row of the sheet (from 0) where its sources begin."""


def places(summary: Summary) -> Places:
    """Where the sources of each figure begin in the sheet."""
    found: Places = {}
    for line, source in enumerate(summary.sources, _TOP):
        found.setdefault((source.row, source.column), line)
    return found


def write_sources(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """Add the sheet: a row a figure of a unit, in the form's order and then the office's."""
    widths = [width for _, width in _HEADERS]
    listing = Listing(book, SOURCES_SHEET, widths, wrapping=(_FILE,), small=(_SHA256,))
    listing.title(f"{campaign.title}双拥活动汇总{SOURCES_SHEET}")
    listing.about(
        "汇总表里每个数由哪些单位的哪一格相加而成；点汇总表里的数，就到这里。"
        f"截至 {moment(campaign, summary.as_of)}（{zone(campaign)}）。"
    )
    listing.header([name for name, _ in _HEADERS])
    names = {unit.code: unit.name for unit in summary.units}
    for cells in _lines(summary.sources, names, form):
        listing.row(cells)
    listing.finish()
    listing.sheet.repeat_rows(_TOP - 1)
    listing.sheet.freeze_panes(_TOP, 4)
    if summary.sources:
        listing.sheet.autofilter(_TOP - 1, 0, listing.line - 1, listing.last)


def sources_csv(sources: Sequence[Source], names: Mapping[str, str], form: Form) -> bytes:
    """The same rows as text, of a branch: its workbook has the cells alone. `names` are the units' by their codes."""
    return csv_bytes([name for name, _ in _HEADERS], _lines(sources, names, form))


def _lines(sources: Sequence[Source], names: Mapping[str, str], form: Form) -> Iterator[tuple[Cell, ...]]:
    rows = {row.id: row.label for row in form.rows}
    columns = {column.id: (column, column.full_label) for column in form.columns}
    for source in sources:
        column, label = columns[source.column]
        yield (
            rows[source.row],
            label,
            source.code,
            names[source.code],
            in_unit(column, source.amount),
            column.unit,
            source.typed,
            source.sheet,
            source.cell,
            source.file,
            source.receipt,
            source.sha256,
        )
