"""How figures are typed: DESIGN's table, in workbooks as in text, one way a line."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from tests.messy.drawing import Cell, Layout, Styled
from tests.messy.truth import Key
from tests.messy.way import Way
from tests.messy.ways.making import Typing, laid_out

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


def _spread(texts: tuple[str, ...], worth: int = 0) -> Typing:
    """Each text in turn in the count columns of all category rows."""
    return lambda true: {
        key: texts[n % len(texts)] for n, key in enumerate(k for k in true.parts() if not money(k))
    }


def _ways() -> list[Way]:
    writers = ("xlsxwriter", "xlwt", "odfpy", "openpyxl")
    ways = [
        laid_out("figures", name, _TYPED, writer=writers[n % 4], typed=every(write))
        for n, (name, write) in enumerate(READ_EXACTLY.items())
    ]
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
