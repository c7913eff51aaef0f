"""The blank workbook: made from the form's definition, safe to fill in, printing on one page."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from etl.books.blank import FORM_SHEET, GUIDE_SHEET, UNITS_SHEET, common_blank, unit_blank
from etl.books.unit_blanks import unit_blanks
from etl.definitions import Form, Unit, load_definitions
from etl.model import IDENTITY_PROPERTIES

DEFINITIONS = load_definitions(Path(__file__).parents[3] / "config")
CAMPAIGN = DEFINITIONS.campaign("2022-spring")
FORM = DEFINITIONS.form_of(CAMPAIGN)
UNITS = CAMPAIGN.units(DEFINITIONS.roster)
TOWN = DEFINITIONS.roster.by_code["T06"]

ISSUED = unit_blank(FORM, CAMPAIGN, TOWN)
COMMON = common_blank(FORM, CAMPAIGN, UNITS)

FIRST_ROW = 5
ROW = {row.id: at for at, row in enumerate(FORM.rows, FIRST_ROW)}
COLUMN = {column.id: get_column_letter(at) for at, column in enumerate(FORM.columns, 2)}

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on this machine"
)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def sheet_of(content: bytes) -> Worksheet:
    return opened(content)[FORM_SHEET]


def at(row: str, column: str) -> str:
    return f"{COLUMN[column]}{ROW[row]}"


def validation_at(sheet: Worksheet, cell: str):
    return next(rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref)


def test_the_blank_is_laid_out_as_the_notices_annex():
    found = CalamineWorkbook.from_filelike(io.BytesIO(ISSUED)).get_sheet_by_name(FORM_SHEET)
    assert found.start == (0, 0)
    lines = found.to_python()
    assert lines[0][0] == "2022年新年春节期间双拥活动情况统计表"
    assert lines[1] == ["填报单位（盖章）：", "土桥镇", "", "", "", "", "", "", "日期：", ""]
    assert lines[2] == [
        "项目",
        "带队领导",
        "走访慰问人数\n（人）",
        "发放慰问金情况",
        "",
        "发放慰问品情况",
        "",
        "",
        "合计\n（万元）",
        "解决实际困难情况\n（子女入学、家属就业、住房改造、看病就医、法律援助等）",
    ]
    assert lines[3] == [
        "",
        "",
        "",
        "发放金额\n（万元）",
        "发放人数\n（人）",
        "购买慰问品支出金额\n（万元）",
        "发放慰问品数量\n（件）",
        "发放人数\n（人）",
        "",
        "",
    ]
    assert [line[0] for line in lines[4:9]] == [row.label for row in FORM.rows]
    assert not any(any(line[1:]) for line in lines[4:9])


def test_group_headers_and_the_title_are_merged_over_what_they_head():
    merged = {str(area) for area in sheet_of(ISSUED).merged_cells.ranges}
    assert merged == {
        "A1:J1", "B2:E2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:H3", "I3:I4", "J3:J4", "A10:J10",
    }  # fmt: skip


def test_only_cells_to_fill_are_open_and_the_sheet_is_protected_without_a_password():
    sheet = sheet_of(ISSUED)
    assert sheet.protection.sheet and not sheet.protection.password
    open_cells = {cell.coordinate for line in sheet for cell in line if not cell.protection.locked}
    parts = {at(row.id, column.id) for row in FORM.category_rows for column in FORM.part_columns}
    words = {at(row.id, column.id) for row in FORM.rows for column in FORM.text_columns}
    assert open_cells == parts | words | {"B2", "C2", "D2", "E2", "J2"}


def test_every_cell_of_the_table_has_a_border():
    sheet = sheet_of(ISSUED)
    for line in sheet["A5:J9"]:
        for cell in line:
            border = cell.border
            assert {border.left.style, border.right.style, border.top.style, border.bottom.style} == {"thin"}
    for head in ("A3", "B3", "D3", "D4", "F3", "H4", "J3"):
        assert sheet[head].border.left.style == sheet[head].border.top.style == "thin"


@pytest.mark.parametrize("column", FORM.part_columns, ids=lambda column: column.id)
def test_numbers_are_asked_for_in_chinese_and_a_dash_in_words_may_still_be_typed(column):
    sheet = sheet_of(ISSUED)
    for row in FORM.category_rows:
        rule = validation_at(sheet, at(row.id, column.id))
        assert rule.type == ("whole" if column.type == "count" else "decimal")
        assert (rule.operator, rule.formula1) == ("greaterThanOrEqual", "0")
        assert rule.errorStyle == "warning" and rule.showErrorMessage
        assert rule.showInputMessage and rule.prompt == column.explain
        assert column.unit in rule.error and "“无”" in rule.error


def test_sums_are_formulas_that_stay_blank_until_there_is_a_number():
    sheet = sheet_of(ISSUED)
    assert sheet[at("grand_total", "visited")].value == (
        '=IF(OR(COUNT(C5:C8)=0,COUNT(C5:C8)<COUNTA(C5:C8)-COUNTIF(C5:C8,"无")),"",SUM(C5:C8))'
    )
    assert "ROUND(SUM(D5,F5),6)" in sheet[at("key_beneficiaries", "total")].value
    assert "ROUND(SUM(D5:D8,F5:F8),6)" in sheet[at("grand_total", "total")].value
    formulas = {cell.coordinate for line in sheet for cell in line if cell.data_type == "f"}
    totals = {at("grand_total", column.id) for column in FORM.figure_columns}
    assert formulas == totals | {at(row.id, "total") for row in FORM.rows}
    cached = load_workbook(io.BytesIO(ISSUED), data_only=True)[FORM_SHEET]
    assert {cached[cell].value for cell in formulas} == {None}


def test_the_issued_blank_hides_who_it_was_issued_to():
    assert {one.name: one.value for one in opened(ISSUED).custom_doc_props.props} == {
        IDENTITY_PROPERTIES["unit"]: "T06",
        IDENTITY_PROPERTIES["campaign"]: "2022-spring",
        IDENTITY_PROPERTIES["form"]: "double-support",
        IDENTITY_PROPERTIES["form_version"]: "1",
    }


def test_the_common_blank_names_the_campaign_but_no_unit():
    names = {one.name for one in opened(COMMON).custom_doc_props.props}
    assert names == set(IDENTITY_PROPERTIES.values()) - {IDENTITY_PROPERTIES["unit"]}
    assert sheet_of(COMMON)["B2"].value is None


def test_in_the_common_blank_the_unit_is_chosen_from_a_list_that_nobody_sees():
    book = opened(COMMON)
    rule = validation_at(book[FORM_SHEET], "B2")
    assert (rule.type, rule.formula1) == ("list", f"{UNITS_SHEET}!$A$1:$A${len(UNITS)}")
    assert rule.errorStyle in (None, "stop")
    assert [line[0].value for line in book[UNITS_SHEET]] == [unit.name for unit in UNITS]
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(COMMON)).sheets_metadata
    assert [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] == [
        FORM_SHEET,
        GUIDE_SHEET,
    ]


def test_the_guide_says_what_is_owed_by_when_and_how_each_column_is_filled():
    said = {line[0].value: line[1].value for line in opened(ISSUED)[GUIDE_SHEET].iter_rows(min_row=2)}
    assert said["报什么"].startswith("统计表、工作总结")
    assert said["什么时候报"].startswith("2022年2月10日（星期四）23:59以前")
    assert said["有问题问谁"] == CAMPAIGN.office
    assert "“收件箱”" in said["报到哪里"] and "各格都填 0 或“无”" in said["零报告"]
    assert {column.explain for column in FORM.columns} <= set(said.values())


def test_the_guide_tells_a_garrison_unit_that_it_owes_nothing():
    garrison = unit_blank(FORM, CAMPAIGN, DEFINITIONS.roster.by_code["G01"])
    assert "自愿报送" in opened(garrison)[GUIDE_SHEET]["B2"].value
    assert "驻铜部队：不作要求" in opened(COMMON)[GUIDE_SHEET]["B2"].value


def test_a_definition_that_begins_with_an_equals_sign_stays_text():
    odd = TOWN.model_copy(update={"name": '=HYPERLINK("http://x.example","镇")'})
    cell = sheet_of(unit_blank(FORM, CAMPAIGN, odd))["B2"]
    with zipfile.ZipFile(io.BytesIO(unit_blank(FORM, CAMPAIGN, odd))) as parts:
        assert b"<f>HYPERLINK" not in parts.read("xl/worksheets/sheet1.xml")
    assert cell.value == '=HYPERLINK("http://x.example","镇")'


def test_the_same_definitions_give_the_same_bytes():
    assert unit_blank(FORM, CAMPAIGN, TOWN) == ISSUED
    assert common_blank(FORM, CAMPAIGN, UNITS) == COMMON
    assert opened(ISSUED).properties.created.isoformat() == "2022-01-09T16:00:00"


def test_another_form_gives_another_blank_without_any_code():
    columns = tuple(column for column in FORM.columns if column.id != "goods_items")
    rows = (FORM.rows[0], FORM.rows[-1])
    smaller = Form.model_validate({**FORM.model_dump(), "columns": columns, "rows": rows})
    sheet = sheet_of(unit_blank(smaller, CAMPAIGN, TOWN))
    assert {str(area) for area in sheet.merged_cells.ranges} >= {"A1:I1", "D3:E3", "F3:G3"}
    assert sheet["H6"].value.endswith("ROUND(SUM(D5,F5),6))")


def converted(folder: Path, name: str, content: bytes, to: str) -> Path:
    source = folder / f"{name}.xlsx"
    source.write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", to, "--outdir", folder / to, source],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / to / f"{name}.{to}"


@needs_libreoffice
def test_the_form_and_the_guide_print_on_one_a4_landscape_page_each(tmp_path):
    pdf = converted(tmp_path, "blank", ISSUED, "pdf").read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+)\S* (\d+)", pdf)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 2
    assert set(boxes) == {(b"841", b"595")}


@needs_libreoffice
def test_the_formulas_add_up_what_is_filled_in_and_stay_blank_beside_words(tmp_path):
    book = opened(ISSUED)
    sheet = book[FORM_SHEET]
    filled = {
        at("key_beneficiaries", "visited"): 120,
        at("veterans_in_difficulty", "visited"): "无",
        at("key_beneficiaries", "money_amount"): 1.1,
        at("key_beneficiaries", "goods_cost"): 2.2,
        at("border_garrison", "goods_cost"): 0.3,
        at("border_garrison", "goods_items"): "15件",
        at("local_garrison", "goods_items"): 4,
    }
    for cell, value in filled.items():
        sheet[cell] = value
    kept = io.BytesIO()
    book.save(kept)
    found = load_workbook(converted(tmp_path, "filled", kept.getvalue(), "xlsx"), data_only=True)[FORM_SHEET]
    assert found[at("grand_total", "visited")].value == 120
    assert found[at("key_beneficiaries", "total")].value == pytest.approx(3.3)
    assert found[at("border_garrison", "total")].value == 0.3
    assert found[at("grand_total", "total")].value == pytest.approx(3.6)
    assert not found[at("local_garrison", "total")].value
    assert not found[at("grand_total", "goods_items")].value


def test_the_blanks_of_many_units_are_those_that_each_would_have_by_itself():
    units = [*UNITS[::20], Unit(code="A&B", name="统&一镇", kind="镇街")]
    made = list(unit_blanks(FORM, CAMPAIGN, units))
    assert made == [(unit, unit_blank(FORM, CAMPAIGN, unit)) for unit in units]
