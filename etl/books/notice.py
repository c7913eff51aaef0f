"""催报通知: the letter in official style that asks for what is still owed, ready for its number and seal."""

from etl.books.missing import by_state, is_overdue
from etl.books.official import OfficialDocument
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, MISSING_STATES, day, moment
from etl.definitions import Campaign, Form
from etl.model import Missing, Summary

_ON_THE_PAGE = 5
"""Lines of the table that fit under the letter; a longer list is its annex."""
_ANNEX = "未报材料单位名单"
_HEADERS = ("序号", "单位", "类别", "材料", "状态", "逾期", "联系人")
_WIDTHS = (12.0, 46.0, 21.0, 20.0, 25.0, 15.0, 17.0)
_EXTENDED_AT = 6
"""Where the column 延期至 stands, if any unit was granted one."""
_WIDTHS_EXTENDED = (10.0, 44.0, 18.0, 17.0, 21.0, 13.0, 17.0, 16.0)


def notice(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """A .docx of one page, and the list as its annex where it is long. No telephone number: it goes to all."""
    page = OfficialDocument()
    page.standing(standing_line(summary, campaign))
    page.title(f"关于催报{campaign.title}双拥工作材料的通知")
    page.centred(f"　　〔{campaign.local(summary.as_of).year}〕　　号")
    page.blank()
    page.to("各有关单位：")
    for text in _body(summary, form, campaign):
        page.text(text)
    header, lines, widths = _table(summary, campaign)
    beside = 0 < len(lines) <= _ON_THE_PAGE
    if beside:
        page.table(header, lines, widths)
    elif lines:
        page.annex_named(_ANNEX)
    page.blank()
    page.signed(campaign.office, day(campaign, summary.as_of))
    if lines and not beside:
        page.annex(_ANNEX)
        page.table(header, lines, widths)
    return page.content(campaign.office, summary.as_of)


def _body(summary: Summary, form: Form, campaign: Campaign) -> list[str]:
    until = moment(campaign, campaign.deadline)
    titled = form.title_of(campaign.year, campaign.festival)
    asked = f"按照{campaign.title}双拥工作通知要求，各单位应于 {until} 前报送有关材料，"
    asked += f"其中统计表为《{titled}》。"
    counts = (
        f"截至 {moment(campaign, summary.as_of)}，应报 {summary.expected} 份，已报 {summary.accepted} 份，"
    )
    if not summary.missing_pairs:
        return [asked, f"{counts}已全部报齐，感谢各单位支持。"]
    owed = list(summary.missing)
    late = sum(is_overdue(missing, summary, campaign) for missing in owed)
    late += sum(branch.overdue for branch in summary.below)
    units = len({missing.code for missing in owed})
    said = f"{counts}尚有 {units} 个单位 {len(owed)} 份未报（{by_state(owed)}）"
    if summary.below:  # single units are named in the lists of the nodes below
        said = f"{counts}尚有 {summary.missing_pairs} 份未报"
    said += f"，其中 {late} 份已经逾期。" if late else "。"
    return [asked, said, _ask(bool(late), summary, campaign)]


def _ask(late: bool, summary: Summary, campaign: Campaign) -> str:
    if campaign.is_closed(summary.as_of):  # what still comes waits for a person, whatever was granted
        closed = f"本期已于 {moment(campaign, campaign.closes)} 关账，此后报来的材料不再自动计入汇总。"
        return f"{closed}仍未报齐的单位（含已退回未改的），请先联系{campaign.office}，再按要求补报。"
    until = moment(campaign, campaign.deadline)
    ask = "请未报单位抓紧报送，逾期的请立即报送；" if late else f"请未报单位抓紧，务必于 {until} 前报送；"
    ask += "已退回的，请按回执中的修改清单改正后重报；确实没有相关工作的，也请报一份各项为 0 的统计表。"
    return ask + "已经批准延期的，以批准的时间为准。"


def _table(
    summary: Summary, campaign: Campaign
) -> tuple[tuple[str, ...], list[tuple[str, ...]], tuple[float, ...]]:
    """Header, lines and widths; with 延期至 only where that says anything."""
    lines = _lines(summary, campaign)
    if any(line[_EXTENDED_AT] for line in lines):
        return (*_HEADERS[:_EXTENDED_AT], "延期至", *_HEADERS[_EXTENDED_AT:]), lines, _WIDTHS_EXTENDED
    return _HEADERS, [line[:_EXTENDED_AT] + line[_EXTENDED_AT + 1 :] for line in lines], _WIDTHS


def _lines(summary: Summary, campaign: Campaign) -> list[tuple[str, ...]]:
    """By kind in the office's order, numbered through."""
    kinds = list(dict.fromkeys(missing.kind for missing in summary.missing))
    ordered = sorted(summary.missing, key=lambda missing: kinds.index(missing.kind))
    lines: list[tuple[str, ...]] = [
        (
            str(number),
            missing.unit,
            missing.kind,
            MATERIALS[missing.material],
            MISSING_STATES[missing.state],
            _overdue(missing, summary, campaign),
            _extended(missing, campaign),
            missing.contact,
        )
        for number, missing in enumerate(ordered, 1)
    ]
    below: list[tuple[str, ...]] = [
        (str(number), one.name, "下级", f"{one.missing_pairs}份", "未报", f"{one.overdue}份", "", "")
        for number, one in enumerate(summary.below, len(ordered) + 1)
        if one.missing_pairs
    ]
    return lines + below


def _overdue(missing: Missing, summary: Summary, campaign: Campaign) -> str:
    if not is_overdue(missing, summary, campaign):
        return "未到期"
    return f"{missing.days_overdue}天" if missing.days_overdue else "当天"


def _extended(missing: Missing, campaign: Campaign) -> str:
    """2月20日, with the hour where that is not the end of the day; "" where nobody granted anything."""
    if missing.extended_to is None:
        return ""
    until = campaign.local(missing.extended_to)
    date = f"{until.month}月{until.day}日"
    return date if (until.hour, until.minute) == (23, 59) else f"{date}{until:%H:%M}"
