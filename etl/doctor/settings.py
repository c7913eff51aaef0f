"""The settings, and config/."""

import os
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from etl.definitions import load_definitions
from etl.doctor.look import Look, good, note
from etl.settings import PREFIX, Settings


def variables(_settings: Settings, _now: datetime) -> Look:
    """A variable that nobody asks for is a slip of the pen; a file of secrets is its owner's alone."""
    known = {f"{PREFIX}{field.name.upper()}{end}" for field in fields(Settings) for end in ("", "_FILE")}
    ours = {name for name in os.environ if name.startswith(PREFIX)}
    if ours - known:
        listed = "、".join(sorted(ours - known))
        return note(f"没有这样的设置：{listed}。是不是写错了名字？写错的不起作用，请改正或删去")
    named = {name: Path(os.environ[name]) for name in sorted(ours) if name.endswith("_FILE")}
    for name, path in named.items():
        if path.is_file() and path.stat().st_mode & 0o077:
            return note(f"{name} 里有口令，别的用户也能读。请运行：chmod 600 {path}")
    return good(f"{len(ours)} 项由环境变量给出，其余用默认值")


def config(settings: Settings, _now: datetime) -> Look:
    known = load_definitions(settings.config)
    campaigns, units, rules = len(known.campaigns), len(known.roster.units), len(known.rulebook.rules)
    return good(f"{campaigns} 期，{units} 个单位，{rules} 条规则（{settings.config}）")


def holidays(settings: Settings, _now: datetime) -> Look:
    known = load_definitions(settings.config)
    years = known.holidays.unknown(sorted({year for one in known.campaigns.values() for year in one.years}))
    if years:
        listed = "、".join(map(str, years))
        return note(
            f"{listed} 年的还没有录入，先按周一到周五算工作日；国务院办公厅的通知出来以后请补在 holidays.csv"
        )
    return good("各期所在的年份都有")
