"""The official form that goes back where the clerk's own file cannot: filled with what was read, text only text."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from etl.books.official_copy import official_copy
from etl.definitions import Campaign, Definitions, Form
from etl.model import Figure, Finding, FormReading, Material, Reading, Words

Read = dict[tuple[str, str], tuple[str | None, str | None]]


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))["统计表"]


@pytest.fixture
def filled(definitions: Definitions, form: Form, campaign: Campaign) -> Any:
    """Fills the official form with figures as (typed, read) by row and column, and one text."""

    def fill(
        read: Read, text: str = "", known: bool = True, findings: tuple[Finding, ...] = (), **more: Any
    ) -> Any:
        figures = tuple(
            Figure(row, column, "表", f"Z{at}", typed, None if value is None else Decimal(value))
            for at, ((row, column), (typed, value)) in enumerate(read.items(), 1)
        )
        words = (Words("key_beneficiaries", "leader", "Y1", text),)
        reading = Reading("xls", Material.STATISTICS, FormReading("表", figures, words, **more))
        unit = definitions.roster.by_code["T01"] if known else None
        return official_copy(reading, findings, form, campaign, unit, definitions.roster.units)

    return fill


def every_part(form: Form, value: str) -> Read:
    return {(row.id, column.id): (value, value) for row in form.category_rows for column in form.part_columns}


def test_a_sum_that_holds_is_left_to_the_formula_and_one_that_does_not_stands_as_typed(
    filled: Any, form: Form
) -> None:
    read = every_part(form, "2") | {
        ("grand_total", "visited"): ("8", "8"),
        ("grand_total", "goods_items"): ("9", "9"),
    }
    sheet = sheet_of(filled(read).content)
    assert str(sheet["C9"].value).startswith("=IF(")
    assert sheet["G9"].value == 9


def test_what_could_not_be_read_stands_as_typed(filled: Any) -> None:
    sheet = sheet_of(filled({("key_beneficiaries", "visited"): ("待定", None)}).content)
    assert sheet["C5"].value == "待定"


def test_a_place_in_the_file_leads_to_its_place_in_the_form(filled: Any) -> None:
    copied = filled({("border_garrison", "goods_cost"): ("1", "1")}, unit_text="巴川", unit_cell="X9").copied
    assert copied.cells == {("表", "Z1"): "F8", ("表", "Y1"): "B5", ("表", "X9"): "B2"}


def test_numbers_of_persons_stay_whole_for_the_unit_and_are_masked_for_nobody_known(filled: Any) -> None:
    told = [sheet_of(filled({}, "张三 13812345678", known).content)["B5"].value for known in (True, False)]
    assert told == ["张三 13812345678", "张三 138****5678"]


@pytest.mark.parametrize(
    "text", ["=1+1", "x" * 40_000, "_x0000_", "]]>", "<b>&", "a\r\nb\tc", "\u202e反", "\x85"], ids=repr
)
def test_no_text_stops_it_or_becomes_a_formula(filled: Any, text: str) -> None:
    sheet = sheet_of(filled({("key_beneficiaries", "visited"): (text, None)}, text, dated_text=text).content)
    assert {sheet[cell].data_type for cell in ("B5", "C5", "J2")} == {"s"}


@pytest.mark.parametrize("value", ["1E+30", "-0", "0.0000001", "100000000.000001"])
def test_no_number_stops_it(filled: Any, value: str) -> None:
    assert sheet_of(filled({("key_beneficiaries", "visited"): (value, value)}).content)["C5"].data_type == "n"
