"""What else a workbook holds: covers, notes, other tables, second forms, odd names."""

from collections.abc import Callable
from dataclasses import replace

from tests.messy.drawing import TITLE, Cell, Drawing, Layout, draw, joined, shifted
from tests.messy.truth import FORM, Key, TrueForm, is_sum, true_form
from tests.messy.way import Note, Sent, Way, truth_of
from tests.messy.ways.making import GRID_WRITERS, laid_out

FAMILY = "sheets"
_UNIT_LINE = ("填报单位（盖章）：{unit}          日期：2022年2月8日",)


def table(name: str | None, *lines: tuple[Cell, ...], down: int = 0, right: int = 0) -> Drawing:
    """A sheet with some other table on it."""
    cells = {
        (r + down, c + right): cell
        for r, line in enumerate(lines)
        for c, cell in enumerate(line)
        if cell != ""
    }
    return Drawing(name, cells)


COVER = table(
    "封面",
    ("关于报送双拥活动情况的函",),
    ("区双拥办：",),
    ("现将统计表报上，请查收。",),
    ("土桥镇", "", 2022),
)
PHONES = table("通讯录", ("单位", "姓名", "电话"), ("土桥镇", "张三", 13800000000), ("合计", "", 1))
BUDGET = table(
    "其他表",
    ("2022年经费预算表",),
    ("项目", "金额（万元）", "合计"),
    ("办公费", 1.5, 1.5),
    ("差旅费", 2, 2),
    ("合计", 3.5, 3.5),
)
GUIDE = table(
    "填表说明", ("填表说明",), ("重点优抚对象", "指烈属等"), ("发放金额", "单位为万元"), ("总计", "各行之和")
)
_EMPTY = table("Sheet3", (" ",))

Book = Callable[[TrueForm], tuple[list[Drawing], Drawing, list[Note]]]


def _way(name: str, writer: str, book: Book) -> Way:
    """`book` gives all sheets, the one that holds the form, and what reading brings up."""

    def make(true: TrueForm) -> Sent:
        sheets, form, notes = book(true)
        return truth_of(GRID_WRITERS[writer][0](*sheets), form, true, *notes)

    return Way(FAMILY, name, writer, f"土桥镇.{GRID_WRITERS[writer][1]}", make)


def _among(name: str, writer: str, *before: Drawing, after: tuple[Drawing, ...] = ()) -> Way:
    def book(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
        form = draw(Layout(), true)
        return [*before, form, *after], form, []

    return _way(name, writer, book)


def _beside(name: str, writer: str, other: Drawing, down: int = 0, right: int = 0) -> Way:
    """Another table on the form's own sheet, the form moved out of its way."""

    def book(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
        form = joined(shifted(draw(Layout(), true), down, right), other)
        return [form], form, []

    return _way(name, writer, book)


def _blank(true: TrueForm, **layout: str) -> Drawing:
    return draw(Layout(**layout), true, dict.fromkeys(true.figures))  # type: ignore[arg-type]


def _blank_below(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
    form = joined(draw(Layout(), true), shifted(_blank(true), 14, 0))
    return [form], form, []


def _blank_beside(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
    form = joined(draw(Layout(), true), shifted(_blank(true), 0, 12))
    return [form], form, []


def _blank_above(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
    form = joined(shifted(draw(Layout(), true), 14, 0), _blank(true))
    return [form], form, []


def _blank_sheet(true: TrueForm) -> tuple[list[Drawing], Drawing, list[Note]]:
    form = draw(Layout(name="填好的"), true)
    return [_blank(true, name="空白表"), form], form, []


def _both_filled(name: str, writer: str, book: Callable[[Drawing, Drawing], list[Drawing]]) -> Way:
    def make(true: TrueForm) -> Sent:
        first, second = draw(Layout(name="甲"), true), draw(Layout(name="乙"), true_form(name + " again"))
        content = GRID_WRITERS[writer][0](*book(first, second))
        return truth_of(content, first, true, ("several_forms", None))

    return Way(FAMILY, name, writer, f"土桥镇.{GRID_WRITERS[writer][1]}", make)


def _named(name: str, writer: str = "openpyxl") -> Way:
    return laid_out(FAMILY, f"called {name!r}", Layout(name=name), writer=writer)


def _without(name: str, *notes: str, writer: str = "openpyxl", **layout: tuple[str, ...]) -> Way:
    """Rows or columns left out: what is owed and missing is an error, a sum is derived, words are noted."""

    def make(true: TrueForm) -> Sent:
        sheet = draw(Layout(**layout), true)  # type: ignore[arg-type]
        lost = {key for key in true.figures if key not in sheet.places}
        sent = truth_of(GRID_WRITERS[writer][0](sheet), sheet, true, *((note, None) for note in notes))
        return replace(
            sent, figures={k: v for k, v in true.figures.items() if k not in lost or "sum_derived" in notes}
        )

    return Way("left out", name, writer, f"土桥镇.{GRID_WRITERS[writer][1]}", make)


_ROWS = tuple(row.id for row in FORM.rows)
_COLUMNS = tuple(column.id for column in FORM.columns)


def _less(ids: tuple[str, ...], *lost: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one not in lost)


def _dashes(true: TrueForm) -> dict[Key, Cell | None]:
    return {
        key: ("-", "/", None, "——", "\\")[n % 5] for n, key in enumerate(k for k in true.figures if is_sum(k))
    }


_PEOPLE = ("填表人：张三", "", "联系电话：", 13800000000, "", "审核人：李四", 45678901)
_NOTES = (("注：重点优抚对象指烈属等",), ("重点优抚对象以外不填",))

WAYS = [
    _among("behind a cover", "openpyxl", COVER),
    _among("behind a cover, notes and an empty sheet", "xlsxwriter", COVER, GUIDE, _EMPTY),
    _among("before other tables", "xlwt", after=(PHONES, BUDGET)),
    _among("between other tables", "odfpy", BUDGET, after=(PHONES, _EMPTY)),
    _among("behind a guide that names its rows", "biff12", GUIDE),
    _beside("another table above, which ends in 合计", "openpyxl", BUDGET, down=7),
    _beside("telephone numbers to the left", "xlsxwriter", PHONES, right=5),
    _beside("a table far to the right", "xlwt", table(None, ("合计", 5), ("总计", 7), right=14)),
    _beside(
        "a table below with a 合计 row",
        "odfpy",
        table(None, ("项目", "金额"), ("合计", 9), ("总计", 9), down=15),
    ),
    _way("a blank form below", "openpyxl", _blank_below),
    _way("a blank form beside", "xlsxwriter", _blank_beside),
    _way("a blank form above", "xlwt", _blank_above),
    _way("a blank form on a sheet before", "odfpy", _blank_sheet),
    _both_filled("two filled forms on two sheets", "openpyxl", lambda one, other: [one, other]),
    _both_filled(
        "two filled forms on one sheet", "xlwt", lambda one, other: [joined(one, shifted(other, 12, 0), "甲")]
    ),
    _named("Sheet1"),
    _named("2022年春节 统计表(1)", "xlsxwriter"),
    _named("张三's <表> & “附件”", "xlsxwriter"),
    _named("🎖双拥🎖", "openpyxl"),
    _named("三十一个字的名字" * 3 + "一二三四五六七", "xlwt"),
    _named(" 前后有空格 ", "odfpy"),
    _named("=1+1", "biff12"),
    laid_out(
        FAMILY,
        "a footer of people and telephone numbers",
        Layout(
            below=(
                ("",),
                ("填表人：张三", "", "联系电话：", 13800000000, "", "审核人：李四", 45678901),
                ("注：1.总计=各行之和", 2),
            )
        ),
    ),
    laid_out(
        FAMILY,
        "notes under the table that name its rows",
        Layout(below=_NOTES),
    ),
    laid_out(
        FAMILY, "a second 合计 under 总计", Layout(below=(("合计", "", 1, 2, 3, 4, 5, 6, 7),)), writer="xlwt"
    ),
    laid_out(
        FAMILY, "a date that is one", Layout(above=((TITLE,), ("填报单位", "{unit}", "", "日期", 44600)))
    ),
    laid_out(
        FAMILY,
        "spaces in blank cells",
        Layout(above=((TITLE,), _UNIT_LINE)),
        typed=lambda true: {
            key: " \u3000" for key, value in true.figures.items() if value == 0 and not is_sum(key)
        },
        writer="xlsxwriter",
    ),
    laid_out(
        FAMILY,
        "dashes, slashes and blanks in sums",
        Layout(),
        *(("sum_derived", key) for key in true_form("").figures if is_sum(key)),
        typed=_dashes,
        writer="odfpy",
    ),
    _without("no 总计 row", "sum_derived", rows=_less(_ROWS, "grand_total")),
    _without("no 合计 column", "sum_derived", columns=_less(_COLUMNS, "total"), writer="xlwt"),
    _without(
        "no words", "text_column_missing", columns=_less(_COLUMNS, "leader", "difficulties"), writer="odfpy"
    ),
    _without("a category row lost", "missing_row", rows=_less(_ROWS, "border_garrison")),
    _without(
        "a figure column lost", "missing_column", columns=_less(_COLUMNS, "goods_items"), writer="xlsxwriter"
    ),
]
