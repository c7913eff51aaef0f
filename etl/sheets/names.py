"""The roster's names, ready to be found in what people write: whole, or inside a longer text.

The roster's own district is the `parent` of its units. It may stand before any name, and 区 alone
before a bureau's; another district's, county's or city's name there makes it somebody else's. Such a name is
known by how it ends (区, 县, 市, 省), or from the office's own list (config/other_areas.toml).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from etl.definitions import Unit
from etl.definitions.other_areas import ways_to_write
from etl.sheets.plain_text import plain_width, without_spaces

CITY = "重庆市"
"""The city of the district; a clerk may write it before any name."""
NOT_PART_OF_A_NAME = ("中共", "盖章")
AREAS = "区县市省"
"""How names of districts, counties, cities and provinces end."""
NO_AREAS = (
    *("我区", "本区", "全区", "各区", "我市", "本市", "全市", "我县", "本县", "我省", "全省"),
    *("军区", "战区", "分区", "警备区", "辖区", "社区"),
    *(
        f"{before}区"
        for before in "年月日节间表结告况报送件版拥计总稿料填改终式份单的由代给转致动问据交与及描传补度季位"
    ),
)
"""What ends like an area's name and is none: 全区, 战区, and what file names put before 区财政局 (统计表,
总结, 2022年春节). No district of the country is called so; 山区 or 城区 are not here because of 璧山区, 东城区."""

_BRACKETS = str.maketrans("", "", "()[]{}<>〔〕【】〖〗「」『』〈〉《》")
_FILLING = "_:-—－.,、，。"
"""Lines to write on and colons left over around a name."""
_CHINESE_NUMERALS = "零〇一二三四五六七八九十百千"
_DIGITS = "0123456789"
_LIKENESS = 0.6
_LONGEST_GUESSED = 60


class Names:
    """All names and aliases of some units. Looking one up costs the same for ten units or ten thousand.

    `by_code` gives the units by roster code. `elsewhere` are names of other areas as they are written, 大足 among
    them; those of our own district and units do not count.
    """

    def __init__(self, units: Iterable[Unit], elsewhere: Iterable[str] = ()) -> None:
        self.by_code = {unit.code: unit for unit in units}
        self._elsewhere = self._any_of(elsewhere)
        districts = {unit.parent for unit in self.by_code.values() if unit.parent[-1:] in tuple(AREAS)}
        areas = (CITY, *sorted(districts))
        self._own_areas = (*areas, *(area[:-1] for area in areas))
        kinds = "".join(sorted({district[-1] for district in districts}))
        own = "|".join(map(re.escape, sorted(districts))) or "(?!)"
        self._city_before_district = re.compile(f"{CITY}(?={own}|[{kinds or AREAS}])")
        self._district = re.compile(f"^(?:{own})?[{kinds or AREAS}]?" if districts else "^")
        self._index()

    def _any_of(self, areas: Iterable[str]) -> re.Pattern[str]:
        """A pattern for names of areas that are not our own, the longest first; for nothing where there are none."""
        units = self.by_code.values()
        own = {way for unit in units for name in (unit.name, unit.parent) for way in ways_to_write(name)}
        others = sorted({area for area in areas if area not in own}, key=lambda area: (-len(area), area))
        return re.compile("|".join(map(re.escape, others)) or "(?!)")

    def _index(self) -> None:
        exact: dict[str, list[Unit]] = defaultdict(list)
        cores: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.by_code.values():
            for name in dict.fromkeys(self.bare(name).removeprefix(CITY) for name in unit.names):
                exact[name].append(unit)
            for core in dict.fromkeys(self._core(self.bare(name)) for name in unit.names):
                cores[core].append(unit)
        exact.pop("", None)
        cores.pop("", None)
        self._exact, self._cores = dict(exact), dict(cores)
        self._texts = {*exact, *cores}
        lengths: dict[str, set[int]] = defaultdict(set)
        for text in self._texts:
            lengths[text[:2]].add(len(text))
        self._lengths = {beginning: sorted(found, reverse=True) for beginning, found in lengths.items()}

    def bare(self, text: str) -> str:
        """The text without what is no part of a name: spaces, brackets, 中共, 盖章, the city before the district."""
        said = without_spaces(plain_width(text)).translate(_BRACKETS)
        for word in NOT_PART_OF_A_NAME:
            said = said.replace(word, "")
        return self._city_before_district.sub("", said.strip(_FILLING))

    def _core(self, bare: str) -> str:
        return self._district.sub("", bare)

    def called(self, text: str) -> tuple[Unit, ...]:
        """The units whose whole name or alias the text is: one, none, or several of one name.

        The city and the district go without saying: 重庆市财政局 in a form of ours is 区财政局.
        """
        bare = self.bare(text).removeprefix(CITY)
        return tuple(self._exact.get(bare) or self._cores.get(self._core(bare)) or ())

    def named_in(self, text: str) -> tuple[Unit, ...]:
        """The units that the text is, or else contains, in the order in which they come; nobody if
        another area's name stands before one of them."""
        whole = self.called(text)
        if whole:
            return whole
        bare = self.bare(text)
        found = list(self._occurrences(bare))
        foreign = min(self._foreign_areas(bare, found), default=len(bare))
        return () if any(foreign <= start for start, _, _ in found) else self._units_of(found)

    def standing_in(self, text: str) -> tuple[Unit, ...]:
        """The units that the text is, or else contains, whatever stands before them: to say what is unclear."""
        return self.called(text) or self._units_of(self._occurrences(self.bare(text)))

    def speaks_of_elsewhere(self, text: str) -> bool:
        """Whether the text names a listed area that is not ours."""
        return self._elsewhere.search(self.bare(text)) is not None

    def _units_of(self, found: Iterable[tuple[int, int, str]]) -> tuple[Unit, ...]:
        units = {
            unit.code: unit for _, _, name in found for unit in self._exact.get(name) or self._cores[name]
        }
        return tuple(units.values())

    def _occurrences(self, bare: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of every name in the text that is not inside a longer one."""
        reach = 0
        first_word = next((at for at, letter in enumerate(bare) if _is_chinese(letter)), 0)
        for start in range(len(bare)):
            for length in self._lengths.get(bare[start : start + 2], ()):
                end = start + length
                name = bare[start:end]
                if end > len(bare) or name not in self._texts or _runs_on(bare, start, end):
                    continue
                if start > first_word and name not in self._exact:
                    continue  # a bureau without its 区: only where nothing says that it is another's
                if end > reach:
                    yield start, end, name
                    reach = end
                break

    def _foreign_areas(self, bare: str, found: Sequence[tuple[int, int, str]]) -> Iterator[int]:
        """Where names of other districts, counties and cities end. The 区 that begins 区财政局 may end one,
        but not behind a name of ours."""
        ours = {at for start, end, _ in found for at in range(start + 1, end + 1)}
        for at, letter in enumerate(bare):
            if letter in AREAS and at not in ours and self._is_foreign(bare, at):
                yield at
        for area in self._elsewhere.finditer(bare):
            if area.end() not in ours:
                yield area.end()

    def _is_foreign(self, bare: str, at: int) -> bool:
        if not _is_chinese(bare[max(at - 1, 0) : at]) or bare.endswith(self._own_areas, 0, at):
            return False
        return not bare.endswith(NO_AREAS, 0, at + 1)

    def like(self, text: str, most: int) -> tuple[Unit, ...]:
        """At most `most` units whose names look like the text, the likest first. Never act on them."""
        core = self._core(self.bare(text[:_LONGEST_GUESSED]))
        alike = get_close_matches(core, self._cores, n=4 * most, cutoff=_LIKENESS)
        units = {unit.code: unit for name in alike for unit in self._cores[name]}
        return tuple(units.values())[:most]


def _is_chinese(letter: str) -> bool:
    """Whether it can belong to an area's name: Latin letters before 区教委 (final, v2) are no district."""
    return letter > "\u2e7f" and letter.isalpha()


def _runs_on(bare: str, start: int, end: int) -> bool:
    """Whether a number goes on past the name: 驻铜部队一 does not stand in 驻铜部队一十."""
    last, after = bare[end - 1], bare[end : end + 1]
    if any(after and after in kind and last in kind for kind in (_CHINESE_NUMERALS, _DIGITS)):
        return True
    return start > 0 and bare[start] in _DIGITS and bare[start - 1] in _DIGITS


def with_names(units: Sequence[Unit], more: Mapping[str, Sequence[str]]) -> tuple[Unit, ...]:
    """The units, each with further aliases by its code: names that a person had remembered."""
    if not more:
        return tuple(units)  # the same tuple, whose names are known (`names_of`)
    return tuple(
        unit.model_copy(update={"aliases": (*unit.aliases, *more[unit.code])}) if unit.code in more else unit
        for unit in units
    )


class _SameTuple:
    """The very same tuple; to compare units by value would cost more than a look-up."""

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = units

    def __hash__(self) -> int:
        return id(self.units)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameTuple) and self.units is other.units


def names_of(units: Sequence[Unit], elsewhere: tuple[str, ...] = ()) -> Names:
    """The index of these units' names: made once for one tuple, anew for any other sequence."""
    return _indexed(_SameTuple(tuple(units)), elsewhere)  # tuple() of a tuple is the same tuple


@lru_cache(maxsize=8)
def _indexed(roster: _SameTuple, elsewhere: tuple[str, ...]) -> Names:
    return Names(roster.units, elsewhere)
