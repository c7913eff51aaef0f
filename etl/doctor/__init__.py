"""`returns doctor`: is everything there that a run needs? It looks and changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

from etl.doctor.intake import intake, left_lying
from etl.doctor.look import Look, State
from etl.doctor.moments import clock, jump, zone
from etl.doctor.places import apart, archive, between_units, disks, share
from etl.doctor.services import airflow, keeping, warehouse
from etl.doctor.settings import config, holidays, variables
from etl.errors import ReturnsError
from etl.settings import Settings, load_settings
from etl.terminal import bad, good, notable

PARTS: tuple[tuple[str, Callable[[Settings, datetime], Look]], ...] = (
    ("设置", variables),
    ("配置", config),
    ("节假日", holidays),
    ("共享文件夹", share),
    ("单位之间", between_units),
    ("存档", archive),
    ("存放位置", apart),
    ("数据库", warehouse),
    ("磁盘", disks),
    ("时钟", clock),
    ("时区", zone),
    ("到达时间", jump),
    ("保存期", keeping),
    ("Airflow", airflow),
    ("收件", intake),
    ("收件箱", left_lying),
)
_TELL = {State.GOOD: good, State.NOTE: notable, State.BAD: bad}


def examine() -> bool:
    """Look at each part in turn and say how it is; True unless something has to be done."""
    settings = load_settings()
    states = set()
    for name, part in PARTS:
        look = look_at(part, settings, datetime.now(UTC))
        _TELL[look.state](f"{look.state}　{name}：{look.says}")
        states.add(look.state)
    return State.BAD not in states


def look_at(part: Callable[[Settings, datetime], Look], settings: Settings, now: datetime) -> Look:
    """How a part is at `now`; what keeps it from being seen has to be put right."""
    try:
        return part(settings, now)
    except ReturnsError as why:
        return Look(State.BAD, " ".join(str(why).split()))
