"""XML workbooks, OpenDocument sheets, pages and Word tables that nest, repeat, span or announce too much."""

from collections.abc import Callable

from tests.hostile.case import CORRUPT, GIVEN_UP, NARRATIVE, NO_FORM, NOT_TAKEN, READ, Hostile
from tests.hostile.sheets import SHEET, docx, ods, page, parts_of, text, xlsx, zipped
from tests.hostile.workbooks import (
    BOOK,
    MAIN,
    SHEET_PART,
    one_long_text_a_thousand_times_over,
    rows_of,
    workbook,
)

MIB = 1024**2
_LINK = '<hyperlink ref="A{0}" location="B{0}"/>'
_MERGE = '<mergeCell ref="L{0}:M{0}"/>'
_FORMULA = '<c r="K9"><f>{}</f></c>'
_STYLES = f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 200_000}</cellXfs></styleSheet>"
_NAMES = "".join(f'<definedName name="n{n}">A1</definedName>' for n in range(100_000))
_SHEETS = '<sheet name="{0}" sheetId="{0}" r:id="rId1"/>'


_LONG = 30_000
_STRANGE = [
    *SHEET[:4],
    ["重点优抚对象", "", "9" * _LONG, "1e999999999", "一" * _LONG, "亿" * _LONG, "（" * _LONG, "1," * _LONG],
    [
        "困难退役军人等优抚对象",
        "",
        "约" * _LONG,
        " " * _LONG,
        "-" * _LONG,
        "万" * _LONG,
        "1" + "人" * _LONG,
        "½" * _LONG,
    ],
    *SHEET[6:],
]
_ENDLESS = [
    *SHEET,
    ["（" * _LONG + "）" * _LONG], ["(" * _LONG], ["填报单位" + " " * _LONG], ["日 期" * _LONG], ["日" + " " * _LONG + "期"],
    ["单位：" * _LONG], ["年月" * _LONG], ["★" + "机 " * _LONG], ["1" * _LONG], ["\u200b" * _LONG + "x"],
]  # fmt: skip


def _rows(further: str) -> Callable[[], bytes]:
    return lambda: workbook(rows_of(SHEET, further))


def _far(*cells: tuple[str, int]) -> str:
    """Rows behind the form with one cell each."""
    return "".join(f'<row r="{row}"><c r="{letters}{row}"><v>1</v></c></row>' for letters, row in cells)


def _behind_form(rows: str) -> Callable[[], bytes]:
    """A form that a real program wrote, with further rows behind it."""

    def make() -> bytes:
        parts = parts_of(xlsx())
        sheet = parts[SHEET_PART].decode().replace("</sheetData>", rows + "</sheetData>")
        return zipped(parts | {SHEET_PART: sheet.encode()})

    return make


def _in_ods(find: str, put: str) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = parts_of(ods())
        content = parts["content.xml"].decode()
        assert find in content
        return zipped(parts | {"content.xml": content.replace(find, put, 1).encode()})

    return make


def _in_docx(find: str, put: str) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = parts_of(docx())
        content = parts["word/document.xml"].decode()
        assert find in content
        return zipped(parts | {"word/document.xml": content.replace(find, put, 1).encode()})

    return make


def _in_page(find: str, put: str) -> Callable[[], bytes]:
    return lambda: page().decode().replace(find, put, 1).encode()


_ROW = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
_CELL = '<table:table-cell table:number-columns-repeated="{}" office:value-type="float" office:value="1"/>'
_EMPTY = '<table:table-cell table:number-columns-repeated="{}"/>'
_NESTED = "<w:tbl><w:tr><w:tc><w:p/>{}<w:p/></w:tc></w:tr></w:tbl>"


def _nested_tables(deep: int) -> str:
    inside = ""
    for _ in range(deep):
        inside = _NESTED.format(inside)
    return inside


XLSX = (
    Hostile("A1 and the last cell of all", "远.xlsx", _behind_form(_far(("XFD", 1_048_576))), READ),
    Hostile(
        "a row number past all rows", "远.xlsx", _behind_form(_far(("A", 4_294_967_295))), (CORRUPT, READ)
    ),
    Hostile("letters past all columns", "远.xlsx", _behind_form(_far(("ZZZZZZ", 20))), (GIVEN_UP, CORRUPT)),
    Hostile(
        "figures that no number holds", "数.xlsx", lambda: workbook(rows_of(_STRANGE)), READ, [30, 40, 100]
    ),
    Hostile(
        "texts that take a pattern for ever",
        "字.xlsx",
        lambda: workbook(rows_of(_ENDLESS)),
        (READ, "missing_row"),
    ),
    Hostile(
        "a million rows declared",
        "大.xlsx",
        lambda: workbook(rows_of(), before='<dimension ref="A1:XFD1048576"/>'),
        READ,
    ),
    Hostile(
        "all columns of one row",
        "宽.xlsx",
        lambda: workbook(rows_of() + f'<row r="12">{"<c><v>1</v></c>" * 16_384}</row>'),
        READ,
    ),
    Hostile(
        "half a million rows of nothing",
        "长.xlsx",
        lambda: workbook(rows_of() + "".join(f'<row r="{n}"/>' for n in range(10, 500_000))),
        READ,
    ),
    Hostile("one long text fifty thousand times", "长.xlsx", one_long_text_a_thousand_times_over, GIVEN_UP),
    Hostile(
        "markup nested deep",
        "深.xlsx",
        lambda: workbook(rows_of(), behind="<a>" * 100_000 + "</a>" * 100_000),
        READ,
    ),
    Hostile(
        "markup nested deep, and formulas",
        "深.xlsx",
        lambda: workbook(rows_of(SHEET, _FORMULA.format("1")), behind="<a>" * 100_000 + "</a>" * 100_000),
        (READ, CORRUPT),
    ),
    Hostile(
        "an attribute of thirty million letters",
        "长.xlsx",
        lambda: workbook(rows_of(), behind=f'<a b="{"x" * 30 * MIB}"/>'),
        READ,
    ),
    Hostile(
        "two hundred thousand merges",
        "并.xlsx",
        lambda: workbook(
            rows_of(), behind=f"<mergeCells>{''.join(map(_MERGE.format, range(1, 200_000)))}</mergeCells>"
        ),
        READ,
    ),
    Hostile(
        "one merge over everything",
        "并.xlsx",
        lambda: workbook(rows_of(), behind='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        READ,
    ),
    Hostile(
        "two hundred thousand styles",
        "式.xlsx",
        lambda: workbook(rows_of(), more={"xl/styles.xml": _STYLES}),
        READ,
    ),
    Hostile(
        "a hundred thousand links",
        "链.xlsx",
        lambda: workbook(
            rows_of(), behind=f"<hyperlinks>{''.join(map(_LINK.format, range(100_000)))}</hyperlinks>"
        ),
        READ,
    ),
    Hostile(
        "a hundred thousand names",
        "名.xlsx",
        lambda: workbook(
            rows_of(), book=BOOK.replace("</workbook>", f"<definedNames>{_NAMES}</definedNames></workbook>")
        ),
        READ,
    ),
    Hostile(
        "one part as two thousand sheets",
        "页.xlsx",
        lambda: workbook(
            rows_of(),
            book=BOOK.replace("</sheets>", "".join(map(_SHEETS.format, range(2, 2_000))) + "</sheets>"),
        ),
        CORRUPT,
    ),
    Hostile(
        "all columns said to be hidden",
        "隐.xlsx",
        lambda: workbook(rows_of(), before='<cols><col min="20" max="4294967295" hidden="1"/></cols>'),
        READ,
    ),
    Hostile(
        "a formula of ten thousand brackets",
        "式.xlsx",
        _rows(_FORMULA.format("(" * 10_000 + "1" + ")" * 10_000)),
        READ,
    ),
    Hostile("a formula that sums everything", "式.xlsx", _rows(_FORMULA.format("SUM(A1:XFD1048576)")), READ),
    Hostile(
        "a part that is its own relation",
        "环.xlsx",
        lambda: workbook(
            rows_of(),
            more={
                "xl/worksheets/_rels/sheet1.xml.rels": "<Relationships><Relationship Id='r' Target='sheet1.xml'/></Relationships>"
            },
        ),
        READ,
    ),
)
ODS = (
    Hostile(
        "a full sheet by repetition",
        "满.ods",
        _in_ods("</table:table>", _ROW.format(1_048_576, _CELL.format(16_384)) + "</table:table>"),
        (CORRUPT, GIVEN_UP, READ),
    ),
    Hostile(
        "an empty sheet by repetition",
        "空.ods",
        _in_ods("</table:table>", _ROW.format(1_048_576, _EMPTY.format(16_384)) + "</table:table>"),
        READ,
    ),
    Hostile(
        "repeated four thousand million times",
        "满.ods",
        _in_ods("</table:table>", _ROW.format(4_294_967_295, _CELL.format(4_294_967_295)) + "</table:table>"),
        (CORRUPT, GIVEN_UP, READ),
    ),
    Hostile(
        "one value at the far end",
        "远.ods",
        _in_ods(
            "</table:table>",
            _ROW.format(1_048_000, _EMPTY.format(1))
            + _ROW.format(1, _EMPTY.format(16_000) + _CELL.format(1))
            + "</table:table>",
        ),
        (READ, CORRUPT, GIVEN_UP),
    ),
    Hostile(
        "a thousand million spaces",
        "空.ods",
        _in_ods("<text:p>项目</text:p>", '<text:p>项目<text:s text:c="1000000000"/></text:p>'),
        (READ, GIVEN_UP),
    ),
    Hostile(
        "ods markup nested deep",
        "深.ods",
        _in_ods("</office:body>", "<a>" * 100_000 + "</a>" * 100_000 + "</office:body>"),
        READ,
    ),
)
PAGES = (
    Hostile(
        "giant spans",
        "大.xls",
        _in_page("<td colspan=10>", "<td colspan=1000000000 rowspan=1000000000>"),
        (NO_FORM, READ),
    ),
    Hostile(
        "a page of giant spans",
        "大.xls",
        lambda: b"<table>" + b"<tr><td colspan=1000 rowspan=1000>1</td></tr>" * 3_000 + b"</table>",
        (NO_FORM, GIVEN_UP),
    ),
    Hostile(
        "a span of five thousand digits",
        "大.xls",
        _in_page('rowspan="2"', f'rowspan="{"9" * 5_000}"'),
        (READ, NO_FORM, CORRUPT, "missing_column"),
    ),
    Hostile("tables nested deep", "深.xls", lambda: page() + b"<table><tr><td>" * 50_000, (READ, CORRUPT)),
    Hostile("boxes nested deep", "深.xls", lambda: page() + b"<div>" * 300_000, (READ, CORRUPT)),
    Hostile(
        "an attribute of ten million letters in a page",
        "长.xls",
        lambda: page() + b"<a b='" + b"x" * 10 * MIB + b"'>",
        (READ, CORRUPT),
    ),
    Hostile(
        "a page with a DTD of its own",
        "外.xls",
        lambda: b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + page(),
        READ,
    ),
    Hostile(
        "a hundred thousand tables",
        "多.xls",
        lambda: page() + b"<table><tr><td>1</td></tr></table>" * 100_000,
        (READ, GIVEN_UP),
    ),
)
WORDS = (
    Hostile(
        "Word tables nested deep",
        "深.docx",
        _in_docx("</w:body>", _nested_tables(2_000) + "</w:body>"),
        (READ, CORRUPT),
    ),
    Hostile(
        "a giant span in a Word table",
        "大.docx",
        _in_docx('<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="1000000000"/>'),
        (CORRUPT, GIVEN_UP, READ, "missing_column"),
    ),
    Hostile(
        "a hundred thousand columns before a row",
        "大.docx",
        _in_docx("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="100000"/></w:trPr>'),
        (READ, "missing_column", NARRATIVE, "missing_row"),
    ),
    Hostile(
        "fifty thousand paragraphs beside the form",
        "长.docx",
        _in_docx("</w:body>", "<w:p><w:r><w:t>走</w:t></w:r></w:p>" * 50_000 + "</w:body>"),
        (READ, GIVEN_UP),
    ),
    Hostile(
        "ten thousand Word tables",
        "多.docx",
        _in_docx("</w:body>", _NESTED.format("") * 10_000 + "</w:body>"),
        (READ, GIVEN_UP),
    ),
)
LINES = (
    Hostile("one line of ten million letters", "长.csv", lambda: text() + b"x" * 10 * MIB, CORRUPT),
    Hostile("one line of a hundred thousand cells", "宽.csv", lambda: text() + b"1," * 100_000, READ),
    Hostile("three million lines", "长.csv", lambda: text() + b"1\n" * 3_000_000, GIVEN_UP),
    Hostile("a quotation without an end", "引.csv", lambda: text() + b'"' + b"x," * 900_000, CORRUPT),
    Hostile(
        "NULs behind the beginning",
        "空.csv",
        lambda: text() + b" " * 5_000 + b"\x00" * 1_000,
        (READ, CORRUPT),
    ),
    Hostile("NULs from the beginning", "空.csv", lambda: b"\x00" * 5_000, (NOT_TAKEN, CORRUPT)),
    Hostile("half of a letter at the end", "半.csv", lambda: text() + "镇".encode()[:2], (READ, CORRUPT)),
    Hostile("letters of no alphabet", "乱.csv", lambda: text() + b"\xff\xfe\x80\x81" * 300, NOT_TAKEN),
)
CASES = (*XLSX, *ODS, *PAGES, *WORDS, *LINES)
