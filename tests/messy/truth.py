"""The true form, drawn before any layout: what a reading has to give back, however messily it was sent."""

import random
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from etl.definitions import Form, load_definitions
from etl.settings import PROJECT
from etl.sheets.form_words import FormWords, form_words

DEFINITIONS = load_definitions(PROJECT / "config")
FORM: Form = DEFINITIONS.forms["double-support"]
LIMITS = DEFINITIONS.limits
WORDS: FormWords = form_words(FORM)

Key = tuple[str, str]
"""Row id and column id of one figure."""

UNITS = ("土桥镇", "东城街道", "区财政局", "区民政局", "平滩镇")
LEADERS = ("张三", "李四、王五", "镇长赵六", "", "书记陈七")


@dataclass(frozen=True)
class TrueForm:
    """Every figure of all five rows, sums among them and right; money in 万元, exact to the 分."""

    figures: Mapping[Key, Decimal]
    unit: str
    leaders: Mapping[str, str]

    def parts(self) -> Iterable[Key]:
        return (key for key in self.figures if not is_sum(key))


def is_sum(key: Key) -> bool:
    return FORM.row(key[0]).total or bool(FORM.column(key[1]).sum_of)


def true_form(seed: str) -> TrueForm:
    """The form of that seed: the same on every machine."""
    chance = random.Random(zlib.crc32(seed.encode()))
    figures = {
        (row.id, column.id): _amount(chance) if column.type == "money" else Decimal(_count(chance))
        for row in FORM.category_rows
        for column in FORM.part_columns
    }
    leaders = {row.id: chance.choice(LEADERS) for row in FORM.category_rows}
    return TrueForm(with_sums(figures), chance.choice(UNITS), leaders)


def with_sums(parts: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """The parts with 合计 and 总计 added up, as arithmetic has it and not as the reader does."""
    figures = dict(parts)
    for row in FORM.category_rows:
        for column in FORM.sum_columns:
            figures[row.id, column.id] = sum((figures[row.id, part] for part in column.sum_of), Decimal(0))
    for column in FORM.figure_columns:
        of_rows = (figures[row.id, column.id] for row in FORM.category_rows)
        figures[FORM.total_row.id, column.id] = sum(of_rows, Decimal(0))
    return figures


def _count(chance: random.Random) -> int:
    return chance.choice((0, chance.randint(1, 99), chance.randint(100, 9_999), chance.randint(1, 60_000)))


def _amount(chance: random.Random) -> Decimal:
    decimals = chance.choice((0, 1, 2, 3, 4, 6))
    return Decimal(chance.choice((0, chance.randint(1, 10**7)))).scaleb(-decimals)
