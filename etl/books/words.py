"""The Chinese words of the trade that several books use: materials, outcomes, moments."""

from datetime import datetime

from etl.definitions import Campaign
from etl.model import Material, Severity

MATERIALS = {
    Material.STATISTICS: "统计表",
    Material.NARRATIVE: "工作总结",
    Material.BOTH: "统计表和工作总结",
    Material.STAMPED: "盖章件",
}
SEVERITIES = {Severity.ERROR: "错误", Severity.QUERY: "核实", Severity.WARNING: "提示"}
SECRET_FILE = "（有密级标志，不写文件名）"
MODES = {"on": "启用", "trial": "试行", "off": "停用"}
"""Mode of a rule → what the office reads."""
CONTACTS = {"reminded": "催办", "note": "记录"}
DECISIONS = {
    "claim": "认领",
    "accept": "照收",
    "reopen": "重新处理",
    "extend": "延期",
    "finalise": "定稿",
    "remind": "催办",
    "note": "记事",
    "receive": "代收",
    "enter": "代录",
    "purge": "销毁原件",
}
"""Kinds of decision as the audit trail is shown."""
MISSING_STATES = {"never_sent": "从未报送", "returned": "已退回未改", "held": "待认领"}
"""State of an owed pair with nothing in force → what the lists say."""

_BEIJING = frozenset({"Asia/Shanghai", "Asia/Chongqing", "PRC"})


def moment(campaign: Campaign, at: datetime) -> str:
    """`at` in the campaign's zone, to the second only where it has seconds: 2022年2月10日 23:59:59."""
    local = campaign.local(at)
    return f"{day(campaign, at)} {local:%H:%M:%S}" if local.second else f"{day(campaign, at)} {local:%H:%M}"


def day(campaign: Campaign, at: datetime) -> str:
    """The date of `at` in the campaign's zone: 2022年2月10日."""
    local = campaign.local(at)
    return f"{local.year}年{local.month}月{local.day}日"


def month_day(campaign: Campaign, at: datetime) -> str:
    """For a chat, where the year goes without saying: 2月10日23:59."""
    local = campaign.local(at)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def zone(campaign: Campaign) -> str:
    """How people call the campaign's zone: 北京时间."""
    return "北京时间" if campaign.zone in _BEIJING else f"{campaign.zone} 时间"


def materials(owed: tuple[Material, ...]) -> str:
    """Several materials in one breath: 统计表、工作总结."""
    return "、".join(MATERIALS[material] for material in owed)
