"""更正: how the figures differ from those that were approved, in total and unit by unit, on their date."""

from collections import defaultdict

from etl.books.amounts import amount, in_unit
from etl.books.listing import Cell, Listing
from etl.books.standing import approved, standing_line
from etl.books.styles import new_book
from etl.books.words import day, moment, zone
from etl.definitions import Campaign, Column, Form, Row
from etl.model import Amounts, Correction, Summary

CORRECTION_SHEET = "更正"
_WIDTHS = (8.0, 22.0, 32.0, 40.0, 16.0, 16.0, 16.0)
_TOTALS = ("序号", "范围", "对象", "栏目", "更正前", "更正后", "增减")


def correction_workbook(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """An .xlsx of one sheet. Only for a summary that has a correction."""
    correction = summary.correction
    if correction is None:
        raise ValueError("there is nothing to correct")
    buffer, book = new_book(summary.as_of)
    listing = Listing(book, CORRECTION_SHEET, _WIDTHS)
    listing.standing(standing_line(summary, campaign))
    listing.title(f"{campaign.title}双拥活动情况统计数字更正")
    for said in _about(summary, correction, campaign):
        listing.about(said)
    if correction.lines:
        listing.header(_TOTALS)
        listing.sheet.repeat_rows(listing.line - 1)
        lines = [*_totals(summary, correction, form), *_units(correction, form)]
        for number, line in enumerate(lines, 1):
            listing.row((number, *line))
    listing.finish()
    book.close()
    return buffer.getvalue()


def _about(summary: Summary, correction: Correction, campaign: Campaign) -> list[str]:
    then = f"{day(campaign, correction.since.sealed_at)}的定稿（{approved(correction.since, campaign)}）"
    until = f"截至 {moment(campaign, summary.as_of)}（{zone(campaign)}）"
    if not correction.lines:
        return [f"更正已撤回：{until}，各项数字与{then}相同。"]
    said = f"{day(campaign, summary.as_of)}更正，{until}，与{then}相比。金额单位：万元。"
    if summary.is_final and summary.seal:
        return [said, f"本更正已经审批。{approved(summary.seal, campaign)}。"]
    return [said, "本更正还没有审批，审批前以定稿为准。"]


def _totals(summary: Summary, correction: Correction, form: Form) -> list[tuple[Cell, ...]]:
    """All of the form, sums too: what a reader of the totals compares."""
    before = _totals_before(summary.totals, correction)
    places = [(row, column) for row in form.rows for column in form.figure_columns]
    return [
        _line("全区", row, column, amount(form, before, row, column), now)
        for row, column in places
        if amount(form, before, row, column) != (now := amount(form, summary.totals, row, column))
    ]


def _units(correction: Correction, form: Form) -> list[tuple[Cell, ...]]:
    return [
        _line(line.unit, form.row(line.row), form.column(line.column), line.before, line.after)
        for line in correction.lines
    ]


def _line(whose: str, row: Row, column: Column, before: int, after: int) -> tuple[Cell, ...]:
    figures = (in_unit(column, value) for value in (before, after, after - before))
    return (whose, row.label, column.full_label, *figures)


def _totals_before(totals: Amounts, correction: Correction) -> Amounts:
    grown: dict[tuple[str, str], int] = defaultdict(int)
    for line in correction.lines:
        grown[line.row, line.column] += line.after - line.before
    return {
        row: {column: value - grown[row, column] for column, value in columns.items()}
        for row, columns in totals.items()
    }
