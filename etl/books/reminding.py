"""催办: a text ready to paste for each unit that owes something, and who is to be reminded today."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from xlsxwriter import Workbook

from etl.books.listing import Listing
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, day, month_day
from etl.definitions import Campaign
from etl.model import RETURNED_STEP, Missing, Reminded, Summary

REMINDING_SHEET = "催办"
_WIDTHS = (6.0, 24.0, 12.0, 18.0, 20.0, 84.0)
_HEADERS = ("序号", "单位", "联系人", "电话", "今天该催", "可以直接发的话")
_LAST = 1 << 20
"""In the order of steps: behind all that count from the deadline."""


def write_reminding(book: Workbook, summary: Summary, campaign: Campaign) -> None:
    """Add the sheet: a line a unit, in the office's order."""
    listing = Listing(book, REMINDING_SHEET, _WIDTHS)
    listing.standing(standing_line(summary, campaign))
    listing.title(f"{campaign.title}双拥工作{REMINDING_SHEET}")
    units = [list(owed) for _, owed in groupby(summary.missing, key=lambda missing: missing.code)]
    steps = Steps(summary, campaign)
    said = [steps.of(owed) for owed in units]
    listing.about(_about(len(units), sum(map(bool, said)), summary, campaign))
    if summary.years_unknown:
        years = "、".join(map(str, summary.years_unknown))
        listing.about(f"{years} 年的节假日还没有录入，先按周一到周五算工作日。")
    if units:
        listing.header(_HEADERS)
        listing.sheet.repeat_rows(listing.line - 1)
    for number, owed in enumerate(units, 1):
        first = owed[0]
        text = reminding_text(owed, summary, campaign)
        listing.row((number, first.unit, first.contact, first.phone, said[number - 1], text))
    listing.finish()


def reminding_text(owed: Sequence[Missing], summary: Summary, campaign: Campaign) -> str:
    """One unit's: what is missing, what was returned or waits, by when each, and where it goes. What was extended is
    told apart from what was not."""
    to_send = [one for one in owed if one.state != "held"]
    dues = sorted({_due(one, campaign) for one in to_send})
    said = [f"{owed[0].unit}：{campaign.title}双拥工作材料，"]
    if campaign.is_closed(summary.as_of):
        said += [_states(owed), f"本期已关账，请先联系{campaign.office}。"]
    elif len(dues) <= 1:
        said.append(_states(owed))
        said += [f"{_by_when(due, summary, campaign)}放进共享文件夹的“收件箱”。" for due in dues]
    else:
        said.append(_states([one for one in owed if one.state == "held"]))
        for due in dues:
            theirs = _states([one for one in to_send if _due(one, campaign) == due])
            said.append(f"{theirs}{_by_when(due, summary, campaign)}报送。")
        said.append("都放进共享文件夹的“收件箱”。")
    return "".join(said) + "如已报送，请以回执为准。"


def _due(missing: Missing, campaign: Campaign) -> datetime:
    return missing.extended_to or campaign.deadline


def _states(owed: Sequence[Missing]) -> str:
    """统计表还没有收到；工作总结已退回，请按回执里的修改清单改正后重报；"""
    by_state = groupby(sorted(owed, key=lambda one: one.state), key=lambda one: one.state)
    return "".join(
        f"{'、'.join(MATERIALS[one.material] for one in group)}{_STATES[state]}；"
        for state, group in by_state
    )


def _by_when(due: datetime, summary: Summary, campaign: Campaign) -> str:
    if summary.as_of > due:
        return f"截止时间（{month_day(campaign, due)}）已过，请尽快"
    return f"请于{month_day(campaign, due)}前"


_STATES = {
    "never_sent": "还没有收到",
    "returned": "已退回，请按回执里的修改清单改正后重报",
    "held": "已收到，正由双拥办认领，请留意电话",
}


def _about(units: int, today: int, summary: Summary, campaign: Campaign) -> str:
    if not units:
        return "应报的材料已全部报齐，不用催。"
    if campaign.is_closed(summary.as_of):
        return f"还差材料的 {units} 个单位。本期已经关账，不再催办。"
    said = f"该催 {today} 个单位" if today else "没有到催办日的单位"
    return f"还差材料的 {units} 个单位；{day(campaign, summary.as_of)}{said}。催办日在 reminders.toml 里定，数的是工作日。"


def reminded_today(summary: Summary, campaign: Campaign) -> tuple[Reminded, ...]:
    """Who was reminded on the day of the summary, by the campaign's clock: also of a step whose own day was missed."""
    today = campaign.local(summary.as_of).date()
    return tuple(one for one in summary.reminded if campaign.local(one.reminded_at).date() == today)


class Steps:
    """The steps that are today's: whose day it is, and of which was reminded today. None after closing."""

    def __init__(self, summary: Summary, campaign: Campaign) -> None:
        self._over = campaign.is_closed(summary.as_of)
        self._told: dict[str, set[str]] = defaultdict(set)
        self._made_up: dict[str, set[str]] = defaultdict(set)
        for one in reminded_today(summary, campaign):
            (self._made_up if one.made_up else self._told)[one.code].add(one.step)

    def of(self, owed: Sequence[Missing]) -> str:
        """Of one unit, in words; "" on a day that is none. What waits for the office itself is not reminded."""
        owed = [one for one in owed if one.state != "held"]
        if not owed or self._over:
            return ""
        code = owed[0].code
        own = {str(one.step) for one in owed if one.step is not None} | self._told.get(code, set())
        made_up = self._made_up.get(code, set()) - own
        return in_words(own | made_up, made_up)


def in_words(steps: Collection[str], made_up: Collection[str] = ()) -> str:
    """Steps of the ladder (`Reminded.step`), each once and in its order: 逾期第 1 个工作日、退回后没有重报. Of those that
    are `made_up` it says so."""
    in_order = sorted(steps, key=lambda step: _LAST if step == RETURNED_STEP else int(step))
    return "、".join(_of_step(step) + ("（补催）" if step in made_up else "") for step in in_order)


def _of_step(step: str) -> str:
    return "退回后没有重报" if step == RETURNED_STEP else _of_deadline(int(step))


def _of_deadline(number: int) -> str:
    if number == 0:
        return "截止当天"
    return f"截止前第 {-number} 个工作日" if number < 0 else f"逾期第 {number} 个工作日"
