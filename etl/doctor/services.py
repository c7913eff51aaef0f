"""The database, and Airflow where it runs."""

import os
from collections.abc import Sequence
from datetime import datetime

from etl.definitions import load_definitions
from etl.doctor.look import Look, bad, good, note
from etl.errors import Unavailable
from etl.orchestration.airflow_home import HOST, PORT
from etl.orchestration.api import parts_unwell
from etl.retention import kept
from etl.settings import Settings
from etl.warehouse.engine import Warehouse, sqlite_file
from etl.warehouse.form_tables import without_table
from etl.warehouse.migrate import Schema, schema_of
from etl.warehouse.roles import LOADER, is_there, may_change_tables

NOT_SEEN = "数据库连不上，没有看：先照“数据库”那一行修好"
_PARTS = {
    "metadatabase": "数据库",
    "scheduler": "调度",
    "triggerer": "收件箱监视",
    "dag_processor": "流程解析",
}


def warehouse(settings: Settings, _now: datetime) -> Look:
    """Reachable, its tables as this version needs them, by a role that may do what is still to be done. It is not
    upgraded here: a command that works with it does that, or `returns migrate` as the owner."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return note(f"还没有，第一次运行时会建（{file}）")
    try:
        return _schema_and_role(settings)
    except Unavailable as why:
        told = " ".join(str(why).split())
        return bad(
            f"{told}。请看数据库是不是开着、RETURNS_WAREHOUSE 里的地址和口令对不对，修好以后再运行 returns doctor"
        )


def _schema_and_role(settings: Settings) -> Look:
    opened = Warehouse(settings.warehouse)
    where = opened.url.render_as_string()
    try:
        schema = schema_of(opened)
        with opened.reading() as connection:
            if not may_change_tables(connection):
                lacking = without_table(connection, load_definitions(settings.config).forms.values())
                return _for_loader(schema, lacking, where)
            if schema is Schema.SAME and is_there(connection, LOADER):
                return note(f"连得上，表是最新的；这个账号还能改表、删表，平日请换成 {LOADER}（{where}）")
    finally:
        opened.close()
    return _for_owner(schema, where)


def _for_owner(schema: Schema, where: str) -> Look:
    return {
        Schema.SAME: good(f"连得上，表是最新的（{where}）"),
        Schema.NONE: note(f"连得上，还没有表，第一次运行时会建（{where}）"),
        Schema.OLDER: note(
            f"连得上，表是上一个版本的，下一次运行时自动升级。请先备份：returns backup（{where}）"
        ),
        Schema.UNKNOWN: bad(f"表是更新的程序建的，这个版本认不得，什么也没有改。请换回新的程序（{where}）"),
    }[schema]


def _for_loader(schema: Schema, lacking: Sequence[str], where: str) -> Look:
    """A role that only reads and writes rows waits for the owner."""
    if schema is Schema.UNKNOWN:
        return _for_owner(schema, where)
    why = {
        Schema.NONE: "还没有表",
        Schema.OLDER: "表是上一个版本的",
        Schema.SAME: f"表单 {'、'.join(lacking)} 还没有表" if lacking else "",
    }[schema]
    if why:
        return bad(f"{why}，这个账号只能读写。请先备份，再用属主的账号运行 returns migrate（{where}）")
    return good(f"连得上，表是最新的，这个账号只能读写（{where}）")


def keeping(settings: Settings, now: datetime) -> Look:
    """Originals whose years of keeping are over are named; a person purges them."""
    file = sqlite_file(settings.warehouse)
    if file and not file.exists():
        return good("还没有存过原件")
    limits = load_definitions(settings.config).limits
    opened = Warehouse(settings.warehouse)
    try:
        due = (
            [one for one in kept(opened, limits, now) if one.until <= now]
            if schema_of(opened) is Schema.SAME
            else []
        )
    except Unavailable:
        return note(NOT_SEEN)
    finally:
        opened.close()
    if due:
        listed = "、".join(f"{one.title} {one.submissions} 份（{one.until:%Y-%m-%d} 到期）" for one in due)
        return note(f"{listed}。核对后逐份销毁：returns retention 期次，returns purge 回执号。程序自己不删")
    return good(f"关账后保存 {limits.keep_years} 年，没有到期的")


def airflow(_settings: Settings, _now: datetime) -> Look:
    """Its health by its own page. Not running is no fault: the day can be done without it."""
    address = airflow_address()
    unwell = parts_unwell(address)
    if unwell is None:
        return note(
            f"没有在 {address} 运行。要它自己收件就 make up；不开也行，用 returns run 期次 做当天的事"
        )
    if unwell:
        listed = "、".join(_PARTS.get(name, name) for name in unwell)
        return bad(f"{listed}不正常（{address}）。请停下再 make up；这段时间可用 returns run 期次")
    return good(f"各部分都正常（{address}）")


def airflow_address() -> str:
    return os.environ.get("AIRFLOW__API__BASE_URL") or f"http://{HOST}:{PORT}"
