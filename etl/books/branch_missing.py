"""The missing list of one node of the tree (下级), or of the top of a campaign too large for one list: a line a pair
with a text ready to paste, and of what is right below it how much is missing."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from xlsxwriter import Workbook

from etl.books.listing import Cell, Listing
from etl.books.long_list import LongList
from etl.books.missing import MISSING_SHEET, OVERDUE_SHEET, counts_line, is_overdue, times_line
from etl.books.reminding import Steps, reminding_text
from etl.books.standing import standing_line
from etl.books.styles import (
    HEADER,
    LINE,
    STANDING,
    TEXT,
    TITLE,
    new_book,
    print_on_a4_landscape,
    repeat_and_number,
    styled,
    write_over,
)
from etl.books.words import CONTACTS, MATERIALS, MISSING_STATES
from etl.definitions import Campaign, Form
from etl.model import Missing, Summary

BELOW_SHEET = "下级"
_BELOW = (
    ("名称", 26.0),
    ("应报（份）", 12.0),
    ("已报（份）", 12.0),
    ("未报（份）", 12.0),
    ("其中逾期", 12.0),
    ("名单所在的文件夹", 44.0),
)
_COLUMNS = (
    ("序号", 6.0), ("单位", 26.0), ("类别", 11.0), ("上级", 14.0), ("材料", 11.0), ("状态", 13.0),
    ("逾期天数", 10.0), ("延期至", 17.0), ("联系人", 12.0), ("电话", 18.0), ("最近联系", 17.0),
    ("今天该催", 18.0), ("可以直接发的话", 84.0),
)  # fmt: skip
"""The columns with widths in characters."""
_NOBODY = {MISSING_SHEET: "应报的材料已全部报齐，没有未报单位。", OVERDUE_SHEET: "没有逾期未报的单位。"}
_LAST, _PRINTED = len(_COLUMNS) - 1, len(_COLUMNS) - 3
_HEADER_ROW, _FIRST_ROW, _ROW_HEIGHT = 4, 5, 20.0


def branch_missing_workbook(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """An .xlsx: 下级 where there is any, 未报名单 of the units that are listed here and, once the deadline is past,
    逾期名单, most overdue first. Holds the roster's names and contacts and our own words only."""
    buffer, book = new_book(summary.as_of)
    if summary.below:
        _write_below(book, summary, form, campaign)
    if summary.missing or not summary.below:
        steps = Steps(summary, campaign)
        lines = [
            line
            for _, owed in groupby(summary.missing, key=lambda one: one.code)
            for line in _lines(list(owed), steps, summary, campaign)
        ]
        _write_list(book, MISSING_SHEET, lines, summary, form, campaign)
        late = [line for line in lines if is_overdue(line[0], summary, campaign)]
        if campaign.is_late(summary.as_of):
            late.sort(key=lambda line: -line[0].days_overdue)
            _write_list(book, OVERDUE_SHEET, late, summary, form, campaign)
    book.close()
    return buffer.getvalue()


def _write_below(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """A line a node right below this one; its units are named in its own list."""
    listing = Listing(book, BELOW_SHEET, [width for _, width in _BELOW])
    listing.standing(standing_line(summary, campaign))
    listing.title(f"{campaign.title}双拥工作各下级未报情况{_whose(summary)}")
    listing.about(counts_line(summary, campaign))
    listing.about(times_line(summary, form, campaign))
    listing.header([name for name, _ in _BELOW])
    for branch in summary.below:
        owed = (branch.expected, branch.accepted, branch.missing_pairs, branch.overdue)
        listing.row((branch.name, *owed, f"下级/{branch.folder}"))
    listing.finish()


def _lines(
    owed: Sequence[Missing], steps: Steps, summary: Summary, campaign: Campaign
) -> list[tuple[Missing, list[Cell]]]:
    """Of one unit: a line a pair; its text stands in the first."""
    contacts = {one.code: one for one in summary.contacts} if summary.contacts else {}
    contact = contacts.get(owed[0].code)
    said = f"{campaign.local(contact.contacted_at):%Y-%m-%d} {CONTACTS[contact.how]}" if contact else "没有"
    once: list[Cell] = [steps.of(owed), reminding_text(owed, summary, campaign)]
    return [
        (
            one,
            [
                one.unit,
                one.kind,
                one.parent,
                MATERIALS[one.material],
                MISSING_STATES[one.state],
                one.days_overdue if is_overdue(one, summary, campaign) else "未到期",
                _local(one.extended_to, campaign),
                one.contact,
                one.phone,
                said,
                *(once if one is owed[0] else (None, None)),
            ],
        )
        for one in owed
    ]


def _local(at: datetime | None, campaign: Campaign) -> datetime | None:
    """A workbook knows no zones: the office's own clock stands in the cell."""
    return None if at is None else campaign.local(at).replace(tzinfo=None)


def _write_list(
    book: Workbook,
    name: str,
    lines: Sequence[tuple[Missing, list[Cell]]],
    summary: Summary,
    form: Form,
    campaign: Campaign,
) -> None:
    sheet: LongList = book.add_worksheet(name, LongList)
    style = styled(book, LINE, text_wrap=True)
    title = f"{campaign.title}双拥工作{name}{_whose(summary)}"
    write_over(sheet, (0, 0), (0, _PRINTED), standing_line(summary, campaign), styled(book, STANDING))
    write_over(sheet, (1, 0), (1, _PRINTED), title, styled(book, TITLE))
    write_over(sheet, (2, 0), (2, _PRINTED), counts_line(summary, campaign), style)
    write_over(sheet, (3, 0), (3, _PRINTED), times_line(summary, form, campaign), style)
    header = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (caption, width) in enumerate(_COLUMNS):
        sheet.write_string(_HEADER_ROW, at, caption, header)
        sheet.set_column(at, at, width)
    for row, height in ((0, 20), (1, 40), (2, 34), (3, 24), (_HEADER_ROW, 26)):
        sheet.set_row(row, height)
    text = styled(book, TEXT, align="center", text_wrap=False, num_format='0;;"当天"')
    time = styled(book, TEXT, align="center", num_format="yyyy-mm-dd hh:mm")
    formats = [time if caption == "延期至" else text for caption, _ in _COLUMNS]
    sheet.end_in(
        _FIRST_ROW, _ROW_HEIGHT, formats, [[number, *line] for number, (_, line) in enumerate(lines, 1)]
    )
    bottom = _FIRST_ROW + max(len(lines), 1) - 1
    if not lines:
        write_over(sheet, (_FIRST_ROW, 0), (_FIRST_ROW, _PRINTED), _NOBODY[name], text)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.autofilter(_HEADER_ROW, 0, bottom, _LAST)
    print_on_a4_landscape(sheet, bottom, _PRINTED, pages_tall=0)
    repeat_and_number(sheet, _HEADER_ROW, _HEADER_ROW)
    sheet.hide_gridlines(2)


def _whose(summary: Summary) -> str:
    return f"（{summary.node}）" if summary.node else ""
