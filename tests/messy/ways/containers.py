"""What programs make of the container: Strict, inline strings, prefixes, false dimensions, wrong endings."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.messy.drawing import Drawing, Layout, draw
from tests.messy.truth import TrueForm
from tests.messy.way import Note, Sent, Way, truth_of
from tests.messy.writers.ods import by_odfpy
from tests.messy.writers.parts import SHEET_PART, Edit, edited, edited_everywhere
from tests.messy.writers.text import by_csv, by_html
from tests.messy.writers.word import by_docx
from tests.messy.writers.xls import by_xlwt
from tests.messy.writers.xlsb import by_biff12
from tests.messy.writers.xlsx import by_openpyxl, by_xlsxwriter

FAMILY = "containers"
_VERSION = 3
Write = Callable[[Drawing], bytes]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _way(
    name: str,
    writer: str,
    file: str,
    write: Write,
    *notes: Note,
    sheet: bool = True,
    layout: Layout | None = None,
) -> Way:
    def make(true: TrueForm) -> Sent:
        drawn = draw(layout or Layout(), true)
        content = write(drawn)
        return truth_of(content, drawn if sheet else replace(drawn, name=None), true, *notes)

    return Way(FAMILY, name, writer, file, make)


def _edited(
    name: str, edits: Mapping[str, Edit], write: Write = by_xlsxwriter, layout: Layout | None = None
) -> Way:
    writer = "xlsxwriter" if write is by_xlsxwriter else "openpyxl"
    return _way(name, writer, "土桥镇.xlsx", lambda sheet: edited(write(sheet), edits), layout=layout)


def _strict(name: str, content: bytes) -> tuple[str, bytes]:
    """As Excel saves “Strict Open XML”: other namespaces in every part."""
    text = content.decode()
    text = text.replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    text = text.replace(_RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
    return name, text.encode()


def _prefixed(markup: str) -> str:
    """x:c instead of c, as some .NET programs write."""
    markup = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", markup)
    return markup.replace(f'xmlns="{_MAIN}"', f'xmlns:x="{_MAIN}"')


def _unaddressed(sheet: Drawing) -> bytes:
    """Cells without their address: they stand one behind the other, blanks among them written too."""
    height, width = max(row for row, _ in sheet.cells) + 1, max(column for _, column in sheet.cells) + 1
    full = {
        (row, column): sheet.cells.get((row, column), " ") for row in range(height) for column in range(width)
    }
    content = by_xlsxwriter(replace(sheet, cells=full, merges=[]))
    return edited(content, {SHEET_PART: lambda text: re.sub(r'<c r="[A-Z]+\d+"', "<c", text)})


def _inline(sheet: Drawing) -> bytes:
    """Texts in their cells and not in a table of shared ones, as reports from servers are written."""
    content = by_xlsxwriter(sheet)
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        shared = re.findall(r"<si>(.*?)</si>", container.read("xl/sharedStrings.xml").decode(), re.DOTALL)
    return edited(
        content,
        {
            SHEET_PART: lambda text: re.sub(
                r't="s"><v>(\d+)</v>', lambda found: f't="inlineStr"><is>{shared[int(found[1])]}</is>', text
            ),
            "xl/sharedStrings.xml": lambda text: re.sub(
                r"<sst.*", f'<sst xmlns="{_MAIN}"/>', text, flags=re.DOTALL
            ),
        },
    )


def _declared(last: str) -> Edit:
    return lambda markup: re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="{last}"/>', markup)


def _a_million_styled_rows(markup: str) -> str:
    """Rows that hold nothing but a height, down to the last, as a format painted over whole columns leaves."""
    rows = "".join(f'<row r="{row}" ht="20" customHeight="1"/>' for row in range(1_000_000, 1_003_000))
    return markup.replace("</sheetData>", rows + '<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>')


def _stray(cell: str) -> Edit:
    row = re.sub("[A-Z]+", "", cell)
    stray = f'<row r="{row}"><c r="{cell}" t="str"><v>x</v></c></row>'
    return lambda markup: markup.replace("</sheetData>", f"{stray}</sheetData>")


def _stray_column(markup: str) -> str:
    return re.sub(r'(<row r="3"[^>]*>.*?)(</row>)', r'\1<c r="XFD3"><v>7</v></c>\2', markup, flags=re.DOTALL)


def _single_quoted(markup: str) -> str:
    return re.sub(r'(?<==)"([^"\']*)"', r"'\1'", markup)


def _with_macros(sheet: Drawing) -> bytes:
    """A macro-enabled workbook; the project itself is never opened."""

    def add(name: str, content: bytes) -> tuple[str, bytes]:
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        return name, content.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")

    content = edited_everywhere(by_openpyxl(sheet), add)
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as container:
        container.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    return out.getvalue()


def _backslashes(name: str, content: bytes) -> tuple[str, bytes]:
    return name.replace("/", "\\"), content


def _absolute(markup: str) -> str:
    return re.sub(r'Target="(worksheets|styles|sharedStrings|theme)', r'Target="/xl/\1', markup)


def _stray_in_xls(sheet: Drawing) -> bytes:
    return by_xlwt(replace(sheet, cells={**sheet.cells, (65535, 255): "x"}))


def _of_no_version(sheet: Drawing) -> bytes:
    """An OLE header that names no version, as old libraries leave it: calamine refuses the file."""
    content = bytearray(by_xlwt(sheet))
    assert content[26] == _VERSION
    content[26] = 0
    return bytes(content)


def _stray_in_ods(sheet: Drawing) -> bytes:
    return by_odfpy(replace(sheet, cells={**sheet.cells, (1_048_575, 0): " "}))


def _escaped(sheet: Drawing) -> bytes:
    """_x000D_ in labels, as Excel writes a carriage return, and a NUL that nothing may hold."""
    return edited(
        by_openpyxl(sheet),
        {
            "xl/sharedStrings.xml": lambda text: text.replace(
                "走访慰问人数", "走访_x000D_\n慰问人数"
            ).replace("张三", "张_x0000_三")
        },
    )


_RELS = "xl/_rels/workbook.xml.rels"

WAYS = [
    _way(
        "Strict OOXML",
        "openpyxl",
        "土桥镇.xlsx",
        lambda sheet: edited_everywhere(by_openpyxl(sheet), _strict),
    ),
    _way("inline strings", "xlsxwriter", "土桥镇.xlsx", _inline),
    _way("cells without addresses", "xlsxwriter", "土桥镇.xlsx", _unaddressed),
    _edited("a prefix before every element", {SHEET_PART: _prefixed}),
    _edited("attributes in single quotes", {SHEET_PART: _single_quoted}),
    _edited("a declared dimension that is too small", {SHEET_PART: _declared("A1:B2")}),
    _edited("a declared dimension of the whole sheet", {SHEET_PART: _declared("A1:XFD1048576")}),
    _edited("no declared dimension", {SHEET_PART: lambda text: re.sub("<dimension[^>]*/>", "", text)}),
    _edited("three thousand rows of nothing, down to the last", {SHEET_PART: _a_million_styled_rows}),
    _edited("a stray cell in the last row", {SHEET_PART: _stray("A1048576")}),
    _edited("a stray cell in the last corner", {SHEET_PART: _stray("XFD1048576")}),
    _edited("a stray cell in the last column", {SHEET_PART: _stray_column}),
    _edited("parts named from the root", {_RELS: _absolute}),
    _way(
        "parts named with backslashes",
        "openpyxl",
        "土桥镇.xlsx",
        lambda sheet: edited_everywhere(by_openpyxl(sheet), _backslashes),
    ),
    _way(
        "nothing compressed",
        "openpyxl",
        "土桥镇.xlsx",
        lambda sheet: edited(by_openpyxl(sheet), {}, zipfile.ZIP_STORED),
    ),
    _way("escaped carriage returns and NULs", "openpyxl", "土桥镇.xlsx", _escaped),
    _way("a stray cell in the last corner of an .xls", "xlwt", "土桥镇.xls", _stray_in_xls),
    _way("an .xls whose header names no version", "xlwt", "土桥镇.xls", _of_no_version),
    _way("a stray cell in the last row of an .ods", "odfpy", "土桥镇.ods", _stray_in_ods),
    _way(
        "an .ods that declares a million rows",
        "odfpy",
        "土桥镇.ods",
        lambda sheet: by_odfpy(sheet, padded_to=1_048_576),
    ),
    _way(
        "annotations at every figure of an .ods",
        "odfpy",
        "土桥镇.ods",
        lambda sheet: by_odfpy(sheet, note="请核对 999"),
    ),
    _way("macros", "openpyxl", "土桥镇.xlsm", _with_macros),
    _way("WPS's .et", "xlwt", "土桥镇.et", by_xlwt),
    _way("a WPS template .ett", "xlwt", "土桥镇.ett", by_xlwt),
    _way("an .xlsx called .xls", "openpyxl", "土桥镇.xls", by_openpyxl),
    _way("an .xls called .xlsx", "xlwt", "土桥镇.xlsx", by_xlwt),
    _way("an .ods called .xlsx", "odfpy", "土桥镇.xlsx", by_odfpy),
    _way("an .xlsb called .xlsx", "biff12", "土桥镇.xlsx", by_biff12),
    _way("an .xlsx called .doc", "xlsxwriter", "工作总结.doc", by_xlsxwriter),
    _way("an .xlsx without an ending", "xlsxwriter", "土桥镇统计表", by_xlsxwriter),
    _way("a web page called .xls", "html", "土桥镇.xls", by_html, sheet=False),
    _way("a web page called .xlsx", "html", "土桥镇.xlsx", by_html, sheet=False),
    _way(
        "a CSV called .xls", "csv", "土桥镇.xls", lambda sheet: by_csv(sheet, encoding="gb18030"), sheet=False
    ),
    _way("a TSV called .xls", "csv", "土桥镇.xls", lambda sheet: by_csv(sheet, "\t"), sheet=False),
    _way("a .docx called .doc", "python-docx", "土桥镇.doc", by_docx, sheet=False),
    _way("a .docx called .xls", "python-docx", "土桥镇.xls", by_docx, sheet=False),
]
