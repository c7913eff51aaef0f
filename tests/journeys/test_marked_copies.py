"""A form with a fault goes back as a marked copy, is mended in it, and comes in again."""

import io
import zipfile

import openpyxl
import pytest

from etl.books.blank import common_blank
from etl.decide import Who, claim
from tests.desk import GOOD, NEXT_DAY, Desk, fill, one
from tests.pdfs import scan

UNIT = "巴川街道"
BAD = {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "money_amount": "待定"}}
HIGH = {**GOOD, "local_garrison": {**GOOD["local_garrison"], "visited": 10}}
"""Fewer visited than received goods: a query."""


def copies(desk: Desk, folder: str = UNIT) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((desk.receipts_folder / folder).glob("*.xlsx"))}


def the_copy(desk: Desk, folder: str = UNIT) -> bytes:
    (content,) = copies(desk, folder).values()
    return content


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines_of(content: bytes) -> list[list[object]]:
    """The lines of the list under its header, without the hidden marks."""
    rows = [[cell.value for cell in row[:7]] for row in book_of(content)["请修改清单"].iter_rows()]
    header = next(at for at, row in enumerate(rows) if row[0] == "单位")
    return [row for row in rows[header + 1 :] if row[1]]


def test_a_returned_form_is_mended_in_its_marked_copy_and_accepted(desk: Desk) -> None:
    desk.drop("统计表.xlsx", desk.filled(UNIT, BAD))
    desk.run()
    assert list(copies(desk)) == ["2022-spring-000001.xlsx"]
    book = book_of(the_copy(desk))
    assert book.sheetnames[0] == "请修改清单"
    assert book["统计表"]["D5"].fill.fgColor.rgb.endswith("FBDCD9")
    assert "认不出是多少" in book["统计表"]["D5"].comment.text
    book["统计表"]["D5"] = 3.6
    desk.drop("改好了.xlsx", saved(book))
    desk.run(NEXT_DAY)
    first, second = desk.export(NEXT_DAY)["submissions"]
    assert (first["status"], second["status"], second["unit"]) == ("returned", "accepted", UNIT)
    assert second["values"]["总计"]["money_amount"] == 6.1


def test_the_lines_say_where_what_and_how_with_a_link_to_the_cell(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, BAD))
    sqlite_desk.run()
    first = lines_of(the_copy(sqlite_desk))[0]
    assert first == [
        UNIT,
        "统计表 D5",
        "【错误】重点优抚对象·发放慰问金情况·发放金额填的是“待定”，认不出是多少。",
        "待定",
        "数字（单位：万元）",
        "请改填数字（单位万元），没有就填 0 或“无”。",
        None,
    ]
    sheet = book_of(the_copy(sqlite_desk))["请修改清单"]
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links[0] == "'统计表'!D5"


def test_a_long_formula_of_the_form_is_told_as_a_formula_and_a_short_one_as_it_is(sqlite_desk: Desk) -> None:
    """openpyxl saves no results, so the sums of the issued form stand without."""
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, BAD, E9="=SUM(E5:E8)"))
    sqlite_desk.run()
    said = {str(line[1]): line[3] for line in lines_of(the_copy(sqlite_desk))}
    assert said["统计表 D5"] == "待定"
    assert "（公式）" in said.values()
    assert not any(str(text).startswith("=IF(") for text in said.values())


def test_a_queried_form_is_accepted_and_has_a_marked_copy(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, HIGH))
    sqlite_desk.run()
    assert one(sqlite_desk.export()["submissions"])["status"] == "accepted"
    assert lines_of(the_copy(sqlite_desk))[0][1] == "统计表 C7"


def test_a_form_without_a_fault_has_none(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT))
    sqlite_desk.drop("工作总结.pdf", scan("Nothing is wrong with this."))
    sqlite_desk.run()
    assert copies(sqlite_desk) == {}


def test_a_second_run_writes_no_second_copy(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, BAD))
    sqlite_desk.run()
    standing = sqlite_desk.files_on_share()
    sqlite_desk.run(NEXT_DAY)
    assert sqlite_desk.files_on_share() == standing


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("巴川街道统计表.xlsx", b""),
        ("巴川街道统计表.xlsx", b"PK\x03\x04broken"),
        ("巴川街道统计表.csv", "甲,乙\n1,2\n".encode()),
        ("巴川街道统计表.zip", b"Rar!\x1a\x07\x00 and so on"),
    ],
    ids=["empty", "broken", "no form", "packed"],
)
def test_where_no_form_was_read_the_official_one_goes_back_to_be_filled_in(
    sqlite_desk: Desk, name: str, content: bytes
) -> None:
    sqlite_desk.drop(name, content)
    sqlite_desk.run()
    assert one(sqlite_desk.export()["submissions"])["status"] == "returned"
    copy = the_copy(sqlite_desk)
    assert lines_of(copy)[0][1] == "整个文件"
    filled = fill(copy, sqlite_desk.form, GOOD, J2="2022-01-21")
    sqlite_desk.drop("补报.xlsx", filled)
    sqlite_desk.run(NEXT_DAY)
    second = sqlite_desk.export(NEXT_DAY)["submissions"][-1]
    assert (second["unit"], second["status"]) == (UNIT, "accepted")


def test_a_form_typed_in_a_text_file_comes_back_as_the_official_one(sqlite_desk: Desk) -> None:
    header = "项目,带队领导,走访慰问人数,慰问金发放金额,慰问金发放人数,慰问品支出金额,慰问品数量,慰问品发放人数,合计"
    rows = [
        "重点优抚对象,王镇长,12,待定,12,1,12,12,2",
        "困难退役军人,,0,0,0,0,0,0,0",
        "驻地部队,,0,0,0,0,0,0,0",
    ]
    text = "\n".join(
        ["填报单位：,巴川街道", header, *rows, "边海防,,0,0,0,0,0,0,0", "总计,,12,1,12,1,12,12,2"]
    )
    sqlite_desk.drop("表.csv", text.encode("gb18030"))
    sqlite_desk.run()
    assert one(sqlite_desk.export()["submissions"])["status"] == "returned"
    book = book_of(the_copy(sqlite_desk))
    assert lines_of(the_copy(sqlite_desk))[0][1] == "您的文件 D3 → 本表 D5"
    sheet = book["统计表"]
    assert [sheet[cell].value for cell in ("B2", "B5", "C5", "D5", "D9")] == [UNIT, "王镇长", 12, "待定", 1]
    sheet["D5"] = 1
    sqlite_desk.drop("改好了.xlsx", saved(book))
    sqlite_desk.run(NEXT_DAY)
    second = sqlite_desk.export(NEXT_DAY)["submissions"][-1]
    assert (second["unit"], second["status"]) == (UNIT, "accepted")


def of_nobody(desk: Desk) -> bytes:
    blank = common_blank(desk.form, desk.campaign, desk.campaign.units(desk.office.roster))
    return fill(blank, desk.form, BAD, B2="巴川街办", B5="张三 13812345678")


def test_a_copy_for_nobody_known_is_the_common_form_with_personal_numbers_masked(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", of_nobody(sqlite_desk))
    sqlite_desk.run()
    sheet = book_of(the_copy(sqlite_desk, "未识别单位"))["统计表"]
    assert (sheet["B2"].value, sheet["B5"].value, sheet["D5"].value) == (
        "巴川街办",
        "张三 138****5678",
        "待定",
    )


def test_the_copy_of_a_claimed_file_moves_with_its_receipt(desk: Desk) -> None:
    desk.drop("统计表.xlsx", of_nobody(desk))
    desk.run()
    assert list(copies(desk, "未识别单位")) == ["2022-spring-000001.xlsx"]
    claim("统计表.xlsx", UNIT, Who("王主任", "电话问过"), desk.office)
    assert copies(desk, "未识别单位") == {}
    assert list(copies(desk)) == ["2022-spring-000001.xlsx"]


def test_what_waits_for_a_person_or_came_before_has_none(sqlite_desk: Desk) -> None:
    """A secret file and one of nobody known are held; the same bytes again repeat the earlier verdict."""
    sqlite_desk.drop("密.xlsx", sqlite_desk.filled(UNIT, BAD, J5="机密★五年"))
    blank = common_blank(
        sqlite_desk.form, sqlite_desk.campaign, sqlite_desk.campaign.units(sqlite_desk.office.roster)
    )
    sqlite_desk.drop("谁的.xlsx", fill(blank, sqlite_desk.form, HIGH, B2="某某办"))
    bad = sqlite_desk.filled("南城街道", BAD)
    sqlite_desk.drop("一.xlsx", bad)
    sqlite_desk.run()
    sqlite_desk.drop("二.xlsx", bad)
    sqlite_desk.run(NEXT_DAY)
    told = {s["file"]: s["status"] for s in sqlite_desk.export(NEXT_DAY)["submissions"]}
    assert told == {"密.xlsx": "held", "谁的.xlsx": "held", "一.xlsx": "returned", "二.xlsx": "duplicate"}
    assert copies(sqlite_desk) == copies(sqlite_desk, "未识别单位") == {}
    assert len(copies(sqlite_desk, "南城街道")) == 1


def explained(content: bytes, words: str) -> bytes:
    """The copy with something typed under 填写说明 in the first line."""
    book = book_of(content)
    sheet = book["请修改清单"]
    line = next(row for row in sheet.iter_rows() if str(row[2].value).startswith("【核实】"))
    line[6].value = words
    return saved(book)


def test_what_was_explained_once_is_told_on_the_receipt_and_not_asked_again(desk: Desk) -> None:
    desk.drop("统计表.xlsx", desk.filled(UNIT, HIGH))
    desk.run()
    assert "要请核实" in desk.receipts(UNIT)[0]
    desk.drop("说明.xlsx", explained(the_copy(desk), "部队集中领取，电话13812345678"))
    desk.run(NEXT_DAY)
    second = desk.receipts(UNIT)[1]
    assert "已说明：部队集中领取，电话138****5678" in second
    assert "要请核实" not in second
    rules = [[f["rule"] for f in s["findings"]] for s in desk.export(NEXT_DAY)["submissions"]]
    assert all("visited_too_few" in of_one for of_one in rules)
    assert list(copies(desk)) == ["2022-spring-000001.xlsx"]


def test_an_explanation_is_remembered_for_the_same_text_in_a_file_without_the_list(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, HIGH))
    sqlite_desk.run()
    sqlite_desk.drop("说明.xlsx", explained(the_copy(sqlite_desk), "部队集中领取"))
    sqlite_desk.run(NEXT_DAY)
    sqlite_desk.drop("第三份.xlsx", sqlite_desk.filled(UNIT, HIGH, J5="新建住房"))
    sqlite_desk.run("2022-01-22T09:00:00+08:00")
    assert "已说明：部队集中领取" in sqlite_desk.receipts(UNIT)[2]
    other = {**HIGH, "local_garrison": {**HIGH["local_garrison"], "visited": 11}}
    sqlite_desk.drop("第四份.xlsx", sqlite_desk.filled(UNIT, other))
    sqlite_desk.run("2022-01-23T09:00:00+08:00")
    assert "已说明" not in sqlite_desk.receipts(UNIT)[3]
    assert list(copies(sqlite_desk)) == ["2022-spring-000001.xlsx", "2022-spring-000004.xlsx"]


def test_an_error_is_not_settled_by_an_explanation(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, BAD))
    sqlite_desk.run()
    book = book_of(the_copy(sqlite_desk))
    line = next(row for row in book["请修改清单"].iter_rows() if str(row[2].value).startswith("【错误】"))
    line[6].value = "还没有统计"
    sqlite_desk.drop("说明.xlsx", saved(book))
    sqlite_desk.run(NEXT_DAY)
    assert sqlite_desk.export(NEXT_DAY)["submissions"][1]["status"] == "returned"
    assert "已说明" not in sqlite_desk.receipts(UNIT)[1]
    assert len(copies(sqlite_desk)) == 2


def test_a_secrecy_mark_in_an_explanation_holds_the_file(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("统计表.xlsx", sqlite_desk.filled(UNIT, HIGH))
    sqlite_desk.run()
    sqlite_desk.drop("说明.xlsx", explained(the_copy(sqlite_desk), "见机密★文件"))
    sqlite_desk.run(NEXT_DAY)
    assert sqlite_desk.export(NEXT_DAY)["submissions"][1]["status"] == "held"


def test_a_workbook_that_openpyxl_cannot_open_in_time_goes_back_as_the_official_form(
    sqlite_desk: Desk,
) -> None:
    """Merged over everything it would take openpyxl all its memory; the others are not kept waiting."""
    book = book_of(sqlite_desk.filled(UNIT, BAD))
    sqlite_desk.drop("大.xlsx", with_in_sheet(saved(book), '<mergeCell ref="A20:XFD1048576"/></mergeCells>'))
    sqlite_desk.drop("小.xlsx", sqlite_desk.filled("南城街道", BAD))
    sqlite_desk.run()
    assert lines_of(the_copy(sqlite_desk))[0][1] == "您的文件 D5 → 本表 D5"
    assert lines_of(the_copy(sqlite_desk, "南城街道"))[0][1] == "统计表 D5"


def with_in_sheet(content: bytes, ending: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(out, "w") as now:
        for name in was.namelist():
            now.writestr(name, was.read(name).replace(b"</mergeCells>", ending.encode()))
    return out.getvalue()
