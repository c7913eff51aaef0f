"""Headers that name another unit than their column's: the column is converted, with a warning."""

from collections.abc import Mapping
from decimal import Decimal

from tests.messy.drawing import TITLE, UNITS, Cell, Layout, Styled
from tests.messy.truth import FORM, Key, TrueForm
from tests.messy.way import Way
from tests.messy.ways.making import Noted, Typing, laid_out

FAMILY = "units"
MONEY = tuple(column.id for column in FORM.columns if column.type == "money")
_RULE = "header_in_yuan"


def times(factor: int, *columns: str, with_unit: str = "") -> Typing:
    """The figures of the columns in a unit so many times smaller."""

    def typed(true: TrueForm) -> Mapping[Key, Cell | None]:
        scaled = {
            key: (value * factor).normalize() for key, value in true.figures.items() if key[1] in columns
        }
        if with_unit:
            return {key: f"{value:f}{with_unit}" for key, value in scaled.items()}
        return {key: Decimal(f"{value:f}") for key, value in scaled.items()}

    return typed


def said(unit: str, *columns: str) -> dict[str, str]:
    return UNITS | dict.fromkeys(columns, f"（{unit}）")


def _way(name: str, layout: Layout, typed: Typing, *noted: Noted, writer: str = "xlsxwriter") -> Way:
    return laid_out(FAMILY, name, layout, *noted, writer=writer, typed=typed)


_YUAN = 10_000
_HEADER = {"money_amount": "D4", "money_recipients": "E4", "goods_cost": "F4", "total": "I3", "visited": "C3"}
_IN_YUAN: tuple[Noted, ...] = tuple((_RULE, _HEADER[column]) for column in MONEY)
_NO_UNITS = UNITS | dict.fromkeys(MONEY, "")


WAYS = [
    _way(
        "one column in 元",
        Layout(units=said("元", "money_amount")),
        times(_YUAN, "money_amount"),
        (_RULE, "D4"),
    ),
    _way("all money in 元", Layout(units=said("元", *MONEY)), times(_YUAN, *MONEY), *_IN_YUAN),
    _way(
        "all money in 元, by xlwt",
        Layout(units=said("元", *MONEY)),
        times(_YUAN, *MONEY),
        *_IN_YUAN,
        writer="xlwt",
    ),
    _way("money in 千元", Layout(units=said("千元", "goods_cost")), times(10, "goods_cost"), (_RULE, "F4")),
    _way("money in 单位：元", Layout(units=said("单位：元", "total")), times(_YUAN, "total"), (_RULE, "I3")),
    _way(
        "元 behind the name without brackets",
        Layout(units=UNITS | {"money_amount": "/元"}),
        times(_YUAN, "money_amount"),
        (_RULE, "D4"),
    ),
    _way(
        "元 in a row of its own under the names",
        Layout(units=said("元", "money_amount"), units_in_a_row=True),
        times(_YUAN, "money_amount"),
        (_RULE, "D5"),
    ),
    _way(
        "元 at the group over both columns",
        Layout(
            units=_NO_UNITS | {"money_recipients": "（人）"},
            labels={"发放慰问金情况": "发放慰问金情况（元）"},
        ),
        times(_YUAN, "money_amount"),
        (_RULE, "D3"),
    ),
    _way(
        "单位：元 over a table whose headers name no unit",
        Layout(
            units=_NO_UNITS, above=((TITLE,), ("填报单位：{unit}", "", "", "", "", "", "", "", "单位：元"))
        ),
        times(_YUAN, *MONEY),
        *((_RULE, "I2") for _ in MONEY),
    ),
    _way(
        "金额单位：元、人 in brackets behind the title",
        Layout(units=_NO_UNITS, above=((f"{TITLE}（金额单位：元）",), ("填报单位：{unit}",))),
        times(_YUAN, *MONEY),
        (_RULE, "A1"),
    ),
    _way(
        "单位：元 over a table whose headers say 万元",
        Layout(above=((TITLE,), ("填报单位：{unit}", "", "", "", "", "", "", "", "单位：元"))),
        lambda _: {},
    ),
    _way(
        "单位：万元 over a table whose headers name no unit",
        Layout(
            units=_NO_UNITS, above=((TITLE,), ("填报单位：{unit}", "", "", "", "", "", "", "", "单位：万元"))
        ),
        lambda _: {},
    ),
    _way(
        "figures with their own 万元 under a header in 元",
        Layout(units=said("元", "money_amount")),
        times(1, "money_amount", with_unit="万元"),
        (_RULE, "D4"),
    ),
    _way(
        "figures with their own 元 under a header in 元",
        Layout(units=said("元", "money_amount")),
        times(_YUAN, "money_amount", with_unit="元"),
        (_RULE, "D4"),
    ),
    _way(
        "people in 百人",
        Layout(units=said("百人", "visited")),
        _in_hundreds := (
            lambda true: {
                k: Styled(float(v / 100), "0.00") for k, v in true.figures.items() if k[1] == "visited"
            }
        ),
        (_RULE, "C3"),
    ),
    _way(
        "a unit nobody knows, every figure with its own",
        Layout(units=said("美元", "money_amount")),
        times(1, "money_amount", with_unit="万元"),
    ),
]
