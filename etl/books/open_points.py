"""核实与豁免: what is asked about what counts, what a person let count, and what waits to be claimed."""

from collections.abc import Sequence
from datetime import datetime

from xlsxwriter import Workbook

from etl.books.listing import Listing
from etl.books.words import MATERIALS, moment, zone
from etl.definitions import Campaign
from etl.model import Query, Summary

OPEN_POINTS_SHEET = "核实与豁免"
_WIDTHS = (6.0, 22.0, 11.0, 21.0, 15.0, 20.0, 44.0, 30.0, 17.0)
_QUERIES = ("序号", "单位", "材料", "回执号", "位置", "填写内容", "问题", "单位的说明", "状态")
_WAIVERS = ("序号", "单位", "材料", "回执号", "谁决定", "文件", "理由", "决定时间", "何时再看")
_HELD = (
    "序号",
    "单位",
    "材料",
    "回执号",
    "认领为（手填）",
    "文件",
    "为什么等人认领",
    "名称相近的单位",
    "收到时间",
)


def write_open_points(book: Workbook, summary: Summary, campaign: Campaign) -> None:
    """Add the sheet. Nothing in it changes a total: what counts, counts, and is told openly."""
    listing = Listing(book, OPEN_POINTS_SHEET, _WIDTHS)
    listing.title(f"{campaign.title}双拥工作{OPEN_POINTS_SHEET}")
    listing.about(_counts(summary, campaign))
    _write_queries(listing, summary)
    _write_waivers(listing, summary, campaign)
    _write_held(listing, summary, campaign)
    listing.finish()


def _counts(summary: Summary, campaign: Campaign) -> str:
    waiting = sum(query.is_open for query in summary.queries)
    return (
        f"待说明 {waiting} 处，豁免 {len(summary.waivers)} 件，待认领 {len(summary.held)} 件。"
        f"截至 {moment(campaign, summary.as_of)}（{zone(campaign)}）。"
    )


def _write_queries(listing: Listing, summary: Summary) -> None:
    waived = "，已豁免的不用" if any(query.waived for query in summary.queries) else ""
    listing.section(
        f"一、核实：{places_of(summary.queries)}。数字已经计入汇总，等单位改正或书面说明{waived}。"
    )
    if not summary.queries:
        return
    listing.header(_QUERIES)
    for number, query in enumerate(summary.queries, 1):
        place = "·".join(part for part in (query.sheet, query.cell) if part)
        about = (query.unit, MATERIALS[query.material], query.receipt, place, query.typed, query.message)
        listing.row((number, *about, query.explained, _state(query)))


def places_of(queries: Sequence[Query]) -> str:
    """How many places are asked about, and apart from them how many errors were waived: of these nobody is asked."""
    waived = sum(query.waived for query in queries)
    return f"{len(queries) - waived} 处" + (f"，另有已豁免的 {waived} 处" if waived else "")


def _state(query: Query) -> str:
    if query.waived:
        return "已豁免"
    return "待说明" if query.is_open else "已说明"


def _write_waivers(listing: Listing, summary: Summary, campaign: Campaign) -> None:
    listing.section(f"二、豁免：{len(summary.waivers)} 件。有错误或疑问，由人决定照收，数字计入汇总。")
    if not summary.waivers:
        return
    listing.header(_WAIVERS)
    for number, waiver in enumerate(summary.waivers, 1):
        about = (waiver.unit, MATERIALS[waiver.material], waiver.receipt, waiver.by, waiver.file, waiver.why)
        times = (_local(campaign, waiver.decided_at), _local(campaign, waiver.until))
        listing.row((number, *about, *times))


def _write_held(listing: Listing, summary: Summary, campaign: Campaign) -> None:
    listing.section(f"三、待认领：{len(summary.held)} 件。还没有计入汇总，等双拥办认领。")
    if not summary.held:
        return
    listing.header(_HELD)
    for number, held in enumerate(summary.held, 1):
        hints = "、".join(held.near)
        came = _local(campaign, held.received_at)
        listing.row((number, held.unit, None, held.receipt, None, held.file, held.why, hints, came))


def _local(campaign: Campaign, at: datetime | None) -> datetime | None:
    """A workbook knows no zones: the office's own clock stands in the cell."""
    return None if at is None else campaign.local(at).replace(tzinfo=None)
