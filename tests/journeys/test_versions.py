"""A unit sends again: its receipt says what changed since its last form, cell by cell."""

import re
from io import BytesIO
from typing import Any

import openpyxl
from sqlalchemy import update

from etl.office import Office
from etl.stages.answer import answer_batch
from etl.warehouse import ledger, questions
from etl.warehouse.tables import submissions
from tests.desk import AFTER_CLOSING, BEFORE_DEADLINE, GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk, Table

FIRST, SECOND, THIRD = (f"2022-spring-00000{number}" for number in (1, 2, 3))
MORE: Table = {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "money_amount": 4.1}}


def sent(desk: Desk, content: bytes, at: str, unit: str = "土桥镇") -> str:
    """The text of the receipt that the unit gets for one more file."""
    desk.drop(f"{unit}.xlsx", content)
    desk.run(at)
    return words(desk.receipts(unit)[-1])


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


def saved_again(content: bytes) -> bytes:
    """Other bytes, the same content: what an office does when somebody opens and saves."""
    out = BytesIO()
    book = openpyxl.load_workbook(BytesIO(content))
    book.properties.title = "另存"
    book.save(out)
    return out.getvalue()


def test_what_changed_since_the_units_last_form_is_told_cell_by_cell(desk: Desk) -> None:
    first = sent(desk, desk.filled("土桥镇", B5="张三"), BEFORE_DEADLINE)
    assert "相比" not in first
    second = sent(desk, desk.filled("土桥镇", MORE, B5="李四"), NEXT_DAY)
    assert f"与本单位上一份统计表（回执 {FIRST}，1月20日09:00收到）相比，改了 2 处：" in second
    assert (
        "重点优抚对象·发放金额 3.6 → 4.1；重点优抚对象·带队领导 张三 → 李四 合计、总计已随之变动。" in second
    )
    assert "比上一份改了2处。" in second


def test_a_total_that_was_typed_and_forgotten_is_named(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇", C9=195), BEFORE_DEADLINE)
    more = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "visited": 6}}
    second = sent(desk, desk.filled("土桥镇", more, C9=195), NEXT_DAY)
    assert "边海防官兵·走访慰问人数 5 → 6，总计未改" in second
    assert "已退回" in second


def test_the_same_content_in_other_bytes_is_said_to_be_the_same(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    first = desk.filled("土桥镇")
    sent(desk, first, BEFORE_DEADLINE)
    second = sent(desk, saved_again(first), NEXT_DAY)
    assert "相比，内容相同，各格的数字和文字都没有改动。" in second
    assert "内容与上一份相同。" in second
    assert "→" not in second


def test_it_is_compared_with_the_last_one_even_if_that_was_returned(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇"), BEFORE_DEADLINE)
    sent(desk, desk.filled("土桥镇", D5="待定"), NEXT_DAY)
    third = sent(desk, desk.filled("土桥镇", MORE), TWO_DAYS_LATE)
    assert f"（回执 {SECOND}，1月21日09:00收到）相比，改了 1 处：" in third
    assert "重点优抚对象·发放金额 待定 → 4.1" in third


def test_files_without_a_form_are_passed_over(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇"), BEFORE_DEADLINE)
    assert "相比" not in sent(desk, b"PK\x03\x04 broken", NEXT_DAY)
    assert f"（回执 {FIRST}，" in sent(desk, desk.filled("土桥镇", MORE), TWO_DAYS_LATE)


def test_a_duplicate_is_compared_with_nothing_and_nothing_with_it(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    first, second = desk.filled("土桥镇"), desk.filled("土桥镇", MORE)
    sent(desk, first, BEFORE_DEADLINE)
    sent(desk, second, NEXT_DAY)
    assert "相比" not in sent(desk, first, TWO_DAYS_LATE)
    fourth = sent(desk, saved_again(second), AFTER_CLOSING)
    assert f"（回执 {SECOND}，1月21日09:00收到）相比，内容相同" in fourth


def test_a_file_with_a_secrecy_mark_is_neither_compared_nor_quoted(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇"), BEFORE_DEADLINE)
    assert "相比" not in sent(desk, desk.filled("土桥镇", MORE, A1="机密★ 统计表"), NEXT_DAY)
    third = sent(desk, desk.filled("土桥镇", B5="李四"), TWO_DAYS_LATE)
    assert f"（回执 {FIRST}，" in third
    assert "发放金额 4.1" not in third


def test_of_two_in_one_run_the_later_saved_is_compared_with_the_earlier(desk: Desk) -> None:
    desk.drop("土桥镇乙.xlsx", desk.filled("土桥镇"), mtime=1_642_000_000)
    desk.drop("土桥镇甲.xlsx", desk.filled("土桥镇", MORE), mtime=1_642_000_100)
    desk.run()
    by_file = {
        name: page for page in map(words, desk.receipts("土桥镇")) for name in "甲乙" if f"镇{name}" in page
    }
    assert "相比" not in by_file["乙"]
    assert "重点优抚对象·发放金额 3.6 → 4.1" in by_file["甲"]


def test_units_are_never_compared_with_each_other(sqlite_desk: Desk) -> None:
    sent(sqlite_desk, sqlite_desk.filled("土桥镇"), BEFORE_DEADLINE)
    assert "相比" not in sent(sqlite_desk, sqlite_desk.filled("二坪镇", MORE), NEXT_DAY, "二坪镇")


def test_text_from_the_form_is_only_text_and_personal_numbers_are_masked(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇", B5="张三13800138000"), BEFORE_DEADLINE)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", B5="<b>李四</b>"))
    desk.run(NEXT_DAY)
    page = desk.receipts("土桥镇")[-1]
    assert "张三138****8000 → &lt;b&gt;李四&lt;/b&gt;" in page


def test_the_receipt_is_the_same_when_it_has_to_be_written_again(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    sent(desk, desk.filled("土桥镇"), BEFORE_DEADLINE)
    second = sent(desk, desk.filled("土桥镇", MORE), NEXT_DAY)
    forget_answers(desk.office)
    for page in (desk.receipts_folder / "土桥镇").glob("*.html"):
        page.unlink()
    for batch in (1, 2):
        answer_batch(batch, desk.office)
    assert words(desk.receipts("土桥镇")[-1]) == second


def forget_answers(office: Office) -> None:
    """As after a crash between the last receipt and its stamp."""
    with office.warehouse.writing() as connection:
        connection.execute(update(submissions).values(answered_at=None))


def test_a_batch_asks_no_more_questions_than_one_file_does(sqlite_desk: Desk, monkeypatch: Any) -> None:
    desk, asked = sqlite_desk, []
    fetch, sql_of = ledger.readings_of, questions.sql_of
    monkeypatch.setattr(ledger, "readings_of", lambda *a: asked.append("readings") or fetch(*a))
    monkeypatch.setattr(questions, "sql_of", lambda question: asked.append(question) or sql_of(question))
    counts = []
    for units in (["土桥镇"], ["二坪镇", "水口镇", "安居镇"]):
        for at, table in ((BEFORE_DEADLINE, GOOD), (BEFORE_DEADLINE, MORE)):
            asked.clear()
            for unit in units:
                desk.drop(f"{unit}.xlsx", desk.filled(unit, table))
            desk.run(at)
        counts.append(sorted(asked))
    assert counts[0] == counts[1]
