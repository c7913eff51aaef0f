"""填报说明: one page for clerks, issued with the blank workbooks; all from the definitions."""

from collections.abc import Sequence

from etl.books.guide import guide_lines
from etl.books.official import OfficialDocument
from etl.definitions import Campaign, Form

_HEADERS = ("事项", "怎么办")
_WIDTHS = (36.0, 120.0)


def clerks_guide(form: Form, campaign: Campaign, kinds: Sequence[str]) -> bytes:
    """A .docx of one page for units of the `kinds`; equal values give equal bytes."""
    page = OfficialDocument()
    page.title(f"{campaign.title}双拥工作材料填报说明")
    lines = [(name.replace("\n", "·"), said) for name, said in guide_lines(form, campaign, kinds)]
    page.table(_HEADERS, lines, _WIDTHS, left=1)
    return page.content(campaign.office, campaign.opens)
