"""`returns doctor`: is everything there that a run needs?"""

import os
from collections.abc import Callable

from etl.definitions import load_definitions
from etl.edges.share import Share
from etl.errors import ReturnsError, Unavailable
from etl.settings import Settings, load_settings
from etl.terminal import bad, good
from etl.warehouse.engine import Warehouse
from etl.warehouse.migrate import migrate


def examine() -> bool:
    """Look at each part in turn and say how it is; True if all are well."""
    settings = load_settings()
    parts: list[tuple[str, Callable[[Settings], str]]] = [
        ("配置", _config),
        ("节假日", _holidays),
        ("共享文件夹", _share),
        ("存档", _archive),
        ("数据库", _warehouse),
    ]
    looks = [_look(name, part, settings) for name, part in parts]
    return all(looks)


def _look(name: str, part: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        good(f"{name}：{part(settings)}")
    except ReturnsError as why:
        bad(f"{name}：{why}")
        return False
    return True


def _config(settings: Settings) -> str:
    known = load_definitions(settings.config)
    campaigns, units, rules = len(known.campaigns), len(known.roster.units), len(known.rulebook.rules)
    return f"好。{campaigns} 期，{units} 个单位，{rules} 条规则（{settings.config}）"


def _holidays(settings: Settings) -> str:
    known = load_definitions(settings.config)
    years = known.holidays.unknown(sorted({year for one in known.campaigns.values() for year in one.years}))
    if years:
        listed = "、".join(map(str, years))
        return (
            f"{listed} 年的还没有录入，先按周一到周五算工作日；国务院办公厅的通知出来以后请补在 holidays.csv"
        )
    return "好，各期所在的年份都有"


def _share(settings: Settings) -> str:
    share = Share(settings.share)
    if not settings.share.exists():
        return f"还没有，returns open 时会建（{settings.share}）"
    share.require()
    return f"好（{settings.share}）"


def _archive(settings: Settings) -> str:
    if not settings.archive.exists():
        return f"还没有，收第一个文件时会建（{settings.archive}）"
    if not os.access(settings.archive, os.W_OK):
        raise Unavailable(f"写不进去（{settings.archive}）")
    return f"好（{settings.archive}）"


def _warehouse(settings: Settings) -> str:
    warehouse = Warehouse(settings.warehouse)
    try:
        migrate(warehouse)
    finally:
        warehouse.close()
    return f"好（{warehouse.url.render_as_string()}）"
