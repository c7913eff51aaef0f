"""The words of a narrative, from whatever program wrote it."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from etl.definitions import Definitions
from etl.model import Material, Narrative, Reading
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words
from etl.sheets.plain_text import without_spaces
from tests.rooms.sheets.test_formats import as_word_table

TITLE = "土桥镇2022年春节双拥工作总结"
VISITS = "一、走访慰问。共走访慰问195人，发放慰问金6.1万元；购买慰问品支出4.305万元，发放235件。"
Read = Callable[..., Reading]
soffice = shutil.which("soffice")
pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


@pytest.fixture
def read(definitions: Definitions) -> Read:
    """Read a document as it comes from a clerk, by default under a narrative's name."""
    words = form_words(definitions.forms["double-support"])

    def read_it(content: bytes, name: str = "土桥镇工作总结", **limits: object) -> Reading:
        return read_document(content, name, words, definitions.limits.model_copy(update=limits))

    return read_it


def saved(document: DocumentType) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def letter(*paragraphs: str) -> DocumentType:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return document


def printed(*pages: Sequence[str], encrypt: StandardEncryption | None = None, picture: bool = False) -> bytes:
    """A PDF with these lines on its pages, in a font that every reader supplies."""
    out = BytesIO()
    canvas = Canvas(out, encrypt=encrypt)
    for lines in pages:
        canvas.setFont("STSong-Light", 12)
        for at, line in enumerate(lines):
            canvas.drawString(60, 780 - 20 * at, line)
        if picture:
            canvas.drawImage(ImageReader(scan()), 0, 0, 200, 200)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def of_pages(*kids: bytes) -> bytes:
    """A PDF of these pages, by their objects; object 3 is a page, others are not there."""
    text = b"BT /F1 12 Tf 60 780 Td (One page.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids)),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    numbered = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + numbered + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def scan() -> BytesIO:
    out = BytesIO()
    Image.new("L", (60, 60), 200).save(out, "PNG")
    out.seek(0)
    return out


def test_paragraphs_of_a_word_document_are_its_lines(read: Read) -> None:
    reading = read(saved(letter(TITLE, "", VISITS, "  ", "二、\t宣传\n三、其他")))
    assert reading.material is Material.NARRATIVE
    assert reading.narrative.text == f"{TITLE}\n{VISITS}\n二、 宣传\n三、其他"
    assert not reading.narrative.is_partial


def test_words_in_tables_nested_tables_content_controls_and_text_boxes_are_read(read: Read) -> None:
    document = letter(TITLE)
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "表里的话"
    cell.add_table(1, 1).cell(0, 0).text = "表中表里的话"
    box = (
        f"<w:p {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><w:r>"
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p>"
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r>"
        "</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>控件里的话</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    for markup in (box, control):
        document.element.body.insert(0, parse_xml(markup))
    said = read(saved(document)).narrative
    assert sorted(said.text.splitlines()) == sorted(
        ["控件里的话", "框里的话", TITLE, "表里的话", "表中表里的话"]
    )
    assert not said.is_partial


def test_what_was_taken_out_of_a_word_document_is_not_read(read: Read) -> None:
    document = letter(TITLE)
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')}><w:ins w:id='1' w:author='x'><w:r><w:t>走访慰问12人</w:t></w:r></w:ins>"
            "<w:del w:id='2' w:author='x'><w:r><w:delText>走访慰问99人</w:delText></w:r></w:del>"
            "<w:moveFrom w:id='3' w:author='x'><w:r><w:t>走访慰问88人</w:t></w:r></w:moveFrom></w:p>"
        ),
    )
    assert read(saved(document)).narrative.text == f"走访慰问12人\n{TITLE}"


def test_a_word_document_with_pictures_only_says_that_not_all_is_read(read: Read) -> None:
    document = Document()
    document.add_picture(scan())
    assert read(saved(document)).narrative == Narrative("", is_partial=True)


def test_a_word_document_without_a_word_is_empty(read: Read) -> None:
    assert read(saved(Document())).narrative == Narrative("")


def test_characters_that_no_database_holds_are_replaced(read: Read) -> None:
    assert read(saved(letter("走访\x85慰问"))).narrative.text == "走访�慰问"


def test_a_long_narrative_is_cut(read: Read) -> None:
    said = read(saved(letter("双拥" * 30, "双拥" * 30)), narrative_length=100).narrative
    assert (len(said.text), said.is_partial) == (100, True)


def test_the_prose_beside_a_form_is_a_narrative_too(read: Read) -> None:
    reading = read(as_word_table(VISITS + "军民一家亲。" * 40), "土桥镇.docx")
    assert reading.material is Material.BOTH
    assert VISITS in reading.narrative.text
    assert [str(mention.value) for mention in reading.narrative.mentions] == ["195", "6.1", "4.305", "235"]


def test_a_form_in_a_word_document_is_no_narrative(read: Read) -> None:
    reading = read(as_word_table("请审阅。"), "土桥镇.docx")
    assert (reading.material, reading.narrative) == (Material.STATISTICS, None)


def test_lines_that_the_margin_broke_are_put_together_again(read: Read) -> None:
    wide = "一、走访慰问。共走访慰问一百九十五人，其中重点优抚对象一百二十人，发放慰问金6."
    said = read(printed([TITLE, wide, "1万元。"], ["第二页的话。", "- 2 -"])).narrative
    assert said.text == f"{TITLE}\n{wide}1万元。\n第二页的话。"
    assert [(mention.column, str(mention.value)) for mention in said.mentions] == [
        ("visited", "195"),
        ("money_amount", "6.1"),
    ]


def test_figures_on_lines_of_their_own_are_not_run_together(read: Read) -> None:
    said = read(printed(["走访慰问人数：120", "40人", "这一行长得多，说明短行不是被页边截断的。"])).narrative
    assert said.mentions == ()


def test_a_scanned_pdf_says_that_not_all_is_read(read: Read) -> None:
    assert read(printed([], picture=True)).narrative == Narrative("", is_partial=True)
    assert read(printed([TITLE], picture=True)).narrative == Narrative(TITLE, is_partial=True)


def test_a_pdf_page_with_nothing_on_it_is_empty(read: Read) -> None:
    assert read(printed([])).narrative == Narrative("")


def test_a_pdf_is_read_no_further_than_the_limits(read: Read) -> None:
    pages = printed(["第一页。"], ["第二页。"], ["第三页。"])
    assert read(pages, narrative_pages=2).narrative == Narrative("第一页。\n第二页。", is_partial=True)
    assert read(pages, narrative_length=6).narrative == Narrative("第一页。\n第", is_partial=True)
    assert read(pages, narrative_seconds=1e-9).narrative == Narrative("", is_partial=True)


@pytest.mark.parametrize("name", ["土桥镇工作总结.pdf", "土桥镇盖章件.pdf"])
def test_a_pdf_that_wants_a_password_is_returned(read: Read, name: str) -> None:
    reading = read(printed([TITLE], encrypt=StandardEncryption("密码")), name)
    assert [finding.rule for finding in reading.findings] == ["encrypted"]


def test_a_pdf_that_only_forbids_printing_is_read(read: Read) -> None:
    locked = printed([TITLE, VISITS], encrypt=StandardEncryption("", ownerPassword="x", canPrint=0))
    assert read(locked).narrative.text == f"{TITLE}\n{VISITS}"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.97])
def test_a_pdf_that_breaks_off_is_returned(read: Read, part: float) -> None:
    whole = printed([TITLE, VISITS])
    reading = read(whole[: int(len(whole) * part)])
    assert (reading.material, [finding.rule for finding in reading.findings]) == (
        Material.NARRATIVE,
        ["corrupt"],
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        b"%PDF-1.4\n" + b"junk" * 300 + b"\n%%EOF\n",
        of_pages(b"8 0 R", b"9 0 R"),
    ],
    ids=["no catalogue", "junk", "no page that opens"],
)
def test_a_whole_pdf_that_cannot_be_made_out_is_received_unread(read: Read, content: bytes) -> None:
    reading = read(content)
    assert (reading.findings, reading.narrative) == ((), Narrative("", is_partial=True))


def test_a_lock_that_nobody_knows_is_a_lock(read: Read) -> None:
    locked = printed([TITLE]).replace(b"/Root", b"/Encrypt << /Filter /Foo >> /Root")
    assert [finding.rule for finding in read(locked).findings] == ["encrypted"]


def test_a_page_that_does_not_open_leaves_the_others_readable(read: Read) -> None:
    reading = read(of_pages(b"3 0 R", b"9 0 R"))
    assert (reading.findings, reading.narrative) == ((), Narrative("One page.", is_partial=True))


@pytest.mark.parametrize("mark", ["机密★1年", "绝 密 ★"])
@pytest.mark.parametrize("name", ["土桥镇工作总结.pdf", "扫描件.pdf"])
def test_a_secrecy_mark_in_a_pdf_is_seen(read: Read, mark: str, name: str) -> None:
    assert read(printed([mark, TITLE]), name).secret


def test_a_secrecy_mark_in_a_table_of_a_word_document_is_seen(read: Read) -> None:
    document = letter(TITLE)
    document.add_table(1, 1).cell(0, 0).text = "★秘密"
    assert read(saved(document)).secret


def converted(content: bytes, ending: str, folder: Path) -> bytes:
    """The document as LibreOffice saves it under another ending."""
    (folder / "总结.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(soffice), profile, "--headless", "--convert-to", ending, "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "总结.docx")], check=True, capture_output=True)
    return (folder / f"总结.{ending}").read_bytes()


@pytest.mark.skipif(not soffice, reason="LibreOffice is not installed")
def test_what_libreoffice_makes_of_a_document_is_read_or_received_unread(read: Read, tmp_path: Path) -> None:
    paragraphs = [TITLE, VISITS * 3, "二、宣传。"]
    content = saved(letter(*paragraphs))
    said = read(converted(content, "pdf", tmp_path)).narrative
    assert [without_spaces(line) for line in said.text.splitlines()] == paragraphs
    assert [str(mention.value) for mention in said.mentions] == ["195", "6.1", "4.305", "235"] * 3
    old = read(converted(content, "doc", tmp_path))
    assert (old.kind, old.material, old.findings, old.narrative) == ("doc", Material.NARRATIVE, (), None)
