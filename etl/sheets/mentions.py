"""Figures that a narrative names: 走访慰问120人, 发放慰问金12.5万元, 慰问品价值3万元.

Strict on purpose: a figure counts as one of ours only where nothing between the word and the number speaks
of something else. What is missed costs nothing; what is taken wrongly sends a clerk looking for a mistake
that is not there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from etl.definitions import Column, Form, Limits
from etl.model import Mention
from etl.sheets.figures import read_figure
from etl.sheets.plain_text import plain_width, without_spaces

_SENTENCE_ENDS = re.compile(r"[。；;！!？?\n\t]")
_DIGITS_APART = re.compile(r"(?<=[0-9０-９])，(?=[0-9０-９]{3}(?![0-9０-９]))")
"""The full-width comma that parts thousands; every other one is a comma."""
_COMMA = re.compile(r",(?![0-9]{3}(?![0-9]))|(?<![0-9]),")
_NARROW = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), 0xFF0E, 0xFF08, 0xFF09, 0xFF1A)}
_ELSEWHEN = re.compile(
    "去年|上年|往年|历年|近年|年来|全年|每年|明年|来年|同比|[较比]上|增加|增长|计划|预计|预算|打算|下一步|拟|争取"
)
"""Sentences about another time, or about what is only meant to be done."""
_YEAR = re.compile(r"20[0-9]{2}(?=年)")
_A_HEAD = re.compile("每|人均|户均|平均|标准|分别|各(?=[0-9发送])|不[低少]于|不超过|最[高低多少]")
_STRANGE = re.compile(
    "^[组团队员]|参[加与]|出动|带队|干部|领导|工作人员|志愿|组织|成立|抽调|发放|惠及|收集|召开|座谈|慰问|走访|其他|剩余|来自"
)
"""Between our word and the number they speak of other people or things."""
_OTHER_WORDS = ("慰问信", "慰问电", "慰问组", "慰问团", "慰问队", "慰问活动", "慰问工作", "慰问演出")
_ADDS_UP = "(?:共计|总计|合计|累计|总共|一共|共|计|总)"
_FILLING = f"(?:{_ADDS_UP}|价值|折合|折款|折价|支出|金额|花费|资金|费用|总额|人民币|发放|购买|约|近|逾|为|达|了|[:：(（])"
_GAP = re.compile(rf"[^0-9，]{{0,20}}(?:，{_FILLING}++[^0-9，]{{0,6}})?")
_GOES_ON = re.compile(rf"[，、]?{_FILLING}*+")
_LISTED = re.compile(r"[、和及](?P<of>[^0-9，、]{1,16})")
_JOINED = re.compile(r"(?:和|及|与|以及|、|并|\(|（)(?:发放|购买|赠送)?")
_ABOUT_BEFORE = re.compile("(?:大约|约|将近|接近|近|逾|超过|超|不到)(?:人民币)?$")
_ABOUT_BEHIND = re.compile("[余多]|左右|以上|上下")
_NOT_A_SUM_BEHIND = re.compile(r"[/／]|每|不等|的?标准|[至到~～—-][0-9]|民币")
_CHINESE = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟点"
_MONEY_UNITS = ("万元", "亿元", "元", "万")
_ENDS_HERE = "(?=$|[，、()和及与并]|左右|以上|上下)"
"""Behind a 万 that is short for 万元: 3万美元, 3万册 are something else."""
_LONGEST_SAID = 30
_MOST = 1_000
"""Mentions of one narrative; nobody writes so many."""


def mentions_in(text: str, form: Form, limits: Limits) -> tuple[Mention, ...]:
    """The figures that speak of one of the form's columns, in the order of the text."""
    told = _Told(form)
    sentences = [_plain(sentence) for sentence in _SENTENCE_ENDS.split(text)]
    years = [int(year) for sentence in sentences for year in _YEAR.findall(sentence)]
    latest = max(years, default=0)
    found = (
        mention
        for sentence in sentences
        if not _ELSEWHEN.search(sentence) and not _is_of_earlier_year(sentence, latest)
        for mention in _mentions_of(sentence, told, limits)
    )
    return tuple(islice(found, _MOST))


def _plain(sentence: str) -> str:
    return _COMMA.sub("，", without_spaces(_DIGITS_APART.sub(",", sentence).translate(_NARROW)))


def _is_of_earlier_year(sentence: str, latest: int) -> bool:
    years = [int(year) for year in _YEAR.findall(sentence)]
    return bool(years) and latest not in years


@dataclass(frozen=True)
class _Told:
    """How the form's columns are told."""

    form: Form

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.form.figure_columns if column.told_as)

    @cached_property
    def names(self) -> re.Pattern[str]:
        words = {*(name for column in self.columns for name in column.told_as), *_OTHER_WORDS}
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, longest_first)))

    @cached_property
    def figure(self) -> re.Pattern[str]:
        units = {unit for column in self.columns for unit in units_of(column)}
        longest_first = sorted(units, key=lambda unit: (-len(unit), unit))
        unit = "|".join(f"万{_ENDS_HERE}" if unit == "万" else unit for unit in longest_first)
        arabic = r"(?<![0-9,.])[0-9][0-9,]{0,20}(?:\.[0-9]{1,20})?"
        number = rf"(?:{arabic}|(?<![{_CHINESE}])[{_CHINESE}]{{1,24}})"
        return re.compile(rf"(?P<number>{number})(?P<more>[余多]?[千万亿]?[余多]?)(?P<unit>{unit})")

    def named(self, name: str, unit: str) -> Column | None:
        """The column that is told by this name in this unit."""
        return next((c for c in self.columns if name in c.told_as and unit in units_of(c)), None)

    def together(self, one: str, other: str, unit: str) -> Column | None:
        """The sum of two columns that are named together: 慰问金和慰问品."""
        parts = [c.id for name in (one, other) if (c := self.named(name, unit))]
        return next(
            (c for c in self.form.sum_columns if len(parts) == 2 and set(parts) == set(c.sum_of)), None
        )

    def beside(self, column: Column, unit: str) -> Column | None:
        """Another column that is told by the same names in this unit: what the 慰问品 cost, or how many."""
        names = set(column.told_as)
        return next(
            (c for c in self.columns if c is not column and names & {*c.told_as} and unit in units_of(c)),
            None,
        )


def units_of(column: Column) -> tuple[str, ...]:
    """The units in which a column's figures are told."""
    return _MONEY_UNITS if column.type == "money" else (*column.told_in, str(column.unit))


@dataclass(frozen=True, slots=True)
class _Found:
    """A column, and where in the sentence its telling begins and ends."""

    column: Column
    begins: int
    ends: int


def _mentions_of(sentence: str, told: _Told, limits: Limits) -> Iterator[Mention]:
    last, last_column = 0, None
    for figure in told.figure.finditer(sentence):
        found = _column_of(sentence, last, figure, told, last_column)
        last, last_column = figure.end(), found.column if found else None
        if found and (mention := _mention(sentence, figure, found, limits)):
            yield mention


def _column_of(
    sentence: str, last: int, figure: re.Match[str], told: _Told, before: Column | None
) -> _Found | None:
    """What a figure tells, by the words before it, else behind it, else by the figure before it."""
    lead, unit = sentence[last : figure.start()], figure["unit"]
    clause = lead.rpartition("，")[2]
    if _A_HEAD.search(clause) or _NOT_A_SUM_BEHIND.match(sentence, figure.end()):
        return None
    hits = list(told.names.finditer(lead))
    told_before = _told_before(lead, hits, unit, told)
    if told_before:
        column, begins = told_before
        return _Found(column, last + begins, figure.end())
    behind = _told_behind(sentence, figure, told)
    if behind:
        return behind
    if before is None or hits:
        return None
    on = _told_on(lead, unit, before, told)
    return _Found(on, last, figure.end()) if on else None


def _told_on(lead: str, unit: str, before: Column, told: _Told) -> Column | None:
    """What goes on from the figure before: 烈属30人、军属50人, or 慰问品200件，价值3万元."""
    listed = _LISTED.fullmatch(lead)
    if listed and unit in units_of(before) and not _STRANGE.search(listed["of"]):
        return before
    return told.beside(before, unit) if _GOES_ON.fullmatch(lead) else None


def _told_before(lead: str, hits: list[re.Match[str]], unit: str, told: _Told) -> tuple[Column, int] | None:
    """The column named before a figure, and where in `lead` its name begins."""
    if not hits:
        return None
    name, gap = hits[-1].group(), lead[hits[-1].end() :]
    if not _GAP.fullmatch(gap) or _STRANGE.search(re.sub(rf"^，?{_FILLING}+", "", gap)):
        return None
    if len(hits) > 1 and _JOINED.fullmatch(lead, hits[-2].end(), hits[-1].start()):
        other = hits[-2].group()
        if _are_parts_of_one(name, other, told):
            both = told.together(name, other, unit)
            return (both, hits[-2].start()) if both else None
    column = told.named(name, unit)
    return (column, hits[-1].start()) if column else None


def _are_parts_of_one(name: str, other: str, told: _Told) -> bool:
    """Whether both names have their share in a sum: what is told of both together is no part alone."""
    shares = {part: column.id for column in told.form.sum_columns for part in column.sum_of}
    of_name = {shares[c.id] for c in told.columns if name in c.told_as and c.id in shares}
    return bool(of_name & {shares[c.id] for c in told.columns if other in c.told_as and c.id in shares})


def _told_behind(sentence: str, figure: re.Match[str], told: _Told) -> _Found | None:
    """12.5万元慰问金, 120份慰问品."""
    behind = re.compile("[整的]?(?:现金)?").match(sentence, figure.end())
    name = told.names.match(sentence, behind.end()) if behind else None
    if not name:
        return None
    unit = figure["unit"]
    joined = _JOINED.match(sentence, name.end())
    other = told.names.match(sentence, joined.end()) if joined else None
    if other and _are_parts_of_one(name.group(), other.group(), told):
        column, end = told.together(name.group(), other.group(), unit), other.end()
    else:
        column, end = told.named(name.group(), unit), name.end()
    if column is None or column.unit == "人":
        return None  # 20名干部慰问: there the people are those who visit
    return _Found(column, figure.start(), end)


def _mention(sentence: str, figure: re.Match[str], found: _Found, limits: Limits) -> Mention | None:
    number, unit, column = figure["number"], figure["unit"], found.column
    if number[0] not in "0123456789" and len(number) < 2 and column.type == "count":
        return None  # 一名, 一份: no count
    own = unit if column.type == "money" else str(column.unit)
    read = read_figure(plain_width(f"{number}{figure['more']}{own}"), column, limits)
    if not read.value:
        return None
    is_about = "figure_approximate" in read.raises or bool(
        _ABOUT_BEFORE.search(sentence[max(found.begins, figure.start() - 8) : figure.start()])
        or _ABOUT_BEHIND.match(sentence, figure.end())
    )
    said = sentence[found.begins : found.ends].lstrip("，、")
    return Mention(column.id, read.value, said[-_LONGEST_SAID:], is_about)
