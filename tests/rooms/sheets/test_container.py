"""A container is looked at before any parser opens it; what it says of itself is not believed."""

import io
import zipfile
import zlib

import pytest

from etl.sheets.formats import container
from etl.sheets.formats.container import ContainerError

MIB = 1024**2
PLENTY = 64 * MIB
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'


def unpacked(data: bytes, most: int) -> dict[str, bytes] | None:
    with zipfile.ZipFile(io.BytesIO(data)) as listed:
        return container.unpacked(listed, data, most)


def zipped(**parts: bytes) -> bytes:
    """Parts by name; `__` stands for the dot."""
    return packed([(name.replace("__", "."), content) for name, content in parts.items()])


def packed(parts: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts:
            container.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def test_only_what_a_parser_opens_counts() -> None:
    container = zipped(a__xml=b"12345", b__RELS=b"123", c__bin=b"\x00\x01", d__png=b"x" * 1000, e__zip=b"x")
    assert unpacked(container, PLENTY) == {"a.xml": b"12345", "b.rels": b"123", "c.bin": b"\x00\x01"}


def test_the_look_ends_soon_after_the_limit() -> None:
    container = zipped(a__xml=b" " * (5 * MIB), b__xml=b"<!DOCTYPE never seen>")
    assert unpacked(container, 2 * MIB) is None


def test_at_the_limit_exactly_everything_has_been_looked_at() -> None:
    assert unpacked(zipped(a__xml=b" " * MIB), MIB) == {"a.xml": b" " * MIB}
    with pytest.raises(ContainerError):
        unpacked(zipped(a__xml=b" " * (MIB - 9), b__xml=b"<!DOCTYPE"), MIB)


@pytest.mark.parametrize("at", [0, 100, MIB - 20, MIB - 9, MIB - 8, MIB - 1, MIB, 2 * MIB - 3])
@pytest.mark.parametrize("mark", [b"<!DOCTYPE", b"<!ENTITY"])
def test_a_dtd_is_found_wherever_it_stands_also_between_two_chunks(mark: bytes, at: int) -> None:
    with pytest.raises(ContainerError, match="DTD"):
        unpacked(zipped(a__xml=b" " * at + mark), PLENTY)


def test_a_dtd_in_a_picture_is_nobodys_business() -> None:
    assert unpacked(zipped(a__png=b"<!DOCTYPE", b__bin=b"<!ENTITY"), PLENTY) == {"b.bin": b"<!ENTITY"}


@pytest.mark.parametrize("letters", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"])
def test_markup_in_other_letters_is_refused(letters: str) -> None:
    markup = "<?xml version='1.0'?><!DOCTYPE a>".encode(letters)
    with pytest.raises(ContainerError, match="UTF-8"):
        unpacked(zipped(a__xml=markup), PLENTY)


@pytest.mark.parametrize("said", ["utf-7", "UTF-16", "gb2312", "iso-8859-1", ""])
def test_markup_that_says_it_is_in_other_letters_is_refused(said: str) -> None:
    with pytest.raises(ContainerError, match="UTF-8"):
        unpacked(zipped(a__xml=f"<?xml version='1.0' encoding='{said}'?><a/>".encode()), PLENTY)


@pytest.mark.parametrize(
    "markup",
    [HEAD + b"<a/>", b"\xef\xbb\xbf" + HEAD, b"<a/>", b"", b"<?xml version='1.0' encoding = 'utf-8'?>"],
    ids=["said", "with a mark", "not said", "empty", "with spaces"],
)
def test_markup_in_utf_8_is_taken(markup: bytes) -> None:
    assert unpacked(zipped(a__xml=markup), PLENTY) == {"a.xml": markup}


@pytest.mark.parametrize(
    "name",
    ["../a.png", "xl/../../a.xml", "..\\a.xml", "xl\\..\\a", "/etc/passwd", "\\a", "C:\\a", "c:a", ".."],
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ContainerError):
        unpacked(packed([(name, b"")]), PLENTY)


@pytest.mark.parametrize(
    "name", ["xl/a..b.xml", "..a", "xl\\workbook.xml", "xl/媒体/图 1.png", "[Content_Types].xml"]
)
def test_a_strange_name_that_leads_nowhere_is_taken(name: str) -> None:
    assert set((unpacked(packed([(name, b"")]), PLENTY) or {}).values()) <= {b""}


@pytest.mark.parametrize("again", ["XL/A.xml", "xl\\a.xml"])
def test_two_parts_of_one_name_are_refused_also_in_other_letters(again: str) -> None:
    with pytest.raises(ContainerError):
        unpacked(packed([("xl/a.xml", b""), (again, b"")]), PLENTY)


def test_five_thousand_parts_are_taken_and_one_more_is_refused() -> None:
    parts = [(f"{n}.png", b"") for n in range(5_001)]
    assert unpacked(packed(parts[:-1]), PLENTY) == {}
    with pytest.raises(ContainerError):
        unpacked(packed(parts), PLENTY)


@pytest.mark.parametrize(
    ("count", "taken"), [("1", True), ("60", True), ("1000", False), ("9" * 5_000, False)]
)
def test_more_texts_announced_than_there_is_room_for_are_refused(count: str, taken: bool) -> None:
    strings = f'<sst count="1" uniqueCount="{count}"><si><t>文字</t></si></sst>'.ljust(100).encode()
    if taken:
        assert unpacked(zipped(sharedStrings__xml=strings), PLENTY) == {"sharedstrings.xml": strings}
    else:
        with pytest.raises(ContainerError, match="texts"):
            unpacked(zipped(sharedStrings__xml=strings), PLENTY)


def test_an_open_document_with_a_password_says_so() -> None:
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(ContainerError, match="password"):
        unpacked(packed([("META-INF/manifest.xml", manifest)]), PLENTY)


def test_a_container_that_lies_about_a_size_is_broken() -> None:
    container = bytearray(zipped(a__xml=b" " * 5_000))
    directory = container.rfind(b"PK\x01\x02")
    for at in (22, directory + 24):
        container[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(zipfile.BadZipFile):
        unpacked(bytes(container), PLENTY)


def test_a_torn_part_is_broken() -> None:
    whole = zipped(a__xml=bytes(range(256)) * 40)
    torn = whole[:60] + bytes(40) + whole[100:]
    with pytest.raises((zipfile.BadZipFile, zlib.error, EOFError)):
        unpacked(torn, PLENTY)
