"""The first line of everything published: 快报, 定稿 or 更正, how many of how many, and who approved it."""

from etl.books.words import day, moment
from etl.definitions import Campaign
from etl.model import Seal, Summary


def standing_word(summary: Summary) -> str:
    """快报 before anybody approved, 定稿 for the approved figures, 更正 for what changed since."""
    if summary.seal is None:
        return "快报"
    if summary.correction and summary.correction.lines:
        return "更正"
    return "定稿"


def standing_line(summary: Summary, campaign: Campaign) -> str:
    """快报：应报 132 份，已报 120 份，尚未定稿。 — and once approved by whom and when."""
    counts = f"{standing_word(summary)}：应报 {summary.expected} 份，已报 {summary.accepted} 份"
    if summary.seal is None:
        return f"{counts}，尚未定稿。"
    if summary.is_final:
        return f"{counts}。{approved(summary.seal, campaign)}。"
    return (
        f"{counts}。{day(campaign, summary.as_of)}更正，待审批；"
        f"与{day(campaign, summary.seal.sealed_at)}的定稿不同，见“更正”。"
    )


def approved(seal: Seal, campaign: Campaign) -> str:
    """审批人：张三，审批时间：2022年2月12日 09:30."""
    return f"审批人：{seal.by}，审批时间：{moment(campaign, seal.sealed_at.replace(microsecond=0))}"
