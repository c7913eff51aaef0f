"""The commands by which a person decides or brings something in. Nothing heavy is imported for --help."""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.terminal import ISO, VERDICTS, end_said, moment_said

if TYPE_CHECKING:
    from etl.decide import Decided

_Command = Callable[..., Any]
_BY = click.option("--by", default=getpass.getuser, show_default="登录名", help="谁决定、谁经手的")
_AT = click.option("--at", help=f"代替现在的时间，{ISO}")


def _why(default: str | None = None) -> Callable[[_Command], _Command]:
    return click.option("--why", default=default, required=default is None, show_default=True, help="为什么")


@click.command()
@click.argument("file")
@click.argument("unit")
@_BY
@_why("经核实，是该单位报送的")
@click.option("--remember", is_flag=True, help="记住表上填报单位的写法，以后照认")
@_AT
def claim(file: str, unit: str, by: str, why: str, remember: bool, at: str | None) -> None:
    """认领一个文件：FILE 写回执号、收件箱里的路径或文件名，UNIT 写单位的名称、别名或代码。"""
    from etl.decide import Who
    from etl.decide import claim as claim_file
    from etl.office import open_office

    with open_office() as office:
        moment = moment_said(at) if at else None
        done = claim_file(file, unit, Who(by, why), office, moment, remember)
    _tell(done)
    if done.remembered:
        click.echo(f"已记住：填报单位写“{done.remembered}”的，就是{done.unit}")


@click.command()
@click.argument("file")
@_BY
@_why()
@click.option("--until", help=f"打算到什么时候为止，{ISO}")
@_AT
def accept(file: str, by: str, why: str, until: str | None, at: str | None) -> None:
    """照收一个退回或待认领的文件，尽管有错（豁免）；错误仍记录在案。"""
    from etl.decide import Who
    from etl.decide import accept as accept_file
    from etl.office import open_office

    with open_office() as office:
        end = moment_said(until) if until else None
        _tell(accept_file(file, Who(by, why), office, moment_said(at) if at else None, end))


@click.command()
@click.argument("file")
@_BY
@_why()
@_AT
def reopen(file: str, by: str, why: str, at: str | None) -> None:
    """把一份已收下的文件拿出来重新处理，它先不计入汇总。"""
    from etl.decide import Who
    from etl.decide import reopen as reopen_file
    from etl.office import open_office

    with open_office() as office:
        _tell(reopen_file(file, Who(by, why), office, moment_said(at) if at else None))


@click.command()
@click.argument("campaign")
@click.argument("unit")
@click.option("--until", required=True, help=f"延到什么时候，{ISO}")
@click.option("--material", type=click.Choice(["statistics", "narrative", "stamped"]), help="只延这一种材料")
@_BY
@_why()
def extend(campaign: str, unit: str, until: str, material: str | None, by: str, why: str) -> None:
    """给一个单位延期：只影响从什么时候起算逾期。"""
    from etl.decide import Who
    from etl.decide import extend as extend_deadline
    from etl.model import Material
    from etl.office import open_office

    with open_office() as office:
        only = Material(material) if material else None
        moment = extend_deadline(campaign, unit, end_said(until), Who(by, why), office, only)
    click.echo(f"已延期到 {moment.isoformat()}")


@click.command()
@click.argument("campaign")
@click.argument("unit")
@click.argument("text")
@_BY
def note(campaign: str, unit: str, text: str, by: str) -> None:
    """记一笔：电话怎么说的、答应什么时候报。"""
    from etl.decide import Who
    from etl.decide import note as write_note
    from etl.office import open_office

    with open_office() as office:
        owner = write_note(campaign, unit, Who(by, text), office)
    click.echo(f"已记在{owner.name}名下")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("unit")
@click.option("--at", required=True, help=f"实际收到的时间，{ISO}")
@click.option("--via", required=True, help="怎么送来的：微信、邮件、U 盘……")
@_BY
@click.option("--why", default="", help="说明")
@click.option("--campaign", help="哪一期；只开着一期时不用写")
def receive(file: Path, unit: str, at: str, via: str, by: str, why: str, campaign: str | None) -> None:
    """代收一个从别处送来的文件：实际收到的时间算数，谁经手、怎么送来的都记下。"""
    from etl.bring_in import Brought
    from etl.bring_in import receive as receive_file
    from etl.office import open_office

    with open_office() as office:
        _tell(receive_file(file, unit, Brought(moment_said(at), via, by, why), office, campaign))


@click.command()
@click.argument("unit")
@click.option("--at", required=True, help=f"实际收到的时间，{ISO}")
@click.option("--via", required=True, help="怎么报来的：纸质、电话、一句“我单位无”……")
@_BY
@click.option("--why", default="", help="说明")
@click.option("--nil", is_flag=True, help="零报告：各格都填 0")
@click.option(
    "--cell",
    "cells",
    nargs=3,
    multiple=True,
    metavar="行 列 内容",
    help="一格的内容，行、列写名称或代号；可写多次",
)
@click.option("--campaign", help="哪一期；只开着一期时不用写")
def enter(
    unit: str,
    at: str,
    via: str,
    by: str,
    why: str,
    nil: bool,
    cells: tuple[tuple[str, str, str], ...],
    campaign: str | None,
) -> None:
    """代录一张纸质或口头报来的统计表，照样审核、给回执。"""
    from etl.bring_in import Brought
    from etl.bring_in import enter as enter_form
    from etl.office import open_office

    with open_office() as office:
        _tell(enter_form(unit, cells, nil, Brought(moment_said(at), via, by, why), office, campaign))


@click.command()
@click.argument("campaign")
@_BY
@_why("现在就催")
def remind(campaign: str, by: str, why: str) -> None:
    """现在就催：到了催办日、还没有催过的各催一次，记进催办记录；这里不发邮件。"""
    from etl.decide import Who, remind_now
    from etl.office import open_office

    with open_office() as office:
        done = remind_now(campaign, Who(by, why), office)
    click.echo(f"{done}，见“催办记录”。" if done else "到了催办日的都已经催过。")


@click.command()
@click.argument("campaign")
@_BY
@_why("审批定稿")
@_AT
@click.option("--yes", is_flag=True, help="不再问，直接定稿")
def finalise(campaign: str, by: str, why: str, at: str | None, yes: bool) -> None:
    """审批定稿：先看合计、未报和待说明的，再封存这一版；以后有变化另出更正。"""
    from etl.office import open_office
    from etl.stages.finalise import Approval, request_approval
    from etl.stages.finalise import finalise as finalise_campaign

    with open_office() as office, office.alone():
        asked = request_approval(campaign, office)
        if not yes:
            click.echo(asked.said)
            click.confirm("批准定稿吗？", abort=True)
        moment = office.definitions.campaign(campaign).in_zone(moment_said(at)) if at else office.now()
        seal, files = finalise_campaign(campaign, Approval(by, moment, why, asked.facts), office)
    click.echo(f"已定稿（第 {seal.number} 次），审批人 {seal.by}。")
    for path in files:
        click.echo(f"已发布：{path}")


@click.command()
@click.argument("file")
@click.option("--by", required=True, help="谁决定的")
@_why()
def purge(file: str, by: str, why: str) -> None:
    """销毁一份原件：存档里的字节、读出的文字、回执和标注副本都去掉，台账的一行和数字留下。不能恢复。"""
    from etl.decide import Who
    from etl.office import open_office
    from etl.purge import purge as purge_file

    with open_office() as office:
        done = purge_file(file, Who(by, why), office)
    click.echo(f"{'已销毁' if done.were_there else '原件早已不在存档里'}：{'、'.join(done.receipts)}")
    click.echo("以前的备份里还有它的，也要按规定处理。")


@click.command()
@click.argument("campaign", required=False)
def retention(campaign: str | None) -> None:
    """看各期原件保存到什么时候、哪些到期；写明期次就列出还在存档里的回执号。什么也不删。"""
    from etl.model import receipt_number
    from etl.office import open_office
    from etl.retention import kept
    from etl.terminal import table
    from etl.warehouse.questions import ask

    with open_office() as office:
        if campaign is not None:
            opened, _ = office.opened(campaign)
            with office.warehouse.reading() as connection:
                rows = ask(connection, "kept_of", campaign=campaign)
            lines = [
                (
                    receipt_number(campaign, row["id"]),
                    row["unit"],
                    f"{opened.local(row['received_at']):%Y-%m-%d}",
                )
                for row in rows
            ]
            table(("回执号", "单位", "收到"), lines)
            return
        now = office.now()
        shown = [
            (
                one.title,
                one.submissions,
                f"{one.bytes / 1024**2:.1f}",
                f"{one.until:%Y-%m-%d}",
                "到期" if one.until <= now else "",
            )
            for one in kept(office.warehouse, office.limits, now)
        ]
    table(("期次", "报送件", "MiB", "保存到", "是否到期"), shown)


@click.command()
@click.argument("campaign")
def decisions(campaign: str) -> None:
    """看一期里谁在什么时候决定了什么、为什么（只增不改）。"""
    from etl.office import open_office
    from etl.status import show_decisions

    with open_office() as office:
        show_decisions(campaign, office)


@click.command()
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
def replay(rules: tuple[str, ...]) -> None:
    """试一试规则：在各期存下来的报送件上会碰到几份、举例；什么也不改。"""
    from etl.office import open_office
    from etl.replay import replay as replay_rules
    from etl.terminal import table

    with open_office() as office:
        hits = replay_rules(rules, office)
    rows = [(one.campaign, one.rule, one.looked_at, one.hit, one.accepted) for one in hits]
    table(("期次", "规则", "查了", "碰到", "其中现已收下"), rows)
    examples = [(one.rule, *example) for one in hits for example in one.examples]
    if examples:
        table(("规则", "回执号", "单位", "会这样说"), examples)


@click.command()
@click.argument("campaign")
def recheck(campaign: str) -> None:
    """规则改了以后，把存下来的报送件重新审核一遍；已收下的不会被自动退回。"""
    from etl.office import open_office
    from etl.replay import recheck as recheck_campaign

    with open_office() as office:
        done = recheck_campaign(campaign, office)
    click.echo(
        f"重新审核并更新了 {len(done.judged_anew)} 份{'：' if done.judged_anew else ''}{'、'.join(done.judged_anew)}"
    )
    for number, message in done.for_a_person:
        click.echo(f"{number} 已收下，按现在的规则有错，请由人决定（returns reopen）：{message}")


def _tell(done: "Decided") -> None:
    verdict = VERDICTS[done.verdict] if done.verdict else "属于另一期，等那一期运行时处理"
    click.echo(f"{done.receipt}（{done.file}）{done.unit or '未识别单位'}：{verdict}")
    if done.why_held:
        click.echo(f"还要由人处理：{done.why_held}")
    if done.names:
        click.echo(
            f"留意：文件里写的是{done.names}，已按您说的记在{done.unit}名下。选错了请用 returns reopen 收回，再认领"
        )


COMMANDS = (
    claim,
    accept,
    reopen,
    extend,
    note,
    receive,
    enter,
    remind,
    finalise,
    decisions,
    replay,
    recheck,
    purge,
    retention,
)
