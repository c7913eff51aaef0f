"""Every published number, recomputed: figures from the original files as another library reads them, counts from the
truth that was drawn before the files. Where a book speaks in sentences, no digit of it is left unexplained."""

import hashlib
import json
import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from lxml import html

from etl.definitions import Definitions
from etl.sample import WAVE_FOLDERS, write_sample
from etl.settings import PROJECT, Settings
from etl.stages.finalise import Approval, finalise
from tests.desk import CAMPAIGN, GOOD, Desk

TYPED_ZEROS = {"", "无", "/", "-", "—", "——", "零", "没有"}
MATERIALS = {"statistics": "统计表", "narrative": "工作总结"}
STATES = {"never_sent": "从未报送", "returned": "已退回未改", "held": "待认领"}
DATES = r"20\d\d年(\d+月\d+日( \d+:\d\d(:\d\d)?)?|春节|新年)|〔20\d\d〕"
Figures = dict[str, dict[str, Decimal]]
"""Row label → the form's figures by full label, money in 万元."""


@dataclass(frozen=True)
class Walked:
    """The desk after the last wave; each unit's figures as its original says; the truth about the files; the files."""

    desk: Desk
    own: dict[str, Figures]
    truth: dict[str, Any]
    originals: dict[str, bytes]

    def book(self, kind: str) -> Any:
        return openpyxl.load_workbook(self._path(kind), data_only=True)

    def letter(self, kind: str) -> tuple[str, list[list[list[str]]]]:
        """A document's words without its dates, and its tables."""
        read = docx.Document(str(self._path(kind)))
        said = "\n".join(paragraph.text for paragraph in read.paragraphs)
        said = "\n".join((read.sections[0].header.paragraphs[0].text, said.partition("附件：各单位")[0]))
        tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables]
        return re.sub(DATES, "", said).replace(" ", ""), tables

    def page(self) -> html.HtmlElement:
        return html.fromstring(self._path("报送进度").read_text("utf-8"))

    def _path(self, kind: str) -> Path:
        (found,) = self.desk.published.glob(f"{kind}（*")
        return found

    def total(self, units: set[str] | None = None) -> Figures:
        """The figures of some units, or of all, added up."""
        chosen = [figures for unit, figures in self.own.items() if units is None or unit in units]
        form = self.desk.form
        return {
            row.label: {
                column.full_label: sum((one[row.label][column.full_label] for one in chosen), Decimal(0))
                for column in form.figure_columns
            }
            for row in form.rows
        }

    def coverage(self, kind: str, material: str) -> dict[str, int]:
        """应报, 已报, 按时, 零报告, 自愿, 更正 of one kind and material, reckoned file by file."""
        kinds = {unit.name: unit.kind for unit in self.desk.office.roster.units}
        owes = material in [str(one) for one in self.desk.campaign.owes[kind]]
        took: dict[str, list[Any]] = defaultdict(list)
        for file in self.truth["files"]:
            covers = file["material"] in (material, "both")
            if covers and file["status"] in ("accepted", "superseded") and kinds[file["unit"]] == kind:
                took[file["unit"]].append(file)
        in_force = [file for files in took.values() for file in files if file["status"] == "accepted"]
        nil = sum(file["nil_return"] for file in in_force) if material == "statistics" else 0
        return {
            "应报": sum(one == kind for one in kinds.values()) if owes else 0,
            "已报": len(took) if owes else 0,
            "按时": sum(not min(files, key=lambda f: f["wave"])["late"] for files in took.values())
            if owes
            else 0,
            "零报告": nil if owes else 0,
            "自愿": 0 if owes else len(in_force),
            "更正": sum(len(files) - 1 for files in took.values()),
        }

    def missing(self, **of: object) -> list[dict[str, Any]]:
        return [one for one in self.truth["missing"] if all(one[key] == value for key, value in of.items())]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, definitions: Definitions) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("numbers")
    campaign = definitions.campaigns[CAMPAIGN]
    write_sample(folder / "sample", campaign, definitions.form_of(campaign), definitions.roster)
    truth = json.loads((folder / "sample" / "truth.json").read_text("utf-8"))
    url = f"sqlite:///{folder / 'warehouse.db'}"
    with Desk.at(Settings(folder / "share", folder / "archive", url, PROJECT / "config")) as desk:
        for wave in truth["waves"]:
            shutil.copytree(folder / "sample" / wave["folder"], desk.inbox, dirs_exist_ok=True)
            desk.run(wave["at"])
        originals = _originals(folder / "sample")
        (summary,) = desk.published.glob("汇总表（*")
        yield Walked(desk, _own(desk, summary, originals), truth, originals)


def _originals(sample: Path) -> dict[str, bytes]:
    """What was dropped, by hash."""
    contents = [
        path.read_bytes() for wave in WAVE_FOLDERS for path in (sample / wave).rglob("*") if path.is_file()
    ]
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def _own(desk: Desk, summary: Path, files: dict[str, bytes]) -> dict[str, Figures]:
    """Each unit's figures, read by openpyxl in the files as dropped, at the cells that 溯源 names."""
    read: dict[str, Any] = {}
    own: dict[str, Figures] = defaultdict(lambda: defaultdict(dict))
    sheet = openpyxl.load_workbook(summary, data_only=True)["溯源"]
    for row, column, _, unit, counted, measure, typed, name, cell, _, _, sha256 in sheet.iter_rows(
        min_row=4, values_only=True
    ):
        if sha256 not in read:
            read[sha256] = openpyxl.load_workbook(BytesIO(files[sha256]), data_only=True)
        there = read[sha256][name][cell].value
        assert (typed or "") == ("" if there is None else str(there)), (unit, row, column, cell)
        own[unit][row][column] = as_number(there, measure)
        assert own[unit][row][column] == Decimal(str(counted)), (unit, row, column, cell)
    for figures in own.values():
        _add_sums(figures, desk)
    return own


def _add_sums(figures: Figures, desk: Desk) -> None:
    """合计 and 总计, by this test's own addition."""
    form = desk.form
    for row in form.category_rows:
        for column in form.sum_columns:
            parts = [figures[row.label][form.column(part).full_label] for part in column.sum_of]
            figures[row.label][column.full_label] = sum(parts, Decimal(0))
    figures[form.total_row.label] = {
        column.full_label: sum(
            (figures[row.label][column.full_label] for row in form.category_rows), Decimal(0)
        )
        for column in form.figure_columns
    }


def as_number(value: object, measure: str) -> Decimal:
    """The plainest of readings, by nobody's rules but this test's."""
    text = (
        unicodedata.normalize("NFKC", str("" if value is None else value)).replace(",", "").replace(" ", "")
    )
    if text in TYPED_ZEROS:
        return Decimal(0)
    if measure == "万元" and text.endswith("元") and not text.endswith("万元"):
        return Decimal(text.removesuffix("元")) / 10_000
    for unit in ("万元", "人", "件"):
        text = text.removesuffix(unit)
    return Decimal(text.removeprefix("约"))


def assert_figures(shown: list[Any], wanted: dict[str, Decimal], where: object) -> None:
    assert [float(one) for one in shown] == pytest.approx(
        [float(one) for one in wanted.values()], abs=1e-9
    ), where


def test_the_forms_in_force_are_those_that_the_truth_names(walked: Walked) -> None:
    forms = [f for f in walked.truth["files"] if f["status"] == "accepted" and f["values"] is not None]
    assert set(walked.own) == {file["unit"] for file in forms}
    assert len(walked.own) > 50


def test_the_district_each_unit_each_kind_and_each_parent(walked: Walked) -> None:
    book, form, roster = walked.book("汇总表"), walked.desk.form, walked.desk.office.roster
    wide = len(form.figure_columns)
    rows = [form.total_row.label, *(row.label for row in form.category_rows)]
    shown = {cells[0]: cells for cells in book["汇总表"].iter_rows(values_only=True)}
    for label, wanted in walked.total().items():
        assert_figures([one for one in shown[label] if isinstance(one, int | float)], wanted, label)
    lines = list(book["分单位"].iter_rows(min_row=6, values_only=True))
    units = {cells[1]: cells[7:] for cells in lines}
    for unit in roster.units:
        for at, label in enumerate(rows):
            cells = list(units[unit.name][at * wide : (at + 1) * wide])
            if unit.name in walked.own:
                assert_figures(cells, walked.own[unit.name][label], (unit.name, label))
            else:
                assert cells == [None] * wide, unit.name
    (bottom,) = [cells[7:] for cells in lines if cells[0] == "全区合计"]
    for at, label in enumerate(rows):
        assert_figures(list(bottom[at * wide : (at + 1) * wide]), walked.total()[label], ("全区合计", label))
    group: tuple[str, str, str] = ("", "", "")
    seen = []
    for way, name, reported, label, *cells in book["分类汇总"].iter_rows(
        min_row=5, max_row=24, values_only=True
    ):
        group = (way, name, reported) if way else group
        theirs = {u.name for u in roster.units if group[1] == (u.kind if group[0] == "按类别" else u.parent)}
        assert group[2] == _owed_and_sent(walked, theirs)
        assert_figures(cells, walked.total(theirs)[label], (group, label))
        seen.append((group[1], label))
    assert len(set(seen)) == len(seen) == 20


def _owed_and_sent(walked: Walked, units: set[str]) -> str:
    """Of these units: who owes the form and who of them sent it, and who sent it unasked."""
    owed = walked.desk.campaign.owes
    asked = {unit.name for unit in walked.desk.office.roster.units if "statistics" in owed[unit.kind]}
    owing, sent = units & asked, units & set(walked.own)
    said = [f"应报 {len(owing)}", f"已报 {len(owing & sent)}"] if owing else ["不要求"]
    return "\n".join([*said, *([f"自愿 {len(sent - owing)}"] if sent - owing else [])])


def test_what_was_expected_came_and_came_on_time(walked: Walked) -> None:
    sheet, kind = walked.book("汇总表")["报送情况"], ""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for cells in sheet.iter_rows(min_row=5, max_row=12, values_only=True):
        kind, material = cells[0] or kind, cells[1]
        code = next((code for code, word in MATERIALS.items() if word == material), "")
        if kind == "全区":
            wanted = sums[material] if code else sum(sums.values(), Counter())
        else:
            wanted = Counter(walked.coverage(kind, code))
            sums[material].update(wanted)
        expected, accepted, on_time = wanted["应报"], wanted["已报"], wanted["按时"]
        assert cells[2:6] == (expected, accepted, expected - accepted, on_time), (kind, material)
        rates = (accepted / expected, on_time / expected) if expected else ("—", "—")
        assert cells[6:8] == pytest.approx(rates) if expected else cells[6:8] == rates
        assert cells[8:11] == (wanted["零报告"], wanted["自愿"], wanted["更正"]), (kind, material)


def test_the_page(walked: Walked) -> None:
    page, truth = walked.page(), walked.truth
    for row in page.xpath("//table[@class='figures']//tr[td]"):
        label, *cells = [cell.text_content() for cell in row]
        assert_figures(cells, walked.total()[label], label)
    states = dict(_pairs(page, "states"))
    by_state = Counter(STATES[one["state"]] for one in truth["missing"])
    assert states == {"已报": str(truth["accepted"]), **{w: str(by_state[w]) for w in STATES.values()}}
    days = {day: int(count) for day, count in _pairs(page, "days")}
    came = Counter(_wave_day(walked, unit) for unit in walked.own)
    assert {day: count for day, count in days.items() if count} == came
    shares = {label: float(share) for label, share in _pairs(page, "shares")}
    sums = {row.label: float(walked.total()[row.label]["合计"]) for row in walked.desk.form.category_rows}
    assert shares == pytest.approx(sums)
    numbers = {one.findtext("dt"): one.findtext("dd") for one in page.xpath("//dl[@class='numbers']/div")}
    late = len([one for one in truth["missing"] if one["days_overdue"]])
    held = sum(file["status"] == "held" for file in truth["files"])
    assert list(numbers.values())[:4] == [
        str(n) for n in (truth["expected"], truth["accepted"], len(truth["missing"]), late)
    ]
    assert numbers["等认领的文件"] == str(held)
    assert numbers["待说明（处）"] == str(_open_queries(walked))
    (ring,) = page.xpath("//div[@class='ring']")
    percent = f"{truth['accepted'] / truth['expected']:.1%}"
    assert (ring.findtext("b"), ring.get("aria-label")) == (percent, f"已报 {percent}")
    for section in page.xpath("//section[@class='source'][.//span or contains(., '个单位')]"):
        parts = [Decimal(li.text.split()[1].rstrip("：")) for li in section.findall(".//li")]
        (link,) = page.xpath(f"//table[@class='figures']//a[@href='#{section.get('id')}']")
        assert float(sum(parts)) == pytest.approx(float(link.text)), section.get("id")


def _pairs(page: html.HtmlElement, table: str) -> list[tuple[str, str]]:
    rows = page.xpath(f"//table[@id='{table}']/tbody/tr")
    return [(row[0].text_content(), row[1].text_content()) for row in rows]


def _wave_day(walked: Walked, unit: str) -> str:
    """The day on which the unit's first accepted form was dropped: 2.8."""
    wave = min(
        file["wave"]
        for file in walked.truth["files"]
        if file["unit"] == unit
        and file["status"] in ("accepted", "superseded")
        and file["values"] is not None
    )
    _, month, day = walked.truth["waves"][wave - 1]["at"][:10].split("-")
    return f"{int(month)}.{int(day)}"


def test_the_missing_and_the_overdue_list(walked: Walked) -> None:
    book, missing = walked.book("未报名单"), walked.missing()
    for sheet in book:
        standing = f"应报 {walked.truth['expected']} 份，已报 {walked.truth['accepted']} 份"
        _explains(sheet["A1"].value, standing)
    said = re.sub(DATES, "", book["未报名单"]["A3"].value)
    count = Counter(STATES[one["state"]] for one in missing)
    states = "，".join(f"{word} {count[word]} 份" for word in STATES.values() if count[word])
    towns, bureaus = (walked.missing(kind=kind) for kind in ("镇街", "成员单位"))
    _explains(
        said,
        f"未报 {len(missing)} 份（{states}）；",
        *(f"{len({one['unit'] for one in of})} 个单位 {len(of)} 份" for of in (towns, bureaus)),
        f"已逾期 {len([one for one in missing if one['days_overdue']])} 份",
    )
    for name in ("未报名单", "逾期名单"):
        lines = [c for c in book[name].iter_rows(values_only=True) if c[4] in MATERIALS.values()]
        assert [cells[0] for cells in lines] == list(range(1, len(lines) + 1))
        assert sorted((c[1], c[4], c[5], c[6]) for c in lines) == sorted(
            (one["unit"], MATERIALS[one["material"]], STATES[one["state"]], one["days_overdue"])
            for one in missing
        )


def test_the_letter_the_report_and_the_circular(walked: Walked) -> None:
    truth, missing, totals = walked.truth, walked.missing(), walked.total()
    grand = totals[walked.desk.form.total_row.label]
    counts = {"应报": truth["expected"], "已报": truth["accepted"]}
    owed = [walked.coverage(kind, code) for kind in ("镇街", "成员单位") for code in MATERIALS]
    header = "".join(f"{word}{count}份，" for word, count in counts.items())
    never, returned = (len(walked.missing(state=state)) for state in ("never_sent", "returned"))
    overdue = len([one for one in missing if one["days_overdue"]])

    said, (listed,) = walked.letter("催报通知")
    units = len({one["unit"] for one in missing})
    _explains(
        said,
        header,
        f"{header}尚有{units}个单位{len(missing)}份未报（从未报送{never}份，已退回未改{returned}份），其中{overdue}份",
        "各项为0的统计表",
    )
    assert [(row[1], row[3], row[5]) for row in listed[1:]] == [
        (one["unit"], MATERIALS[one["material"]], f"{one['days_overdue']}天") for one in missing
    ]

    said, (table,) = walked.letter("工作报告")
    nil, voluntary = sum(one["零报告"] for one in owed), walked.coverage("驻铜部队", "statistics")["自愿"]
    behind = {one["unit"] for one in missing}
    whole = [unit for unit in walked.own if unit not in behind and _form_on_time(walked, unit)]
    late = walked.coverage("镇街", "statistics"), walked.coverage("成员单位", "statistics")
    held = sum(file["status"] == "held" for file in truth["files"])
    queries = _open_queries(walked)
    _explains(
        said,
        header,
        f"应报材料{counts['应报']}份，已报{counts['已报']}份，报送率{counts['已报'] / counts['应报']:.1%}，"
        f"其中零报告{nil}份，另有自愿报送{voluntary}份",
        f"按时报送的{truth['on_time']}份",
        f"等{len(whole)}个",
        f"等{sum(one['已报'] - one['按时'] for one in late)}个",
        f"等{len(missing)}份",
        f"据{len(walked.own)}个单位",
        *(f"{figure:f}{column.unit}" for column, figure in _grand(walked)),
        *(
            f"{row.label}{totals[row.label]['合计'].normalize():f}万元"
            for row in walked.desk.form.category_rows
        ),
        f"还有{len(missing)}份材料没有报来；有{queries}处数字请单位核实",
        f"有{held}份材料待认领",
    )
    _same_totals(table, totals)

    said, (progress, table) = walked.letter("通报/报送情况通报")
    _explains(
        said, header, f"应报材料{counts['应报']}份，已报{counts['已报']}份，其中按时{truth['on_time']}份"
    )
    assert [row[2:] for row in progress[1:]] == [
        [str(one["应报"]), str(one["已报"]), str(one["按时"]), f"{one['已报'] / one['应报']:.1%}"]
        for one in owed
    ]
    _same_totals(table, totals)
    assert grand == walked.total()["总计"]


def _grand(walked: Walked) -> list[tuple[Any, Decimal]]:
    total = walked.total()[walked.desk.form.total_row.label]
    return [(c, total[c.full_label].normalize()) for c in walked.desk.form.figure_columns]


def _open_queries(walked: Walked) -> int:
    """Counted one by one in the export, and not by the books."""
    found = walked.desk.export(walked.truth["waves"][-1]["at"])["submissions"]
    asked = [f for s in found if s["status"] == "accepted" for f in s["findings"] if f["severity"] == "query"]
    return len([f for f in asked if not f["waived"]])


def _form_on_time(walked: Walked, unit: str) -> bool:
    """Whether it owes a form and its first accepted one was not late."""
    came = [
        file
        for file in walked.truth["files"]
        if file["unit"] == unit and file["values"] and file["status"] in ("accepted", "superseded")
    ]
    owes = walked.desk.campaign.owes[walked.desk.unit(unit).kind]
    return bool(owes) and not min(came, key=lambda file: file["wave"])["late"]


def _same_totals(table: list[list[str]], totals: Figures) -> None:
    for label, *cells in table[1:]:
        assert_figures(cells, totals[label], label)


def _changes(before: Figures, after: Figures) -> list[tuple[Any, ...]]:
    """Row, column, before, after and by how much, where two tables differ."""
    return [
        (row, column, was, after[row][column], after[row][column] - was)
        for row, columns in before.items()
        for column, was in columns.items()
        if was != after[row][column]
    ]


def _listed(sheet: Any, head: str) -> list[tuple[Any, ...]]:
    """The numbered rows of the table that stands below a line beginning so; without their numbers."""
    lines = list(sheet.iter_rows(values_only=True))
    (at,) = [n for n, cells in enumerate(lines) if str(cells[0] or "").startswith(head)]
    return [cells[1:] for cells in takewhile(lambda cells: isinstance(cells[0], int), lines[at + 2 :])]


def _same_changes(shown: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> None:
    assert [cells[:-3] for cells in shown] == [cells[:-3] for cells in wanted]
    for cells, meant in zip(shown, wanted, strict=True):
        assert [float(one) for one in cells[-3:]] == pytest.approx(
            [float(one) for one in meant[-3:]], abs=1e-9
        )


def test_what_changed_since_the_last_version(walked: Walked) -> None:
    sheet = walked.book("汇总表")["变动"]
    (version,) = re.findall(r"与第 (\d+) 版", sheet["A2"].value)
    (summary,) = walked.desk.published.glob(f"历次/{version}/汇总表（*")
    before = replace(walked, own=_own(walked.desk, summary, walked.originals))
    assert set(before.own) < set(walked.own)
    changes = _changes(before.total(), walked.total())
    assert changes
    _same_changes(_listed(sheet, f"一、汇总数字：{len(changes)} 处"), changes)
    came = [
        (file["unit"], word, "更正" if _taken(walked, file["unit"], code) > 1 else "新收下")
        for file in walked.truth["files"]
        if file["wave"] == len(walked.truth["waves"]) and file["status"] == "accepted"
        for code, word in MATERIALS.items()
        if file["material"] in (code, "both")
    ]
    listed = _listed(sheet, f"二、有效的材料：{len(came)} 处")
    assert sorted((unit, material, what) for unit, material, _, _, what in listed) == sorted(came)


def _taken(walked: Walked, unit: str, material: str) -> int:
    """How many files that cover it were taken of a unit."""
    theirs = [file for file in walked.truth["files"] if file["unit"] == unit]
    covering = [file for file in theirs if file["material"] in (material, "both")]
    return len([file for file in covering if file["status"] in ("accepted", "superseded")])


def test_the_points_to_explain_stand_in_the_originals_just_there(walked: Walked) -> None:
    sheet = walked.book("汇总表")["核实与豁免"]
    held = sum(file["status"] == "held" for file in walked.truth["files"])
    queries = _open_queries(walked)
    assert sheet["A2"].value.startswith(f"待说明 {queries} 处，豁免 0 件，待认领 {held} 件。")
    export = walked.desk.export(walked.truth["waves"][-1]["at"])["submissions"]
    in_force = [one for one in export if one["status"] == "accepted"]
    hashes = {(one["unit"], MATERIALS.get(one["material"])): one["sha256"] for one in in_force}
    listed = _listed(sheet, f"一、核实：{queries} 处")
    assert len(listed) == queries
    for unit, material, _, place, typed, *_ in listed:
        content = BytesIO(walked.originals[hashes[unit, material]])
        if material == "统计表":
            name, cell = place.split("·")
            assert str(openpyxl.load_workbook(content, data_only=True)[name][cell].value) == typed
        else:
            assert typed in "".join(paragraph.text for paragraph in docx.Document(content).paragraphs)
    assert len(_listed(sheet, f"三、待认领：{held} 件")) == held


def test_the_record_of_reminders(walked: Walked) -> None:
    sheet = walked.book("催办记录")["催办记录"]
    owing: dict[str, set[str]] = defaultdict(set)
    for one in walked.missing():
        owing[one["unit"]].add(MATERIALS[one["material"]])
    said = f"该催 {len(owing)} 个单位，都没有邮件送达"
    _explains(re.sub(DATES, "", sheet["A3"].value), said)
    listed = [cells for cells in sheet.iter_rows(min_row=5, values_only=True) if isinstance(cells[0], int)]
    assert [cells[0] for cells in listed] == list(range(1, len(owing) + 1))
    asked = re.compile("|".join(MATERIALS.values()))
    assert {cells[1]: set(asked.findall(cells[6])) for cells in listed} == owing
    due = walked.book("未报名单")["催办"]
    assert f"该催 {len(owing)} 个单位" in str([cells[0] for cells in due.iter_rows(values_only=True)])
    same = {cells[1]: (cells[4], cells[5]) for cells in due.iter_rows(values_only=True) if cells[1] in owing}
    assert same == {cells[1]: (cells[2], cells[6]) for cells in listed}


def test_a_correction_of_what_was_approved(walked: Walked, tmp_path: Path) -> None:
    """A unit whose form is in force sends another one after the totals were approved."""
    form, unit = walked.desk.form, next(iter(walked.own))
    shutil.copytree(walked.desk.share.parent, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    with Desk.at(Settings(tmp_path / "share", tmp_path / "archive", url, PROJECT / "config")) as desk:
        with desk.office.alone():
            at = datetime.fromisoformat("2022-02-13T09:00:00+08:00")
            finalise(CAMPAIGN, Approval("陈科长", at), desk.office)
        desk.drop(f"{unit}.xlsx", desk.filled(unit, GOOD))
        desk.run("2022-02-14T09:00:00+08:00")
        (file,) = desk.published.glob("更正（*")
        shown = _listed(openpyxl.load_workbook(file, data_only=True)["更正"], "本更正还没有审批")
    new: Figures = defaultdict(dict)
    for row in form.category_rows:
        for column in form.part_columns:
            new[row.label][column.full_label] = Decimal(str(GOOD[row.id][column.id]))
    _add_sums(new, walked.desk)
    after = replace(walked, own={**walked.own, unit: new})
    parts = {column.full_label for column in form.part_columns}
    total = [("全区", *line) for line in _changes(walked.total(), after.total())]
    own = [(unit, *line) for line in _changes(walked.own[unit], new)]
    own = [line for line in own if line[1] != form.total_row.label and line[2] in parts]
    assert total and own
    _same_changes(shown, total + own)


def _explains(said: str, *sentences: str) -> None:
    """Each sentence stands there, and what stands beside them holds no number."""
    for sentence in sorted(sentences, key=len, reverse=True):
        assert sentence in said, (sentence, said)
        said = said.replace(sentence, "")
    assert not re.search(r"\d", said), said
