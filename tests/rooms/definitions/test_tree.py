"""The tree of units: who reports through whom, and what is said where that cannot be."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from etl.definitions import Definitions, Roster, Unit
from etl.definitions.roster import load_roster
from etl.definitions.tree import MOST_ON_A_LIST, TOP, VOLUME, Node, nodes_of
from etl.errors import DefinitionError

Load = Callable[[str], Roster]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The roster of these lines: code, name, parent."""

    def of(lines: str) -> Roster:
        rows = [line.split(",") for line in lines.split()]
        text = "".join(f"{code},{name},村,{parent}\n" for code, name, parent in rows)
        (tmp_path / "roster.csv").write_text(f"code,name,kind,parent\n{text}", "utf-8")
        return load_roster(tmp_path)

    return of


def mistake(load: Load, lines: str) -> str:
    with pytest.raises(DefinitionError) as told:
        load(lines)
    return str(told.value)[str(told.value).index("roster.csv") :]


def units(*lines: tuple[str, str, str]) -> Sequence[Unit]:
    return [Unit(code=code, name=name, kind="村", parent=parent) for code, name, parent in lines]


def test_the_shipped_roster_is_flat(definitions: Definitions) -> None:
    campaign = definitions.campaigns["2022-spring"]
    (top,) = campaign.nodes(definitions.roster)
    assert top == Node(TOP, "", None, tuple(unit.code for unit in campaign.units(definitions.roster)))


def test_a_unit_that_is_others_parent_is_a_node_and_stands_in_its_own_list() -> None:
    tree = nodes_of(
        units(
            ("C1", "江津区", "重庆市"),
            ("T1", "白沙镇", "江津区"),
            ("V1", "东村", "白沙镇"),
            ("C2", "铜梁区", "重庆市"),
            ("V2", "西村", "白沙镇"),
            ("B1", "市财政局", "重庆市"),
            ("T2", "土桥镇", "铜梁区"),
        )
    )
    assert tree == (
        Node(TOP, "", None, ("B1",)),
        Node("C1", "江津区", TOP, ("C1",)),
        Node("T1", "白沙镇", "C1", ("T1", "V1", "V2")),
        Node("C2", "铜梁区", TOP, ("C2", "T2")),
    )


def test_a_long_list_of_a_large_campaign_is_parted_into_volumes() -> None:
    many = units(*((f"V{n:04d}", f"村{n}", "铜梁区") for n in range(MOST_ON_A_LIST + 1)))
    top, *volumes = nodes_of(many)
    assert top.units == ()
    assert [volume.name for volume in volumes][:2] == ["第001册", "第002册"]
    assert [len(volume.units) for volume in volumes] == [VOLUME] * 4 + [1]
    assert [code for volume in volumes for code in volume.units] == [unit.code for unit in many]
    assert len(nodes_of(many[1:])) == 1


def test_in_a_flat_roster_a_parent_is_only_a_word(load: Load) -> None:
    assert len(load("T1,白沙镇,江津区 T2,土桥镇,铜梁区 G1,某部队,").units) == 3


def test_in_a_tree_one_name_may_be_nobodys_that_of_the_top(load: Load) -> None:
    assert len(load("T1,白沙镇,江津区 V1,东村,白沙镇 G1,某部队,").units) == 3


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "T1,白沙镇,江津区 T2,土桥镇,江津区 V1,东村,白沙镇 V2,西村,白砂镇",
            "第5行.parent：花名册里没有“白砂镇”。花名册分了级，上级要写另一个单位的全名，或最上一级的名称（这里是“江津区”）",
        ),
        ("T1,白沙镇, V1,东村,白沙镇 V2,西村,白砂镇", "第4行.parent：花名册里没有“白砂镇”。"),
        (
            "T1,白沙镇,江津区 T2,土桥镇,江津县 T3,李市镇,江津区 V1,东村,白沙镇 V2,西村,土桥镇 V3,南村,李市镇",
            "第3行.parent：花名册里没有“江津县”。",
        ),
        ("T1,白沙镇,东村 V1,东村,白沙镇", "第2行.parent：上级绕成了一圈：白沙镇 → 东村 → 白沙镇"),
        ("T1,白沙镇,白沙镇", "第2行.parent：上级绕成了一圈：白沙镇 → 白沙镇"),
    ],
)
def test_an_unknown_parent_and_a_circle_are_told_with_file_and_line(
    load: Load, lines: str, said: str
) -> None:
    assert mistake(load, lines).startswith(f"roster.csv：{said}")
