"""报送情况通报: what may go to every unit: how many reported, by kind, and the district's totals. No single
unit's figures, no names, no free text."""

from etl.books.amounts import amount, in_unit
from etl.books.official import OfficialDocument
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, day, moment
from etl.definitions import Campaign, Form
from etl.model import Summary

_REPORTED = ("类别", "材料", "应报", "已报", "按时报", "报送率")
_REPORTED_WIDTHS = (36.0, 30.0, 22.0, 22.0, 22.0, 24.0)
_TEXT_WIDTH, _LABEL_WIDTH = 156.0, 27.0
"""Millimetres between the margins, and of the column that names a row."""


def circular(summary: Summary, form: Form, campaign: Campaign) -> bytes:
    """A .docx in official style, its number left blank."""
    page = OfficialDocument()
    page.standing(standing_line(summary, campaign))
    page.title(f"关于{campaign.title}双拥工作报送情况的通报")
    page.centred(f"　　〔{campaign.local(summary.as_of).year}〕　　号")
    page.to("各填报单位：")
    page.text(_said(summary, campaign))
    page.table(_REPORTED, _reported(summary), _REPORTED_WIDTHS)
    page.text("全区走访慰问情况汇总如下：")
    others = (_TEXT_WIDTH - _LABEL_WIDTH) / len(form.figure_columns)
    names = [
        f"{form.short_label(column).replace('情况·', '·')}（{column.unit}）" for column in form.figure_columns
    ]
    page.table(("对象", *names), _totals(summary, form), (_LABEL_WIDTH, *[others] * len(names)))
    page.signed(campaign.office, day(campaign, summary.as_of))
    return page.content(campaign.office, summary.as_of)


def _said(summary: Summary, campaign: Campaign) -> str:
    said = f"截至{moment(campaign, summary.as_of)}，应报材料{summary.expected}份，已报{summary.accepted}份"
    until = moment(campaign, campaign.deadline)
    return f"{said}，其中按时{summary.on_time}份。截止时间为{until}。{_ask(summary, campaign)}"


def _ask(summary: Summary, campaign: Campaign) -> str:
    if not summary.missing_pairs:
        return "已全部报齐，感谢各单位支持。"
    if campaign.is_closed(summary.as_of):
        return f"本期已关账，未报齐的单位请先联系{campaign.office}。"
    return "请还没有报齐的单位抓紧报送。"


def _reported(summary: Summary) -> list[tuple[str, ...]]:
    """Only what is owed: of who reports of their own will there may be a single one."""
    return [
        (
            line.kind,
            MATERIALS[line.material],
            str(line.expected),
            str(line.accepted),
            str(line.on_time),
            f"{line.accepted / line.expected:.1%}",
        )
        for line in summary.coverage
        if line.expected
    ]


def _totals(summary: Summary, form: Form) -> list[tuple[str, ...]]:
    return [
        (
            row.label,
            *(
                f"{in_unit(column, amount(form, summary.totals, row, column)):.12g}"
                for column in form.figure_columns
            ),
        )
        for row in form.rows
    ]
