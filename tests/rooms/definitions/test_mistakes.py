"""The office's mistakes in config/: each is told with file, line or key, and what is allowed."""

import re
from pathlib import Path

import pytest

from etl.definitions import load_definitions
from etl.errors import DefinitionError, Refused
from etl.settings import PROJECT

CAMPAIGN = "campaigns/2022-spring.toml"
FORM = "forms/double-support.toml"
LIMITS = "limits.toml"
RULES = "rules.toml"
OWES = '"镇街"     = ["statistics", "narrative"]'
DEADLINE = "deadline = 2022-02-10T23:59:59+08:00"
ZONED = "2022-02-10T23:59:59+08:00"


def mistake(config: Path, file: str, old: str, new: str) -> str:
    """What is said of config/ once `old` is written as `new`, without the folder's own path."""
    path = config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DefinitionError) as told:
        load_definitions(config)
    return str(told.value).replace(f"{config}/", "")


def test_the_shipped_config_loads() -> None:
    definitions = load_definitions(PROJECT / "config")
    campaign = definitions.campaign("2022-spring")
    assert definitions.form_of(campaign).title_of(2022, "spring") == "2022年新年春节期间双拥活动情况统计表"
    assert len(definitions.roster.units) == 66
    assert len(campaign.owed(definitions.roster)) == 2 * 63


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2022-spring"', '"2022-Spring"', "id：只能用小写字母、数字、连字符和下划线，现在是 '2022-Spring'"),
        ('"2022-spring"', '"2023-spring"', "id：应与文件名相同（2022-spring），现在是 '2023-spring'"),
        ('"2022年春节"', '"2022/春节"', "title：“2022/春节”要用作文件夹名，不能含 / \\ : * ? \" < > | 或以点开头"),
        ('"2022年春节"', '".2022"', "title：“.2022”要用作文件夹名，不能含 / \\ : * ? \" < > | 或以点开头"),
        ('"2022年春节"', '" "', "title：不能是空的，现在是 ' '"),
        ("title    =", "titel    =", "title：缺少这一项"),
        ("title    =", "titel    =", "titel：没有这一项（是否写错了名字？），现在是 '2022年春节'"),
        ('"double-support"', '"double"', "form：只能是 double-support，现在是 'double'"),
        ('= "spring"', '= "winter"', "festival：只能是 spring、august，现在是 'winter'"),
        ("Asia/Shanghai", "Asia/Tongliang", "zone：没有“Asia/Tongliang”这个时区，如 Asia/Shanghai"),
        ("Asia/Shanghai", "../etc/passwd", "zone：没有“../etc/passwd”这个时区，如 Asia/Shanghai"),
        (DEADLINE, DEADLINE[:-6], f"deadline：时间要带时区，如 {ZONED}，现在是 2022-02-10T23:59:59"),
        (DEADLINE, "deadline = 2022-02-10", f"deadline：时间要带时区，如 {ZONED}，现在是 2022-02-10"),
        (DEADLINE, 'deadline = "十日"', f"deadline：应是带时区的时间，如 {ZONED}，现在是 '十日'"),
        (DEADLINE, "deadline = 2022-01-09T00:00:00+08:00", "opens、deadline、closes：应依次为开始、截止、关账，先后不能颠倒"),
        ("closes   = 2022-03", "closes   = 2022-01", "opens、deadline、closes：应依次为开始、截止、关账，先后不能颠倒"),
        ("= 2022\n", "= 22\n", "year：应不小于 2000，现在是 22"),
        ("= 2022\n", "= 2022.5\n", "year：应是整数，现在是 2022.5"),
        ("= 2022\n", '= "二〇二二"\n', "year：应是整数，现在是 '二〇二二'"),
        ('# previous = "2021-august"', 'previous = "2022-spring"', "previous：上期不能是这一期自己"),
        ('# previous = "2021-august"', 'previous = "去年"', "previous：只能用小写字母、数字、连字符和下划线，现在是 '去年'"),
        (OWES, OWES.replace("tics", "tic"), "owes.镇街.第1项：只能是 statistics、narrative、stamped，现在是 'statistic'"),
        (OWES, OWES.replace("narrative", "both"), "owes.镇街.第2项：只能是 statistics、narrative、stamped，现在是 'both'"),
        (OWES, OWES.replace("narrative", "statistics"), "owes.镇街：同一种材料写了两次"),
        (OWES, '"镇街" = "statistics"', 'owes.镇街：应是列表，如 ["甲", "乙"]，现在是 \'statistics\''),
        ('"镇街"', '"乡镇"', "owes：只能是 镇街、成员单位、驻铜部队，现在是 '乡镇'"),
        ('"驻铜部队" = []', "", "owes：花名册里有“驻铜部队”，要写明报什么（可以是 []）"),
        ("[owes]", "owes = 3\n[more]", "owes：下面应有“名字 = 值”，现在是 3"),
        ("title    =", "title    :", "不是合格的 TOML：Expected '=' after a key in a key/value pair (at line 3, column 10)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_campaign(config: Path, old: str, new: str, said: str) -> None:
    assert f"{CAMPAIGN}：{said}" in mistake(config, CAMPAIGN, old, new).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 0", "version：应不小于 1，现在是 0"),
        ("{year}年", "{yaer}年", "title：花括号里只能是 {year} 和 {festival}"),
        ("{year}年", "{year年", "title：花括号里只能是 {year} 和 {festival}"),
        ("{year}年", "{year}}年", "title：花括号里只能是 {year} 和 {festival}"),
        ("total    = true", "", "rows：要有、也只能有一行 total = true（总计）"),
        ('"border_garrison"', '"border_garrison"\ntotal = true', "rows：要有、也只能有一行 total = true（总计）"),
        ("total    = true", 'total    = "对"', "rows.第5项.total：只能是 true 或 false，现在是 '对'"),
        ('"veterans_in_difficulty"', '"key_beneficiaries"', "rows.id：重复了 key_beneficiaries"),
        ('id       = "visited"', 'id       = "leader"', "columns.id：重复了 leader"),
        ('id       = "visited"', 'id       = "走访"', "columns.第2项.id：只能用小写字母、数字、连字符和下划线，现在是 '走访'"),
        ('type     = "count"', 'type     = "number"', "columns.第2项.type：只能是 count、money、text，现在是 'number'"),
        ('unit     = "人"', 'unit     = "万元"', "columns.第2项：visited.unit：type 为 count 时只能是 量词，如 人、件、户"),
        ('unit     = "人"', 'unit     = "千人"', "columns.第2项：visited.unit：type 为 count 时只能是 量词，如 人、件、户"),
        ('unit     = "人"', "", "columns.第2项：visited.unit：type 为 count 时只能是 量词，如 人、件、户"),
        ('type     = "text"', 'type     = "text"\nunit = "人"', "columns.第1项：leader.unit：type 为 text 时只能是 （不写）"),
        ('"money_amount", "goods_cost"]', '"money_amount", "goods"]', "columns.total：提到的“goods”不是本表的数字列"),
        ('= "money_recipients"', '= "leader"', "columns.money_amount：提到的“leader”不是本表的数字列"),
        ('"发放慰问金情况"', '"慰问金"', "columns.money_amount.group：只能是 发放慰问金情况、发放慰问品情况"),
        ("width    = 12", 'width    = "宽"', "columns.第1项.width：应是数字，现在是 '宽'"),
        ('["优抚对象", "重点优抚"]', '"优抚"', 'rows.第1项.synonyms：应是列表，如 ["甲", "乙"]，现在是 \'优抚\''),
        ("[labels]", "[lables]", "lables：没有这一项（是否写错了名字？）"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_form(config: Path, old: str, new: str, said: str) -> None:
    assert f"{FORM}：{said}" in mistake(config, FORM, old, new).splitlines()


@pytest.mark.parametrize(
    "name", ["visited_cell", "visited_fen", "sheet", "row_id", "submission_id", "visited-people", "2visited"]
)
def test_a_column_whose_id_would_clash_in_the_warehouse(config: Path, name: str) -> None:
    said = mistake(config, FORM, 'id       = "visited"', f'id       = "{name}"')
    assert said.startswith(f"{FORM}：columns.第2项.id：“{name}”不行：用小写字母、数字和下划线，以字母开头")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("= 20 ", "= 0 ", "form_mib：应大于 0，现在是 0"),
        ("= 20 ", "= 20.5 ", "form_mib：应是整数，现在是 20.5"),
        ("= 20 ", '= "二十" ', "form_mib：应是整数，现在是 '二十'"),
        ("form_mib ", "from_mib ", "form_mib：缺少这一项"),
        ("form_mib ", "from_mib ", "from_mib：没有这一项（是否写错了名字？），现在是 20"),
        ("= 100000000 ", "= 10000000000 ", "largest_money：应不大于 1000000000，现在是 10000000000"),
        ("= 3.0", "= -1", "read_seconds：应大于 0.0，现在是 -1"),
        ("= 3.0", "= inf", "read_seconds：应是有限的数字，现在是 inf"),
        ("= 3.0", '= "三秒"', "read_seconds：应是数字，现在是 '三秒'"),
    ],
)
def test_a_mistake_in_the_limits(config: Path, old: str, new: str, said: str) -> None:
    assert f"{LIMITS}：{said}" in mistake(config, LIMITS, old, new).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('severity = "error"', 'severity = "fatal"', "negative.severity：只能是 error、query、warning，现在是 'fatal'"),
        ('mode     = "on"', 'mode     = "yes"', "negative.mode：只能是 on、trial、off，现在是 'yes'"),
        ('mode     = "on"', "mode     = true", "negative.mode：只能是 on、trial、off，现在是 true"),
        ('mode     = "on"', "", "negative.mode：缺少这一项"),
        ("says     =", "sayz     =", "negative.says：缺少这一项"),
        ('mode     = "on"', 'mode     = "on"\nlimit    = "五万"', "negative.limit：应是数字，现在是 '五万'"),
        ('mode     = "on"', "mode     = \"on\"\nlimit    = nan", "negative.limit：应是有限的数字，现在是 nan"),
        ("{row}", "{row", "negative.says：花括号要成对，里面只能是一个名字，如 {row}"),
        ("{row}", "{}", "negative.says：花括号要成对，里面只能是一个名字，如 {row}"),
        ("{row}", "{row.label}", "negative.says：花括号要成对，里面只能是一个名字，如 {row}"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules(config: Path, old: str, new: str, said: str) -> None:
    rules = (config / RULES).read_text("utf-8")
    shown = re.search(r"^\[negative\]\n(?:.+\n)+", rules, re.MULTILINE)
    assert shown
    spoiled = shown.group().replace(old, new, 1)
    assert spoiled != shown.group()
    assert f"{RULES}：rules.{said}" in mistake(config, RULES, shown.group(), spoiled).splitlines()


def test_every_mistake_of_a_file_is_told_at_once(config: Path) -> None:
    said = mistake(config, LIMITS, "form_mib           = 20 ", "form_mib = 0\nmore = 1\n")
    assert said.splitlines() == [
        "limits.toml：form_mib：应大于 0，现在是 0",
        "limits.toml：more：没有这一项（是否写错了名字？），现在是 1",
    ]


@pytest.mark.parametrize("file", [RULES, LIMITS])
def test_a_file_that_is_not_there_is_named(config: Path, file: str) -> None:
    (config / file).unlink()
    with pytest.raises(DefinitionError, match=f"{file}：没有这个文件"):
        load_definitions(config)


def test_a_config_folder_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"没有这个配置文件夹（RETURNS_CONFIG）"):
        load_definitions(tmp_path / "config")


def test_a_file_that_notepad_saved_with_its_mark_loads(config: Path) -> None:
    for path in config.rglob("*.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked, plain = load_definitions(config), load_definitions(PROJECT / "config")
    assert marked.model_copy(update={"digests": plain.digests}) == plain


def test_a_file_in_another_encoding_says_which_one_it_should_have(config: Path) -> None:
    text = (config / CAMPAIGN).read_text("utf-8")
    (config / CAMPAIGN).write_bytes(text.encode("gb18030"))
    with pytest.raises(DefinitionError, match=f"{CAMPAIGN}：应存为 UTF-8 编码"):
        load_definitions(config)


def test_two_campaigns_cannot_share_a_title_and_so_a_folder(config: Path) -> None:
    text = (config / CAMPAIGN).read_text("utf-8")
    (config / "campaigns/2022-august.toml").write_text(text.replace("2022-spring", "2022-august"), "utf-8")
    with pytest.raises(DefinitionError, match="title：“2022年春节”在 2022-august、2022-spring 重复"):
        load_definitions(config)


def test_a_campaign_may_follow_one_of_which_only_files_are_left(config: Path) -> None:
    text = (config / CAMPAIGN).read_text("utf-8").replace("# previous", "previous")
    (config / CAMPAIGN).write_text(text, "utf-8")
    assert load_definitions(config).campaign("2022-spring").previous == "2021-august"


def test_a_campaign_nobody_defined_is_refused_with_those_there_are(config: Path) -> None:
    with pytest.raises(Refused, match="没有“2022-sprnig”这一期。config/campaigns 里有：2022-spring"):
        load_definitions(config).campaign("2022-sprnig")
