"""A campaign told in values: some units reported, some late, some not at all; and how golden files are kept."""

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.definitions import Campaign, Definitions, Form, Unit, load_definitions
from etl.model import (
    Amounts,
    Changes,
    CoverageLine,
    Figure,
    FigureChange,
    HeldFile,
    Material,
    Missing,
    Query,
    Receipt,
    RuleLine,
    Severity,
    Source,
    Status,
    Summary,
    Told,
    UnitChange,
    UnitLine,
    Waiver,
)

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"
REFRESH = "REFRESH_GOLDEN"


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return load_definitions(ROOT / "config")


@pytest.fixture(scope="session")
def campaign(definitions: Definitions) -> Campaign:
    return definitions.campaigns["2022-spring"]


@pytest.fixture(scope="session")
def form(definitions: Definitions, campaign: Campaign) -> Form:
    return definitions.form_of(campaign)


@pytest.fixture(scope="session")
def after_deadline() -> datetime:
    return datetime.fromisoformat("2022-02-12T09:30:00+08:00")


@pytest.fixture(scope="session")
def before_deadline() -> datetime:
    return datetime.fromisoformat("2022-02-08T17:00:00+08:00")


@pytest.fixture(scope="session")
def summary_of(
    definitions: Definitions, campaign: Campaign, form: Form
) -> Callable[[Iterable[Unit], datetime], Summary]:
    """Builds the Summary of some units at a moment; always the same one."""
    return lambda units, as_of: _summary(tuple(units), as_of, campaign, form)


@pytest.fixture(scope="session")
def few_units(definitions: Definitions) -> list[Unit]:
    codes = ["T01", "T02", "T03", "T04", "T05", "T06", "M01", "M02", "M03", "M04", "G01", "G02"]
    return [definitions.roster.by_code[code] for code in codes]


@pytest.fixture(scope="session")
def few(
    few_units: list[Unit],
    summary_of: Callable[[Iterable[Unit], datetime], Summary],
    after_deadline: datetime,
    form: Form,
) -> Summary:
    """Twelve units of three kinds, two days after the deadline, with all that stands beside the figures."""
    return _with_the_rest(summary_of(few_units, after_deadline), form)


@pytest.fixture(scope="session")
def district(
    definitions: Definitions,
    summary_of: Callable[[Iterable[Unit], datetime], Summary],
    after_deadline: datetime,
) -> Summary:
    """All 66 units of the shipped roster, two days after the deadline."""
    return summary_of(definitions.roster.units, after_deadline)


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with tests/golden/<name>, exactly. REFRESH_GOLDEN=1 writes it instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get(REFRESH):
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), (
            f"{name} differs; look, then {REFRESH}=1 pytest writes it anew"
        )

    return compare


@pytest.fixture(scope="session")
def told_workbook() -> Callable[[bytes], str]:
    """Tells a workbook as text: every sheet with its set-up, merges and cells, formulas with their results."""
    return lambda content: "\n".join(_told(content)) + "\n"


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], bytes]:
    """Turns a workbook into pdf or xlsx by LibreOffice, in a profile of its own."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed: what it prints and adds up is not looked at")
    folder = tmp_path_factory.mktemp("office")

    def convert(content: bytes, kind: str) -> bytes:
        source = folder / "book.xlsx"
        source.write_bytes(content)
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(folder / kind), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (folder / kind / f"book.{kind}").read_bytes()

    return convert


@pytest.fixture(scope="session")
def without_results() -> Callable[[bytes], bytes]:
    """The same workbook with no result kept beside any formula, so that an office has to add up itself."""

    def strip(content: bytes) -> bytes:
        stripped = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(stripped, "w") as copy:
            for name in book.namelist():
                copy.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", book.read(name)))
        return stripped.getvalue()

    return strip


@pytest.fixture(scope="session")
def receipt(form: Form) -> Receipt:
    """A returned form with a wrong sum, a converted figure and a dash."""
    figures = tuple(_figures(form))
    return Receipt(
        number="2022-spring-000017",
        campaign="2022-spring",
        unit="土桥镇",
        file="土桥镇/土桥镇统计表.xlsx",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        size=12_345,
        material=Material.STATISTICS,
        status=Status.RETURNED,
        received_at=datetime.fromisoformat("2022-02-09T07:30:00+00:00"),
        answered_at=datetime.fromisoformat("2022-02-09T07:31:00+00:00"),
        late=False,
        nil_return=False,
        findings=(
            Told(
                "figure_converted",
                Severity.WARNING,
                "统计表",
                "D5",
                "15050元",
                "重点优抚对象·发放金额的“15050元”换算成1.505万元。请核对；不对请重报。",
            ),
            Told(
                "column_sum_count",
                Severity.ERROR,
                "统计表",
                "C9",
                "120",
                "总计·走访慰问人数填的是120，各行相加是125，相差5人。请核对各行与总计，改正后再报。",
            ),
            Told(
                "figure_approximate",
                Severity.QUERY,
                "统计表",
                "C6",
                "约40人",
                "困难退役军人等优抚对象·走访慰问人数填的是“约40人”，是个约数，我们先按40计。"
                "请改报准确数字，或书面说明。",
            ),
        ),
        figures=figures,
        still_owed=(Material.STATISTICS, Material.NARRATIVE),
        duplicate_of=None,
        why_held=None,
    )


def _figures(form: Form) -> Iterator[Figure]:
    """The receipt's form: 85, 约40人 and no others visited, 120 stated; 1.505 万元 in money."""
    typed: dict[tuple[str, str], tuple[str | None, str]] = {
        ("key_beneficiaries", "visited"): ("85", "85"),
        ("veterans_in_difficulty", "visited"): ("约40人", "40"),
        ("local_garrison", "visited"): ("—", "0"),
        ("border_garrison", "visited"): ("—", "0"),
        ("grand_total", "visited"): ("120", "120"),
        ("key_beneficiaries", "money_amount"): ("15050元", "1.505"),
        ("key_beneficiaries", "money_recipients"): ("1,505", "1505"),
        ("key_beneficiaries", "total"): ("1.505", "1.505"),
        ("grand_total", "total"): ("1.505", "1.505"),
    }
    for line, row in enumerate(form.rows, 5):
        for at, column in enumerate(form.columns[1:-1], 2):
            text, value = typed.get((row.id, column.id), (None, "0"))
            yield Figure(
                row.id,
                column.id,
                "统计表",
                f"{chr(65 + at)}{line}",
                text,
                Decimal(value),
                is_typed=text is not None,
            )


def _summary(units: tuple[Unit, ...], as_of: datetime, campaign: Campaign, form: Form) -> Summary:
    lines = tuple(_line(place, unit, campaign, form) for place, unit in enumerate(units))
    missing = tuple(_missing(lines, units, as_of, campaign))
    return Summary(
        campaign=campaign.id,
        as_of=as_of,
        totals=_added([line.amounts for line in lines if line.amounts], form),
        units=lines,
        coverage=tuple(_coverage(lines, missing, campaign)),
        missing=missing,
    )


def _with_the_rest(summary: Summary, form: Form) -> Summary:
    """Queries, a waiver, held files, what changed, where each figure came from, two rules."""
    first, second = summary.units[:2]
    number = "2022-spring-000003"
    asked = Query(
        first.code, first.name, Material.STATISTICS, number,
        "巴川街道/统计表.xlsx", "figure_approximate", Severity.QUERY, "统计表", "C6", "约40人",
        "困难退役军人等优抚对象·走访慰问人数填的是“约40人”，是个约数，我们先按40计。请改报准确数字，或书面说明。",
    )  # fmt: skip
    waived = Query(
        second.code, second.name, Material.STATISTICS, "2022-spring-000004", "东城街道/统计表.xlsx",
        "column_sum_count", Severity.ERROR, "统计表", "C9", "120",
        "总计·走访慰问人数填的是120，各行相加是125，相差5人。请核对各行与总计，改正后再报。",
    )  # fmt: skip
    decided = summary.as_of - timedelta(hours=20)
    waiver = Waiver(
        second.code, second.name, Material.STATISTICS, "2022-spring-000004", "东城街道/统计表.xlsx",
        "王主任", "电话核实过，总计写错", decided, decided + timedelta(days=7),
    )  # fmt: skip
    held = HeldFile(
        "2022-spring-000020", "统计表(1).xlsx", None, "没有一处说明是哪个单位报的。", decided, ("土桥镇",)
    )
    return replace(
        summary,
        queries=(asked, replace(asked, cell="C7", explained="数字来自各村，=1+1 也只是文字"), waived),
        waivers=(waiver,),
        held=(held,),
        changes=Changes(
            3,
            summary.as_of - timedelta(days=1),
            (FigureChange("key_beneficiaries", "money_amount", 0, 15_050_00),),
            (
                UnitChange(first.code, first.name, Material.STATISTICS, None, number),
                UnitChange(second.code, second.name, Material.NARRATIVE, "2022-spring-000001", None),
            ),
        ),
        sources=tuple(_sources(summary, form)),
        rules=(
            RuleLine("column_sum_count", Severity.ERROR, "on", "0", "〔对象〕相差〔…〕。", "C9：相差1人。"),
            RuleLine("date_missing", Severity.WARNING, "trial", "", "没有填日期。", "J2：没有填日期。"),
        ),
    )


def _sources(summary: Summary, form: Form) -> Iterator[Source]:
    for line, row in enumerate(form.category_rows, 5):
        for at, column in enumerate(form.part_columns):
            for place, unit in enumerate(summary.units, 3):
                if unit.amounts is not None:
                    yield Source(
                        code=unit.code,
                        row=row.id,
                        column=column.id,
                        amount=unit.amounts[row.id][column.id],
                        typed="=1+1" if place == 3 else "—",
                        sheet="统计表",
                        cell=f"{chr(67 + at)}{line}",
                        file=f"{unit.name}/统计表.xlsx",
                        sha256=f"{place:064d}",
                        receipt=f"2022-spring-{place:06d}",
                    )


def _line(place: int, unit: Unit, campaign: Campaign, form: Form) -> UnitLine:
    """Every ninth unit sent nothing, every eleventh reports nil, every eighth is late; one garrison unit sent."""
    owes = Material.STATISTICS in campaign.owes[unit.kind]
    silent = place % 9 == 4 if owes else unit.code != "G01"
    nil = place % 11 == 7
    late = place % 8 == 3
    hours = place % 30 + 1 if late else -9 * place - 3
    received = campaign.deadline + timedelta(hours=hours, minutes=-13 * (place % 4))
    return UnitLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent=unit.parent,
        owes_form=owes,
        amounts=None if silent else _amounts(0 if nil else place + 1, form),
        nil_return=nil and not silent,
        received_at=None if silent else received,
        first_received_at=None if silent else received,
        late=late and not silent,
        narrative_late=False,
    )


def _amounts(seed: int, form: Form) -> Amounts:
    """Figures that look real; 分 that do not divide evenly, so that six decimals are seen somewhere."""
    amounts: Amounts = {}
    for place, row in enumerate(form.category_rows, 1):
        heads = seed * (5 - place) + seed % 7
        money = heads * 500_00 + (seed == 3) * 137
        goods = heads // 2 * 287_50
        amounts[row.id] = {
            "visited": heads,
            "money_amount": money,
            "money_recipients": heads,
            "goods_cost": goods,
            "goods_items": heads // 2 * 3,
            "goods_recipients": heads // 2,
            "total": money + goods,
        }
    amounts[form.total_row.id] = {
        column.id: sum(amounts[row.id][column.id] for row in form.category_rows)
        for column in form.figure_columns
    }
    return amounts


def _added(each: list[Amounts], form: Form) -> Amounts:
    return {
        row.id: {
            column.id: sum(amounts[row.id][column.id] for amounts in each) for column in form.figure_columns
        }
        for row in form.rows
    }


def _missing(
    lines: tuple[UnitLine, ...], units: tuple[Unit, ...], as_of: datetime, campaign: Campaign
) -> Iterator[Missing]:
    """Silent units owe both; every seventh still owes its narrative. The third pair has an extension."""
    states = ["never_sent", "returned", "never_sent", "held"]
    overdue = max(0, (campaign.local(as_of).date() - campaign.deadline_date).days)
    number = 0
    for place, (line, unit) in enumerate(zip(lines, units, strict=True)):
        for material in campaign.owes[unit.kind]:
            silent = line.amounts is None or (material is Material.NARRATIVE and place % 7 == 5)
            if not silent:
                continue
            extended = campaign.deadline + timedelta(days=10) if number == 2 else None
            yield Missing(
                code=unit.code,
                unit=unit.name,
                kind=unit.kind,
                parent=unit.parent,
                material=material,
                state=states[number % len(states)],
                days_overdue=0 if extended else overdue,
                extended_to=extended,
                contact=unit.contact,
                phone=unit.phone,
            )
            number += 1


def _coverage(
    lines: tuple[UnitLine, ...], missing: tuple[Missing, ...], campaign: Campaign
) -> Iterator[CoverageLine]:
    for kind, owed in campaign.owes.items():
        members = [line for line in lines if line.kind == kind]
        for material in owed or (Material.STATISTICS,):
            absent = {pair.code for pair in missing if pair.kind == kind and pair.material is material}
            there = [line for line in members if line.code not in absent and (owed or line.amounts)]
            is_form = material is Material.STATISTICS
            yield CoverageLine(
                kind=kind,
                material=material,
                expected=len(members) if owed else 0,
                accepted=len(there) if owed else 0,
                on_time=sum(not line.late for line in there) if owed else 0,
                nil_returns=sum(line.nil_return for line in there) if owed and is_form else 0,
                voluntary=0 if owed else len(there),
            )


def _told(content: bytes) -> Iterator[str]:
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    yield f"created\t{formulas.properties.created:%Y-%m-%d %H:%M:%S}"
    for sheet in formulas:
        yield ""
        yield f"sheet\t{sheet.title}\t{sheet.dimensions}"
        page = sheet.page_setup
        yield f"page\tpaper {page.paperSize}\t{page.orientation}\twide {page.fitToWidth}\ttall {page.fitToHeight}"
        yield f"prints\t{sheet.print_area}\trepeats {sheet.print_title_rows}\tfooter {sheet.oddFooter.center.text}"
        yield f"stays\t{sheet.freeze_panes}\tfilter {sheet.auto_filter.ref}"
        yield f"merged\t{' '.join(sorted(str(merged) for merged in sheet.merged_cells.ranges))}"
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield _told_cell(cell, results[sheet.title][cell.coordinate].value)


def _told_cell(cell: Any, result: Any) -> str:
    said = [cell.coordinate, cell.number_format, json.dumps(cell.value, ensure_ascii=False, default=str)]
    if cell.data_type == "f":
        said.append(json.dumps(result, ensure_ascii=False))
    return "\t".join(said)
