"""Where things stand: shifts, foreign rows and columns, other orders, merges, headers. Nothing to say about them."""

from tests.messy.drawing import COLUMNS, ROWS, TITLE, UNITS, Layout
from tests.messy.ways.making import in_turn

_MONEY, _GOODS = ("money_amount", "money_recipients"), ("goods_cost", "goods_items", "goods_recipients")
_FULL_NAMES = {
    "money_amount": "慰问金发放金额",
    "money_recipients": "慰问金发放人数",
    "goods_recipients": "慰问品发放人数",
}

PLACES: dict[str, Layout] = {
    "as the notice has it": Layout(),
    "seven rows down": Layout(down=7),
    "three columns right": Layout(right=3),
    "down and right": Layout(down=4, right=2),
    "past column Z": Layout(right=24),
    "five hundred rows down": Layout(down=500, right=1),
}
FOREIGN_COLUMNS: dict[str, Layout] = {
    "a 序号 column": Layout(before=("序号",)),
    "序号 before and 备注 behind": Layout(before=("序号",), after=("备注",)),
    "a column of telephone numbers behind": Layout(after=("联系电话",), filler=lambda n: 13800000000 + n),
    "a column 其中：现役 after the visits": Layout(beside={"visited": "其中：现役（人）"}),
    "a blank column between": Layout(beside={"leader": "", "total": ""}, filler=lambda _: ""),
    "a blank column within a group": Layout(
        beside={"money_amount": ""}, filler=lambda _: "", group_cells="first", label_merged=False
    ),
    "a foreign column within a group": Layout(beside={"goods_cost": "采购方式"}, filler=lambda _: "集中采购"),
    "two blank columns before": Layout(before=("", ""), filler=lambda _: ""),
    "a column of 编号 and one of 单位": Layout(before=("编号", "单位"), filler=lambda n: f"T{n}"),
}
FOREIGN_ROWS: dict[str, Layout] = {
    "blank rows between": Layout(gaps={"veterans_in_difficulty": 1, "border_garrison": 2, "grand_total": 1}),
    "a blank row under the header": Layout(gaps={"key_beneficiaries": 3}),
    "units in a row of their own": Layout(units_in_a_row=True),
    "a row that numbers the columns": Layout(under_header=("甲", *range(1, 10))),
    "a row that letters the columns": Layout(under_header=("栏次", *"ABCDEFGHI")),
    "a row of examples with units under the header": Layout(
        under_header=(
            "示例",
            "张三",
            "10人",
            "1000元",
            "10（人）",
            "1.5元",
            "5件",
            "5人",
            "1001.5（元）",
            "无",
        )
    ),
    "a row 其中：烈属 under a category": Layout(
        rows_before={"veterans_in_difficulty": ("其中：烈属", "", 3, 1, 3, 1, 3, 3, 2)}
    ),
    "lines above the title": Layout(
        above=(("附件1",), ("",), (TITLE,), ("填报单位（盖章）：{unit}  日期：2022年2月8日",))
    ),
    "no lines above at all": Layout(above=()),
    "the unit and the date below": Layout(
        above=((TITLE,),), below=(("填报单位：{unit}", "", "日期：2022.2.8"),)
    ),
}
ORDERS: dict[str, Layout] = {
    "rows swapped": Layout(rows=(ROWS[2], ROWS[0], ROWS[3], ROWS[1], ROWS[4])),
    "the total row first": Layout(rows=(ROWS[4], *ROWS[:4])),
    "the total row first and another 合计 in the footer": Layout(
        rows=(ROWS[4], *ROWS[:4]), below=(("",), ("合计", "", 1, 2, 3, 4, 5, 6, 7))
    ),
    "groups swapped": Layout(columns=("leader", "visited", *_GOODS, *_MONEY, "total", "difficulties")),
    "columns of a group swapped": Layout(
        columns=("leader", "visited", *_MONEY[::-1], *_GOODS[::-1], "total", "difficulties")
    ),
    "the sum column first": Layout(columns=("total", *(c for c in COLUMNS if c != "total"))),
    "everything the other way round": Layout(rows=ROWS[::-1], columns=COLUMNS[::-1]),
    "words first and figures behind": Layout(
        columns=("leader", "difficulties", *_GOODS, "visited", *_MONEY, "total")
    ),
}
HEADERS: dict[str, Layout] = {
    "merges lost, the group named once": Layout(group_cells="first", label_merged=False),
    "merges lost, the group named over each column": Layout(group_cells="each", label_merged=False),
    "labels not merged downwards": Layout(label_merged=False),
    "one header row with full names": Layout(header="one row", labels=_FULL_NAMES),
    "one header row, group and name in one cell": Layout(header="one row"),
    "units left out": Layout(units=dict.fromkeys(UNITS, "")),
    "units in half-width brackets": Layout(
        units={c: u.replace("（", "(").replace("）", ")") for c, u in UNITS.items()}
    ),
    "units in square brackets on a line of their own": Layout(
        units={c: u.replace("（", "\n【").replace("）", "】") for c, u in UNITS.items()}
    ),
    "units as （单位：人）": Layout(units={c: u.replace("（", "（单位：") for c, u in UNITS.items()}),
    "the first header cell blank": Layout(item=""),
    "the first header cell called 类别": Layout(item="类  别"),
}
LAYOUTS = {
    "places": PLACES,
    "foreign columns": FOREIGN_COLUMNS,
    "foreign rows": FOREIGN_ROWS,
    "orders": ORDERS,
    "headers": HEADERS,
}
WAYS = [way for family, layouts in LAYOUTS.items() for way in in_turn(layouts, family)]
