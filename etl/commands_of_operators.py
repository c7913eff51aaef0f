"""The commands of who looks after the machine. Nothing heavy is imported for --help."""

from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
def backup(folder: Path) -> None:
    """把数据库、原件、配置和口令文件备份到一个新的文件夹；收件这时等着。共享文件夹里的东西不在内。"""
    from etl.backup import back_up
    from etl.office import open_office
    from etl.settings import load_settings

    settings = load_settings()
    with open_office(settings) as office:
        made = back_up(folder.absolute(), settings, office)
    click.echo(f"已备份到 {folder}：{len(made.files)} 个文件，{made.rows['submissions']} 份报送件")


@click.command()
@click.argument("folder", type=_FOLDER)
def restore(folder: Path) -> None:
    """从备份恢复到设置所指的地方。先核对每个文件，再写；已经有东西的地方不动。"""
    from etl.backup import restore as restore_from

    made = restore_from(folder.absolute())
    click.echo(
        f"已恢复 {made.made_at.astimezone():%Y-%m-%d %H:%M} 的备份：{made.rows['submissions']} 份报送件"
    )
    click.echo("请运行 returns doctor，再 returns run 期次。备份以后销毁过的原件，要再销毁一次。")


@click.command()
def migrate() -> None:
    """建表、升级数据库，备好 config/ 里每种表；PostgreSQL 上用属主的账号运行，另两个账号的权限也由它给。"""
    from etl.definitions import load_definitions
    from etl.settings import load_settings
    from etl.warehouse.engine import Warehouse
    from etl.warehouse.migrate import prepare

    settings = load_settings()
    forms = load_definitions(settings.config).forms
    warehouse = Warehouse(settings.warehouse)
    try:
        prepare(warehouse, forms.values())
    finally:
        warehouse.close()
    click.echo(f"数据库是最新的，{len(forms)} 种表都有了：{warehouse.url.render_as_string()}")


COMMANDS = (backup, restore, migrate)
