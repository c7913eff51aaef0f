"""How figures are typed: DESIGN's table, in workbooks as in text, one way a line."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from tests.messy.drawing import Cell, Layout, Styled
from tests.messy.truth import FORM, Key, TrueForm
from tests.messy.way import Way
from tests.messy.ways.making import Typing, laid_out
from tests.rooms.sheets.test_figures_properties import formal, spoken, written

KEY: Key = ("veterans_in_difficulty", "visited")
MONEY: Key = ("local_garrison", "goods_cost")
_TYPED = Layout()


def money(key: Key) -> bool:
    return key[1] in ("money_amount", "goods_cost", "total")


def every(write: Callable[[Decimal, Key], Cell]) -> Typing:
    return lambda true: {key: write(value, key) for key, value in true.figures.items()}


def shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    whole, _, decimals = shortest(value).partition(".")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def unit(key: Key) -> str:
    return "万元" if money(key) else "件" if key[1] == "goods_items" else "人"


READ_EXACTLY: dict[str, Callable[[Decimal, Key], Cell]] = {
    "as text": lambda value, _: shortest(value),
    "with separators": lambda value, _: grouped(value),
    "with full-width separators and digits": lambda value, _: full_width(grouped(value)),
    "with their unit": lambda value, key: shortest(value) + unit(key),
    "with a space and their unit": lambda value, key: f"{shortest(value)} {unit(key)}",
    "with every kind of space around": lambda value, _: f"\u3000\xa0{shortest(value)}\u200b \n",
    "with zeros behind the point": lambda value, _: f"{value:.6f}",
    "as floats with noise": lambda value, _: float(value) + 1e-11 if value < 1000 else float(value),
    "formatted as currency": lambda value, _: Styled(float(value), "¥#,##0.00"),
    "formatted with their unit": lambda value, key: Styled(float(value), f'0.######"{unit(key)}"'),
    "formatted to show no decimals": lambda value, _: Styled(float(value), "0"),
}
BAD: dict[str, tuple[Key, Cell]] = {
    "待定": (KEY, "待定"),
    "two points": (MONEY, "3.2.1"),
    "a comma for a point": (MONEY, "3,5"),
    "a range": (KEY, "4-5"),
    "a space inside": (KEY, "1 234"),
    "an exponent": (KEY, "1.2E3"),
    "an underscore": (KEY, "1_000"),
    "a small ²": (KEY, "5²"),
    "a circled ①": (KEY, "①"),
    "a currency sign": (MONEY, "¥3.5"),
    "at least": (KEY, "≥200"),
    "the unit of another column": (KEY, "200件"),
    "a malformed numeral": (KEY, "一百二"),
    "digits read out": (KEY, "一二五"),
    "a date, as Excel makes of 4-5": (KEY, datetime(2022, 4, 5)),  # noqa: DTZ001 - a cell has no zone
    "a day": (MONEY, date(2022, 2, 8)),
    "true": (KEY, True),
    "not a number": (KEY, "NaN"),
    "infinity": (KEY, "inf"),
    "a question mark": (KEY, "200？"),
    "two figures": (KEY, "男120女80"),
    "a percentage": (MONEY, "50%"),
    "a zero that lost its point": (MONEY, "05"),
}


_NOTHING = ("无", "/", "\\", "-", "−", "—", "——", "–", "零", "〇", "○", "没有", None)
_KEYS = tuple((row.id, column.id) for row in FORM.rows for column in FORM.figure_columns)
_COUNTS = tuple(key for key in _KEYS if not money(key))
_AMOUNTS = tuple(key for key in _KEYS if money(key))
SAID: dict[str, tuple[tuple[Key, ...], str, Callable[[Decimal, Key], Cell]]] = {
    "counts in numerals": (_COUNTS, "", lambda value, _: written(int(value))),
    "counts in numerals as spoken, with their unit": (_COUNTS, "", lambda v, key: spoken(int(v)) + unit(key)),
    "counts in formal numerals": (_COUNTS, "", lambda value, _: formal(int(value))),
    "counts in 万": (_COUNTS, "figure_converted", lambda v, key: f"{shortest(v / 10_000)}万{unit(key)}"),
    "counts in 千": (_COUNTS, "figure_converted", lambda v, key: f"{shortest(v / 1_000)}千{unit(key)}"),
    "money in 元": (_AMOUNTS, "figure_converted", lambda value, _: f"{shortest(value * 10_000)}元"),
    "money in 元 with separators": (_AMOUNTS, "figure_converted", lambda v, _: f"{grouped(v * 10_000)} 元"),
    "money in 亿元": (_AMOUNTS, "figure_converted", lambda value, _: f"{shortest(value / 10_000)}亿元"),
    "money in 万": (_AMOUNTS, "", lambda value, _: f"{shortest(value)}万"),
    "more decimals than the 分": (_AMOUNTS, "figure_rounded", lambda v, _: f"{v + Decimal('0.0000004'):f}"),
    "约 before": (_KEYS, "figure_approximate", lambda value, _: f"约{shortest(value)}"),
    "余 behind": (_COUNTS, "figure_approximate", lambda value, key: f"{grouped(value)}余{unit(key)}"),
    "左右 behind": (_KEYS, "figure_approximate", lambda value, key: f"{shortest(value)}{unit(key)}左右"),
}
"""Name → the figures so typed, the rule that each brings up, and how."""


def _zeros(true: TrueForm) -> dict[Key, Cell | None]:
    """Every word for nothing in turn, wherever a part is 0."""
    nothing = [key for key in true.parts() if true.figures[key] == 0]
    assert len(nothing) > 3
    return {key: _NOTHING[n % len(_NOTHING)] for n, key in enumerate(nothing)}


def _said(name: str, writer: str) -> Way:
    keys, rule, write = SAID[name]
    return laid_out(
        "figures",
        name,
        _TYPED,
        *((rule, key) for key in keys if rule),
        writer=writer,
        typed=lambda true: {key: write(true.figures[key], key) for key in keys},
    )


def _a_total_in_yuan_over_its_parts() -> Way:
    """Under the header stands a figure that ends in 元: it is no unit of the header's."""
    total: Key = ("grand_total", "total")
    return laid_out(
        "figures",
        "a total in 元 ahead of its parts",
        Layout(rows=("grand_total", *(row.id for row in FORM.category_rows))),
        ("figure_converted", total),
        writer="xlsxwriter",
        typed=lambda true: {total: f"{shortest(true.figures[total] * 10_000)}元"},
    )


def _ways() -> list[Way]:
    writers = ("xlsxwriter", "xlwt", "odfpy", "openpyxl")
    ways = [
        laid_out("figures", name, _TYPED, writer=writers[n % 4], typed=every(write))
        for n, (name, write) in enumerate(READ_EXACTLY.items())
    ]
    ways += [_said(name, writers[n % 4]) for n, name in enumerate(SAID)]
    ways += [
        laid_out("figures", f"words for nothing, by {w}", _TYPED, writer=w, typed=_zeros) for w in writers
    ]
    ways.append(_a_total_in_yuan_over_its_parts())
    return ways + [
        laid_out(
            "figures refused",
            name,
            _TYPED,
            ("not_a_number", key),
            writer=writers[n % 4],
            typed=lambda _, key=key, cell=cell: {key: cell},  # type: ignore[misc]
            refused=(key,),
        )
        for n, (name, (key, cell)) in enumerate(BAD.items())
    ]


WAYS = _ways()
