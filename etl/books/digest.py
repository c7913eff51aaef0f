"""催办记录: who was reminded today, of which step and how; for the office, as a workbook and as a mail."""

from collections import defaultdict
from collections.abc import Sequence

from etl.books.listing import Listing
from etl.books.reminding import in_words, reminding_text
from etl.books.standing import standing_line
from etl.books.styles import new_book
from etl.books.words import day, moment, zone
from etl.definitions import Campaign, Form
from etl.model import MAIL_SENT, Missing, Reminded, Summary

DIGEST_SHEET = "催办记录"
_WIDTHS = (6.0, 22.0, 24.0, 32.0, 12.0, 18.0, 76.0)
_HEADERS = ("序号", "单位", "催的是", "邮件", "联系人", "电话", "可以直接发的话")


def digest_workbook(summary: Summary, _form: Form, campaign: Campaign) -> bytes:
    """An .xlsx of one sheet: a line a unit that was reminded on the last day of reminding."""
    buffer, book = new_book(summary.as_of)
    listing = Listing(book, DIGEST_SHEET, _WIDTHS)
    listing.standing(standing_line(summary, campaign))
    listing.title(f"{campaign.title}双拥工作{DIGEST_SHEET}")
    for said in _about(summary, campaign):
        listing.about(said)
    listing.header(_HEADERS)
    listing.sheet.repeat_rows(listing.line - 1)
    for number, (unit, steps, owed) in enumerate(_by_unit(summary), 1):
        first = owed[0] if owed else None
        text = reminding_text(owed, summary, campaign) if owed else "已经报来，不用再催。"
        reached = (first.contact, first.phone) if first else ("", "")
        listing.row((number, unit, steps_in_words(steps), _mail(steps), *reached, text))
    listing.finish()
    book.close()
    return buffer.getvalue()


def digest_text(summary: Summary, campaign: Campaign) -> str:
    """The same in plain text, for one mail to the office."""
    lines = [f"{unit}：{steps_in_words(steps)}；{_mail(steps)}" for unit, steps, _ in _by_unit(summary)]
    return "\n".join(
        [
            standing_line(summary, campaign),
            *_about(summary, campaign),
            "",
            *lines,
            "",
            "可以直接发的话见发布文件夹里的“催办记录”。",
        ]
    )


def steps_in_words(steps: Sequence[Reminded]) -> str:
    """逾期第 1 个工作日、退回后没有重报；（补催）behind a step whose own day had gone by."""
    return in_words({one.step for one in steps}, {one.step for one in steps if one.made_up})


def counted(reminded: Sequence[Reminded]) -> str:
    """催了 63 个单位，其中 2 个没有邮件送达. Whom no mail has reached nobody has reminded yet: where that is all of them,
    the office is told whom it should."""
    unmailed = {one.code for one in reminded if one.outcome != MAIL_SENT}
    units = len({one.code for one in reminded})
    if len(unmailed) == units:
        return f"该催 {units} 个单位，都没有邮件送达"
    return f"催了 {units} 个单位，其中 {len(unmailed)} 个没有邮件送达"


def _about(summary: Summary, campaign: Campaign) -> list[str]:
    reminded = summary.reminded
    when = reminded[0].reminded_at if reminded else summary.as_of
    said = f"{day(campaign, when)}{counted(reminded)}，请电话或微信催。"
    about = [said + f"统计到 {moment(campaign, when)}（{zone(campaign)}）。"]
    if summary.years_unknown:
        years = "、".join(map(str, summary.years_unknown))
        about.append(f"{years} 年的节假日还没有录入，先按周一到周五算工作日。")
    return about


def _by_unit(summary: Summary) -> list[tuple[str, list[Reminded], list[Missing]]]:
    owed, steps = defaultdict(list), defaultdict(list)
    for missing in summary.missing:
        if missing.state != "held":
            owed[missing.code].append(missing)
    for one in summary.reminded:
        steps[one.code].append(one)
    return [(theirs[0].unit, theirs, owed[code]) for code, theirs in steps.items()]


def _mail(steps: Sequence[Reminded]) -> str:
    address = steps[0].email
    return f"{steps[0].outcome}（{address}）" if address else steps[0].outcome
