"""The missing list (未报名单) and, after the deadline, the overdue list (逾期名单)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from etl.books.reminding import write_reminding
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
from etl.books.words import CONTACTS, MATERIALS, MISSING_STATES, moment, zone
from etl.definitions import Campaign, Form
from etl.model import Missing, Summary

MISSING_SHEET = "未报名单"
OVERDUE_SHEET = "逾期名单"

_STANDING_ROW, _TITLE_ROW, _COUNT_ROW, _AS_OF_ROW, _HEADER_ROW, _FIRST_ROW = range(6)
_HEADERS = (
    ("序号", 6.0), ("单位", 26.0), ("类别", 11.0), ("上级", 10.0), ("材料", 11.0), ("状态", 13.0),
    ("逾期天数", 10.0), ("延期至", 17.0), ("联系人", 12.0), ("电话", 18.0),
    ("最近联系", 17.0),
)  # fmt: skip
"""The columns with widths in characters."""
_LAST = len(_HEADERS) - 1


def missing_workbook(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """An .xlsx: 未报名单 by kind, once the deadline is past 逾期名单, most overdue first, and 催办.

    Holds the roster's names and contacts and our own words only; equal values give equal bytes.
    """
    buffer, book = new_book(summary.as_of)
    _write_missing(book, summary, form, campaign)
    if campaign.is_late(summary.as_of):
        _write_overdue(book, summary, form, campaign)
    write_reminding(book, summary, campaign)
    book.close()
    return buffer.getvalue()


def is_overdue(missing: Missing, summary: Summary, campaign: Campaign) -> bool:
    """Past its own deadline, which an extension may have moved."""
    return summary.as_of > (missing.extended_to or campaign.deadline)


def _write_missing(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    sheet = book.add_worksheet(MISSING_SHEET)
    _write_top(
        book,
        sheet,
        MISSING_SHEET,
        (standing_line(summary, campaign), counts_line(summary, campaign)),
        times_line(summary, form, campaign),
        campaign,
    )
    if not summary.missing:
        _write_nobody(book, sheet, "应报的材料已全部报齐，没有未报单位。")
        return
    banner = styled(book, TEXT, indent=1, bold=True, bg_color="#FAF6EE")
    rows = _Rows(book, sheet, summary, campaign)
    line, number = _FIRST_ROW, 0
    for kind, members in groupby(_by_kind(summary), key=lambda missing: missing.kind):
        owed = list(members)
        write_over(sheet, (line, 0), (line, _LAST), f"{kind}：{_units_and_pairs(owed)}", banner)
        sheet.set_row(line, 22)
        for missing in owed:
            line, number = line + 1, number + 1
            rows.write(line, number, missing)
        line += 1
    _finish(sheet, line - 1)


def _write_overdue(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    sheet = book.add_worksheet(OVERDUE_SHEET)
    overdue = [missing for missing in summary.missing if is_overdue(missing, summary, campaign)]
    counts = f"逾期 {_units_and_pairs(overdue)}，按逾期天数从多到少排列。" if overdue else "逾期 0 份。"
    told = (standing_line(summary, campaign), counts)
    _write_top(book, sheet, OVERDUE_SHEET, told, times_line(summary, form, campaign), campaign)
    if not overdue:
        _write_nobody(book, sheet, "没有逾期未报的单位。")
        return
    rows = _Rows(book, sheet, summary, campaign)
    for number, missing in enumerate(sorted(overdue, key=lambda owed: -owed.days_overdue), 1):
        rows.write(_FIRST_ROW + number - 1, number, missing)
    _finish(sheet, _FIRST_ROW + len(overdue) - 1)


def _write_top(
    book: Workbook, sheet: Worksheet, name: str, told: tuple[str, str], times: str, campaign: Campaign
) -> None:
    """Standing, title, counts, as-of and deadline in words, and the header with its widths."""
    standing, counts = told
    write_over(sheet, (_STANDING_ROW, 0), (_STANDING_ROW, _LAST), standing, styled(book, STANDING))
    write_over(
        sheet, (_TITLE_ROW, 0), (_TITLE_ROW, _LAST), f"{campaign.title}双拥工作{name}", styled(book, TITLE)
    )
    write_over(sheet, (_COUNT_ROW, 0), (_COUNT_ROW, _LAST), counts, styled(book, LINE, text_wrap=True))
    write_over(sheet, (_AS_OF_ROW, 0), (_AS_OF_ROW, _LAST), times, styled(book, LINE))
    header = styled(book, HEADER, bg_color="#F2F2F2")
    for at, (caption, width) in enumerate(_HEADERS):
        sheet.write_string(_HEADER_ROW, at, caption, header)
        sheet.set_column(at, at, width)
    for row, height in (
        (_STANDING_ROW, 20),
        (_TITLE_ROW, 40),
        (_COUNT_ROW, 34),
        (_AS_OF_ROW, 24),
        (_HEADER_ROW, 26),
    ):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)


def _write_nobody(book: Workbook, sheet: Worksheet, said: str) -> None:
    style = styled(book, TEXT, align="center", font_size=14, font_color="#1D7A43")
    write_over(sheet, (_FIRST_ROW, 0), (_FIRST_ROW, _LAST), said, style)
    sheet.set_row(_FIRST_ROW, 60)
    print_on_a4_landscape(sheet, _FIRST_ROW, _LAST)


def _finish(sheet: Worksheet, bottom: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.autofilter(_HEADER_ROW, 0, bottom, _LAST)
    print_on_a4_landscape(sheet, bottom, _LAST, pages_tall=0)
    repeat_and_number(sheet, _HEADER_ROW, _HEADER_ROW)


def counts_line(summary: Summary, campaign: Campaign) -> str:
    """未报 16 份（从未报送 10 份 …）；镇街 7 个单位 10 份 …: by state, by kind, and how many are overdue. The states
    are told where all that is missing is listed here."""
    told = bool(summary.missing) and not summary.below
    states = f"（{by_state(summary.missing)}）" if told else ""
    said = [f"未报 {summary.missing_pairs} 份{states}"]
    for kind, members in groupby(_by_kind(summary), key=lambda missing: missing.kind):
        said.append(f"{kind} {_units_and_pairs(list(members))}")
    overdue = sum(is_overdue(missing, summary, campaign) for missing in summary.missing)
    overdue += sum(branch.overdue for branch in summary.below)
    return "；".join(said) + (f"。其中已逾期 {overdue} 份。" if overdue else "。")


def by_state(owed: Sequence[Missing]) -> str:
    """从未报送 2 份，已退回未改 1 份; none of which there is no pair."""
    states = [missing.state for missing in owed]
    return "，".join(
        f"{word} {states.count(state)} 份" for state, word in MISSING_STATES.items() if state in states
    )


def times_line(summary: Summary, form: Form, campaign: Campaign) -> str:
    """When this was true, until when was to be reported, and which form 统计表 means."""
    return (
        f"统计到：{moment(campaign, summary.as_of)}；截止时间：{moment(campaign, campaign.deadline)}"
        f"（{zone(campaign)}）。统计表：《{form.title_of(campaign.year, campaign.festival)}》。"
    )


def _by_kind(summary: Summary) -> list[Missing]:
    """The missing pairs with kinds together, kinds and units in the order they came."""
    kinds = list(dict.fromkeys(missing.kind for missing in summary.missing))
    return sorted(summary.missing, key=lambda missing: kinds.index(missing.kind))


def _units_and_pairs(owed: Sequence[Missing]) -> str:
    return f"{len({missing.code for missing in owed})} 个单位 {len(owed)} 份"


class _Rows:
    """Writes one missing pair; the formats are made once."""

    def __init__(self, book: Workbook, sheet: Worksheet, summary: Summary, campaign: Campaign) -> None:
        self.sheet, self.summary, self.campaign = sheet, summary, campaign
        self.left = styled(book, TEXT, indent=1)
        self.centred = styled(book, TEXT, align="center")
        self.faint = styled(book, TEXT, align="center", font_color="#8A8A8A")
        self.days = styled(
            book, TEXT, align="center", font_color="#B3261E", bold=True, num_format='0;;"当天"'
        )
        self.time = styled(book, TEXT, align="center", num_format="yyyy-mm-dd hh:mm")
        self.contacts = {one.code: one for one in summary.contacts}

    def write(self, line: int, number: int, missing: Missing) -> None:
        self.sheet.set_row(line, 20)
        self.sheet.write_number(line, 0, number, self.centred)
        self.sheet.write_string(line, 1, missing.unit, self.left)
        said = (missing.kind, missing.parent, MATERIALS[missing.material], MISSING_STATES[missing.state])
        for at, text in enumerate(said, 2):
            self.sheet.write_string(line, at, text, self.centred)
        self._write_days(line, 6, missing)
        self._write_time(line, 7, missing.extended_to)
        self.sheet.write_string(line, 8, missing.contact, self.centred)
        self.sheet.write_string(line, 9, missing.phone, self.centred)
        self._write_contact(line, 10, missing.code)

    def _write_days(self, line: int, at: int, missing: Missing) -> None:
        if is_overdue(missing, self.summary, self.campaign):
            self.sheet.write_number(line, at, missing.days_overdue, self.days)
        else:
            self.sheet.write_string(line, at, "未到期", self.faint)

    def _write_contact(self, line: int, at: int, code: str) -> None:
        """The day, and whether it was a reminder (催办) or something that a person noted."""
        contact = self.contacts.get(code)
        if contact is None:
            self.sheet.write_string(line, at, "没有", self.faint)
            return
        day = self.campaign.local(contact.contacted_at)
        self.sheet.write_string(line, at, f"{day:%Y-%m-%d} {CONTACTS[contact.how]}", self.centred)

    def _write_time(self, line: int, at: int, moment_utc: datetime | None) -> None:
        if moment_utc is None:
            self.sheet.write_blank(line, at, None, self.time)
        else:
            # a workbook knows no zones: the office's own clock stands in the cell
            self.sheet.write_datetime(
                line, at, self.campaign.local(moment_utc).replace(tzinfo=None), self.time
            )
