"""变动: what is not as it was in the version that was published before."""

from xlsxwriter import Workbook

from etl.books.amounts import in_unit
from etl.books.listing import Listing
from etl.books.words import MATERIALS, moment, zone
from etl.definitions import Campaign, Form
from etl.model import Changes, Summary, UnitChange

CHANGES_SHEET = "变动"
_WIDTHS = (8.0, 28.0, 34.0, 22.0, 22.0, 18.0)
_FIGURES = ("序号", "对象", "栏目", "上一版", "这一版", "增减")
_UNITS = ("序号", "单位", "材料", "上一版的回执号", "这一版的回执号", "变动")


def write_changes(book: Workbook, summary: Summary, form: Form, campaign: Campaign) -> None:
    """Add the sheet: figures of the form that moved, and the units whose documents moved them."""
    listing = Listing(book, CHANGES_SHEET, _WIDTHS)
    listing.title(f"{campaign.title}双拥活动汇总{CHANGES_SHEET}")
    if summary.changes is None:
        listing.about("这是第一次发布，没有上一版可比。")
    else:
        listing.about(_about(summary.changes, summary, campaign))
        _write_figures(listing, summary.changes, form)
        _write_units(listing, summary.changes)
    listing.finish()


def _about(changes: Changes, summary: Summary, campaign: Campaign) -> str:
    """What is approved was published before, unapproved: what differs from the approval before stands in 更正."""
    then = f"{moment(campaign, changes.as_of)}（{zone(campaign)}）"
    if not changes.figures and not changes.units:
        same = f"与第 {changes.version} 版（截至 {then}）相比，数字和有效的材料都没有变。"
        if not summary.is_final:
            return same
        corrected = summary.correction is not None and bool(summary.correction.lines)
        approved = f"那一版的数字经审批成为这一版。{same}"
        return approved + (f"与上次定稿不同的数见“更正（{campaign.title}）.xlsx”。" if corrected else "")
    return f"与第 {changes.version} 版（截至 {then}）相比。金额单位：万元。"


def _write_figures(listing: Listing, changes: Changes, form: Form) -> None:
    listing.section(f"一、汇总数字：{len(changes.figures)} 处变动")
    if not changes.figures:
        return
    listing.header(_FIGURES)
    moved = {(change.row, change.column): change for change in changes.figures}
    places = [(row, column) for row in form.rows for column in form.figure_columns]
    for number, (row, column) in enumerate(
        (place for place in places if (place[0].id, place[1].id) in moved), 1
    ):
        change = moved[row.id, column.id]
        before, after = in_unit(column, change.before), in_unit(column, change.after)
        by = in_unit(column, change.after - change.before)
        listing.row((number, row.label, column.full_label, before, after, by))


def _write_units(listing: Listing, changes: Changes) -> None:
    listing.section(f"二、有效的材料：{len(changes.units)} 处变动")
    if not changes.units:
        return
    listing.header(_UNITS)
    for number, change in enumerate(changes.units, 1):
        about = (change.unit, MATERIALS[change.material], change.before, change.after)
        listing.row((number, *about, _word(change)))


def _word(change: UnitChange) -> str:
    if change.before is None:
        return "新收下"
    return "不再有效" if change.after is None else "更正"
