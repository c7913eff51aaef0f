"""`returns status`: where every open campaign stands, and what waits for a person."""

import click

from etl.books.words import DECISIONS, MATERIALS
from etl.errors import Unavailable
from etl.masking import shown
from etl.model import Summary, receipt_number
from etl.office import Office
from etl.pipeline import open_campaigns
from etl.stages.summarise import summarise
from etl.terminal import bad, heading, table
from etl.warehouse import catalogue
from etl.warehouse.questions import ask

_WHY_AT_MOST = 1_000


def show_status(office: Office) -> None:
    """Print it; an unmounted share is said, and does not keep the rest from being shown."""
    campaigns = open_campaigns(office)
    if not campaigns:
        click.echo("还没有开始任何一期。请运行：returns open <期次>")
    for campaign in campaigns:
        _show_campaign(campaign, office)
    _show_inbox(office)


def _show_campaign(campaign_id: str, office: Office) -> None:
    campaign, _ = office.opened(campaign_id)
    with office.warehouse.reading() as connection:
        last = catalogue.last_run_at(connection, campaign_id)
    summary = summarise(campaign_id, max(office.now(), last or office.now()), office)
    heading(f"{campaign.title}（{campaign.id}）")
    ran = campaign.local(last).isoformat(timespec="minutes") if last else "还没有"
    click.echo(f"截止 {campaign.local(campaign.deadline).isoformat(timespec='minutes')}，上次运行 {ran}")
    lines = [
        (line.kind, MATERIALS[line.material], line.expected, line.accepted, line.on_time, line.voluntary)
        for line in summary.coverage
    ]
    table(("类别", "材料", "应报", "已报", "按时", "自愿"), lines)
    if summary.held:
        _show_held(summary)


def _show_held(summary: Summary) -> None:
    """The claim list."""
    lines = [(one.receipt, one.file, one.unit, one.why, "、".join(one.near)) for one in summary.held]
    click.echo(f"待认领 {len(lines)} 件（认领用：returns claim 回执号 单位）：")
    table(("回执号", "文件", "单位", "原因", "名称相近的单位"), lines)


def show_decisions(campaign_id: str, office: Office) -> None:
    """Print the audit trail of a campaign, oldest first."""
    campaign, _ = office.opened(campaign_id)
    with office.warehouse.reading() as connection:
        rows = ask(connection, "decisions", campaign=campaign_id)
    lines = [
        (
            campaign.local(row["decided_at"]).isoformat(timespec="seconds"),
            DECISIONS[row["kind"]],
            receipt_number(campaign_id, row["submission_id"]) if row["submission_id"] else "",
            shown(row["file"] or "", _WHY_AT_MOST),
            row["unit"],
            campaign.local(row["until_at"]).isoformat(timespec="minutes") if row["until_at"] else "",
            shown(row["by_whom"]),
            shown(row["why"], _WHY_AT_MOST),
        )
        for row in rows
    ]
    table(("时间", "决定", "回执号", "文件", "单位", "到什么时候", "谁", "为什么"), lines)


def _show_inbox(office: Office) -> None:
    try:
        view = office.share.look(office.limits.never_opened_bytes)
    except Unavailable as why:
        bad(str(why))
        return
    click.echo(f"收件箱里有 {len(view.files)} 个文件等着收")
    if view.left_alone:
        click.echo("不打开、留在原处的：")
        table(("文件", "原因"), [(shown(left.file, _WHY_AT_MOST), left.why) for left in view.left_alone])
