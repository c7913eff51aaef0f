"""Amounts as a workbook shows them: sums always from their parts, 分 as 万元."""

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from etl.definitions import Column, Form, Row
from etl.model import Amounts, fen_to_wan_yuan


def amount(form: Form, amounts: Amounts, row: Row, column: Column) -> int:
    """One cell of the form, in 分 or heads; 总计 and 合计 are added up here, never taken as stated.

    So a unit whose stated sum was rounded still adds up with all others.
    """
    if column.sum_of:
        return sum(amount(form, amounts, row, form.column(part)) for part in column.sum_of)
    if row.total:
        return sum(amounts[category.id][column.id] for category in form.category_rows)
    return amounts[row.id][column.id]


def in_unit(column: Column, value: int) -> float:
    """`value` in the column's own unit: 分 become 万元; the nearest double, without noise."""
    return float(fen_to_wan_yuan(value)) if column.type == "money" else value


def write_column_sum(
    sheet: Worksheet, lines: tuple[int, int], row: int, at: int, value: float, style: Format
) -> None:
    """Write =SUM over the first to the last of `lines` of column `at` (from 0), with its result kept beside it."""
    sheet.write_formula(row, at, f"=SUM({xl_range(lines[0], at, lines[1], at)})", style, value)
