"""What one unit did, drawn from a seed: its figures, who led the visits, and which difficulties were solved."""

from dataclasses import dataclass
from random import Random

from etl.definitions import Form
from etl.errors import Refused
from etl.model import Amounts

FEN_IN_YUAN = 100
_PARTS = {"visited", "money_amount", "money_recipients", "goods_cost", "goods_items", "goods_recipients"}
_WORDS = {"leader", "difficulties"}

# Row → how likely the unit visits them at all, and how many it then visits.
_TOWN = {
    "key_beneficiaries": (1.0, 60, 620),
    "veterans_in_difficulty": (0.95, 20, 160),
    "local_garrison": (0.4, 20, 90),
    "border_garrison": (0.8, 3, 28),
}
_BUREAU = {
    "key_beneficiaries": (1.0, 6, 70),
    "veterans_in_difficulty": (0.7, 4, 36),
    "local_garrison": (0.55, 30, 180),
    "border_garrison": (0.25, 1, 8),
}
_GARRISON = {
    "key_beneficiaries": (1.0, 10, 45),
    "veterans_in_difficulty": (0.8, 5, 20),
}
_REACH = {"镇街": _TOWN, "成员单位": _BUREAU, "驻铜部队": _GARRISON}

_YUAN_A_HEAD = (200, 300, 300, 400, 500, 500, 600, 800, 1000)
_YUAN_AN_ITEM = (58, 68, 76, 85, 98, 116, 128, 168)
_SURNAMES = "王李张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程"
_GIVEN = (
    "建国",
    "伟",
    "志强",
    "晓燕",
    "明",
    "丽",
    "永红",
    "国华",
    "勇",
    "敏",
    "光荣",
    "德明",
    "小平",
    "兴",
    "文",
)
_POSTS = {
    "镇街": ("党委书记", "镇长", "党委副书记", "人大主席", "武装部长"),
    "驻铜部队": ("政治委员", "主任"),
}
_POSTS_ELSEWHERE = ("主任", "副主任", "党组书记", "党组成员", "局长", "副局长")
_DONE = (
    "协调{n}名军人子女入学入园",
    "推荐{n}名随军家属就业",
    "帮助{n}户改造住房",
    "为{n}人联系看病就医",
    "提供法律援助{n}件",
    "慰问住院老兵{n}人",
    "帮助{n}户解决冬季取暖",
)


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """One filled-in form. `amounts` has every row and sum; `leaders` and `difficulties` go by row id."""

    amounts: Amounts
    leaders: dict[str, str]
    difficulties: dict[str, str]

    @property
    def is_nil(self) -> bool:
        return not any(amount for row in self.amounts.values() for amount in row.values())


def check_form(form: Form) -> None:
    """Refused unless the form has the columns that the sample knows how to fill."""
    has = {column.id for column in form.part_columns}, {column.id for column in form.text_columns}
    if has != (_PARTS, _WORDS):
        raise Refused(f"样例只会填 double-support 这样的表，不会填“{form.id}”：它的列不一样。")


def draw_form(form: Form, kind: str, rng: Random) -> DrawnForm:
    """A believable form of a unit of that kind; the first row always has visits and money."""
    reach = _REACH.get(kind, _BUREAU)
    parts = {}
    for place, row in enumerate(form.category_rows):
        chance, low, high = reach.get(row.id, (0.0, 0, 0))
        visited = rng.randint(low, high) if rng.random() < chance else 0
        parts[row.id] = _draw_row(visited, money_for_sure=place == 0, rng=rng)
    seen = [row for row in parts if parts[row]["visited"]]
    return DrawnForm(
        amounts=with_sums(form, parts),
        leaders={row: _leader(kind, rng) for row in seen},
        difficulties={row: _difficulty(rng) for row in seen if rng.random() < 0.6},
    )


def nil_form(form: Form) -> DrawnForm:
    """A form that reports nothing (零报告)."""
    parts = {row.id: dict.fromkeys(_PARTS, 0) for row in form.category_rows}
    return DrawnForm(with_sums(form, parts), {}, {})


def better(form: Form, first: DrawnForm, rng: Random) -> DrawnForm:
    """The same form a few days later: some more people of the first row were visited and given money."""
    row = form.category_rows[0].id
    parts = {each.id: dict(first.amounts[each.id]) for each in form.category_rows}
    more = rng.randint(2, 9)
    a_head = parts[row]["money_amount"] // parts[row]["money_recipients"]
    parts[row]["visited"] += more
    parts[row]["money_recipients"] += more
    parts[row]["money_amount"] += more * a_head
    return DrawnForm(with_sums(form, parts), first.leaders, first.difficulties)


def with_sums(form: Form, parts: Amounts) -> Amounts:
    """The category figures with 合计 and 总计 added up, in the form's order."""
    rows = {row.id: dict(parts[row.id]) for row in form.category_rows}
    for amounts in rows.values():
        for column in form.sum_columns:
            amounts[column.id] = sum(amounts[part] for part in column.sum_of)
    figures = [column.id for column in form.figure_columns]
    total = {column: sum(amounts[column] for amounts in rows.values()) for column in figures}
    each = {**rows, form.total_row.id: total}
    return {row.id: {column: each[row.id][column] for column in figures} for row in form.rows}


def _draw_row(visited: int, money_for_sure: bool, rng: Random) -> dict[str, int]:
    """Parts of one row: money, goods or both, to at most as many as were visited."""
    row = {**dict.fromkeys(sorted(_PARTS), 0), "visited": visited}
    if not visited:
        return row
    gives_money = money_for_sure or rng.random() < 0.7
    if gives_money:
        row["money_recipients"] = _some_of(visited, rng)
        row["money_amount"] = row["money_recipients"] * rng.choice(_YUAN_A_HEAD) * FEN_IN_YUAN
    if not gives_money or rng.random() < 0.6:
        row["goods_recipients"] = _some_of(visited, rng)
        row["goods_items"] = row["goods_recipients"] * rng.choice((1, 1, 1, 2, 2, 3))
        row["goods_cost"] = row["goods_items"] * rng.choice(_YUAN_AN_ITEM) * FEN_IN_YUAN
    return row


def _some_of(visited: int, rng: Random) -> int:
    return rng.randint((visited + 1) // 2, visited)


def _leader(kind: str, rng: Random) -> str:
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    return f"{name}（{rng.choice(_POSTS.get(kind, _POSTS_ELSEWHERE))}）"


def _difficulty(rng: Random) -> str:
    done = rng.sample(_DONE, rng.choice((1, 1, 2)))
    return "；".join(one.format(n=rng.randint(1, 6)) for one in done) + "。"
