"""The command `returns`: the same stages as the DAGs, at a terminal. Nothing heavy is imported for --help."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands_of_operators import COMMANDS as OF_OPERATORS
from etl.commands_of_people import COMMANDS as OF_PEOPLE
from etl.terminal import ISO, VERDICTS, end_said, moment_said

if TYPE_CHECKING:
    from etl.definitions import Campaign
    from etl.office import Office


_AT_MOST = 4_000
"""Characters of a message; it may quote what a file is called."""


class _Group(click.Group):
    """Tells people's mistakes in one line and keeps tracebacks for our own."""

    def invoke(self, ctx: click.Context) -> object:
        from etl.errors import ReturnsError
        from etl.masking import shown

        try:
            return super().invoke(ctx)
        except ReturnsError as why:
            click.secho(shown(str(why), _AT_MOST), fg="red", err=True)
            ctx.exit(why.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shuangyong-returns")
def main() -> None:
    """双拥报送：收件、审核、汇总、催报。"""
    from etl.journal import set_up

    set_up()


@main.command("open")
@click.argument("campaign")
def open_(campaign: str) -> None:
    """开始一期报送：建好文件夹，给每个单位发空白表。"""
    from etl.office import open_office
    from etl.pipeline import open_campaign

    with open_office() as office:
        report = open_campaign(campaign, office)
    click.echo(f"已开始：{report.units} 个单位的空白表和通用表在 {report.blanks}（新写 {report.written} 份）")
    if report.apart:
        click.echo(f"回执：{report.apart} 个单位的子文件夹只有本单位的账号能看")
    if report.rights_elsewhere:
        click.echo(f"回执：{report.rights_elsewhere}")
    if report.together:
        click.echo(f"这些文件夹设不了权限，别的单位也能看（见 docs/access.md）：{'、'.join(report.together)}")


@main.command()
@click.argument("campaign")
@click.option("--from", "previous", required=True, help="照哪一期的样子")
@click.option("--title", help="新一期的名称，也是文件夹名，如 2022年八一")
@click.option("--festival", help="节日，如 spring、august")
@click.option("--opens", help="开始的时间")
@click.option("--deadline", help="截止的时间；只写日期就到那天结束")
@click.option("--closes", help="关账的时间；只写日期就到那天结束")
def new(campaign: str, previous: str, **said: str | None) -> None:
    """照上一期新建一期：写好配置，说明花名册的变化；日期没有给就逐个问。"""
    from etl.definitions import load_definitions
    from etl.new_campaign import NewDates, roster_change, write_campaign
    from etl.settings import load_settings

    config = load_settings().config
    known = load_definitions(config)
    last = known.campaign(previous)
    festivals = known.form_of(last).festivals
    festival = said["festival"] or click.prompt("节日", type=click.Choice(list(festivals)))
    opens, deadline, closes = (
        last.in_zone(understood(said[key] or click.prompt(f"{name}（{ISO}）")))
        for key, name, understood in (
            ("opens", "开始时间", moment_said),
            ("deadline", "截止时间", end_said),
            ("closes", "关账时间", end_said),
        )
    )
    default = f"{deadline.year}年{'、'.join(festivals[festival].says[:1])}" if festival in festivals else ""
    title = said["title"] or click.prompt("名称", default=default)
    dates = NewDates(title, deadline.year, festival, opens, deadline, closes)
    path = write_campaign(campaign, last, dates, config, known)
    click.echo(f"已写好 {path}")
    change = roster_change(known, last.deadline_date, last.local(deadline).date())
    for name, lines in (("新增单位", change.added), ("撤销单位", change.gone)):
        for line in lines:
            click.echo(f"{name}：{line}")
    if not change:
        click.echo("花名册与上期相同。")
    click.echo(f"核对后请运行：returns open {campaign}")


@main.command()
@click.argument("campaign")
@click.option("--at", help=f"代替现在的时间，{ISO}")
def run(campaign: str, at: str | None) -> None:
    """完整跑一遍：收件、读表、审核、入库、回执、汇总、发布。"""
    from etl.office import open_office
    from etl.pipeline import run_campaign
    from etl.terminal import progress

    with open_office() as office:
        moment = _moment(at, office.definitions.campaign(campaign)) if at else None
        with progress() as stage:
            report = run_campaign(campaign, office, moment, stage)
    counts = "，".join(f"{VERDICTS[verdict]} {n}" for verdict, n in sorted(report.verdicts.items()))
    click.echo(f"新文件：{counts or '没有'}")
    summary = report.summary
    click.echo(
        f"应报 {summary.expected}，已报 {summary.accepted}，按时 {summary.on_time}，缺 {len(summary.missing)}"
    )
    for name in report.published:
        click.echo(f"已发布：{office.share.shown(name)}")
    for page in report.data_docs:
        click.echo(f"Data Docs（给数据工程师看，填报人用不着）：{office.data_docs.shown(page)}")


@main.command()
@click.argument("campaign")
@click.option("--at", help=f"到什么时候为止收到的，{ISO}")
def export(campaign: str, at: str | None) -> None:
    """把一期的全部情况输出成一个 JSON（格式见 docs/export.schema.json）。"""
    import json

    from etl.export import export as export_campaign
    from etl.office import open_office

    with open_office() as office:
        said = export_campaign(campaign, _as_of(at, campaign, office), office)
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


@main.command()
def status() -> None:
    """看各期报到什么程度，哪些文件要人来看。"""
    from etl.office import open_office
    from etl.status import show_status

    with open_office() as office:
        show_status(office)


@main.command()
@click.argument("campaign")
@click.argument("row")
@click.argument("column")
@click.option("--at", help=f"到什么时候为止收到的，{ISO}")
def trace(campaign: str, row: str, column: str, at: str | None) -> None:
    """查一个汇总数是由哪些文件的哪些格加起来的（行、列可写名称或代号）。"""
    from etl.masking import shown
    from etl.office import open_office
    from etl.terminal import table
    from etl.trace import trace as trace_number

    with open_office() as office:
        parts = trace_number(campaign, row, column, _as_of(at, campaign, office), office)
    lines = [
        (
            p.unit,
            p.value,
            shown(p.typed or ""),
            shown(p.file),
            shown(p.sheet or ""),
            p.cell,
            p.receipt,
            p.row,
            p.column,
        )
        for p in parts
    ]
    table(("单位", "数值", "填写内容", "文件", "表", "单元格", "回执号", "对象", "栏目"), lines)
    click.echo(f"合计\t{sum(p.value for p in parts)}")


@main.command()
@click.argument("campaign")
@click.argument("row")
@click.argument("column")
@click.argument("unit", required=False)
@click.option("--at", help=f"到什么时候为止收到的，{ISO}")
@click.option("--to", type=click.Path(path_type=Path), help="写到哪里；不写就在当前文件夹里起名")
def evidence(campaign: str, row: str, column: str, unit: str | None, at: str | None, to: Path | None) -> None:
    """把一个汇总数（或其中一个单位的数）的证据打成一个 zip：原件、盖章件、回执、意见、决定、审批。"""
    from etl.evidence import pack_evidence
    from etl.office import open_office

    with open_office() as office:
        as_of = _as_of(at, campaign, office)
        path = pack_evidence(campaign, (row, column), unit, as_of, office, to)
    click.echo(f"证据在 {path}。里面是单位的原件，未经隐去号码，请按内部资料保管。")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--campaign", default="2022-spring", show_default=True, help="为哪一期")
@click.option("--seed", default=2022, show_default=True, help="随机种子：同一个种子写出同样的文件")
def sample(folder: Path, campaign: str, seed: int) -> None:
    """写一套像真的一样的样例：三批文件和 truth.json。"""
    from etl.definitions import load_definitions
    from etl.sample import write_sample
    from etl.settings import load_settings

    known = load_definitions(load_settings().config)
    chosen = known.campaign(campaign)
    write_sample(folder, chosen, known.form_of(chosen), known.roster, seed)
    click.echo(f"样例写在 {folder}")


@main.command("load-history")
@click.argument("campaign")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load_history(campaign: str, folder: Path) -> None:
    """读入往年的表，只用来与本期比较：不计数，不汇总，不发布。"""
    from etl.masking import masked
    from etl.office import open_office
    from etl.stages.load_history import load_history as load
    from etl.terminal import table

    with open_office() as office:
        report = load(campaign, folder, office)
    click.echo(f"已读入 {campaign} 的表：{report.units} 个单位，只用来比较。")
    if report.unused:
        click.echo(f"没有用上的文件 {len(report.unused)} 个：")
        table(("文件", "原因"), [(masked(file), why) for file, why in report.unused])


@main.command()
def doctor() -> None:
    """检查设置、共享文件夹、存档、数据库、磁盘、时钟和 Airflow，说明要做什么；只看不改。"""
    from etl.doctor import examine

    if not examine():
        sys.exit(1)


for command in (*OF_PEOPLE, *OF_OPERATORS):
    main.add_command(command)


def _as_of(at: str | None, campaign: str, office: "Office") -> datetime:
    return _moment(at, office.definitions.campaign(campaign)) if at else office.now()


def _moment(text: str, campaign: "Campaign") -> datetime:
    """An ISO moment; without a zone it is the campaign's own time."""
    return campaign.in_zone(moment_said(text))


if __name__ == "__main__":
    main()
