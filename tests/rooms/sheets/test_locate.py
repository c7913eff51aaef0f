"""The form is found by its words: drawn sheets, as people type them."""

from io import BytesIO

import pytest
import xlsxwriter

from etl.definitions import Definitions, load_definitions
from etl.model import Material, Reading
from etl.settings import PROJECT
from etl.sheets.captions import read_captions
from etl.sheets.dates import as_date
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words
from etl.sheets.grid import Grid

SHIPPED = load_definitions(PROJECT / "config")
HEADER = [
    ["项目", "带队领导", "走访慰问人数（人）", "发放慰问金情况", "", "发放慰问品情况", "", "",
     "合计（万元）", "解决实际困难情况"],
    ["", "", "", "发放金额（万元）", "发放人数（人）", "购买慰问品支出金额（万元）", "发放慰问品数量（件）",
     "发放人数（人）", "", ""],
]  # fmt: skip
ROWS = [
    ["重点优抚对象", "张三", 10, 1, 11, 2, 12, 13, 3, "帮助就业"],
    ["困难退役军人等优抚对象", "", 20, 2, 21, 3, 22, 23, 5, ""],
    ["驻地部队基层官兵", "", 30, 3, 31, 4, 32, 33, 7, ""],
    ["边海防官兵", "", 40, 4, 41, 5, 42, 43, 9, ""],
    ["总计", "", 100, 10, 104, 14, 108, 112, 24, ""],
]
TOP = [["2022年新年春节期间双拥活动情况统计表"], ["填报单位（盖章）：土桥镇          日期：2022年2月8日"]]
SHEET = [*TOP, *HEADER, *ROWS]


def book(*sheets: list[list[object]], down: int = 0, right: int = 0, names: tuple[str, ...] = ()) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        for number, lines in enumerate(sheets):
            sheet = workbook.add_worksheet(names[number] if names else None)
            for r, line in enumerate(lines):
                for c, cell in enumerate(line):
                    if cell != "":
                        sheet.write(r + down, c + right, cell)
    return out.getvalue()


def read(content: bytes, definitions: Definitions) -> Reading:
    form = definitions.forms["double-support"]
    return read_document(content, "土桥镇.xlsx", form_words(form), definitions.limits)


def table(reading: Reading) -> list[list[object]]:
    """The form's parts as drawn in ROWS, without texts."""
    assert reading.form, reading.findings
    rows = list(dict.fromkeys(figure.row for figure in reading.form.figures))
    return [
        [int(f.value) for f in reading.form.figures if f.row == row and f.value is not None] for row in rows
    ]


DRAWN = [[cell for cell in row[1:] if isinstance(cell, int)] for row in ROWS]


def swapped(lines: list[list[object]], *order: int) -> list[list[object]]:
    return [[line[i] if i < len(line) else "" for i in order] for line in lines]


def edited(old: str, new: str) -> list[list[object]]:
    return [[cell.replace(old, new) if isinstance(cell, str) else cell for cell in line] for line in SHEET]


SHAPES = {
    "as the notice has it": book(SHEET),
    "shifted down and right": book(SHEET, down=7, right=5),
    "without a title": book(SHEET[1:]),
    "with blank rows between": book([*TOP, [], [], *HEADER, [], *ROWS[:2], [], *ROWS[2:]]),
    "with a 序号 column before and 备注 after": book(
        [
            *TOP,
            *[["序号", *HEADER[0], "备注"], ["", *HEADER[1], ""]],
            *[[n, *row, "见附页"] for n, row in enumerate(ROWS)],
        ]
    ),
    "rows swapped": book([*TOP, *HEADER, ROWS[2], ROWS[0], ROWS[3], ROWS[1], ROWS[4]]),
    "groups swapped": book([*TOP, *swapped([*HEADER, *ROWS], 0, 1, 2, 5, 6, 7, 3, 4, 8, 9)]),
    "line breaks and spaces in labels": book(
        edited("总计", "总 计") and edited("走访慰问人数", "走访\n慰问 人数")
    ),
    "the total row called 合计": book(edited("总计", "合计")),
    "with a footer of notes and telephone numbers": book(
        [*SHEET, ["联系人：张三  电话：023-0000-0000"], ["注：总计自动计算"]]
    ),
    "units in a row of their own": book(
        [
            *TOP,
            HEADER[0],
            [str(c).split("（")[0] for c in HEADER[1]],
            ["", "", "", "（万元）", "（人）"],
            *ROWS,
        ]
    ),
    "numbered labels": book(edited("重点优抚对象", "一、重点优抚对象")),
    "behind a cover and a sheet of notes": book([["关于报送统计表的函"]], SHEET, [["说明", 1]]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_form_typed_by_hand_is_read_wherever_it_stands(shape: str, definitions: Definitions) -> None:
    reading = read(SHAPES[shape], definitions)
    assert reading.material is Material.STATISTICS
    assert sorted(table(reading)) == sorted(DRAWN)
    assert not [finding.rule for finding in reading.findings]


def test_two_columns_named_发放人数_are_told_apart_by_their_group(definitions: Definitions) -> None:
    reading = read(SHAPES["groups swapped"], definitions)
    assert reading.form
    places = {f.column: (f.cell, f.value) for f in reading.form.figures if f.row == "key_beneficiaries"}
    assert places["money_recipients"] == ("H5", 11)
    assert places["goods_recipients"] == ("F5", 13)


def test_every_figure_keeps_its_true_address_and_text(definitions: Definitions) -> None:
    lines = [[*line] for line in SHEET]
    lines[4][2] = "200人"
    reading = read(book(lines, down=7, right=5), definitions)
    assert reading.form
    figure = reading.form.figures[0]
    assert (figure.cell, figure.typed, figure.value) == ("H12", "200人", 200)


def test_captions_are_read_beside_or_behind_their_labels(definitions: Definitions) -> None:
    beside = book([TOP[0], ["填报单位（盖章）", "土桥镇", "", "日期", "2022.2.8"], *HEADER, *ROWS])
    for content in (book(SHEET), beside):
        form = read(content, definitions).form
        assert form
        assert (form.unit_text, str(form.dated)) == ("土桥镇", "2022-02-08")
        assert form.title == "2022年新年春节期间双拥活动情况统计表"


def test_a_missing_row_and_a_missing_column_are_named(definitions: Definitions) -> None:
    lines = [line[:7] + line[8:] for line in [*HEADER, *ROWS]]
    reading = read(book([*TOP, *lines[:3], *lines[4:]]), definitions)
    found = {(f.rule, *f.facts.values()) for f in reading.findings}
    assert found == {("missing_row", "困难退役军人等优抚对象"), ("missing_column", "发放慰问品情况·发放人数")}


def test_a_missing_total_row_and_column_are_derived(definitions: Definitions) -> None:
    without = [line[:8] + line[9:] for line in [*HEADER, *ROWS[:-1]]]
    reading = read(book([*TOP, *without]), definitions)
    assert table(reading) == DRAWN
    assert reading.form
    derived = [f for f in reading.form.figures if "sum_derived" in f.raises]
    assert {f.row for f in derived if f.column == "visited"} == {"grand_total"}
    assert all(f.cell is None for f in derived)


@pytest.mark.parametrize(
    ("column", "said", "instead", "cell", "first"),
    [
        ("money_amount", "发放金额（万元）", "发放金额（元）", "D4", "0.0001"),
        ("money_amount", "发放金额（万元）", "发放金额（千元）", "D4", "0.1"),
        ("visited", "走访慰问人数（人）", "走访慰问人数（百人）", "C3", "1000"),
    ],
)
def test_a_header_in_another_unit_converts_its_column_and_says_so(
    column: str, said: str, instead: str, cell: str, first: str, definitions: Definitions
) -> None:
    reading = read(book(edited(said, instead)), definitions)
    assert [(f.rule, f.cell, f.typed) for f in reading.findings] == [("header_in_yuan", cell, instead)]
    assert reading.form
    assert next(str(f.value) for f in reading.form.figures if f.column == column) == first


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2022.2.8", "2022-02-08"),
        ("2022年2月8日", "2022-02-08"),
        ("20220208", "2022-02-08"),
        ("2022 - 02 - 08", "2022-02-08"),
        ("二〇二二年二月十八日", "2022-02-18"),
        ("22年2月8日", "2022-02-08"),
        ("2021年2月", "2021-02-01"),
        ("2022年  月  日", None),
        ("2022.13.45", None),
        ("一百年二月", None),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: str, day: str | None) -> None:
    read_as = as_date(typed)
    assert (read_as and read_as.isoformat()) == day


def test_the_units_text_keeps_its_spaces_so_that_a_number_in_it_stays_one() -> None:
    line = "填 报 单位（盖章）： 张三 13812345678 2022年      日 期：2022.2.8"
    captions = read_captions(Grid("表", {(0, 0): line}), SHIPPED.forms["double-support"], range(5, 9))
    assert (captions.unit_text, str(captions.dated)) == ("张三 13812345678 2022年", "2022-02-08")


def test_two_filled_forms_are_an_error_and_a_blank_second_one_is_not(definitions: Definitions) -> None:
    blank = [[cell if isinstance(cell, str) else "" for cell in row] for row in ROWS]
    assert [f.rule for f in read(book(SHEET, SHEET), definitions).findings] == ["several_forms"]
    stacked = book([*SHEET, [], *SHEET])
    assert [f.rule for f in read(stacked, definitions).findings] == ["several_forms"]
    for content in (book([*TOP, *HEADER, *blank], SHEET), book(SHEET, [*TOP, *HEADER, *blank])):
        assert table(read(content, definitions)) == DRAWN


def test_hidden_sheets_are_never_read(definitions: Definitions) -> None:
    import openpyxl

    workbook = openpyxl.load_workbook(BytesIO(book(SHEET, SHEET)))
    workbook.worksheets[0].sheet_state = "hidden"
    out = BytesIO()
    workbook.active = 1
    workbook.save(out)
    reading = read(out.getvalue(), definitions)
    assert reading.form and reading.form.sheet == "Sheet2"
    assert not reading.findings


def test_hidden_rows_and_columns_inside_the_form_are_read_with_a_warning(definitions: Definitions) -> None:
    import openpyxl

    workbook = openpyxl.load_workbook(BytesIO(book(SHEET)))
    workbook.active.row_dimensions[6].hidden = True
    workbook.active.column_dimensions["D"].hidden = True
    out = BytesIO()
    workbook.save(out)
    reading = read(out.getvalue(), definitions)
    assert [(f.rule, f.facts["where"]) for f in reading.findings] == [("hidden_read", "第6行、D列")]
    assert table(reading) == DRAWN


def test_a_formula_without_a_saved_result_is_computed_or_named(definitions: Definitions) -> None:
    import openpyxl

    workbook = openpyxl.load_workbook(BytesIO(book(SHEET)))
    sheet = workbook.active
    sheet["C9"], sheet["D9"], sheet["C5"] = "=SUM(C5:C8)", "=D5*2", "=1*10"
    sheet["D5"] = "=D6+D7"
    out = BytesIO()
    workbook.save(out)
    form = read(out.getvalue(), definitions).form
    assert form
    by_cell = {f.cell: (None if f.value is None else int(f.value), f.raises) for f in form.figures}
    assert by_cell["D5"] == (5, ("formula_computed",))
    assert by_cell["C5"] == (None, ("part_without_value",))
    assert by_cell["D9"] == (14, ("sum_derived",))
    assert by_cell["C9"][0] is None


def test_an_error_value_of_a_formula_is_no_number(definitions: Definitions) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for r, line in enumerate(SHEET):
            for c, cell in enumerate(line):
                if cell != "":
                    sheet.write(r, c, cell)
        sheet.write_formula("C5", "=A100/0", None, "#DIV/0!")
    form = read(out.getvalue(), definitions).form
    assert form
    assert (form.figures[0].typed, form.figures[0].value, form.figures[0].raises) == (
        "#DIV/0!",
        None,
        ("not_a_number",),
    )


def test_other_tables_are_no_form(definitions: Definitions) -> None:
    reading = read(book([["姓名", "电话"], ["张三", 1], ["合计", 2]]), definitions)
    assert [f.rule for f in reading.findings] == ["no_form"]
    assert reading.form is None


ONE_LINE_LOWER = [
    ["项目", "", "", "发放慰问金情况", "", "发放慰问品情况", "", "", "", ""],
    ["", "带队领导", "走访慰问人数（人）", "发放金额（万元）", "发放人数（人）", "购买慰问品支出金额（万元）",
     "发放慰问品数量（件）", "发放人数（人）", "合计（万元）", "解决实际困难情况"],
]  # fmt: skip
VILLAGES = [["", "单位", "走访慰问人数", "金额"], ["", "第1村", 901, 9], ["", "第2村", 902, 9]]


@pytest.mark.parametrize("header", [HEADER, ONE_LINE_LOWER])
@pytest.mark.parametrize("first", range(5))
def test_a_table_beside_the_form_lends_it_no_column(
    header: list[list[str]], first: int, definitions: Definitions
) -> None:
    """Wherever its own header stands: as high as the form's, between its lines, or in its body."""
    sheet = [list(line) for line in [*TOP, *header, *ROWS]]
    for at, line in enumerate(VILLAGES, first + 1):
        sheet[at] += [""] * (len(HEADER[0]) - len(sheet[at])) + line
    reading = read(book(sheet), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    assert not reading.findings
    assert all(figure.cell for figure in reading.form.figures)


GOODS_LIST = [["品名", "数量", "单价"], ["大米", 10, 5], ["合计", 999, 999]]


@pytest.mark.parametrize("gap", [1, 2])
def test_the_total_of_a_table_below_is_not_the_forms(gap: int, definitions: Definitions) -> None:
    without = [*TOP, *HEADER, *ROWS[:-1]]
    reading = read(book([*without, *[[]] * gap, *GOODS_LIST]), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    assert {figure.cell for figure in reading.form.figures if figure.row == "grand_total"} == {None}


@pytest.mark.parametrize("between", [[[]], [[], []], [["其他人员", "", 0, 0, 0, 0, 0, 0, 0, ""]]])
def test_a_blank_or_an_added_line_does_not_part_the_form_from_its_total(
    between: list[list[object]], definitions: Definitions
) -> None:
    reading = read(book([*TOP, *HEADER, *ROWS[:-1], *between, ROWS[-1]]), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    row = len(TOP) + len(HEADER) + len(ROWS) - 1 + len(between) + 1
    assert next(f.cell for f in reading.form.figures if f.row == "grand_total") == f"C{row}"


@pytest.mark.parametrize("name", ["走访慰问人数（人）", "发放金额（万元）", "发放人数（人）", "合计（万元）"])
@pytest.mark.parametrize("group", ["上年同期", "计划数", "其中：军属"])
@pytest.mark.parametrize("at", [1, 2, 10])
def test_a_column_under_a_group_that_is_not_the_forms_is_never_ours(
    at: int, group: str, name: str, definitions: Definitions
) -> None:
    """A comparison with last year beside, before or among the form's own columns."""
    added = [[group, ""], [name, "备查"], *[[900 + line, 7] for line in range(5)]]
    lines = [[*line[:at], *more, *line[at:]] for line, more in zip([*HEADER, *ROWS], added, strict=True)]
    reading = read(book([*TOP, *lines]), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    assert not reading.findings


DETAILS = [
    ["村名", "走访慰问人数（人）", "发放金额（万元）", "发放人数（人）"],
    ["第1村", 901, 9, 8],
    ["第2村", 902, 9, 8],
]


@pytest.mark.parametrize("first", [len(TOP), len(TOP) + 1])
def test_details_in_the_forms_own_words_right_behind_it_lend_it_no_column(
    first: int, definitions: Definitions
) -> None:
    """The form is whole without them: its words begin again where it has ended."""
    sheet = [list(line) for line in [*TOP, *HEADER, *ROWS]]
    for at, line in enumerate(DETAILS, first):
        sheet[at] += [""] * (len(HEADER[0]) - len(sheet[at])) + line
    reading = read(book(sheet), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    assert not reading.findings


def test_two_columns_of_one_name_before_the_form_has_ended_are_refused(definitions: Definitions) -> None:
    lines = [[*line[:4], line[2], *line[4:]] for line in [*HEADER, *ROWS]]
    reading = read(book([*TOP, *lines]), definitions)
    assert "missing_column" in {finding.rule for finding in reading.findings}


REMARK = ["重点优抚对象", "", 57]


def test_a_remark_below_the_form_that_begins_with_a_row_label_is_no_second_form(
    definitions: Definitions,
) -> None:
    reading = read(book([*TOP, *HEADER, *ROWS, [], REMARK]), definitions)
    assert table(reading) == [line[2:9] for line in ROWS]
    assert not reading.findings


@pytest.mark.parametrize(
    "below", [[REMARK], [[], REMARK, ["边海防官兵", "", 3]], [[], REMARK, ["总计", "", 3]]]
)
def test_more_lines_of_the_same_rows_are_a_second_form(
    below: list[list[object]], definitions: Definitions
) -> None:
    """Right below they may be the rest of a row, and two of them are no remark: never one of them in silence."""
    reading = read(book([*TOP, *HEADER, *ROWS, *below]), definitions)
    assert [finding.rule for finding in reading.findings] == ["several_forms"]
