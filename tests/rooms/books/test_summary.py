"""The district summary: the form added up, a unit a row, and 报送情况.

Golden dump: tests/golden/summary.tsv, every cell with formula and kept result. After a wanted change look at
the workbook, then write it anew with REFRESH_GOLDEN=1 pytest tests/rooms/books/test_summary.py.
"""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from etl.books.summary import summary_workbook
from etl.definitions import Campaign, Form
from etl.model import CoverageLine, Material, Summary


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


def test_the_workbook_has_three_sheets(content: bytes) -> None:
    assert opened(content).sheetnames == ["汇总表", "分单位", "报送情况"]


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
    assert [formulas[cell].value for cell in ("C9", "D9", "I5", "I9")] == [
        "=SUM(C5:C8)",
        "=SUM(D5:D8)",
        "=D5+F5",
        "=SUM(I5:I8)",
    ]
    assert results["C9"].value == sum(results[f"C{line}"].value for line in range(5, 9))
    assert results["I9"].value == pytest.approx(results["D9"].value + results["F9"].value, abs=1e-9)


def test_the_district_signs_for_itself_on_the_day_of_the_summary(content: bytes) -> None:
    sheet = opened(content)["汇总表"]
    assert sheet["A1"].value == "2022年新年春节期间双拥活动情况统计表"
    assert (sheet["A2"].value, sheet["B2"].value) == ("填报单位（盖章）：", "铜梁区")
    assert sheet["J2"].value == "2022年2月12日"


def test_the_office_signs_where_units_have_no_common_parent(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    mixed = replace(few, units=(replace(few.units[0], parent="别处"), *few.units[1:]))
    assert opened(summary_workbook(mixed, form, campaign))["汇总表"]["B2"].value == "铜梁区双拥办"


def test_a_voluntary_return_is_in_the_totals_and_in_no_rate(content: bytes, few: Summary) -> None:
    book = opened(content)
    voluntary = line_of(book, "分单位", "驻铜部队一")
    assert voluntary[4] == "自愿报送"
    assert voluntary[7] > 0
    assert line_of(book, "分单位", "全区合计", 1)[7] == opened(content)["汇总表"]["C9"].value
    kind = line_of(book, "报送情况", "驻铜部队", 1)
    assert kind[2:] == [0, 0, 0, 0, "—", "—", 0, 1]


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
    assert line_of(book, "分单位", "全区合计", 1)[8] == book["汇总表"]["D9"].value


def test_money_is_exact_to_the_fen(few: Summary, form: Form, campaign: Campaign) -> None:
    totals = {row: dict.fromkeys(columns, 0) for row, columns in few.totals.items()}
    totals["border_garrison"]["money_amount"] = 123_456_789_01
    sheet = opened(summary_workbook(replace(few, totals=totals), form, campaign))["汇总表"]
    assert sheet["D8"].value == 12345.678901
    assert sheet["I9"].value == 12345.678901


def test_rates_are_over_what_was_expected(content: bytes) -> None:
    book = opened(content)
    towns = tuple(line_of(book, "报送情况", "镇街", 1))
    assert towns == ("镇街", "统计表", 6, 5, 1, 4, pytest.approx(5 / 6), pytest.approx(4 / 6), 0, 0)
    whole = line_of(book, "报送情况", "总计")
    assert whole[2:] == [20, 17, 3, 15, 0.85, 0.75, 1, 1]


def test_nobody_has_reported_yet(few: Summary, form: Form, campaign: Campaign) -> None:
    silent = tuple(
        replace(unit, amounts=None, received_at=None, nil_return=False, late=False) for unit in few.units
    )
    nothing = {row: dict.fromkeys(columns, 0) for row, columns in few.totals.items()}
    coverage = (CoverageLine("镇街", Material.STATISTICS, 6, 0, 0, 0, 0),)
    early = replace(few, units=silent, totals=nothing, coverage=coverage)
    book = opened(summary_workbook(early, form, campaign))
    assert book["汇总表"]["I9"].value == 0
    assert "由 0 个单位的统计表相加而成" in book["汇总表"]["A10"].value
    assert line_of(book, "报送情况", "总计")[6] == 0


def test_a_name_that_looks_like_a_formula_stays_a_name(few: Summary, form: Form, campaign: Campaign) -> None:
    odd = replace(few, units=(replace(few.units[0], name="=1+1", parent="@SUM(1)"), *few.units[1:]))
    cell = with_formulas(summary_workbook(odd, form, campaign))["分单位"]["B6"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_it_prints_on_one_page_ready_to_stamp(
    few: Summary, form: Form, campaign: Campaign, converted: Callable[[bytes, str], bytes]
) -> None:
    pdf = converted(summary_workbook(few, form, campaign), "pdf")
    # one page a sheet: twelve units fit on one
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 3
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
