"""Whatever a person can type for n is read as n or refused, never as another number."""

import string
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.definitions import Column, load_definitions
from etl.sheets.figures import Raw, as_typed, clean_text, read_figure
from etl.sheets.numerals import chinese_number

DEFINITIONS = load_definitions(Path(__file__).parents[3] / "config")
FORM, LIMITS = DEFINITIONS.forms["double-support"], DEFINITIONS.limits
PEOPLE, PIECES, MONEY = FORM.column("visited"), FORM.column("goods_items"), FORM.column("money_amount")

UNHURRIED = settings(deadline=None)
"""The first numeral imports cn2an, and a busy machine is no reason to fail."""

DIGITS, FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
PLACES, FORMAL_PLACES = ("", "十", "百", "千"), ("", "拾", "佰", "仟")


def written(n: int, digits: str = DIGITS, places: tuple[str, ...] = PLACES) -> str:
    """n as schools teach to write it; independent of the code under test."""
    if n == 0:
        return digits[0]
    text, gap = "", False
    for power, mark in ((8, "亿"), (4, "万"), (0, "")):
        section = n // 10**power % 10**4 if power < 8 else n // 10**8
        if section == 0:
            gap = bool(text)
            continue
        text += digits[0] if text and (gap or section < 1000) else ""
        text += _section(section, digits, places) + mark
        gap = False
    return text


def _section(n: int, digits: str, places: tuple[str, ...]) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = n // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[digit] + places[place]
        gap = False
    return text


def spoken(n: int) -> str:
    """As people say it: 十五 for 一十五, 两千 for 二千."""
    text = written(n).replace("二千", "两千")
    if text.startswith(("二万", "二亿")):
        text = "两" + text[1:]
    return text.removeprefix("一") if text.startswith("一十") else text


def formal(n: int) -> str:
    return written(n, FORMAL, FORMAL_PLACES)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "　" if c == " " else c for c in text)


def same(text: str) -> str:
    return text


def padded(text: str) -> str:
    return f"\u3000\ufeff {text}\u00a0\u200b\n"


WAYS_OF_COUNTING: list[Callable[[int], str]] = [str, "{:,}".format, "{:.2f}".format, written, spoken, formal]
DRESSES: list[Callable[[str], str]] = [same, full_width, padded]

counts = st.one_of(st.integers(0, 20_000), st.integers(0, LIMITS.largest_count))
fen = st.one_of(st.integers(0, 10**9), st.integers(0, LIMITS.largest_money * 10**6))


def assert_read_as(raw: Raw, column: Column, value: Decimal | int, header_unit: str | None = None) -> None:
    read = read_figure(raw, column, LIMITS, header_unit)
    assert (read.meaning, read.value) == ("number", value), raw


def assert_never_another(raw: Raw, column: Column, value: Decimal, header_unit: str | None = None) -> None:
    read = read_figure(raw, column, LIMITS, header_unit)
    assert read.meaning == "unreadable" or read.value == value, raw


@UNHURRIED
@given(
    counts, st.sampled_from(WAYS_OF_COUNTING), st.sampled_from(["", "人", " 人"]), st.sampled_from(DRESSES)
)
def test_every_way_of_writing_a_count_is_read_as_that_count(
    n: int, write: Callable[[int], str], unit: str, dress: Callable[[str], str]
) -> None:
    assert_read_as(dress(write(n) + unit), PEOPLE, n)


@UNHURRIED
@given(st.one_of(st.integers(0, 99999), st.integers(0, 10**12 - 1)))
def test_our_grammar_knows_every_well_formed_numeral(n: int) -> None:
    assert chinese_number(written(n)) == chinese_number(formal(n)) == chinese_number(spoken(n)) == n


@UNHURRIED
@given(st.text(DIGITS + "两十百千万亿点", min_size=1, max_size=9))
def test_a_numeral_is_read_only_if_writing_it_again_gives_the_same(text: str) -> None:
    value = chinese_number(text)
    if value is not None:
        whole, _, decimals = text.partition("点")
        assert int(value) == value // 1
        again = written(int(value))
        optional = str.maketrans("两", "二", "零")  # 十万零一千 and 十万一千 are one number
        shape = whole.translate(optional).replace("千十", "千一十").removeprefix("一")
        assert shape in (again.translate(optional), again.translate(optional).removeprefix("一"))
        assert "".join(DIGITS[int(c)] for c in str(value).partition(".")[2]) == decimals


@UNHURRIED
@given(
    counts,
    st.sampled_from(["约{}", "大约{}人", "{}余人", "近{}", "{}左右", "{}多人", "{}多", "约 {} 人左右"]),
)
def test_an_approximate_figure_is_its_number_with_a_query(n: int, about: str) -> None:
    for write in WAYS_OF_COUNTING:
        text = about.format(write(n))
        assert_read_as(text, PEOPLE, n)
        assert read_figure(text, PEOPLE, LIMITS).raises == ("figure_approximate",)


@UNHURRIED
@given(fen, st.sampled_from(["", "万", "万元", " 万元"]), st.sampled_from(DRESSES))
def test_money_in_wan_yuan_is_exact_to_the_fen(n: int, unit: str, dress: Callable[[str], str]) -> None:
    value = Decimal(n) / 10**6
    for text in (f"{value:f}", f"{value:,f}", f"{value:.6f}"):
        assert_read_as(dress(text + unit), MONEY, value)
    assert read_figure(f"{value:f}{unit}", MONEY, LIMITS).raises == ()


@UNHURRIED
@given(fen, st.sampled_from(["元", " 元", "元整", "圆"]))
def test_money_in_yuan_is_converted_with_a_warning(n: int, unit: str) -> None:
    yuan = Decimal(n) / 100
    assert_read_as(f"{yuan:,f}{unit}", MONEY, Decimal(n) / 10**6)
    assert read_figure(f"{yuan:f}{unit}", MONEY, LIMITS).raises == ("figure_converted",)


@UNHURRIED
@given(fen)
def test_under_a_header_in_yuan_the_same_money_is_read_however_it_is_given(n: int) -> None:
    yuan, value = Decimal(n) / 100, Decimal(n) / 10**6
    for raw in (f"{yuan:f}", f"{yuan:,f}元", f"{value:f}万元", f"{value:f}万"):
        assert_read_as(raw, MONEY, value, "元")
        assert read_figure(raw, MONEY, LIMITS, "元").raises == ()


@UNHURRIED
@given(st.integers(0, 10**12 - 1), st.sampled_from(["元", "元整", "圆整", "元正"]))
def test_money_in_chinese_numerals_is_never_another_sum(yuan: int, unit: str) -> None:
    for numeral in (written(yuan), formal(yuan), spoken(yuan)):
        assert_read_as(numeral + unit, MONEY, Decimal(yuan) / 10**4)
        assert_read_as(numeral, MONEY, Decimal(yuan) / 10**4, "元")


@UNHURRIED
@given(st.integers(0, LIMITS.largest_money), st.sampled_from(["", "万", "万元"]))
def test_whole_wan_yuan_in_chinese_numerals_are_read_or_refused(n: int, unit: str) -> None:
    for numeral in (written(n), formal(n), spoken(n)):
        assert_never_another(numeral + unit, MONEY, Decimal(n))


@UNHURRIED
@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["万", "万人", "万 人", "千", "千人"]))
def test_counts_in_wan_or_qian_are_converted(whole: int, decimals: int, unit: str) -> None:
    factor = 10000 if unit.startswith("万") else 1000
    value = Decimal(f"{whole}.{decimals:04d}")
    assert_never_another(f"{value}{unit}", PEOPLE, value * factor)
    if " " not in unit:
        assert_read_as(f"{value}{unit}", PEOPLE, value * factor)
        assert "figure_converted" in read_figure(f"{value}{unit}", PEOPLE, LIMITS).raises


@UNHURRIED
@given(st.floats(0, LIMITS.largest_money, allow_subnormal=False))
def test_a_number_cell_is_read_to_the_nearest_fen(number: float) -> None:
    read = read_figure(number, MONEY, LIMITS)
    assert read.value is not None and abs(read.value - Decimal(repr(number))) <= Decimal("0.0000005")
    assert read.value == round(read.value, 6)


@UNHURRIED
@given(st.integers(-(10**30), 10**30))
def test_a_whole_number_in_a_cell_or_as_text_is_itself_or_too_large(n: int) -> None:
    for raw in (n, str(n)):
        read = read_figure(raw, PIECES, LIMITS)
        assert read.value == (n if abs(n) <= LIMITS.largest_count else None)


LIKELY = st.text(
    string.digits + ",.-−—/ 人件元万千亿余多约近左右一二两十百零〇点无没有整￥％²①\u200b\x00", max_size=12
)


@UNHURRIED
@given(st.one_of(st.text(max_size=80), LIKELY), st.sampled_from([PEOPLE, PIECES, MONEY]))
def test_no_text_whatever_raises_or_gives_a_figure_beyond_the_limits(text: str, column: Column) -> None:
    for header_unit in (None, "元", "吨"):
        read = read_figure(text, column, LIMITS, header_unit)
        assert (read.value is None) == (read.meaning != "number")
        assert read.value is None or abs(read.value) <= LIMITS.largest_count
        assert (read.meaning == "unreadable") == bool({"not_a_number", "figure_too_large"} & set(read.raises))


@UNHURRIED
@given(st.floats(), st.sampled_from([PEOPLE, MONEY]))
def test_no_number_whatever_gives_a_value_that_is_not_finite(number: float, column: Column) -> None:
    read = read_figure(number, column, LIMITS)
    assert read.value is None or read.value.is_finite()
    assert as_typed(number)


@UNHURRIED
@given(st.text())
def test_clean_text_can_be_stored_anywhere_and_is_clean_once_and_for_all(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned
