"""Personal numbers never leave the archive, the warehouse and the unit's own documents."""

import time

import pytest

from etl.masking import masked, shown


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("联系人张三13800138000", "联系人张三138****8000"),
        ("138-0013-8000", "138****8000"),
        ("138 0013 8000，晚上打", "138****8000，晚上打"),
        ("138.0013.8000", "138****8000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "138****8000"),
        ("1３８００138０００", "138****8000"),
        ("+86 138－0013－8000", "+861******8000"),
        ("+8613800138000", "+861******8000"),
        ("13800138000、19900139000", "138****8000、199****9000"),
        ("13800138000 19900139000", "138****8000 199****9000"),
        ("统计表20220210_13800138000(1).xlsx", "统计表20220210_138****8000(1).xlsx"),
        ("身份证500224198001011234。", "身份证500***********1234。"),
        ("50022419800101123X", "500***********123X"),
        ("500224 19800101 123x", "500***********123x"),
        ("500224-1980-0101-1234", "500***********1234"),
        ("５００２２４１９８００１０１１２３Ｘ", "500***********123X"),
        ("500224800101123", "500********1123"),
        ("500224 800101 123", "500********1123"),
    ],
)
def test_id_and_mobile_numbers_are_masked_however_they_are_typed(text: str, paper: str) -> None:
    assert masked(text) == paper


@pytest.mark.parametrize(
    "text",
    [
        "023-45632222",
        "2022-01-10 13:55:12",
        "微信图片_20220210153012.jpg",
        "mmexport1644483612345.jpg",
        "13800.138000",
        "总计填的是1350，各行相加是1300，相差50人",
        "账号6222021234567890123",
        "12800138000",
        "1380013800",
    ],
)
def test_figures_dates_landlines_and_other_long_numbers_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


def test_the_rest_of_a_text_with_full_width_digits_is_not_touched() -> None:
    assert masked("第１２页，13800138000，Ｘ") == "第１２页，138****8000，Ｘ"


def test_characters_that_turn_hide_or_break_text_are_replaced() -> None:
    assert shown("表\u202ecod.xlsx\x00\x1b[31m\ud800") == "表\ufffdcod.xlsx\ufffd\ufffd[31m\ufffd"


def test_a_hidden_sign_between_the_digits_hides_no_mobile_number() -> None:
    assert shown("138\u200b0013\u200b8000") == "138****8000"


def test_long_text_is_cut_and_no_half_of_a_number_survives_the_cut() -> None:
    assert shown("甲" * 400) == "甲" * 299 + "…"
    assert shown("甲" * 290 + "13800138000", 300) == "甲" * 290 + "138****80…"


@pytest.mark.timed
@pytest.mark.parametrize("text", ["13 " * 20_000, "1" + "-" * 60_000, "5" + "  0" * 20_000, "1" * 60_000])
def test_no_text_however_made_takes_long_to_mask(text: str) -> None:
    begun = time.perf_counter()
    masked(text)
    assert time.perf_counter() - begun < 0.5
