"""One drawn form in every format, each written by hand or by a small library, so that it can be bent."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date

import xlwt
from docx import Document
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook

from tests.hostile.binary import Cell, binary_workbook

Lines = list[list[Cell]]
TOP: Lines = [
    ["2022年新年春节期间双拥活动情况统计表"],
    ["填报单位（盖章）：土桥镇          日期：2022年2月8日"],
]
HEADER: Lines = [
    ["项目", "带队领导", "走访慰问人数（人）", "发放慰问金情况", "", "发放慰问品情况", "", "",
     "合计（万元）", "解决实际困难情况"],
    ["", "", "", "发放金额（万元）", "发放人数（人）", "购买慰问品支出金额（万元）", "发放慰问品数量（件）",
     "发放人数（人）", "", ""],
]  # fmt: skip
ROWS: Lines = [
    ["重点优抚对象", "张三", 10, 1.5, 11, 2.25, 12, 13, 3.75, "帮助就业"],
    ["困难退役军人等优抚对象", "", 20, 2, 21, 3, 22, 23, 5, ""],
    ["驻地部队基层官兵", "", 30, 3, 31, 4, 32, 33, 7, ""],
    ["边海防官兵", "", 40, 4, 41, 5, 42, 43, 9, ""],
    ["总计", "", 100, 10.5, 104, 14.25, 108, 112, 24.75, ""],
]
SHEET: Lines = [*TOP, *HEADER, *ROWS]
VISITED = [10, 20, 30, 40, 100]
"""What a right reading says under 走访慰问人数, row by row."""
MERGED = ("A1:J1", "A2:J2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:H3", "I3:I4", "J3:J4")


def xlsx() -> bytes:
    """With formulas, hidden rows, merges, a second sheet, custom properties: much for a mutation to hit."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_custom_property("returns_unit", "T01")
        sheet = book.add_worksheet("统计表")
        for r, line in enumerate(SHEET):
            for c, cell in enumerate(line):
                if cell != "":
                    sheet.write(r, c, cell)
        for at in MERGED:
            sheet.merge_range(at, None)
        for r, line in enumerate(SHEET):
            for c, cell in enumerate(line):
                if cell != "":
                    sheet.write(r, c, cell)
        sheet.write_formula("I5", "=D5+F5", None, 3.75)
        sheet.write_formula("C9", "=SUM(C5:C8)", None, 100)
        sheet.set_row(11, None, None, {"hidden": True})
        sheet.set_column("L:M", None, None, {"hidden": True})
        book.add_worksheet("说明").write("A1", "请填写")
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("统计表")
    for r, line in enumerate(SHEET):
        for c, cell in enumerate(line):
            if cell != "":
                sheet.write(r, c, cell)
    sheet.write(10, 0, date(2022, 2, 8))
    sheet.write(11, 0, xlwt.Formula("SUM(C5:C8)"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsb() -> bytes:
    return binary_workbook(SHEET)


def ods() -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="统计表")
    for line in SHEET:
        row = TableRow()
        for cell in line:
            if isinstance(cell, str):
                made = TableCell(valuetype="string")
                made.addElement(P(text=cell))
            else:
                made = TableCell(valuetype="float", value=cell)
                made.addElement(P(text=str(cell)))
            row.addElement(made)
        row.addElement(CoveredTableCell(numbercolumnsrepeated=3))
        table.addElement(row)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx(prose: str = "") -> bytes:
    """The notice's table in a document, its groups merged."""
    document = Document()
    for line in TOP:
        document.add_paragraph(str(line[0]))
    grid = document.add_table(rows=0, cols=10)
    for line in [*HEADER, *ROWS]:
        for cell, text in zip(grid.add_row().cells, line, strict=True):
            cell.text = str(text)
    grid.cell(0, 3).merge(grid.cell(0, 4))
    grid.cell(0, 5).merge(grid.cell(0, 7))
    for column in (0, 1, 2, 8, 9):
        grid.cell(0, column).merge(grid.cell(1, column))
    document.add_paragraph(prose)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def page(encoding: str = "utf-8") -> bytes:
    """The header with real row and column spans, as web systems write it."""
    cells = [f'<th rowspan="2">{text}</th>' for text in HEADER[0][:3]]
    cells += [f'<th colspan="2">{HEADER[0][3]}</th>', f'<th colspan="3">{HEADER[0][5]}</th>']
    cells += [f'<th rowspan="2">{text}</th>' for text in HEADER[0][8:]]
    header = f"<tr>{''.join(cells)}</tr><tr>{''.join(f'<th>{text}</th>' for text in HEADER[1] if text)}</tr>"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    captions = "".join(f"<tr><td colspan=10>{line[0]}</td></tr>" for line in TOP)
    return f"<html><meta charset={encoding}><table>{captions}{header}{lines}</table></html>".encode(encoding)


def text(delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(SHEET)
    return out.getvalue().encode(encoding)


def pdf() -> bytes:
    registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for number in range(1, 4):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(80, 700, f"春节期间走访慰问{number * 100}人，发放慰问金{number}.5万元。")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def parts_of(container: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(container)) as opened:
        return {part.filename: opened.read(part) for part in opened.infolist()}


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return out.getvalue()
