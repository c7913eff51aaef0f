"""审核规则: every rule as the office reads it."""

from xlsxwriter import Workbook

from etl.books.listing import Listing
from etl.books.words import MODES, SEVERITIES
from etl.model import Severity, Summary

RULES_SHEET = "审核规则"
_WIDTHS = (6.0, 10.0, 10.0, 18.0, 62.0, 62.0, 28.0)
_HEADERS = ("序号", "严重程度", "是否启用", "限度", "怎么说", "例子", "规则代号")


def write_rules(book: Workbook, summary: Summary) -> None:
    """Add the sheet: the most serious first, else in the order of the rulebook."""
    listing = Listing(book, RULES_SHEET, _WIDTHS)
    listing.title(RULES_SHEET)
    listing.about(
        "错误退回，改正后重报；核实收下，请改正或书面说明；提示只是告知。恰好等于限度是对的。"
        "〔 〕里是程序按实际情况填入的字。"
    )
    listing.header(_HEADERS)
    weights = list(Severity)
    rules = sorted(summary.rules, key=lambda rule: weights.index(rule.severity))
    for number, rule in enumerate(rules, 1):
        about = (SEVERITIES[rule.severity], MODES[rule.mode], rule.limit, rule.says, rule.example, rule.id)
        listing.row((number, *about))
    listing.finish()
    listing.sheet.repeat_rows(2)
    listing.sheet.freeze_panes(3, 0)
