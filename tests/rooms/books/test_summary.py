"""The district summary: the form added up, a unit a row, and 报送情况.

Golden dump: tests/golden/summary.tsv, every cell with formula and kept result. After a wanted change look at
the workbook, then write it anew with REFRESH_GOLDEN=1 pytest tests/rooms/books/test_summary.py.
"""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import msgspec
import openpyxl
import pytest
from openpyxl.workbook import Workbook

from etl.books.amounts import amount, in_unit
from etl.books.branch import branch_workbook
from etl.books.summary import summary_workbook
from etl.definitions import Campaign, Definitions, Form
from etl.model import CoverageLine, FormPlace, Material, Summary
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words


def opened(content: bytes) -> Workbook:
    """With the results that we kept beside the formulas."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def with_formulas(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def line_of(book: Workbook, sheet: str, name: str, column: int = 2) -> list[object]:
    """The values of the row whose `column` (from 1) is `name`."""
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    return next(row for row in rows if row[column - 1] == name)


@pytest.fixture(scope="module")
def content(few: Summary, form: Form, campaign: Campaign) -> bytes:
    return summary_workbook(few, form, campaign)


def test_every_cell_is_exactly_the_golden_one(
    content: bytes, golden: Callable[[str, str], None], told_workbook: Callable[[bytes], str]
) -> None:
    golden("summary.tsv", told_workbook(content))


def test_the_same_summary_gives_the_same_bytes(
    content: bytes, few: Summary, form: Form, campaign: Campaign
) -> None:
    assert summary_workbook(few, form, campaign) == content


def test_the_form_stands_first_and_then_what_it_is_made_of(content: bytes) -> None:
    sheets = ["汇总表", "分单位", "分类汇总", "报送情况", "核实与豁免", "变动", "溯源", "审核规则"]
    assert opened(content).sheetnames == sheets


def test_the_summary_is_an_addition_of_the_units_forms(content: bytes, few: Summary, form: Form) -> None:
    book = opened(content)
    reported = [unit.amounts for unit in few.units if unit.amounts]
    for row in form.category_rows:
        figures = line_of(book, "汇总表", row.label, 1)
        for at, column in enumerate(form.columns, 1):
            if column.is_figure:
                added = sum(amounts[row.id][column.id] for amounts in reported)
                assert figures[at] == (added / 1_000_000 if column.type == "money" else added)
            else:
                assert figures[at] is None


def test_totals_are_formulas_and_keep_their_results(content: bytes) -> None:
    formulas, results = with_formulas(content)["汇总表"], opened(content)["汇总表"]
    assert [formulas[cell].value for cell in ("C10", "D10", "I6", "I10")] == [
        "=SUM(C6:C9)",
        "=SUM(D6:D9)",
        "=D6+F6",
        "=SUM(I6:I9)",
    ]
    assert results["C10"].value == sum(results[f"C{line}"].value for line in range(6, 10))
    assert results["I10"].value == pytest.approx(results["D10"].value + results["F10"].value, abs=1e-9)


def test_the_district_signs_for_itself_on_the_day_of_the_summary(content: bytes) -> None:
    sheet = opened(content)["汇总表"]
    assert sheet["A2"].value == "2022年新年春节期间双拥活动情况统计表"
    assert (sheet["A3"].value, sheet["B3"].value) == ("填报单位（盖章）：", "铜梁区")
    assert sheet["J3"].value == "2022年2月12日"


def test_the_office_signs_where_units_have_no_common_parent(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    mixed = replace(few, units=(replace(few.units[0], parent="别处"), *few.units[1:]))
    assert opened(summary_workbook(mixed, form, campaign))["汇总表"]["B3"].value == "铜梁区双拥办"


def test_the_charts_are_drawn_from_the_cells_above_them(content: bytes) -> None:
    """Excel's own, so that who changes a cell sees the bar move. What a series reads are labels and numbers."""
    book, drawn = opened(content), {}
    for sheet in book.worksheets:
        for chart in sheet._charts:  # openpyxl reads them
            for series in chart.series:
                read = (series.tx.strRef or series.tx).v if series.tx.strRef is None else series.tx.strRef.f
                drawn.setdefault(sheet.title, []).append(read)
                named, _, cells = series.val.numRef.f.rpartition("!")
                assert named.strip("'") == sheet.title
                values = [cell.value for row in sheet[cells.replace("$", "")] for cell in row]
                assert values and all(isinstance(value, int | float) for value in values)
    assert drawn == {"分类汇总": ["镇街", "成员单位", "驻铜部队"], "报送情况": ["已报", "未报"]}


def test_a_voluntary_return_is_in_the_totals_and_in_no_rate(content: bytes, few: Summary) -> None:
    book = opened(content)
    voluntary = line_of(book, "分单位", "驻铜部队一")
    assert voluntary[4] == "自愿报送"
    assert voluntary[7] > 0
    assert line_of(book, "分单位", "全区合计", 1)[7] == opened(content)["汇总表"]["C10"].value
    kind = line_of(book, "报送情况", "驻铜部队", 1)
    assert kind[2:] == [0, 0, 0, 0, "—", "—", 0, 1, 0]


def test_each_unit_stands_with_its_state_its_time_and_its_total_row(content: bytes, few: Summary) -> None:
    book = opened(content)
    states = {unit.name: line_of(book, "分单位", unit.name)[4] for unit in few.units}
    assert states == {
        "巴川街道": "已报",
        "东城街道": "已报",
        "南城街道": "已报",
        "旧县街道": "已报",
        "蒲吕街道": "未报",
        "土桥镇": "已报",
        "区委办公室": "已报",
        "区政府办公室": "零报告",
        "区纪委监委机关": "已报",
        "区委组织部": "已报",
        "驻铜部队一": "自愿报送",
        "驻铜部队二": "不要求",
    }
    silent = line_of(book, "分单位", "蒲吕街道")
    assert silent[5:14] == [None, None, None, None, None, None, None, None, None]
    on_time, late = line_of(book, "分单位", "巴川街道"), line_of(book, "分单位", "旧县街道")
    assert str(on_time[5]) == "2022-02-10 20:59:59"
    assert (on_time[6], late[6]) == (None, "迟报")
    assert line_of(book, "分单位", "区政府办公室")[7:14] == [0] * 7
    assert "迟报按第一次收下的" in book["分单位"]["A2"].value


def test_details_of_every_category_stand_folded_and_add_up_to_the_summary(content: bytes, form: Form) -> None:
    book = opened(content)
    sums = line_of(book, "分单位", "全区合计", 1)
    wide = len(form.figure_columns)
    for place, row in enumerate(form.category_rows, 1):
        figures = [cell for cell in line_of(book, "汇总表", row.label, 1)[1:] if cell is not None]
        assert sums[7 + place * wide : 7 + (place + 1) * wide] == figures
    folded = with_formulas(content)["分单位"].column_dimensions["O"]
    assert folded.hidden
    assert folded.outlineLevel == 1


def test_a_stated_sum_that_was_rounded_still_adds_up(few: Summary, form: Form, campaign: Campaign) -> None:
    first = few.units[0]
    assert first.amounts is not None
    stated = {**first.amounts, "grand_total": {**first.amounts["grand_total"], "money_amount": 1}}
    rounded = replace(few, units=(replace(first, amounts=stated), *few.units[1:]))
    book = opened(summary_workbook(rounded, form, campaign))
    assert line_of(book, "分单位", "全区合计", 1)[8] == book["汇总表"]["D10"].value


def test_money_is_exact_to_the_fen(few: Summary, form: Form, campaign: Campaign) -> None:
    totals = {row: dict.fromkeys(columns, 0) for row, columns in few.totals.items()}
    totals["border_garrison"]["money_amount"] = 123_456_789_01
    sheet = opened(summary_workbook(replace(few, totals=totals), form, campaign))["汇总表"]
    assert sheet["D9"].value == 12345.678901
    assert sheet["I10"].value == 12345.678901


def test_rates_are_over_what_was_expected(content: bytes) -> None:
    book = opened(content)
    towns = tuple(line_of(book, "报送情况", "镇街", 1))
    assert towns == ("镇街", "统计表", 6, 5, 1, 4, pytest.approx(5 / 6), pytest.approx(4 / 6), 0, 0, 0)
    whole = line_of(book, "报送情况", "总计")
    assert whole[2:] == [20, 17, 3, 15, 0.85, 0.75, 1, 1, 0]


def test_nobody_has_reported_yet(few: Summary, form: Form, campaign: Campaign) -> None:
    silent = tuple(
        replace(unit, amounts=None, received_at=None, nil_return=False, late=False) for unit in few.units
    )
    nothing = {row: dict.fromkeys(columns, 0) for row, columns in few.totals.items()}
    coverage = (CoverageLine("镇街", Material.STATISTICS, 6, 0, 0, 0, 0),)
    early = replace(few, units=silent, totals=nothing, coverage=coverage)
    book = opened(summary_workbook(early, form, campaign))
    assert book["汇总表"]["I10"].value == 0
    assert "由 0 个单位的统计表相加而成" in book["汇总表"]["A11"].value
    assert line_of(book, "报送情况", "总计")[6] == 0


def test_a_name_that_looks_like_a_formula_stays_a_name(few: Summary, form: Form, campaign: Campaign) -> None:
    odd = replace(few, units=(replace(few.units[0], name="=1+1", parent="@SUM(1)"), *few.units[1:]))
    cell = with_formulas(summary_workbook(odd, form, campaign))["分单位"]["B6"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_it_prints_on_one_page_ready_to_stamp(
    few: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    pdf = converted(summary_workbook(few, form, campaign), "pdf")
    bare = converted(summary_workbook(replace(few, sources=()), form, campaign), "pdf")
    pages = [len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) for printed in (bare, pdf)]
    # one page a sheet : twelve units fit on one; only the sources run on
    assert pages[0] == 8
    assert pages[1] > pages[0]
    assert b"841.88" in pdf


def test_libreoffice_adds_up_to_the_results_that_we_kept(
    district: Summary,
    form: Form,
    campaign: Campaign,
    converted: Callable[[bytes, str], bytes],
    without_results: Callable[[bytes], bytes],
) -> None:
    ours = summary_workbook(district, form, campaign)
    theirs = opened(converted(without_results(ours), "xlsx"))
    formulas = with_formulas(ours)
    compared = 0
    for sheet in opened(ours):
        for row in sheet.iter_rows():
            for cell in row:
                if formulas[sheet.title][cell.coordinate].data_type == "f":
                    value = theirs[sheet.title][cell.coordinate].value
                    assert value == (cell.value if cell.value == "—" else pytest.approx(cell.value, abs=1e-9))
                    compared += 1
    assert compared > 80


def test_each_total_leads_to_the_first_of_its_cells(content: bytes, few: Summary, form: Form) -> None:
    book = opened(content)
    form_sheet, sources = book["汇总表"], book["溯源"]
    for line, row in enumerate(form.category_rows, 6):
        for at, column in enumerate(form.columns, 2):
            if column not in form.part_columns:
                continue
            cell = form_sheet.cell(line, at)
            place = cell.hyperlink.location.rpartition("!")[2]
            first = [one.value for one in sources[int(place.removeprefix("A"))]]
            assert first[:4] == [row.label, column.full_label, few.units[0].code, few.units[0].name]
            theirs = [
                one[4]
                for one in sources.iter_rows(min_row=4, values_only=True)
                if one[:2] == (row.label, column.full_label)
            ]
            assert sum(theirs) == pytest.approx(cell.value, abs=1e-9)


def test_a_source_shows_its_whole_file_name_and_its_whole_hash(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    """A name over two lines, in a row as high; the hash on one line, in a type small enough for its column."""
    long = "平滩镇/附件：2022年新年春节期间双拥活动情况统计表（平滩镇人民政府）.xlsx"
    sources = (msgspec.structs.replace(few.sources[0], file=long), *few.sources[1:])
    sheet = opened(summary_workbook(replace(few, sources=sources), form, campaign))["溯源"]
    assert sheet["J4"].value == long and sheet["J4"].alignment.wrap_text
    two_lines = 2 * sheet["J4"].font.sz
    assert sheet.row_dimensions[5].height < two_lines < sheet.row_dimensions[4].height
    small, whole = sheet["L4"].font.sz, sheet["A4"].font.sz
    assert sheet.column_dimensions["L"].width >= 64 * small / whole + 3


def test_a_source_of_a_branch_does_so_too_and_its_units_say_by_what_they_are_late(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    long = "平滩镇/附件：2022年新年春节期间双拥活动情况统计表（平滩镇人民政府）.xlsx"
    place = FormPlace(few.units[0].code, long, "9f" * 32, "2022-spring-000003", "统计表", {})
    book = opened(branch_workbook(replace(few, places=(place,)), form, campaign))
    line = next(book["溯源"].iter_rows(min_row=6, max_row=6))
    assert line[3].alignment.wrap_text
    assert book["溯源"].row_dimensions[6].height > 2 * line[3].font.sz
    width = book["溯源"].column_dimensions[line[-1].column_letter].width
    assert line[-1].value == "9f" * 32 and width >= 64 * line[-1].font.sz / line[0].font.sz + 3
    assert "迟报按第一次收下的" in book["分单位"]["A2"].value


def test_kinds_and_parents_add_up_to_the_district(content: bytes) -> None:
    sheet = opened(content)["分类汇总"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    names = [tuple(line[:3]) for line in lines if line[0]]
    assert names == [
        ("按类别", "镇街", "应报 6\n已报 5"),
        ("按类别", "成员单位", "应报 4\n已报 4"),
        ("按类别", "驻铜部队", "不要求\n自愿 1"),
        ("按上级", "铜梁区", "应报 10\n已报 9\n自愿 1"),
    ]
    totals = [line[4:] for line in lines if line[3] == "总计"]
    district = [cell.value for cell in opened(content)["汇总表"][10]][2:9]
    assert [sum(part) for part in zip(*totals[:3], strict=True)] == pytest.approx(district, abs=1e-9)
    assert totals[3] == pytest.approx(district, abs=1e-9)
    assert with_formulas(content)["分类汇总"]["E5"].value.startswith("=SUMIF(分单位!$C$6:$C$17,")


def test_queries_waivers_and_held_files_are_told_openly(content: bytes) -> None:
    book = opened(content)
    lines = [tuple(row) for row in book["核实与豁免"].iter_rows(values_only=True)]
    said = [line[0] for line in lines if isinstance(line[0], str)]
    assert "待说明 1 处，豁免 1 件，待认领 1 件。" in said[1]
    assert "一、核实：2 处，另有已豁免的 1 处。" in said[2]
    headers = [line for line in lines if line[0] == "序号"]
    assert len(headers) == 3 and all(all(header) for header in headers)
    assert [line[8] for line in lines if line[0] in (1, 2, 3)][:3] == ["待说明", "已说明", "已豁免"]
    explained = next(
        row for row in with_formulas(content)["核实与豁免"].iter_rows() if row[8].value == "已说明"
    )
    assert (explained[7].value, explained[7].data_type) == ("数字来自各村，=1+1 也只是文字", "s")
    waiver = next(line for line in lines if line[4] == "王主任")
    assert waiver[6] == "电话核实过，总计写错"
    assert waiver[7].isoformat() == "2022-02-11T13:30:00"
    held = next(line for line in lines if line[5] == "统计表(1).xlsx")
    assert (held[3], held[6], held[7]) == ("2022-spring-000020", "没有一处说明是哪个单位报的。", "土桥镇")


def test_what_changed_since_the_last_version_is_told(
    content: bytes, few: Summary, form: Form, campaign: Campaign
) -> None:
    lines = [tuple(row) for row in opened(content)["变动"].iter_rows(values_only=True)]
    assert "与第 3 版（截至 2022年2月11日 09:30（北京时间））相比" in lines[1][0]
    assert (1, "重点优抚对象", "发放慰问金情况·发放金额", 0, 1.505, 1.505) in lines
    assert (1, "巴川街道", "统计表", None, "2022-spring-000003", "新收下") in lines
    assert (2, "东城街道", "工作总结", "2022-spring-000001", None, "不再有效") in lines
    first = opened(summary_workbook(replace(few, changes=None), form, campaign))["变动"]
    assert first["A2"].value == "这是第一次发布，没有上一版可比。"


def test_every_rule_stands_with_its_words_and_an_example(content: bytes) -> None:
    lines = [tuple(row) for row in opened(content)["审核规则"].iter_rows(min_row=4, values_only=True)]
    assert lines == [
        (1, "错误", "启用", "0", "〔对象〕相差〔…〕。", "C9：相差1人。", "column_sum_count"),
        (2, "提示", "试行", None, "没有填日期。", "J2：没有填日期。", "date_missing"),
    ]


def test_our_own_reader_reads_it_as_the_districts_form_with_the_same_figures(
    few: Summary, content: bytes, form: Form, definitions: Definitions
) -> None:
    reading = read_document(content, "汇总表.xlsx", form_words(form), definitions.limits)
    assert reading.findings == () and reading.form is not None
    assert (reading.form.sheet, reading.form.unit_text) == ("汇总表", "铜梁区")
    read = {(figure.row, figure.column): figure.value for figure in reading.form.figures}
    for row in form.rows:
        for column in form.figure_columns:
            shown = Decimal(str(in_unit(column, amount(form, few.totals, row, column))))
            assert read[row.id, column.id] == shown, (row.id, column.id)
