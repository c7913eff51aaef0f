"""What a clerk reads who sent something that is no form we can take: why, and what to send instead."""

import re
import struct
import zipfile
from io import BytesIO

import pytest
import xlwt.CompoundDoc

from tests.desk import NEXT_DAY, Desk
from tests.pdfs import scan

PDF = scan()
OWES_BOTH = "还差统计表、工作总结"


def receipt(desk: Desk, name: str, content: bytes, folder: str = "土桥镇", at: str | None = None) -> str:
    """What the receipt of one file says, without its markup."""
    desk.drop(name, content)
    desk.run(*([at] if at else []))
    page = desk.receipts(folder)[-1].split("</style>")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return out.getvalue()


def compound(stream: str) -> bytes:
    """An OLE container with one stream of that name, as old Office and encrypted files are."""
    out = BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(out, bytes(8192))
    content, name = out.getvalue(), stream.encode("utf-16-le")
    at = content.index("Workbook".encode("utf-16-le"))
    return content[:at] + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + content[at + 66 :]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("土桥镇.xlsx", b"", "文件是空的（0 字节）。请重新保存，再放进来一次。"),
        ("土桥镇.xlsx", compound("EncryptedPackage"), "文件设了密码，打不开。请取消密码，另存后再报。"),
        (
            "土桥镇.xlsx",
            b"PK\x03\x04 broken",
            "文件打不开，可能没有传完或者已经损坏。请在自己的电脑上打开看看",
        ),
        ("土桥镇统计表.doc", compound("WordDocument"), "旧版 Word（.doc、.wps）文档"),
        ("土桥镇统计表.wps", compound("WordDocument"), "统计表请用空白表填写，另存为 .xlsx"),
        ("土桥镇.zip", zipped(form=b"x"), "请解开压缩包，把里面的文件一个一个放进来。"),
        ("土桥镇.rar", b"Rar!\x1a\x07\x00", "请解开压缩包，把里面的文件一个一个放进来。"),
        ("土桥镇.7z", b"7z\xbc\xaf\x27\x1c", "请解开压缩包，把里面的文件一个一个放进来。"),
        ("土桥镇.xlsx", bytes(range(256)) * 20, "统计表请用空白表填写，另存为 .xlsx"),
        ("土桥镇.xlsx", "通讯录".encode(), "文件里没有找到统计表。请用空白表填写后再报。"),
    ],
    ids=["empty", "encrypted", "cut", "doc", "wps", "zip", "rar", "7z", "no workbook", "no form"],
)
def test_what_cannot_be_taken_comes_back_to_its_unit_with_the_reason_and_what_to_send(
    sqlite_desk: Desk, name: str, content: bytes, says: str
) -> None:
    said = receipt(sqlite_desk, name, content)
    assert says in said
    assert "已退回" in said
    assert "原因和办法见下面的意见" in said
    assert "处要改" not in said
    assert "还要报的： 统计表、工作总结。请于2月10日23:59前报送。" in said


def test_a_truncated_form_says_that_it_may_not_have_come_through(sqlite_desk: Desk) -> None:
    whole = sqlite_desk.filled("土桥镇")
    assert "可能没有传完或者已经损坏" in receipt(sqlite_desk, "土桥镇.xlsx", whole[: len(whole) // 2])


def test_what_nobody_can_tell_the_sender_of_asks_for_the_units_name(sqlite_desk: Desk) -> None:
    said = receipt(sqlite_desk, "新建 Microsoft Excel 工作表.xlsx", b"", "未识别单位")
    assert "看不出是哪个单位报的，请在文件名里写上单位名称。" in said
    assert "请于2月10日23:59前在文件名里写上单位名称，重报。" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("土桥镇盖章件.pdf", PDF),
        ("土桥镇统计表.pdf", PDF),
        ("土桥镇统计表.jpg", b"\xff\xd8\xff\xe0 picture"),
        ("土桥镇统计表.ofd", zipped(**{"OFD.xml": b"<a/>"})),
    ],
)
def test_a_stamped_copy_says_whether_the_form_itself_is_still_owed(
    sqlite_desk: Desk, name: str, content: bytes
) -> None:
    first = receipt(sqlite_desk, name, content)
    assert "盖章件不能代替统计表，里面的数字不计入汇总：统计表还没有收下，请用空白表填好" in first
    assert f"盖章件已收下。盖章件不能代替统计表。{OWES_BOTH}，请于2月10日23:59前报送。" in first
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    sqlite_desk.run()
    again = receipt(sqlite_desk, name, content + b" ", at=NEXT_DAY)
    assert "这份文件按盖章件收下，留存备查，谢谢。统计表不用再报。" in again
    assert "盖章件已收下。还差工作总结，" in again


def test_a_unit_that_owes_no_form_is_asked_for_none_when_its_stamped_copy_comes(sqlite_desk: Desk) -> None:
    said = receipt(sqlite_desk, "驻铜部队一盖章件.pdf", PDF, "驻铜部队一")
    assert "统计表不用再报。" in said
    assert "没有还要报的材料。" in said
