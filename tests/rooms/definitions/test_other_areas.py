"""Other districts and counties, as the office lists them."""

from pathlib import Path

import pytest

from etl.definitions import load_definitions
from etl.errors import DefinitionError


def test_a_name_counts_with_and_without_its_ending_as_far_as_two_characters_are_left(config: Path) -> None:
    (config / "other_areas.toml").write_text('areas = ["大足区", "泸县", "石柱"]\n', "utf-8")
    assert load_definitions(config).other_areas.names == ("大足区", "大足", "泸县", "石柱")


def test_the_shipped_ones_are_the_citys_other_districts_and_counties_and_not_our_own(config: Path) -> None:
    shipped = load_definitions(config).other_areas
    assert len(shipped.areas) == len(set(shipped.areas)) == 37 + 2  # two of 四川 beside us
    assert "铜梁" not in shipped.names


def test_a_config_without_the_file_knows_none(config: Path) -> None:
    (config / "other_areas.toml").unlink()
    assert load_definitions(config).other_areas.names == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('areas = "大足区"', 'areas：应是列表，如 ["甲", "乙"]，现在是 \'大足区\''),
        ('areas = ["大足区", 1]', "areas.第2项：应是加引号的文字，现在是 1"),
        ('areas = ["忠"]', "areas：区县的名称至少两个字，现在有 '忠'"),
        ('area = ["大足区"]', "area：没有这一项（是否写错了名字？）"),
    ],
)
def test_a_mistake_in_the_other_areas(config: Path, written: str, said: str) -> None:
    file = config / "other_areas.toml"
    file.write_text(written, "utf-8")
    with pytest.raises(DefinitionError) as told:
        load_definitions(config)
    assert str(told.value) == f"{file}：{said}"
