"""The same form in every wrapping that clerks send it in, told by its content."""

import csv
import shutil
import subprocess
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from etl.definitions import Definitions
from etl.model import Material, Reading
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words
from tests.rooms.sheets.test_locate import DRAWN, HEADER, ROWS, SHEET, TOP, book, table

soffice = shutil.which("soffice")


def read(content: bytes, definitions: Definitions, name: str = "土桥镇.xls") -> Reading:
    return read_document(content, name, form_words(definitions.forms["double-support"]), definitions.limits)


def as_csv(delimiter: str, encoding: str) -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(SHEET)
    return out.getvalue().encode(encoding)


def as_page(encoding: str) -> bytes:
    """The header with real row and column spans, as web systems write it."""
    cells = [f'<th rowspan="2">{text}</th>' for text in HEADER[0][:3]]
    cells += [f'<th colspan="2">{HEADER[0][3]}</th>', f'<th colspan="3">{HEADER[0][5]}</th>']
    cells += [f'<th rowspan="2">{text}</th>' for text in HEADER[0][8:]]
    header = f"<tr>{''.join(cells)}</tr><tr>{''.join(f'<th>{text}</th>' for text in HEADER[1] if text)}</tr>"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    captions = "".join(f"<tr><td colspan=10>{line[0]}</td></tr>" for line in TOP)
    page = f"<html><meta charset={encoding}><table>{captions}{header}{lines}</table></html>"
    return page.encode(encoding)


def as_word_table(prose: str = "") -> bytes:
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
    out = BytesIO()
    document.save(out)
    return out.getvalue()


WRAPPINGS = {
    "csv in UTF-8": as_csv(",", "utf-8"),
    "csv in UTF-8 with a mark": as_csv(",", "utf-8-sig"),
    "csv in GB18030": as_csv(",", "gb18030"),
    "tsv": as_csv("\t", "gb18030"),
    "a web page in UTF-8": as_page("utf-8"),
    "a web page in GB18030": as_page("gb18030"),
    "a table in a Word document": as_word_table(),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_form_is_read_in_whatever_it_is_wrapped(wrapping: str, definitions: Definitions) -> None:
    reading = read(WRAPPINGS[wrapping], definitions)
    assert reading.material is Material.STATISTICS
    assert table(reading) == DRAWN
    assert reading.form
    assert (reading.form.sheet, reading.form.unit_text) == (None, "土桥镇")
    assert reading.form.figures[0].cell == ("C3" if "Word" in wrapping else "C5")


@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.skipif(
    not soffice, reason="LibreOffice is not on this machine: it writes the xls and ods to read"
)
def test_the_form_is_read_from_what_another_office_program_saved(
    ending: str, definitions: Definitions, tmp_path: Path
) -> None:
    (tmp_path / "form.xlsx").write_bytes(book(SHEET, down=2, right=1))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        str(soffice),
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        tmp_path,
        tmp_path / "form.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True)
    reading = read((tmp_path / f"form.{ending}").read_bytes(), definitions)
    assert (reading.kind, table(reading)) == (ending, DRAWN)
    assert reading.form and reading.form.figures[0].cell == "D7"


def test_a_document_with_the_form_and_enough_prose_is_both_materials(definitions: Definitions) -> None:
    assert read(as_word_table("春节期间走访慰问。" * 30), definitions).material is Material.BOTH


@pytest.mark.parametrize(("length", "material"), [(199, Material.STATISTICS), (200, Material.BOTH)])
@pytest.mark.parametrize(
    "beside",
    [
        "",
        "附件：2022年新年春节期间双拥活动情况统计表（样表）",
        "填 报 单 位（盖章）：土桥镇   日期：2022-02-08",
        "日期：2022年2月8日",
    ],
)
def test_the_forms_own_title_unit_and_date_are_no_prose(
    beside: str, length: int, material: Material, definitions: Definitions
) -> None:
    prose = f"2022年我镇双拥活动{'好' * (length - 11)}"
    assert read(as_word_table(f"{beside}\n{prose}"), definitions).material is material


def test_a_page_or_text_without_the_form_is_what_its_name_says(definitions: Definitions) -> None:
    for content in (b"name,phone\n", "<html><table><tr><td>通讯录</td></tr></table>".encode()):
        as_workbook = read(content, definitions, "土桥镇.csv")
        assert (as_workbook.material, [f.rule for f in as_workbook.findings]) == (
            Material.STATISTICS,
            ["no_form"],
        )
        as_text = read(content, definitions, "土桥镇.txt")
        assert (as_text.material, [f.rule for f in as_text.findings]) == (None, ["format_not_taken"])


def test_what_stands_in_a_hidden_part_of_a_page_is_not_read(definitions: Definitions) -> None:
    hidden = as_page("utf-8").replace(b"<table>", b'<table style="display: none">')
    assert [f.rule for f in read(hidden, definitions).findings] == ["no_form"]


@pytest.mark.parametrize("stray", ["A1048576", "XFD1048576", "AAA3", "J200000"])
def test_a_stray_cell_far_out_costs_nothing(stray: str, definitions: Definitions) -> None:
    workbook = load_workbook(BytesIO(book(SHEET)))
    workbook.active[stray] = " "
    out = BytesIO()
    workbook.save(out)
    reading = read(out.getvalue(), definitions)
    assert table(reading) == DRAWN
    assert not reading.findings


@pytest.mark.parametrize(("packed", "material"), [("统计表.xlsx", "statistics"), ("工作总结.docx", None)])
def test_a_zip_with_a_workbook_in_it_is_a_form_sent_in_the_wrong_way(
    packed: str, material: str | None, definitions: Definitions
) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(packed, b"x")
    reading = read_document(
        out.getvalue(), "土桥镇.zip", form_words(definitions.forms["double-support"]), definitions.limits
    )
    assert [finding.rule for finding in reading.findings] == ["format_not_taken"]
    assert reading.material == material


@pytest.mark.parametrize(
    ("part", "said", "called"),
    [
        ("mimetype", "application/vnd.oasis.opendocument.text", "ODT 文档"),
        ("mimetype", "application/vnd.oasis.opendocument.text-template", "ODT 文档"),
        ("mimetype", "application/vnd.oasis.opendocument.presentation", "演示文稿"),
        ("mimetype", "application/vnd.oasis.opendocument.graphics", "OpenDocument 文件"),
        ("ppt/presentation.xml", "<presentation/>", "演示文稿"),
    ],
)
def test_a_document_of_another_program_is_no_zip_to_be_unpacked(
    part: str, said: str, called: str, definitions: Definitions
) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(part, said)
    (finding,) = read(out.getvalue(), definitions, "土桥镇工作总结.odt").findings
    assert (finding.rule, finding.facts["format"]) == ("format_not_taken", called)
    assert ".xlsx" in finding.facts["instead"] and ".docx" in finding.facts["instead"]


STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
"""The names of strict OOXML for those that everybody else writes."""


def as_strict(content: bytes) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as loose, zipfile.ZipFile(saved, "w") as strict:
        for name in loose.namelist():
            part = loose.read(name)
            for usual, of_strict in STRICT.items():
                part = part.replace(usual, of_strict)
            strict.writestr(name, part)
    return saved.getvalue()


@pytest.mark.parametrize("content", [book(SHEET), as_word_table()], ids=["workbook", "document"])
def test_what_word_and_excel_save_as_strict_is_read_as_any_other(
    content: bytes, definitions: Definitions
) -> None:
    assert table(read(as_strict(content), definitions)) == table(read(content, definitions)) != []


@pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("is_form", "material"), [(True, Material.STATISTICS), (False, None)])
def test_an_old_word_document_with_the_form_is_a_form_sent_in_the_wrong_way(
    is_form: bool, material: Material | None, definitions: Definitions, tmp_path: Path
) -> None:
    letter = BytesIO()
    Document().save(letter)
    (tmp_path / "form.docx").write_bytes(as_word_table() if is_form else letter.getvalue())
    command = [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "doc"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "form.docx"], check=True, capture_output=True)
    reading = read((tmp_path / "form.doc").read_bytes(), definitions, "土桥镇.doc")
    assert [finding.rule for finding in reading.findings] == ["format_not_taken"]
    assert reading.material == material


def test_a_leader_merged_over_several_rows_led_in_each_of_them(definitions: Definitions) -> None:
    workbook = load_workbook(BytesIO(book(SHEET)))
    first = len(TOP) + len(HEADER) + 1
    workbook.active.merge_cells(f"B{first}:B{first + 3}")
    merged = BytesIO()
    workbook.save(merged)
    document = Document(BytesIO(as_word_table()))
    column = document.tables[0].columns[1].cells
    for cell in column[3:6]:
        cell.text = ""
    column[2].merge(column[5])
    written = BytesIO()
    document.save(written)
    for content in (merged.getvalue(), written.getvalue()):
        form = read(content, definitions).form
        assert form is not None
        leaders = [words.text for words in form.words if words.column == "leader"]
        assert len(leaders) == 4
        assert set(leaders) == {str(ROWS[0][1])} != {""}
