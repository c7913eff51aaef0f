"""Which lines of a unit's 工作总结 are its title, its signature and its date."""

import pytest

from etl.books.narrative_parts import narrative_parts

TITLE, SAYS = "土桥镇2022年春节双拥工作总结", "走访慰问优抚对象195人。"
LONG = "铜梁区土桥镇人民政府关于认真做好二〇二二年春节期间拥军优属拥政爱民走访慰问工作的情况总结"


@pytest.mark.parametrize(
    ("lines", "title", "body", "signature", "date"),
    [
        ([TITLE, SAYS], [TITLE], [SAYS], "", ""),
        ([SAYS], [], [SAYS], "", ""),
        ([TITLE], [], [TITLE], "", ""),
        (["土桥镇人民政府", "双拥工作总结", SAYS], ["土桥镇人民政府", "双拥工作总结"], [SAYS], "", ""),
        (["一、走访慰问", SAYS], [], ["一、走访慰问", SAYS], "", ""),
        (["区双拥办：", SAYS], [], ["区双拥办：", SAYS], "", ""),
        ([LONG, SAYS], [], [LONG, SAYS], "", ""),
        (
            [TITLE, SAYS, "土桥镇人民政府", "2022年1月20日"],
            [TITLE],
            [SAYS],
            "土桥镇人民政府",
            "2022年1月20日",
        ),
        ([SAYS, "镇政府", "二〇二二年一月二十日"], [], [SAYS], "镇政府", "二〇二二年一月二十日"),
        ([SAYS, "2022.1.20"], [], [SAYS], "", "2022.1.20"),
        ([SAYS, "土桥镇双拥办"], [], [SAYS], "土桥镇双拥办", ""),
        ([SAYS, "双拥办 2022年1月20日"], [], [SAYS], "双拥办 2022年1月20日", ""),
        ([SAYS, "联系人张同志"], [], [SAYS, "联系人张同志"], "", ""),
        ([SAYS, "2022年1月20日起继续走访。"], [], [SAYS, "2022年1月20日起继续走访。"], "", ""),
        ([], [], [], "", ""),
    ],
)
def test_parts_are_told_by_their_looks(
    lines: list[str], title: list[str], body: list[str], signature: str, date: str
) -> None:
    parts = narrative_parts(lines, "土桥镇")
    assert (list(parts.title), list(parts.body)) == (title, body)
    assert (parts.signature, parts.date) == (signature, date)
