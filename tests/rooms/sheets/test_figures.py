"""DESIGN section 5, "Figures": the same rows in the same order, and what stands between them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest

from etl.definitions import load_definitions
from etl.sheets.figures import Raw, as_typed, clean_text, read_figure

DEFINITIONS = load_definitions(Path(__file__).parents[3] / "config")
FORM, LIMITS = DEFINITIONS.forms["double-support"], DEFINITIONS.limits
COLUMNS = {
    "人": FORM.column("visited"),
    "件": FORM.column("goods_items"),
    "万元": FORM.column("money_amount"),
}

CONVERTED, ROUNDED, APPROXIMATE = "figure_converted", "figure_rounded", "figure_approximate"

NUMBERS = [
    # the number: separators every three digits, only the column's own unit dropped
    ("1,234.5", "万元", "1234.5", ()),
    ("１２３", "人", "123", ()),
    ("200人", "人", "200", ()),
    ("3.5 万元", "万元", "3.5", ()),
    ("3.5万", "万元", "3.5", ()),
    # converted
    ("15050元", "万元", "1.505", (CONVERTED,)),
    ("一万五千零五十元整", "万元", "1.505", (CONVERTED,)),
    ("0.02亿元", "万元", "200", (CONVERTED,)),
    ("1.2万人", "人", "12000", (CONVERTED,)),
    ("1.2万", "人", "12000", (CONVERTED,)),
    ("3千人", "人", "3000", (CONVERTED,)),
    # more decimals than the 分
    ("1.23456789", "万元", "1.234568", (ROUNDED,)),
    ("1.2345675", "万元", "1.234568", (ROUNDED,)),
    (1.1 + 2.2, "万元", "3.3", ()),
    (199.9999999, "人", "200", ()),
    # zero
    ("无", "人", "0", ()),
    ("零", "人", "0", ()),
    ("〇", "人", "0", ()),
    ("没有", "人", "0", ()),
    # Chinese numerals
    ("一百二十五", "人", "125", ()),
    ("两千", "人", "2000", ()),
    ("壹仟", "人", "1000", ()),
    ("三点五", "万元", "3.5", ()),
    # approximate
    ("约200人", "人", "200", (APPROXIMATE,)),
    ("大约200", "人", "200", (APPROXIMATE,)),
    ("100余人", "人", "100", (APPROXIMATE,)),
    ("近300", "人", "300", (APPROXIMATE,)),
    ("200左右", "人", "200", (APPROXIMATE,)),
    ("200多人", "人", "200", (APPROXIMATE,)),
]

DASHES = ["/", "\\", "-", "−", "—", "——", "–"]

REFUSED = [
    *("一百二", "一二五"),
    *("待定", "3.2.1", "3,5", "4-5", "1 234", "1.2E3", "1_000", "5²", "①", "¥3.5", "≥200", "200件", "#REF!"),
    *(date(2022, 2, 8), datetime(2022, 2, 8, tzinfo=UTC), True, False, float("nan"), "NaN"),
]


@pytest.mark.parametrize(("raw", "unit", "value", "raises"), NUMBERS)
def test_a_figure_is_read_as_the_table_of_figures_says(
    raw: Raw, unit: str, value: str, raises: tuple[str, ...]
) -> None:
    read = read_figure(raw, COLUMNS[unit], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("number", Decimal(value), raises)


@pytest.mark.parametrize("raw", DASHES)
def test_a_dash_or_slash_is_left_to_the_row_to_mean_nothing(raw: str) -> None:
    read = read_figure(raw, COLUMNS["人"], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("dash", None, ())


@pytest.mark.parametrize("raw", [None, "", " ", "　", "\u00a0\t\n", "\u200b\ufeff"])
def test_a_blank_cell_says_nothing(raw: Raw) -> None:
    read = read_figure(raw, COLUMNS["人"], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("nothing", None, ())
    assert as_typed(raw) is None


@pytest.mark.parametrize("raw", REFUSED)
def test_anything_else_is_an_error_at_its_cell(raw: Raw) -> None:
    read = read_figure(raw, COLUMNS["人"], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("unreadable", None, ("not_a_number",))


BETWEEN_THE_ROWS = [
    ("\u200b　200\u00a0人\ufeff", "人", "200", ()),
    ("１，２３４．５", "万元", "1234.5", ()),
    ("○", "人", "0", ()),
    ("零人", "人", "0", ()),
    (0, "人", "0", ()),
    (-0.0, "万元", "0", ()),
    (200.0, "人", "200", ()),
    (0.1, "万元", "0.1", ()),
    ("200.0", "件", "200", ()),
    ("15050.5元", "万元", "1.50505", (CONVERTED,)),
    ("15,050元整", "万元", "1.505", (CONVERTED,)),
    ("壹万伍仟零伍拾圆整", "万元", "1.505", (CONVERTED,)),
    ("15050.123元", "万元", "1.505012", (CONVERTED, ROUNDED)),
    ("三万元", "万元", "3", ()),
    ("三点五万元", "万元", "3.5", ()),
    ("一亿两千万元", "万元", "12000", (CONVERTED,)),
    ("三万", "人", "30000", ()),
    ("三千人", "人", "3000", ()),
    ("三点五万人", "人", "35000", (CONVERTED,)),
    ("1.2万件", "件", "12000", (CONVERTED,)),
    ("约200人左右", "人", "200", (APPROXIMATE,)),
    ("大约 3.5 万元", "万元", "3.5", (APPROXIMATE,)),
    ("20多万元", "万元", "20", (APPROXIMATE,)),
    ("3万余人", "人", "30000", (APPROXIMATE, CONVERTED)),
    ("近一万五千元", "万元", "1.5", (APPROXIMATE, CONVERTED)),
    ("-5", "人", "-5", ()),
    ("−3.5万元", "万元", "-3.5", ()),
    ("200.5", "人", "200.5", ()),
    (200.00001, "人", "200.00001", ()),
]


@pytest.mark.parametrize(("raw", "unit", "value", "raises"), BETWEEN_THE_ROWS)
def test_ways_of_typing_combine_where_they_can_mean_only_one_number(
    raw: Raw, unit: str, value: str, raises: tuple[str, ...]
) -> None:
    read = read_figure(raw, COLUMNS[unit], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("number", Decimal(value), raises)


AMBIGUOUS_OR_SILENT = [
    ("三万", "万元"),  # 3 or 30000?
    ("一亿零两千万元", "万元"),  # 100002000 万元 or 12000 万元?
    ("一亿两千", "人"),
    ("3千", "万元"),
    ("3千元", "万元"),
    ("0.02亿", "万元"),
    ("200元", "人"),
    ("200人", "件"),
    ("200人", "万元"),
    ("3百人", "人"),
    ("0,123", "人"),
    ("1234,567", "人"),
    ("1,2345", "人"),
    ("05", "人"),
    (".5", "万元"),
    ("5.", "万元"),
    ("+5", "人"),
    ("—5", "人"),
    ("(5)", "人"),
    ("1\u200b5", "人"),
    ("3.5万 元", "万元"),
    ("50%", "人"),
    ("十几人", "人"),
    ("约", "人"),
    ("约无", "人"),
    ("多人", "人"),
    ("人", "人"),
    ("两十", "人"),
    ("一百零两", "人"),
    ("零五", "人"),
    ("三万零五千", "人"),
    ("负五", "人"),
    ("٣", "人"),
    ("5" * 65, "人"),
    (float("inf"), "人"),
    (time(8, 30), "人"),
    (timedelta(hours=3), "人"),
]


@pytest.mark.parametrize(("raw", "unit"), AMBIGUOUS_OR_SILENT)
def test_what_could_mean_two_numbers_or_none_is_refused(raw: Raw, unit: str) -> None:
    read = read_figure(raw, COLUMNS[unit], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("unreadable", None, ("not_a_number",))


IN_YUAN = [
    (15050, "1.505", ()),
    ("15,050", "1.505", ()),
    ("一万五千零五十", "1.505", ()),
    ("15050元", "1.505", ()),
    ("3.5万元", "3.5", ()),
    ("3.5万", "3.5", ()),
    ("0.02亿元", "200", (CONVERTED,)),
    (150.505, "0.015051", (ROUNDED,)),
    ("约15050", "1.505", (APPROXIMATE,)),
    ("无", "0", ()),
]


@pytest.mark.parametrize(("raw", "value", "raises"), IN_YUAN)
def test_a_header_in_yuan_converts_its_column_without_a_word_at_each_cell(
    raw: Raw, value: str, raises: tuple[str, ...]
) -> None:
    read = read_figure(raw, COLUMNS["万元"], LIMITS, header_unit="元")
    assert (read.meaning, read.value, read.raises) == ("number", Decimal(value), raises)


@pytest.mark.parametrize("raw", [200, 3.5, "200", "两百"])
def test_a_header_unit_that_nobody_knows_leaves_plain_numbers_unread(raw: Raw) -> None:
    assert read_figure(raw, COLUMNS["万元"], LIMITS, header_unit="美元").raises == ("not_a_number",)
    assert read_figure(raw, COLUMNS["件"], LIMITS, header_unit="吨").raises == ("not_a_number",)


def test_under_an_unknown_header_unit_a_figure_with_its_own_unit_is_still_read() -> None:
    assert read_figure("3.5万元", COLUMNS["万元"], LIMITS, header_unit="美元").value == Decimal("3.5")
    assert read_figure("200件", COLUMNS["件"], LIMITS, header_unit="吨").value == 200


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (LIMITS.largest_count + 1, "人"),
        (-LIMITS.largest_count - 1, "人"),
        (f"{LIMITS.largest_count}.5", "人"),
        ("9" * 40, "件"),
        (1e300, "万元"),
        (f"{LIMITS.largest_money // 10000 + 1}亿元", "万元"),
        ("约" + "9" * 40, "人"),
    ],
)
def test_a_figure_beyond_the_limit_is_refused_as_too_large(raw: Raw, unit: str) -> None:
    read = read_figure(raw, COLUMNS[unit], LIMITS)
    assert (read.meaning, read.value, read.raises) == ("unreadable", None, ("figure_too_large",))


def test_a_figure_exactly_at_the_limit_is_still_right() -> None:
    assert read_figure(LIMITS.largest_count, COLUMNS["人"], LIMITS).value == LIMITS.largest_count
    assert read_figure(str(LIMITS.largest_money), COLUMNS["万元"], LIMITS).value == LIMITS.largest_money


def test_noise_is_silent_up_to_its_limit_and_not_beyond() -> None:
    assert read_figure("1.500000001", COLUMNS["万元"], LIMITS).raises == ()
    assert read_figure("1.5000000011", COLUMNS["万元"], LIMITS).raises == (ROUNDED,)
    assert read_figure("200.000001", COLUMNS["人"], LIMITS).value == 200
    assert read_figure("200.0000011", COLUMNS["人"], LIMITS).value == Decimal("200.0000011")


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        (200.0, "200"),
        (200, "200"),
        (3.5, "3.5"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (date(2022, 2, 8), "2022-02-08"),
        (datetime(2022, 2, 8), "2022-02-08"),  # noqa: DTZ001 - a workbook's dates know no zone
        (datetime(2022, 2, 8, 9, 30), "2022-02-08T09:30:00"),  # noqa: DTZ001
        (time(9, 30), "09:30:00"),
        (timedelta(days=1, hours=12), "36:00:00"),
        (timedelta(minutes=-90), "-1:30:00"),
        (True, "TRUE"),
        (False, "FALSE"),
        (" 待定\n", " 待定\n"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_is_quoted_as_its_clerk_sees_it(raw: Raw, typed: str) -> None:
    assert as_typed(raw) == typed


def test_characters_that_no_database_can_hold_are_shown_as_replacement() -> None:
    assert clean_text("a\x00b\x07c\x7fd\ud800e\uffff") == "a�b�c�d�e�"
    assert clean_text("_x0000_ _x001B_ _xD800_ _xFFFF_") == "� � � �"


def test_what_a_database_can_hold_is_left_as_it_is() -> None:
    text = "两行\n\t“文字”\r\n😀 _x0041_ _x000D_ x0000"
    assert clean_text(text) == text


@pytest.mark.timed
def test_a_cell_of_a_million_characters_is_refused_at_once() -> None:
    long = "1" + " 约" * 500_000 + " " * 500_000 + "。"
    began = perf_counter()
    assert read_figure(long, COLUMNS["人"], LIMITS).raises == ("not_a_number",)
    assert as_typed(long) == long
    assert perf_counter() - began < 1


@pytest.mark.parametrize("space", [chr(c) for c in range(0x10000) if chr(c).isspace()])
def test_every_kind_of_space_is_trimmed_at_the_ends_and_refused_inside(space: str) -> None:
    assert read_figure(f"{space}200{space}人{space}", COLUMNS["人"], LIMITS).value == 200
    assert read_figure(f"2{space}00", COLUMNS["人"], LIMITS).value is None
