"""A unit's narrative and its form, whichever comes first: asked about where they plainly tell two stories."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document

from etl.model import Severity
from tests.desk import GOOD, NEXT_DAY, Desk, one
from tests.rooms.sheets.test_formats import as_word_table
from tests.rooms.sheets.test_narrative import printed

UNIT = "土桥镇"
AS_THE_FORM = "共走访慰问195人，发放慰问金6.1万元；购买慰问品支出4.305万元，发放慰问品235件。"
OTHERWISE = "共走访慰问重点优抚对象等300人，发放慰问金6.1万元；购买慰问品235件。"
MORE = "二、广泛宣传。悬挂横幅，张贴慰问信，营造浓厚氛围。"


def letter(*paragraphs: str, title: str = "土桥镇2022年春节双拥工作总结") -> bytes:
    document = Document()
    for paragraph in (title, *paragraphs):
        document.add_paragraph(paragraph)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def rules_by_file(exported: dict[str, Any]) -> dict[str, list[str]]:
    """The narrative rules that touched each file."""
    return {
        submission["file"]: [
            found["rule"] for found in submission["findings"] if found["rule"].startswith("narrative")
        ]
        for submission in exported["submissions"]
    }


def drop_form(desk: Desk, name: str = "土桥镇.xlsx", visited: int = 120) -> None:
    table = {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "visited": visited}}
    desk.drop(name, desk.filled(UNIT, table))


def drop_narrative(desk: Desk, said: str, name: str = "土桥镇工作总结.docx") -> None:
    desk.drop(name, letter(said, MORE))


def test_the_narrative_is_asked_where_both_come_together(desk: Desk) -> None:
    drop_form(desk)
    drop_narrative(desk, OTHERWISE)
    desk.run()
    exported = desk.export()
    assert rules_by_file(exported) == {"土桥镇.xlsx": [], "土桥镇工作总结.docx": ["narrative_differs"]}
    narrative = one([s for s in exported["submissions"] if s["material"] == "narrative"])
    finding = one(narrative["findings"])
    assert (narrative["status"], finding["severity"], finding["typed"]) == (
        "accepted",
        "query",
        "走访慰问重点优抚对象等300人",
    )
    assert "“走访慰问重点优抚对象等300人”" in finding["message"]
    assert "走访慰问人数总计195人" in finding["message"]


@pytest.mark.parametrize("first", ["form", "narrative"])
def test_the_one_that_comes_later_is_asked(desk: Desk, first: str) -> None:
    in_order = [lambda: drop_form(desk), lambda: drop_narrative(desk, OTHERWISE)]
    for drop, at in zip(in_order if first == "form" else in_order[::-1], (None, NEXT_DAY), strict=True):
        drop()
        desk.run(at or "2022-01-20T09:00:00+08:00")
    asked = [file for file, rules in rules_by_file(desk.export(NEXT_DAY)).items() if rules]
    assert asked == ["土桥镇工作总结.docx" if first == "form" else "土桥镇.xlsx"]


def test_a_question_at_the_form_stands_at_its_total(sqlite_desk: Desk) -> None:
    drop_narrative(sqlite_desk, OTHERWISE)
    sqlite_desk.run()
    drop_form(sqlite_desk)
    sqlite_desk.run(NEXT_DAY)
    form = one([s for s in sqlite_desk.export(NEXT_DAY)["submissions"] if s["material"] == "statistics"])
    asked = one([finding for finding in form["findings"] if finding["rule"] == "narrative_differs"])
    assert (asked["sheet"], asked["cell"]) == ("统计表", "C9")


def test_a_narrative_with_the_forms_own_figures_is_not_asked(sqlite_desk: Desk) -> None:
    drop_form(sqlite_desk)
    drop_narrative(sqlite_desk, AS_THE_FORM)
    sqlite_desk.run()
    assert not any(rules_by_file(sqlite_desk.export()).values())


def test_a_form_corrected_away_from_its_narrative_is_asked_and_one_corrected_towards_it_is_not(
    sqlite_desk: Desk,
) -> None:
    drop_narrative(sqlite_desk, AS_THE_FORM)
    drop_form(sqlite_desk)
    sqlite_desk.run()
    drop_form(sqlite_desk, "土桥镇（改）.xlsx", visited=400)
    sqlite_desk.run(NEXT_DAY)
    drop_form(sqlite_desk, "土桥镇（再改）.xlsx", visited=121)
    sqlite_desk.run("2022-01-22T09:00:00+08:00")
    assert rules_by_file(sqlite_desk.export("2022-01-22T09:00:00+08:00")) == {
        "土桥镇工作总结.docx": [],
        "土桥镇.xlsx": [],
        "土桥镇（改）.xlsx": ["narrative_differs"],
        "土桥镇（再改）.xlsx": [],
    }


def test_a_narrative_of_another_unit_asks_nobody(sqlite_desk: Desk) -> None:
    drop_form(sqlite_desk)
    drop_narrative(sqlite_desk, OTHERWISE, "平滩镇工作总结.docx")
    sqlite_desk.run()
    assert not any("narrative_differs" in rules for rules in rules_by_file(sqlite_desk.export()).values())


def test_only_the_narrative_in_force_is_compared(sqlite_desk: Desk) -> None:
    drop_form(sqlite_desk)
    sqlite_desk.drop("土桥镇工作总结.docx", letter(OTHERWISE, MORE), mtime=1_640_000_000)
    sqlite_desk.drop("土桥镇工作总结（改）.docx", letter(AS_THE_FORM, MORE), mtime=1_640_000_100)
    sqlite_desk.run()
    exported = sqlite_desk.export()
    assert sorted(s["status"] for s in exported["submissions"]) == ["accepted", "accepted", "superseded"]
    assert not any(rules_by_file(exported).values())


def test_a_second_run_asks_nothing_anew(sqlite_desk: Desk) -> None:
    drop_form(sqlite_desk)
    drop_narrative(sqlite_desk, OTHERWISE)
    sqlite_desk.run()
    before = sqlite_desk.export()["submissions"]
    sqlite_desk.run()
    assert sqlite_desk.export()["submissions"] == before


def test_a_narrative_sent_twice_is_asked_once(sqlite_desk: Desk) -> None:
    content = letter(OTHERWISE, MORE)
    drop_form(sqlite_desk)
    sqlite_desk.drop("土桥镇工作总结.docx", content)
    sqlite_desk.run()
    sqlite_desk.drop("土桥镇工作总结（又）.docx", content)
    sqlite_desk.run(NEXT_DAY)
    again = sqlite_desk.export(NEXT_DAY)["submissions"][-1]
    assert (again["status"], again["findings"]) == ("duplicate", [])


def test_an_empty_and_a_one_line_narrative_are_accepted_and_asked(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇工作总结.docx", letter(title=""))
    sqlite_desk.drop("平滩镇工作总结.docx", letter("已开展。", title="平滩镇双拥工作总结"))
    sqlite_desk.run()
    exported = sqlite_desk.export()
    assert rules_by_file(exported) == {
        "土桥镇工作总结.docx": ["narrative_empty"],
        "平滩镇工作总结.docx": ["narrative_one_line"],
    }
    assert {submission["status"] for submission in exported["submissions"]} == {"accepted"}


def test_a_pdf_narrative_is_laid_beside_the_form_too(sqlite_desk: Desk) -> None:
    drop_form(sqlite_desk)
    sqlite_desk.drop("土桥镇工作总结.pdf", printed(["土桥镇双拥工作总结", OTHERWISE, MORE]))
    sqlite_desk.run()
    assert rules_by_file(sqlite_desk.export())["土桥镇工作总结.pdf"] == ["narrative_differs"]


def test_a_document_that_is_form_and_narrative_is_compared_with_itself(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.docx", as_word_table(f"走访慰问900人，发放慰问金{'军民一家亲。' * 60}"))
    sqlite_desk.run()
    both = one(sqlite_desk.export()["submissions"])
    assert (both["material"], both["status"]) == ("both", "accepted")
    asked = one([finding for finding in both["findings"] if finding["rule"] == "narrative_differs"])
    assert (asked["cell"], asked["typed"]) == ("C7", "100")
    assert "“走访慰问900人”" in asked["message"]


def test_what_is_returned_or_held_is_never_compared(sqlite_desk: Desk) -> None:
    sqlite_desk.drop(
        "土桥镇.xlsx", sqlite_desk.filled(UNIT, {**GOOD, "border_garrison": {"visited": "待定"}})
    )
    drop_narrative(sqlite_desk, OTHERWISE)
    sqlite_desk.drop("双拥工作总结.docx", letter(OTHERWISE, MORE, title="双拥工作总结"))
    sqlite_desk.run()
    exported = sqlite_desk.export()
    assert {s["status"] for s in exported["submissions"]} == {"returned", "held", "accepted"}
    assert not any(rules_by_file(exported).values())


def test_where_the_office_makes_it_an_error_the_file_is_returned(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = sqlite_desk.office.rulebook.rules
    stern = rules["narrative_differs"].model_copy(update={"severity": Severity.ERROR})
    monkeypatch.setitem(rules, "narrative_differs", stern)
    drop_form(sqlite_desk)
    drop_narrative(sqlite_desk, OTHERWISE)
    sqlite_desk.run()
    exported = sqlite_desk.export()
    assert {s["material"]: s["status"] for s in exported["submissions"]} == {
        "statistics": "accepted",
        "narrative": "returned",
    }
