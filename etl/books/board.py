"""报送进度: one page in HTML that shows at a glance who has reported, what it adds up to, and what waits.

Self-contained: no script, nothing from elsewhere; it opens by a double click, on a phone, and prints.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import pi
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from etl.books.amounts import amount, in_unit
from etl.books.by_unit import word_of
from etl.books.header import caption
from etl.books.missing import is_overdue
from etl.books.sources import MOST_UNITS_TRACED
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, MISSING_STATES, moment, zone
from etl.definitions import Campaign, Form
from etl.model import Missing, Source, Summary, UnitLine

_PAGE = Environment(
    loader=PackageLoader("etl.books"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("board.html")

_RADIUS = 52
_DAYS_AT_MOST = 60
_WORST_FIRST = ("held", "returned", "never_sent")
_COLOURS = {"held": "wait", "returned": "bad", "never_sent": "none"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit: its colour, its name, and in words where it stands."""

    colour: str
    name: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Of the timeline: a day and how many forms in force came on it."""

    day: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page stands, as what its links begin with; `data_docs` is "" where there are none to lead to."""

    receipts: str
    files: str
    data_docs: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """What the person who looks at the live page may do there: `clerk` (经办) claims, notes and reminds,
    `reviewer` (审核) waives, extends and approves. `token` proves that a form came from this page; `facts` is
    the digest of what would be approved, "" where `not_final` says why nothing can be.
    """

    name: str
    token: str
    clerk: bool
    reviewer: bool
    facts: str = ""
    not_final: str = ""


IN_THE_FOLDER = Links(receipts=f"../../{quote('回执')}/", files="")
"""From 发布/<title>/ on the share."""


def board_page(
    summary: Summary,
    form: Form,
    campaign: Campaign,
    links: Links = IN_THE_FOLDER,
    actions: Actions | None = None,
) -> bytes:
    """The page in UTF-8. Holds the office's own view: units by name, contacts, no free text but what is shown.

    Forms (`actions`) stand on the live page only, never in the published file.
    """
    tiles = _tiles(summary, campaign)
    share = summary.accepted / summary.expected if summary.expected else 1.0
    page = _PAGE.render(
        title=campaign.title,
        as_of=f"{moment(campaign, summary.as_of)}（{zone(campaign)}）",
        deadline=moment(campaign, campaign.deadline),
        standing=standing_line(summary, campaign),
        summary=summary,
        percent=f"{share:.1%}",
        ring=(_RADIUS, round(2 * pi * _RADIUS * share, 1), round(2 * pi * _RADIUS, 1)),
        overdue=sum(is_overdue(missing, summary, campaign) for missing in summary.missing),
        tiles=tiles,
        bars=_timeline(summary, campaign),
        columns=[caption(column).replace("\n", "") for column in form.figure_columns],
        groups=[column.group or "" for column in form.figure_columns],
        table=_table(summary, form),
        shares=_shares(summary, form),
        sources=_sources(summary, form),
        materials=MATERIALS,
        states=MISSING_STATES,
        days=[_days(missing, summary, campaign) for missing in summary.missing],
        receipt=cache(lambda unit, number: f"{links.receipts}{quote(unit)}/{quote(number)}.html"),
        files=(
            f"汇总表（{campaign.title}）.xlsx",
            f"未报名单（{campaign.title}）.xlsx",
            f"催报通知（{campaign.title}）.docx",
            f"工作报告（{campaign.title}）.docx",
        ),
        linked=lambda name: f"{links.files}{quote(name)}",
        data_docs=links.data_docs,
        actions=actions,
    )
    return page.encode("utf-8")


def _tiles(summary: Summary, campaign: Campaign) -> list[Tile]:
    owed: dict[str, list[Missing]] = defaultdict(list)
    for missing in summary.missing:
        owed[missing.code].append(missing)
    return [_tile(unit, owed[unit.code], len(campaign.owes[unit.kind])) for unit in summary.units]


def _tile(unit: UnitLine, owed: list[Missing], expected: int) -> Tile:
    """The worst of what it owes colours it; in words, every material with its state."""
    if owed:
        worst = next(state for state in _WORST_FIRST if state in {missing.state for missing in owed})
        some = worst == "never_sent" and len(owed) < expected
        words = "，".join(f"{MATERIALS[one.material]}{MISSING_STATES[one.state]}" for one in owed)
        return Tile("part" if some else _COLOURS[worst], unit.name, unit.kind, words)
    if not unit.owes_form:
        return Tile("free" if unit.amounts is None else "good", unit.name, unit.kind, word_of(unit))
    return Tile("good", unit.name, unit.kind, word_of(unit) + ("（迟报）" if unit.late else ""))


def _timeline(summary: Summary, campaign: Campaign) -> list[Bar]:
    """Every day from the first form in force to the moment of the page, the last 60 at most."""
    days = [campaign.local(unit.received_at).date() for unit in summary.units if unit.received_at]
    if not days:
        return []
    last = campaign.local(summary.as_of).date()
    first = max(min(days), last - timedelta(days=_DAYS_AT_MOST - 1))
    every = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    most = max(days.count(day) for day in every) or 1
    return [
        Bar(f"{day.month}.{day.day}", days.count(day), round(100 * days.count(day) / most)) for day in every
    ]


def _table(summary: Summary, form: Form) -> list[tuple[str, bool, list[tuple[float, str]]]]:
    """A row of the form: its label, whether it is the total, and each figure with where its sources stand."""
    known = {(source.row, source.column) for source in _traced(summary)}
    return [
        (
            row.label,
            row.total,
            [
                (
                    in_unit(column, amount(form, summary.totals, row, column)),
                    f"{row.id}-{column.id}" if (row.id, column.id) in known else "",
                )
                for column in form.figure_columns
            ],
        )
        for row in form.rows
    ]


def _shares(summary: Summary, form: Form) -> list[tuple[str, float, int]]:
    """Each category's part of the last sum: label, amount, percent of the largest."""
    column = next((one for one in reversed(form.figure_columns) if one.sum_of), form.figure_columns[-1])
    amounts = [in_unit(column, amount(form, summary.totals, row, column)) for row in form.category_rows]
    most = max(amounts, default=0) or 1
    return [
        (row.label, value, round(100 * value / most))
        for row, value in zip(form.category_rows, amounts, strict=True)
    ]


def _sources(summary: Summary, form: Form) -> list[tuple[str, str, list[tuple[str, float, Source]]]]:
    """Of each figure: where it stands on the page, its name, and each unit's part of it (none that are 0)."""
    names = {unit.code: unit.name for unit in summary.units}
    found: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in _traced(summary):
        found[source.row, source.column].append(source)
    return [
        (
            f"{row}-{column}",
            f"{form.row(row).label}·{form.column(column).full_label}（{form.column(column).unit}）",
            [
                (names[one.code], in_unit(form.column(column), one.amount), one)
                for one in sources
                if one.amount
            ],
        )
        for (row, column), sources in found.items()
    ]


def _traced(summary: Summary) -> tuple[Source, ...]:
    """The cells behind the totals, where they fit on a page."""
    return summary.sources if len(summary.units) <= MOST_UNITS_TRACED else ()


def _days(missing: Missing, summary: Summary, campaign: Campaign) -> str:
    if not is_overdue(missing, summary, campaign):
        return "未到期"
    return f"{missing.days_overdue} 天" if missing.days_overdue else "当天"
