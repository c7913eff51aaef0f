"""The form's two header rows with merged groups, as the blank and the summary both show them."""

from collections.abc import Sequence
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.books.styles import HEADER, styled, write_over
from etl.definitions import Column, Form


def caption(column: Column) -> str:
    """What stands in the column's header: its label, and under it its unit or note."""
    under = f"（{column.unit}）" if column.unit else column.note
    return f"{column.label}\n{under}" if under else column.label


def write_header(book: Workbook, sheet: Worksheet, form: Form, top: int) -> None:
    """Write 项目 and the form's columns into the rows `top` and `top` + 1 (from 0), from column 0 on."""
    style = styled(book, HEADER)
    write_over(sheet, (top, 0), (top + 1, 0), form.labels.item.label, style)
    write_captions(sheet, form.columns, (top, 1), style)


def write_captions(
    sheet: Worksheet, columns: Sequence[Column], corner: tuple[int, int], style: Format
) -> None:
    """Write the `columns` into two rows from `corner` (row, column; from 0) on, groups merged over theirs."""
    top, first = corner
    placed = enumerate(columns, first)
    for group, members in groupby(placed, key=lambda at_column: at_column[1].group):
        together = list(members)
        if group:
            write_over(sheet, (top, together[0][0]), (top, together[-1][0]), group, style)
        for at, column in together:
            write_over(sheet, (top + bool(group), at), (top + 1, at), caption(column), style)
