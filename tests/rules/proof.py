"""For every rule a file that breaks it and no other, and a near miss that does not: true files, one unit each.

`returns run` takes them all in; what it tells is the proof, and the examples of docs/rules.md.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import openpyxl
from docx import Document
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from etl.books.blank import unit_blank
from etl.definitions import Campaign, Form, Unit, load_definitions
from etl.settings import PROJECT

LIMITS = load_definitions(PROJECT / "config").limits
RIGHT: Mapping[str, object] = {
    **{f"B{row}": f"{name}（镇长）" for row, name in zip((5, 6, 7), ("王建国", "李明", "张勇"), strict=True)},
    **dict(zip(("C5", "D5", "E5", "F5", "G5", "H5", "I5"), (50, 3.5, 40, 1.25, 60, 30, 4.75), strict=True)),
    **dict(zip(("C6", "D6", "E6", "F6", "G6", "H6", "I6"), (20, 1.2, 20, 0.3, 20, 20, 1.5), strict=True)),
    **dict(zip(("C7", "D7", "E7", "F7", "G7", "H7", "I7"), (100, 2, 50, 4, 80, 80, 6), strict=True)),
    **{f"{column}8": 0 for column in "CDEFGHI"},
    **dict(
        zip(("C9", "D9", "E9", "F9", "G9", "H9", "I9"), (170, 6.7, 110, 5.55, 160, 130, 12.25), strict=True)
    ),
    "J2": date(2022, 1, 15),
}
"""A form without anything to be said of it, by cell of the issued blank."""
PARTS = [f"{column}{row}" for row in range(5, 9) for column in "CDEFGH"]
SUMS = [*(f"I{row}" for row in range(5, 10)), *(f"{column}9" for column in "CDEFGH")]
ONE_DECIMAL = {"F5": 1.2, "I5": 4.7, "D7": 2.1, "F7": 4.4, "I7": 6.5, "D9": 6.8, "F9": 5.9, "I9": 12.7}
FIVE_A_HEAD = {"D9": 203.2, "I5": 201.25, "I9": 208.75}
FIVE_A_GARRISON_HEAD = {"D9": 254.7, "I7": 254, "I9": 260.25}
HUNDRED_A_GARRISON_HEAD = {"D9": 5004.7, "I7": 5004, "I9": 5010.25}
NARRATIVE = (
    "春节期间走访慰问情况。",
    "一、走访慰问优抚对象，送去节日问候。",
    "二、帮助解决实际困难，军民关系更加密切。",
)


@dataclass(frozen=True)
class Desk:
    """Where a clerk sits: the unit, and the blank issued to it."""

    unit: Unit
    other: Unit
    form: Form
    campaign: Campaign


Files = dict[str, bytes]
Made = Callable[[Desk], Files]


def form_with(change: Callable[[Worksheet], object] | None = None, /, **cells: object) -> Made:
    """The unit's blank filled in right, but for some cells, and for what `change` does to the sheet."""

    def make(desk: Desk) -> Files:
        return {f"{desk.unit.name}.xlsx": _filled(desk, desk.unit, change, cells)}

    return make


def _filled(
    desk: Desk, issued_to: Unit, change: Callable[[Worksheet], object] | None, cells: Mapping[str, object]
) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(unit_blank(desk.form, desk.campaign, issued_to)))
    sheet = book["统计表"]
    for address, value in {**RIGHT, "J5": f"{desk.unit.name}：协调子女入学", **cells}.items():
        sheet[address].value = value  # type: ignore[assignment]
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def borrowed(unit: Callable[[Desk], str]) -> Made:
    def make(desk: Desk) -> Files:
        name = unit(desk)
        issued_to = desk.other if name == desk.unit.name else desk.unit
        return {f"{desk.unit.name}.xlsx": _filled(desk, issued_to, None, {"B2": name})}

    return make


def bytes_as(name: str, change: Callable[[bytes], bytes], **cells: object) -> Made:
    """The right form with its bytes changed, under another name; {} is the unit's."""

    def make(desk: Desk) -> Files:
        return {name.format(desk.unit.name): change(_filled(desk, desk.unit, None, cells))}

    return make


def narrative(*lines: str, **form_cells: object) -> Made:
    """A summary in Word, and the form beside it where cells are given."""

    def make(desk: Desk) -> Files:
        document = Document()
        for line in lines:
            document.add_paragraph(line.format(unit=desk.unit.name))
        out = io.BytesIO()
        document.save(out)
        files = {f"{desk.unit.name}工作总结.docx": out.getvalue()}
        return files | (form_with(**form_cells)(desk) if form_cells else {})

    return make


def printed(password: str | None) -> Made:
    def make(desk: Desk) -> Files:
        out = io.BytesIO()
        canvas = Canvas(out, encrypt=StandardEncryption(password) if password else None)
        for at in range(3):
            canvas.drawString(72, 700 - 20 * at, f"{desk.unit.code}: line {at} of the summary, long enough.")
        canvas.save()
        return {f"{desk.unit.name}工作总结.pdf": out.getvalue()}

    return make


def _padded(to: int, content: bytes) -> bytes:
    """The same container with a stored part more, so that it has exactly `to` bytes."""

    def with_part(size: int) -> bytes:
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as container:
            container.writestr("docProps/pad.bin", bytes(size))
        return out.getvalue()

    return with_part(to - len(with_part(0)))


def _zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("统计表.xlsx", content)
    return out.getvalue()


def _long_remarks(rows: int, sheet: Worksheet) -> None:
    for row in range(40, 40 + rows):
        sheet.cell(row, 12).value = f"{row:06}" + "备注" * 15_000


def _second_form(filled: bool, sheet: Worksheet) -> None:
    book: Any = sheet.parent
    again = book.copy_worksheet(sheet)
    for address in () if filled else [*PARTS, *SUMS]:
        again[address].value = None


def _without_labels(sheet: Worksheet) -> None:
    for row in (1, 2, 3, *range(5, 10)):  # A4 is merged into A3
        sheet.cell(row, 1).value = f"第{row}项"


def _hide(row: int, sheet: Worksheet) -> None:
    sheet.row_dimensions[row].hidden = True


@dataclass(frozen=True)
class Proof:
    """`breaks` is told at `cell` with `words` in it, beside at most the rules `beside`; `passes` is not told.

    `last`: cells of the unit's form last time that differ from the right one; None where there was none.
    """

    breaks: Made
    cell: str | None
    words: str
    passes: Made
    last: Mapping[str, object] | None = None
    last_of_passes: Mapping[str, object] | None = None
    beside: frozenset[str] = field(default_factory=frozenset)

    def last_time(self, breaks: bool) -> Mapping[str, object] | None:
        return self.last if breaks or self.last_of_passes is None else self.last_of_passes


def at(cell: str | None, words: str, breaks: Made, passes: Made, **more: Any) -> Proof:
    return Proof(breaks, cell, words, passes, **more)


def _blank(**cells: object) -> Made:
    return form_with(**{**dict.fromkeys([*PARTS, *SUMS]), **cells})


PROOFS: dict[str, Proof] = {
    "not_a_number": at("D5", "“待定”", form_with(D5="待定"), form_with(D5="３．５ 万元")),
    "part_without_value": at("D5", "没有保存", form_with(D5="=ROUND(3.5,1)"), form_with(I5="=D5+F5")),
    "figure_too_large": at(
        "G5", "大得不合情理", form_with(G5=1_000_000_001), form_with(G5=999_999_900, G9=1_000_000_000)
    ),
    "negative": at("C8", "“-1”", form_with(C8=-1), form_with(C8="-")),
    "fraction_in_count": at("C5", "“50.5”", form_with(C5=50.5), form_with(C5="50.0")),
    "column_sum_count": at("C9", "相差1人", form_with(C9=171), form_with(C9="170人")),
    "column_sum_money": at(
        "D9", "相差0.010001万元", form_with(D9=6.710001, I9=12.260001), form_with(D9=6.71)
    ),
    "row_sum": at("I5", "相差0.010001万元", form_with(I5=4.760001, I6=1.49), form_with(I5=4.76, I6=1.49)),
    "part_of_sums": at("D5", "如果这里是3.5", form_with(D5=3.510001), form_with(D5=3.51)),
    "per_head_too_much": at(
        "D5", "应填0.02。", form_with(D5=200.000001, **FIVE_A_HEAD), form_with(D5=200, **FIVE_A_HEAD)
    ),
    "garrison_per_head_too_much": at(
        "D7",
        "超过100万元",
        form_with(D7=5000.000001, **HUNDRED_A_GARRISON_HEAD),
        form_with(D7=5000, **HUNDRED_A_GARRISON_HEAD),
    ),
    "missing_row": at(None, "“边海防官兵”", form_with(A8=None), form_with(A8="边 海 防\n官兵")),
    "missing_column": at(
        None, "发放慰问品数量", form_with(G4="其他"), form_with(G4="发放慰问品\n数量（件）")
    ),
    "blank_form": at(None, "一个也没有填", _blank(), _blank(C5=0)),
    "several_forms": at(
        None, "2张", form_with(partial(_second_form, True)), form_with(partial(_second_form, False))
    ),
    "no_form": at(None, "没有找到统计表", form_with(_without_labels), form_with(A1="无题")),
    "empty_file": at(None, "0 字节", bytes_as("{}.xlsx", lambda _: b""), form_with()),
    "encrypted": at(None, "密码", printed("secret"), printed(None)),
    "corrupt": at(None, "损坏", bytes_as("{}.xlsx", lambda whole: whole[:-200]), form_with()),
    "too_large": at(
        None,
        "多出 1 字节",
        bytes_as("{}.xlsx", partial(_padded, LIMITS.form_bytes + 1)),
        bytes_as("{}.xlsx", partial(_padded, LIMITS.form_bytes)),
    ),
    "unpacks_too_far": at(
        None, "超过 64 MiB", form_with(partial(_long_remarks, 800)), form_with(partial(_long_remarks, 20))
    ),
    "format_not_taken": at(
        None, "解开压缩包", bytes_as("{}.zip", _zipped), bytes_as("{}.zip", lambda whole: whole)
    ),
    "figure_approximate": at("C5", "按50计", form_with(C5="约50人"), form_with(C5="50人")),
    "sum_rounded": at(
        "D9",
        "四舍五入",
        form_with(**{**ONE_DECIMAL, "D9": 7, "I9": 12.9}),
        form_with(**ONE_DECIMAL),
    ),
    "garrison_per_head_high": at(
        "D7",
        "超过5万元",
        form_with(D7=250.000001, **FIVE_A_GARRISON_HEAD),
        form_with(D7=250, **FIVE_A_GARRISON_HEAD),
    ),
    "money_without_recipients": at(
        "E5", "可是发放金额是3.5万元", form_with(E5=0, E9=70), form_with(E5=1, E9=71)
    ),
    "recipients_without_money": at(
        "D5",
        "可是发放人数是40人",
        form_with(D5=0, D9=3.2, I5=1.25, I9=8.75),
        form_with(D5=0.000001, D9=3.200001, I5=1.250001, I9=8.750001),
    ),
    "visited_too_few": at("C5", "少1人", form_with(C5=39, C9=159), form_with(C5=40, C9=160)),
    "far_from_last": at(
        "C5", "上期是9人", form_with(), form_with(), last={"C5": 9}, last_of_passes={"C5": 10}
    ),
    "yuan_against_last": at(
        "D5",
        "这里应填3.5",
        form_with(D5=35000, E5=0, E9=70, D9=35003.2, I5=35001.25, I9=35008.75),
        form_with(E5=0, E9=70),
        last={"D5": 3.4, "E5": 0},
        beside=frozenset(["money_without_recipients"]),
    ),
    "same_as_last": at(None, "完全一样", form_with(), form_with(), last={}, last_of_passes={"G5": 61}),
    "borrowed_blank": at(
        None,
        "改成了",
        borrowed(lambda desk: desk.unit.name),
        borrowed(lambda desk: f"铜梁区{desk.unit.name}"),
    ),
    "title_of_another_campaign": at(
        "A1",
        "2021年",
        form_with(A1="2021年新年春节期间双拥活动情况统计表"),
        form_with(A1="二〇二二年春节双拥活动情况统计表"),
    ),
    "narrative_empty": at(None, "一个字也没有", narrative(), narrative("我单位走访慰问了优抚对象。")),
    "narrative_one_line": at(
        None, "只有一行", narrative("{unit}走访慰问了优抚对象。"), narrative("{unit}走访。", "又慰问。")
    ),
    "narrative_differs": at(
        None,
        "差得明显",
        narrative(*NARRATIVE, "三、共走访慰问900人。", C5=50),
        narrative(*NARRATIVE, "三、共走访慰问170人。", C5=50),
    ),
    "figure_converted": at("D5", "换算成3.5万元", form_with(D5="35000元"), form_with(D5="3.5万元")),
    "figure_rounded": at("D5", "读作3.5万元", form_with(D5="3.5000004"), form_with(D5="3.500000")),
    "header_in_yuan": at(
        "D4",
        "整列已换算",
        form_with(D4="发放金额（元）", D5=35000, D6=12000, D7=20000, D9=67000),
        form_with(D4="发放金额"),
    ),
    "sum_derived": at("I9", "相加得出", form_with(I9=None), form_with(I9="12.25万元")),
    "formula_computed": at("I5", "已按公式算出", form_with(I5="=D5+F5"), form_with(I5=4.75)),
    "hidden_read": at(None, "第6行", form_with(partial(_hide, 6)), form_with(partial(_hide, 11))),
    "text_column_missing": at(None, "解决实际困难情况", form_with(J3="其他"), form_with(J3="解决困难情况")),
    "text_cut": at("J5", "截短", form_with(J5="好" * 1001), form_with(J5="好" * 1000)),
    "leader_missing": at("B6", "走访慰问了20人", form_with(B6="无"), form_with(B8="无")),
    "date_missing": at("I2", "没有填日期", form_with(J2=None), form_with(J2="2022年1月15日")),
    "date_unclear": at("J2", "“正月十五”", form_with(J2="正月十五"), form_with(J2="22年1月15日")),
    "date_outside": at("J2", "早 1 天", form_with(J2=date(2022, 1, 9)), form_with(J2=date(2022, 1, 10))),
    "personal_number": at(
        "J6", "138****8000", form_with(J6="联系人13800138000"), form_with(J6="联系电话023-45601234")
    ),
}
"""Every rule but too_slow, whose proof needs another clock: see test_every_rule.py."""
