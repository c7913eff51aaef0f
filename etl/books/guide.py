"""填表说明: how to fill the form, where to drop it and by when, in plain Chinese; all from the definitions."""

from collections.abc import Sequence
from datetime import datetime

from etl.books.words import materials
from etl.definitions import Campaign, Column, Form

_WEEKDAYS = "一二三四五六日"


def guide_lines(form: Form, campaign: Campaign, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of what and how, in reading order, for units of the `kinds`."""
    deadline = campaign.local(campaign.deadline)
    return [
        ("报什么", _what_is_owed(campaign, kinds)),
        ("什么时候报", f"{in_words(deadline)}以前。以文件放进收件箱的时间为准；过了再报，记为逾期。"),
        (
            "报到哪里",
            "填好、保存后，把文件放进共享文件夹的“收件箱”，直接放或放在以本单位命名的子文件夹里都行。",
        ),
        ("怎么填", "只填“统计表”里的空格，不要增删、移动行和列；有公式的格子会自动算好，不用填。"),
        *[(_name(column), column.explain) for column in form.columns if column.explain],
        ("没有的怎么填", "某一项没有，填 0 或“无”；不要写“待定”“约”，不要在数字后面写单位。"),
        ("零报告", "确实没有开展的也要报：各格都填 0 或“无”，就是零报告。一个数字也不填的表会退回。"),
        (
            "报了以后",
            "几分钟后到“回执”文件夹里看本单位的回执。退回的，按回执改好再放一次；以最后收下的一份为准。",
        ),
        ("有问题问谁", campaign.office),
    ]


def in_words(moment: datetime) -> str:
    """A local moment to the minute: 2022年2月10日（星期四）23:59."""
    day = f"{moment.year}年{moment.month}月{moment.day}日（星期{_WEEKDAYS[moment.weekday()]}）"
    return f"{day}{moment:%H:%M}"


def _name(column: Column) -> str:
    unit = f"（{column.unit}）" if column.unit else ""
    return f"{column.group}\n{column.label}{unit}" if column.group else f"{column.label}{unit}"


def _what_is_owed(campaign: Campaign, kinds: Sequence[str]) -> str:
    """What each kind owes; kinds that owe the same are named together."""
    owed: dict[str, list[str]] = {}
    for kind in kinds:
        owed.setdefault(materials(campaign.owes[kind]), []).append(kind)
    if len(owed) == 1:
        return _demand(next(iter(owed)))
    return "\n".join(f"{'、'.join(names)}：{_demand(said)}" for said, names in owed.items())


def _demand(said: str) -> str:
    return f"{said}，各报一份。" if said else "不作要求，自愿报送；报了的计入全区汇总。"
