"""报送进度: one page in HTML that shows at a glance who has reported, what it adds up to, and what waits.

Self-contained: nothing from elsewhere; it opens by a double click, on a phone, and prints. Its charts are drawn from
its own tables (page_scripts.py); where no script runs the tables say the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from etl.books.board_figures import cells_behind, last_sum, shares, sums_behind, totals_table
from etl.books.by_unit import word_of
from etl.books.header import caption
from etl.books.missing import is_overdue
from etl.books.open_points import places_of
from etl.books.page_scripts import POLICY, SCRIPTS
from etl.books.standing import standing_line
from etl.books.words import MATERIALS, MISSING_STATES, moment, zone
from etl.definitions import Campaign, Form
from etl.definitions.roster import UNKNOWN_SENDER
from etl.model import Branch, Material, Missing, Summary, UnitLine

_PAGE = Environment(
    loader=PackageLoader("etl.books"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("board.html")

_DAYS_AT_MOST = 60
_CALLABLE = re.compile(r"\+?[0-9][0-9 -]{4,}")
"""One telephone number; several, or one with an extension, no phone can dial."""
_WORST_FIRST = ("held", "returned", "never_sent")
_COLOURS = {"held": "wait", "returned": "bad", "never_sent": "none"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit: its colour, its name, and in words where it stands, a state each."""

    colour: str
    name: str
    kind: str
    words: list[str]


@dataclass(frozen=True, slots=True)
class Day:
    """Of the timeline: a day, how many units' first forms came on it, and what day it is (截止), "" for most."""

    day: str
    count: int
    mark: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page stands, as what its links begin with; `data_docs` is "" where there are none to lead to,
    `manifest` where nobody may have it."""

    receipts: str
    files: str
    data_docs: str = ""
    manifest: str = ""


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


IN_THE_FOLDER = Links(receipts=f"../../{quote('回执')}/", files="", manifest="清单.json")
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
    tiles = [*_tiles(summary, campaign), *map(_tile_of_branch, summary.below)]
    reported = summary.accepted / summary.expected if summary.expected else 1.0
    page = _PAGE.render(
        title=campaign.title,
        as_of=f"{moment(campaign, summary.as_of)}（{zone(campaign)}）",
        deadline=moment(campaign, campaign.deadline),
        standing=standing_line(summary, campaign),
        summary=summary,
        policy=POLICY,
        scripts=SCRIPTS,
        percent=f"{reported:.1%}",
        parts=_parts(summary),
        overdue=sum(is_overdue(missing, summary, campaign) for missing in summary.missing)
        + sum(branch.overdue for branch in summary.below),
        tiles=tiles,
        timeline=_timeline(summary, campaign),
        columns=[caption(column).replace("\n", "") for column in form.figure_columns],
        groups=[column.group or "" for column in form.figure_columns],
        table=totals_table(summary, form),
        shares=shares(summary, form),
        measured=caption(last_sum(form)).replace("\n", ""),
        sources=cells_behind(summary, form),
        sums=sums_behind(summary, form),
        asked=places_of(summary.queries),
        materials=MATERIALS,
        states=MISSING_STATES,
        callable=_CALLABLE.fullmatch,
        days=[_days(missing, summary, campaign) for missing in summary.missing],
        receipt=cache(lambda unit, number: f"{links.receipts}{quote(unit)}/{quote(number)}.html"),
        unknown=UNKNOWN_SENDER,
        files=[*_files(summary, campaign), *([links.manifest] if links.manifest else [])],
        file_of=lambda branch, kind: f"下级/{branch.folder}/{kind}（{campaign.title}）.xlsx",
        linked=lambda name: f"{links.files}{quote(name)}",
        data_docs=links.data_docs,
        actions=actions,
    )
    return page.encode("utf-8")


def _files(summary: Summary, campaign: Campaign) -> list[str]:
    """What is published together with the page, as it is called there."""
    there = [("汇总表", "xlsx"), ("未报名单", "xlsx"), ("催报通知", "docx"), ("工作报告", "docx")]
    there += [("更正", "xlsx")] if summary.correction else []
    there += [("催办记录", "xlsx")] if summary.reminded else []
    there += [("通报/报送情况通报", "docx")]
    return [f"{name}（{campaign.title}）.{ending}" for name, ending in there]


def _tiles(summary: Summary, campaign: Campaign) -> list[Tile]:
    owed: dict[str, list[Missing]] = defaultdict(list)
    for missing in summary.missing:
        owed[missing.code].append(missing)
    return [_tile(unit, owed[unit.code], campaign.owes[unit.kind]) for unit in summary.units]


def _tile(unit: UnitLine, owed: list[Missing], expected: Sequence[Material]) -> Tile:
    """The worst of what it owes colours it; in words, every material that is missing or came late."""
    late = _late(unit, expected)
    if owed:
        worst = next(state for state in _WORST_FIRST if state in {missing.state for missing in owed})
        some = worst == "never_sent" and len(owed) < len(expected)
        words = [f"{MATERIALS[one.material]}{MISSING_STATES[one.state]}" for one in owed]
        return Tile("part" if some else _COLOURS[worst], unit.name, unit.kind, [*words, *late])
    colour = "free" if unit.amounts is None and not unit.owes_form else "good"
    return Tile(colour, unit.name, unit.kind, [word_of(unit), *late])


def _late(unit: UnitLine, expected: Sequence[Material]) -> list[str]:
    """What it owed and sent late."""
    late = {Material.STATISTICS: unit.late, Material.NARRATIVE: unit.narrative_late}
    return [f"{MATERIALS[material]}迟报" for material in expected if late.get(material)]


def _tile_of_branch(branch: Branch) -> Tile:
    """A node of the tree, with all that is below it."""
    colour = "part" if branch.accepted else "none"
    words = [f"应报 {branch.expected} 份", f"已报 {branch.accepted} 份"]
    return Tile(colour if branch.missing_pairs else "good", branch.name, "下级", words)


def _parts(summary: Summary) -> list[tuple[str, str, int]]:
    """Of all that is owed: a colour, in words what became of it, and how many; together they are the ring."""
    if summary.below:
        return [("good", "已报", summary.accepted), ("none", "未报", summary.missing_pairs)]
    states = Counter(missing.state for missing in summary.missing)
    owed = [(_COLOURS[state], MISSING_STATES[state], states[state]) for state in _WORST_FIRST]
    return [("good", "已报", summary.accepted), *owed]


def _timeline(summary: Summary, campaign: Campaign) -> list[Day]:
    """Every day from the first accepted form to the moment of the page, the last 60 at most. A unit's correction
    counts on no day: it would take the unit off the day on which it had reported."""
    firsts = [unit.first_received_at for unit in summary.units if unit.first_received_at]
    came = [campaign.local(first).date() for first in firsts]
    if not came:
        return []
    last = campaign.local(summary.as_of).date()
    first = max(min(came), last - timedelta(days=_DAYS_AT_MOST - 1))
    every = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    marks = {campaign.deadline_date: "截止"}
    return [Day(f"{day.month}.{day.day}", came.count(day), marks.get(day, "")) for day in every]


def _days(missing: Missing, summary: Summary, campaign: Campaign) -> str:
    if not is_overdue(missing, summary, campaign):
        return "未到期"
    return f"{missing.days_overdue} 天" if missing.days_overdue else "当天"
