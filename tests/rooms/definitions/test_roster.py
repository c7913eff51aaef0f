"""The roster as offices keep it: CSV in two encodings or a workbook, with remarks, dates as Excel writes them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from etl.definitions import Roster
from etl.definitions.roster import load_roster
from etl.errors import DefinitionError

HEADER = "code,name,aliases,kind,parent,contact,phone,email,valid_from,valid_to"
LINES = (
    "# 样例花名册：启用前请换成本区的",
    HEADER,
    "T06,土桥镇,土桥镇人民政府|土桥镇政府,镇街,铜梁区,杨同志,023-0000-0106,t06@share.example,,",
    "B01,区财政局,财政局,成员单位,铜梁区,李同志,13800000000,b01@share.example,2022/1/5,2025-12-31",
    "G01,某部队,,驻铜部队,,,,,,",
)
CSV = "\n".join(LINES) + "\n"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Roster]:
    """The roster of a folder that holds roster.csv with this text."""

    def from_csv(text: str, encoding: str = "utf-8") -> Roster:
        (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
        return load_roster(tmp_path)

    return from_csv


def as_workbook(folder: Path, *lines: list[object]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.create_sheet("说明").append(["code", "不是花名册"])
    book.save(folder / "roster.xlsx")
    return folder / "roster.xlsx"


def mistake(load: Callable[..., Roster], text: str) -> str:
    """What is said of a roster, without the folder's own path."""
    with pytest.raises(DefinitionError) as told:
        load(text)
    return str(told.value)[str(told.value).index("roster.csv") :]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_ends", ["\n", "\r\n"])
def test_a_csv_loads_in_the_encodings_that_excel_writes(
    load: Callable[..., Roster], encoding: str, line_ends: str
) -> None:
    town, bureau, garrison = load(CSV.replace("\n", line_ends), encoding).units
    assert (town.code, town.name, town.kind, town.parent) == ("T06", "土桥镇", "镇街", "铜梁区")
    assert town.names == ("土桥镇", "土桥镇人民政府", "土桥镇政府")
    assert (bureau.contact, bureau.phone, bureau.email) == ("李同志", "13800000000", "b01@share.example")
    assert (bureau.valid_from, bureau.valid_to) == (date(2022, 1, 5), date(2025, 12, 31))
    assert (garrison.aliases, garrison.parent, garrison.valid_from) == ((), "", None)


def test_units_keep_the_offices_order_and_kinds_that_of_their_first_units(
    load: Callable[..., Roster],
) -> None:
    roster = load(CSV + "T01,巴川街道,,镇街,,,,,,\n")
    assert [unit.code for unit in roster.units] == ["T06", "B01", "G01", "T01"]
    assert roster.kinds == ("镇街", "成员单位", "驻铜部队")
    assert roster.by_code["T01"].name == "巴川街道"


def test_a_workbook_loads_as_the_same_roster(tmp_path: Path, load: Callable[..., Roster]) -> None:
    from_csv = load(CSV)
    (tmp_path / "roster.csv").unlink()
    bureau = LINES[3].split(",")
    as_workbook(
        tmp_path,
        [LINES[0]],
        HEADER.split(","),
        LINES[2].split(","),
        [*bureau[:6], 13800000000, bureau[7], date(2022, 1, 5), date(2025, 12, 31)],
        [],
        ["G01", "某部队", None, "驻铜部队"],
    )
    assert load_roster(tmp_path) == from_csv


def test_a_code_that_excel_took_for_a_number_is_a_code_still(tmp_path: Path) -> None:
    as_workbook(tmp_path, ["code", "name", "kind"], [106, "土桥镇", "镇街"])
    assert load_roster(tmp_path).units[0].code == "106"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2022-02-10", date(2022, 2, 10)),
        ("2022/2/10", date(2022, 2, 10)),
        ("2022/02/10", date(2022, 2, 10)),
        ("2022.2.10", date(2022, 2, 10)),
        ("2022-2-1", date(2022, 2, 1)),
        ("2022年2月1日", date(2022, 2, 1)),
        (" 2022/2/10 ", date(2022, 2, 10)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_validity_date_is_read_as_people_type_it(
    load: Callable[..., Roster], typed: str, day: date | None
) -> None:
    assert load(f"code,name,kind,valid_from\nT06,土桥镇,镇街,{typed}\n").units[0].valid_from == day


@pytest.mark.parametrize(
    "typed", ["2022", "2月10日", "10/2/2022", "2022/2/30", "20220210", "长期", "44602", "86400"]
)
def test_what_is_no_date_is_told_with_its_line_and_how_to_write_it(
    load: Callable[..., Roster], typed: str
) -> None:
    said = mistake(load, f"code,name,kind,valid_to\nT06,土桥镇,镇街,{typed}\n")
    assert said.startswith("roster.csv：第2行.valid_to：应是日期，如 2022-02-10")


@pytest.mark.parametrize("parted", ["甲|乙", "甲｜乙", "甲、乙", " 甲 | 乙 |"])
def test_aliases_are_parted_as_people_part_them(load: Callable[..., Roster], parted: str) -> None:
    assert load(f"code,name,kind,aliases\nT06,土桥镇,镇街,{parted}\n").units[0].aliases == ("甲", "乙")


def test_columns_may_stand_in_any_order_and_most_may_be_absent(load: Callable[..., Roster]) -> None:
    (unit,) = load("kind,name,,code\n镇街, 土桥镇 ,,T06\n").units
    assert (unit.code, unit.name, unit.kind, unit.contact) == ("T06", "土桥镇", "镇街", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "花名册是空的"),
        ("# 只有说明\n", "花名册是空的"),
        ("code,name\nT06,土桥镇\n", "表头：缺少列 kind。可用的列："),
        ("code,name,kind,电话\n", "表头：不认识的列 电话。可用的列：code、name、aliases、kind、parent、"),
        ("code,name,kind\nT06,,镇街\n", "第2行.name：缺少这一项"),
        ("# 说明\n\ncode,name,kind\nT06,土桥镇,\n", "第4行.kind：缺少这一项"),
        ("code,name,kind\nT06,土桥/镇,镇街\n", "第2行.name：“土桥/镇”要用作文件夹名，不能含"),
        ("code,name,kind\nT06,.土桥镇,镇街\n", "第2行.name：“.土桥镇”要用作文件夹名，不能含"),
        ("code,name,kind\nT06,未识别单位,镇街\n", "第2行.name：“未识别单位”要用作文件夹名，不能"),
        ("code,name,kind\nT06,甲,镇街\nT06,乙,镇街\n", "第3行.code：“T06”与第2行重复"),
        ("code,name,kind\nT06,甲,镇街\nT07,甲,镇街\n", "第3行：名称或别名“甲”与第2行重复"),
        ("code,name,kind,aliases\nT06,甲,镇街,乙\nT07,乙,镇街,\n", "第3行：名称或别名“乙”与第2行重复"),
        ("code,name,kind\nT06,甲,乙,镇街\n", "第2行：比表头多出格子，是不是多了一个逗号？"),
        ('code,name,kind\nT06,"甲,镇街\nT07,乙,镇街\n', "第3行：引号没有成对"),
        (
            "code,name,kind,valid_from,valid_to\nT06,甲,镇街,2022-02-10,2022-02-09\n",
            "第2行：valid_from、valid_to：起止日期颠倒了",
        ),
    ],
)
def test_a_mistake_names_its_line(load: Callable[..., Roster], text: str, said: str) -> None:
    assert mistake(load, text).startswith(f"roster.csv：{said}")


def test_two_units_may_share_a_name_if_they_never_exist_on_the_same_day(load: Callable[..., Roster]) -> None:
    roster = load(
        "code,name,kind,valid_from,valid_to\nT06,土桥镇,镇街,,2021-12-31\nT99,土桥镇,镇街,2022-01-01,\n"
    )
    assert [unit.code for unit in roster.valid_on(date(2021, 12, 31))] == ["T06"]
    assert [unit.code for unit in roster.valid_on(date(2022, 1, 1))] == ["T99"]


def test_two_units_of_one_name_that_overlap_by_a_day_are_refused(load: Callable[..., Roster]) -> None:
    text = "code,name,kind,valid_from,valid_to\nT06,土桥镇,镇街,,2022-01-01\nT99,土桥镇,镇街,2022-01-01,\n"
    assert mistake(load, text) == "roster.csv：第3行：名称或别名“土桥镇”与第2行重复"


def test_a_unit_may_repeat_its_own_name_among_its_aliases(load: Callable[..., Roster]) -> None:
    assert len(load("code,name,kind,aliases\nT06,土桥镇,镇街,土桥镇|土桥\n").units) == 1


def test_the_days_of_validity_include_both_ends(load: Callable[..., Roster]) -> None:
    (unit,) = load("code,name,kind,valid_from,valid_to\nT06,甲,镇街,2022-01-02,2022-01-03\n").units
    days = [date(2022, 1, day) for day in (1, 2, 3, 4)]
    assert [unit.valid_on(day) for day in days] == [False, True, True, False]


def test_of_two_rosters_nobody_guesses_and_without_one_nothing_starts(
    tmp_path: Path, load: Callable[..., Roster]
) -> None:
    with pytest.raises(DefinitionError, match=r"没有花名册（roster.csv 或 roster.xlsx）"):
        load_roster(tmp_path)
    as_workbook(tmp_path, ["code", "name", "kind"])
    with pytest.raises(DefinitionError, match=r"两份花名册都在，只能留一份"):
        load(CSV)


def test_a_workbook_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "roster.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(DefinitionError, match=r"roster.xlsx：打不开"):
        load_roster(tmp_path)


def test_a_csv_in_no_encoding_of_ours_says_which_ones_it_may_have(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(b"code,name,kind\nT06,\xff\xff,x\n")
    with pytest.raises(DefinitionError, match=r"roster.csv：应是 UTF-8 或 GB18030 编码的 CSV"):
        load_roster(tmp_path)
