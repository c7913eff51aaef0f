"""请修改清单 as values: what a clerk has to change or to explain, line by line, in plain words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.books.chat import by_when
from etl.books.words import MATERIALS, moment, zone
from etl.definitions import Campaign, Rulebook
from etl.definitions.roster import UNKNOWN_SENDER
from etl.masking import masked, shown
from etl.model import Finding, Material, Receipt, Severity, Status
from etl.sheets.explanations import mark_of

_FORMS = (Material.STATISTICS, Material.BOTH)
_TYPED_AT_MOST = 30
_FILE_AT_MOST = 60
_WORDS_AT_MOST = 600
_SHEET_AT_MOST = 20
_CELL_NAMED = re.compile(r"（([A-Z]{1,3}[0-9]{1,7})）")
"""How a sentence names the other cells with the same fault."""

Place = tuple[str | None, str]
"""A sheet (None where the file has none) and a cell in it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list, fit for paper. `sheet` and `cell` say where in the marked copy, as far as it has a place
    there; `also` are other cells of the sheet with the same fault. `mark` is hidden: it tells the finding again."""

    severity: Severity
    sheet: str | None
    cell: str | None
    also: tuple[str, ...]
    where: str
    problem: str
    typed: str
    should: str
    do: str
    mark: str


@dataclass(frozen=True, slots=True)
class FixList:
    """All that the first sheet says. `facts` are lines of pairs of name and value, `how` sentences on what to do."""

    unit: str
    title: str
    verdict: str
    facts: tuple[tuple[tuple[str, str], ...], ...]
    how: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """How a marked copy differs from the file that came, where it is not the clerk's own workbook.

    `cells` leads from a place in the file to its place in the copy, `typed` gives what now stands in a cell of the
    copy. `has_figures`: it is filled with what was read.
    """

    kind: str
    sheet: str
    cells: Mapping[Place, str]
    typed: Mapping[str, str]
    has_figures: bool


def has_marked_copy(receipt: Receipt) -> bool:
    """Whether there is something to change or explain in a form, or in what may be one: what is returned, and
    what is accepted with a query that nobody has explained yet."""
    if receipt.secret:
        return False
    if receipt.status is Status.RETURNED:
        return receipt.material is None or receipt.material in _FORMS
    queried = any(told.severity is Severity.QUERY and told.explained is None for told in receipt.findings)
    return receipt.status is Status.ACCEPTED and receipt.material in _FORMS and queried


def fix_list(
    receipt: Receipt,
    findings: Sequence[tuple[Severity, Finding]],
    campaign: Campaign,
    rulebook: Rulebook,
    copied: Copied | None = None,
) -> FixList:
    """The list for a receipt: errors, then queries, then warnings, each in the order given.

    `copied` is None where the copy is the clerk's own workbook.
    """
    weight = list(Severity)
    by_weight = sorted(findings, key=lambda one: weight.index(one[0]))
    return FixList(
        unit=receipt.unit or UNKNOWN_SENDER,
        title=f"{campaign.title}双拥工作报送：请修改清单",
        verdict=_verdict(receipt, campaign, by_weight),
        facts=_facts(receipt, campaign),
        how=_how(receipt, campaign, by_weight, copied),
        items=tuple(_item(severity, finding, rulebook, copied) for severity, finding in by_weight),
    )


def _verdict(receipt: Receipt, campaign: Campaign, findings: Sequence[tuple[Severity, Finding]]) -> str:
    what = MATERIALS[receipt.material] if receipt.material else "文件"
    errors = sum(severity is Severity.ERROR for severity, _ in findings)
    queries = sum(severity is Severity.QUERY for severity, _ in findings)
    counts = [f"{errors} 处要改"] if errors else []
    counts += [f"{queries} 处要请核实"] if queries else []
    many = "、".join(counts)
    if receipt.status is Status.RETURNED:
        when = "" if receipt.voluntary else f"{by_when(receipt, campaign)}改好重报。"
        return f"这份{what}有 {many}，暂时不能收下。{when}"
    return f"这份{what}已收下，有 {many}：填错了请改正后重报，没错请写一句说明。"


def _facts(receipt: Receipt, campaign: Campaign) -> tuple[tuple[tuple[str, str], ...], ...]:
    return (
        (
            ("单位", receipt.unit or "未识别（请在“填报单位”里写明）"),
            ("期次", campaign.title),
            ("回执号", receipt.number),
            ("截止时间", f"{moment(campaign, campaign.deadline)}（{zone(campaign)}）"),
        ),
        (
            ("文件", shown(receipt.file, _FILE_AT_MOST)),
            ("收到时间", f"{moment(campaign, receipt.received_at)}（{zone(campaign)}）"),
        ),
    )


def _how(
    receipt: Receipt,
    campaign: Campaign,
    findings: Sequence[tuple[Severity, Finding]],
    copied: Copied | None,
) -> tuple[str, ...]:
    steps = [_about_the_copy(copied)] if copied else []
    if any(finding.cell for _, finding in findings):
        steps.append("点“表·单元格”一栏里的链接，就到了涂色的格子；改成对的数，鼠标移到格子上能看到原因。")
    if any(severity is Severity.QUERY for severity, _ in findings):
        steps.append("核实后没有填错的，不用改数，请在最右边黄色的“填写说明”里写一句原因。")
    steps.append("改完保存，把整个文件放回共享文件夹的“收件箱”；这张清单留着就行，不用删。")
    steps.append(f"有不明白的，请问{campaign.office}，报上回执号 {receipt.number}。")
    return tuple(steps)


def _about_the_copy(copied: Copied) -> str:
    if copied.has_figures:
        return f"“{copied.sheet}”是标准表，已填上从您的文件里读到的内容；请在这张表里改，不用改原来的文件。"
    return (
        f"从您的文件里没有读到统计表。可以直接在“{copied.sheet}”（标准表，空白）里填好；"
        "也可以照“怎么改”一栏，把原来的文件弄好再放一次。"
    )


def _item(severity: Severity, finding: Finding, rulebook: Rulebook, copied: Copied | None) -> Item:
    """The words are put together from masked parts, as those of the receipt are."""
    facts = {name: masked(fact) for name, fact in finding.facts.items()}
    typed = masked(finding.typed or "")
    safe = Finding(finding.rule, finding.sheet, finding.cell, typed, facts)
    problem, do, should = (_in_copy(words, finding, copied) for words in rulebook.words(safe))
    sheet, cell = _place(finding, copied)
    text = finding.typed if copied is None or cell is None else copied.typed.get(cell, finding.typed)
    # a warning only informs: its other cells stay as they are
    named = _in_copy("".join(facts.values()), finding, copied) if severity is not Severity.WARNING else ""
    return Item(
        severity=severity,
        sheet=sheet,
        cell=cell,
        also=tuple(_CELL_NAMED.findall(named)) if cell else (),
        where=_where(finding, copied, cell),
        problem=shown(problem, _WORDS_AT_MOST),
        typed=_typed(typed, finding),
        should=shown(should, _WORDS_AT_MOST) or "—",
        do=shown(do, _WORDS_AT_MOST),
        mark=mark_of(finding.rule, cell, text),
    )


def _typed(typed: str, finding: Finding) -> str:
    """What stands in the cell. Of a formula too long to be told whole nobody needs the beginning."""
    text = " ".join(typed.split())
    if text.startswith("=") and len(text) > _TYPED_AT_MOST:
        return "（公式）"
    return shown(text, _TYPED_AT_MOST) or ("（空）" if finding.cell else "—")


def _place(finding: Finding, copied: Copied | None) -> tuple[str | None, str | None]:
    """Where the finding stands in the copy."""
    if copied is None:
        return finding.sheet, finding.cell
    cell = copied.cells.get((finding.sheet, finding.cell)) if finding.cell else None
    return copied.sheet, cell


def _in_copy(words: str, finding: Finding, copied: Copied | None) -> str:
    """Words whose addresses are those of the copy; one that it does not have stays as it is."""
    if copied is None:
        return words
    cells = copied.cells
    return _CELL_NAMED.sub(lambda named: f"（{cells.get((finding.sheet, named[1]), named[1])}）", words)


def _where(finding: Finding, copied: Copied | None, cell: str | None) -> str:
    theirs = " ".join(shown(part, _SHEET_AT_MOST) for part in (finding.sheet, finding.cell) if part)
    if copied is None:
        return theirs or "整个文件"
    if cell is None:
        return f"您的文件 {theirs}" if finding.cell else "整个文件"
    return f"您的文件 {_as_seen(finding, copied)} → 本表 {cell}"


def _as_seen(finding: Finding, copied: Copied) -> str:
    """A place in the file as its clerk can find it: a Word table has no addresses."""
    if copied.kind != "docx" or finding.cell is None:
        return finding.cell or ""
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", finding.cell).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return f"表格第{row}行第{column}列"
