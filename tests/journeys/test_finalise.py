"""快报 and 定稿: a person approves what was published; what changes afterwards is told as a correction."""

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from etl.decide import Who, accept, claim
from etl.errors import Refused
from etl.evidence import pack_evidence
from etl.stages.finalise import Approval, finalise, request_approval
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk, Table
from tests.pdfs import scan

SEALED_AT = datetime.fromisoformat("2022-01-20T15:30:00+08:00")
LATER = datetime.fromisoformat("2022-02-13T10:00:00+08:00")
MORE: Table = {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "visited": 125}}


def approve(desk: Desk, by: str = "陈科长", at: datetime = SEALED_AT, facts: str | None = None) -> Any:
    with desk.office.alone():
        return finalise(CAMPAIGN, Approval(by, at, facts=facts), desk.office)


def published(desk: Desk, kind: str) -> Path:
    (found,) = desk.published.glob(f"{kind}（*")
    return found


def manifest(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "清单.json").read_text("utf-8"))
    return said


def first_lines(desk: Desk) -> dict[str, str]:
    """The first line of each published file that has been made, by kind; of each sheet of the missing list."""
    summary = openpyxl.load_workbook(published(desk, "汇总表"))["汇总表"]["A1"].value
    missing = {sheet["A1"].value for sheet in openpyxl.load_workbook(published(desk, "未报名单"))}
    report, notice = (
        docx.Document(str(published(desk, kind))).sections[0].header.paragraphs[0].text
        for kind in ("工作报告", "催报通知")
    )
    page = published(desk, "报送进度").read_text("utf-8").partition("</h1>")[2].partition("</p>")[0]
    return {
        "汇总表": str(summary),
        "未报名单": "".join(map(str, missing)),
        "工作报告": report,
        "催报通知": notice,
        "报送进度": page.partition("<p>")[2],
    }


def test_all_is_provisional_until_a_person_approves_and_then_bears_their_name(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    lines = first_lines(desk)
    assert all(line.startswith("快报：应报 126 份，已报 1 份") for line in lines.values()), lines
    assert manifest(desk.published)["approval"] is None

    seal, files = approve(desk)
    assert seal.number == 1 and files
    lines = first_lines(desk)
    assert all(line.startswith("定稿：应报 126 份，已报 1 份") for line in lines.values()), lines
    said = "审批人：陈科长，审批时间：2022年1月20日 15:30"
    assert all(line.endswith(f"{said}。") for line in lines.values()), lines
    told = manifest(desk.published)["approval"]
    assert (told["by"], told["at"], told["holds"]) == ("陈科长", SEALED_AT.isoformat(), True)
    made_with = told["made_with"]
    assert set(made_with) == {"program", "form", "rules", "limits", "roster"}
    assert all(len(digest) == 64 for name, digest in made_with.items() if name != "program")
    assert not list(desk.published.glob("更正*"))
    assert changes_said(desk).startswith("那一版的数字经审批成为这一版。与第 1 版")
    page = published(desk, "报送进度").read_text("utf-8")
    assert "<form" not in page and "<input" not in page, "actions stand on the live page only"
    before = desk.files_on_share()
    desk.run()
    assert desk.files_on_share() == before, "a second run after the seal changes nothing"


def test_the_request_tells_totals_missing_units_and_open_queries(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    queried: Table = {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "visited": 100}}
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", queried))
    desk.run()
    said = request_approval(CAMPAIGN, desk.office).said
    assert "快报：应报 126 份，已报 1 份" in said
    assert "| 总计 | 175 |" in said
    assert "### 还没有报的：125 份" in said and "土桥镇：工作总结，从未报送" in said
    assert "### 还没有说明的核实：1 处" in said


def test_the_same_version_is_not_approved_twice_and_a_new_fact_may_be(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    approve(desk)
    before = desk.files_on_share()
    with pytest.raises(Refused, match="已由陈科长在2022年1月20日 15:30审批定稿"):
        approve(desk, "王主任", LATER)
    with pytest.raises(Refused, match="不用再定"):
        request_approval(CAMPAIGN, desk.office)
    approve(desk)  # the very same approval once more, as after a crash
    assert desk.files_on_share() == before
    desk.drop("安居镇.xlsx", desk.filled("安居镇"))
    desk.run(NEXT_DAY)
    assert approve(desk, at=LATER)[0].number == 2


def test_nobody_approves_what_they_last_claimed_or_waived_themselves(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("谁的.xlsx", desk.filled("土桥镇", B2="某单位"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.run()
    at = datetime.fromisoformat(NEXT_DAY)
    claim("谁的.xlsx", "土桥镇", Who("李四", "电话问过"), desk.office, at)
    with pytest.raises(Refused, match="最后一次认领文件的就是李四，请由另一位同志"):
        approve(desk, "李四")
    accept("安居镇.xlsx", Who("张三", "总数是写错了"), desk.office, at)
    with pytest.raises(Refused, match="最后一次照收文件的就是张三"):
        approve(desk, "张三")
    assert approve(desk, "李四")[0].by == "李四"


@pytest.mark.prove
def test_figures_that_change_while_the_approver_reads_are_not_approved(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    with pytest.raises(Refused, match="还没有发布过汇总"):
        request_approval(CAMPAIGN, desk.office)
    desk.run()
    shown = request_approval(CAMPAIGN, desk.office)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run(NEXT_DAY)
    with pytest.raises(Refused, match="请重新提交审批"):
        approve(desk, facts=shown.facts)


def test_a_change_after_the_seal_comes_out_as_a_dated_correction_that_needs_approval(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    approve(desk)
    sealed = {path.name: path.read_bytes() for path in desk.published.iterdir() if path.is_file()}

    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", MORE))
    desk.run(TWO_DAYS_LATE)
    lines = first_lines(desk)
    assert all(line.startswith("更正：应报 126 份，已报 1 份") for line in lines.values()), lines
    assert "2022年2月12日更正，待审批" in lines["汇总表"]
    assert "审批人" not in lines["汇总表"]
    assert manifest(desk.published)["approval"]["holds"] is False
    told = correction(desk)
    assert told[0] == lines["未报名单"] == lines["汇总表"]
    assert "本更正还没有审批，审批前以定稿为准。" in told
    assert ("全区", "总计", "走访慰问人数", 195, 200, 5) in told
    assert ("土桥镇", "重点优抚对象", "走访慰问人数", 120, 125, 5) in told
    kept = {path.name: path for path in (desk.published / "历次").rglob("*") if path.is_file()}
    for name, content in sealed.items():
        there = [p for p in (desk.published / "历次").rglob(name) if p.read_bytes() == content]
        assert there, (name, sorted(kept))

    approve(desk, "王主任", LATER)
    assert first_lines(desk)["汇总表"].startswith("更正：应报 126 份，已报 1 份。审批人：王主任")
    assert correction(desk)[0] == first_lines(desk)["未报名单"] == first_lines(desk)["汇总表"]
    assert "本更正已经审批。审批人：王主任，审批时间：2022年2月13日 10:00。" in correction(desk)
    assert changes_said(desk).endswith("与上次定稿不同的数见“更正（2022年春节）.xlsx”。")
    assert manifest(desk.published)["approval"]["holds"] is True


def changes_said(desk: Desk) -> str:
    return str(openpyxl.load_workbook(published(desk, "汇总表"))["变动"]["A2"].value)


def correction(desk: Desk) -> list[Any]:
    """The lines of 更正: texts, and tables without their numbers."""
    sheet = openpyxl.load_workbook(published(desk, "更正"))["更正"]
    return [line[1:] if isinstance(line[0], int) else line[0] for line in (sheet.iter_rows(values_only=True))]


@pytest.mark.prove
def test_a_correction_that_is_taken_back_says_so(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.run()
    approve(desk)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", MORE))
    desk.run(NEXT_DAY)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", GOOD, B5="李四"))
    desk.run(TWO_DAYS_LATE)
    assert first_lines(desk)["汇总表"].startswith("定稿：应报 126 份，已报 1 份。审批人：陈科长")
    assert any(str(line).startswith("更正已撤回") for line in correction(desk))


def test_the_evidence_of_one_figure_is_one_zip(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    original = desk.filled(
        "土桥镇", {**GOOD, "key_beneficiaries": {**GOOD["key_beneficiaries"], "visited": 100}}
    )
    desk.drop("土桥镇.xlsx", original)
    desk.drop("安居镇.xlsx", desk.filled("安居镇"))
    desk.drop("土桥镇盖章.pdf", scan("stamped"))
    desk.run()
    approve(desk)
    at = datetime.fromisoformat(BEFORE_DEADLINE)
    path = pack_evidence(
        CAMPAIGN, ("重点优抚对象", "走访慰问人数"), "土桥镇", at, desk.office, tmp_path / "e.zip"
    )
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        folder = [name for name in names if name.startswith("土桥镇/")]
        assert not [name for name in names if name.startswith("安居镇/")]
        (form,) = [name for name in folder if name.endswith(" 原件.xlsx")]
        assert packed.read(form) == original
        assert any("回执与副本" in name and name.endswith(".html") for name in folder)
        assert any("回执与副本" in name and name.endswith(".xlsx") for name in folder)
        (found,) = [
            name for name in folder if name.startswith(form[: -len(" 原件.xlsx")]) and "审核意见" in name
        ]
        assert "走访" in packed.read(found).decode("utf-8-sig")
        assert json.loads(packed.read("审批.json"))["seal"]["by"] == "陈科长"
        assert "：100" in packed.read("说明.txt").decode()
        assert "土桥镇,100,100,土桥镇.xlsx,统计表,C5" in packed.read("溯源.csv").decode("utf-8-sig")
        assert json.loads(packed.read("清单.json"))["approval"]["holds"]
    with pytest.raises(Refused, match="这个数后面没有报送件"):
        pack_evidence(CAMPAIGN, ("总计", "total"), "二坪镇", at, desk.office)


def test_what_people_decided_and_the_stamped_copy_are_in_the_evidence(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    desk, stamped = sqlite_desk, scan("stamped")
    desk.drop("谁的.xlsx", desk.filled("土桥镇", B2="某单位"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.drop("土桥镇盖章.pdf", stamped)
    desk.run()
    at = datetime.fromisoformat(NEXT_DAY)
    claim("谁的.xlsx", "土桥镇", Who("李四", "电话问过"), desk.office, at)
    accept("安居镇.xlsx", Who("张三", "总数是写错了"), desk.office, at)
    approve(desk, at=LATER)
    path = pack_evidence(
        CAMPAIGN, ("key_beneficiaries", "visited"), None, LATER, desk.office, tmp_path / "e.zip"
    )
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        (copy,) = [name for name in names if name.startswith("土桥镇/") and name.endswith(" 盖章件.pdf")]
        assert packed.read(copy) == stamped
        decided = {
            name.partition("/")[0]: [
                line.split(",")[1:] for line in packed.read(name).decode("utf-8-sig").splitlines()[1:]
            ]
            for name in names
            if name.endswith(" 决定.csv") and not name.startswith(copy[: -len(" 盖章件.pdf")])
        }
    final = ["定稿", "陈科长", "审批定稿"]
    assert decided == {
        "土桥镇": [["认领", "李四", "电话问过"], final],
        "安居镇": [["照收", "张三", "总数是写错了"], final],
    }
