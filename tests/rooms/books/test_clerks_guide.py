"""填报说明: one page that a clerk reads before filling the form."""

import io
import re
from collections.abc import Callable

import docx

from etl.books.clerks_guide import clerks_guide
from etl.definitions import Campaign, Definitions, Form


def test_it_says_what_by_when_where_and_how_on_one_page(
    form: Form, campaign: Campaign, definitions: Definitions, converted: Callable[[bytes, str], bytes]
) -> None:
    content = clerks_guide(form, campaign, definitions.roster.kinds)
    assert clerks_guide(form, campaign, definitions.roster.kinds) == content
    (table,) = docx.Document(io.BytesIO(content)).tables
    said = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert "镇街、成员单位：统计表、工作总结，各报一份。" in said["报什么"]
    assert said["什么时候报"].startswith("2022年2月10日（星期四）23:59以前")
    assert "收件箱" in said["报到哪里"] and "填 0 或“无”" in said["没有的怎么填"]
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", converted(content, "pdf"))) == 1
