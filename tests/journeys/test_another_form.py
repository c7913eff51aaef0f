"""Another round with another form is a definition and a campaign in config/, and no code.

The form of another_form/ has a row more, a column in 户, other ids, other labels, and a total called 全部.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.definitions import Campaign, load_definitions
from etl.edges.share import blanks
from etl.export import export
from etl.office import open_office
from etl.pipeline import RunReport, open_campaign, run_campaign
from etl.settings import PROJECT, Settings
from etl.trace import trace
from tests.desk import BEFORE_DEADLINE, GOOD, Desk, Table, fill, one

AUGUST = "2022-august"
HERE = Path(__file__).parent / "another_form"
JULY, NEXT_DAY, LATE = (f"2022-{day}T09:00:00+08:00" for day in ("07-20", "07-21", "08-12"))
_PARTS = ("households", "visited", "cash", "cash_recipients", "gifts", "gift_recipients")
FILLED: Table = {
    row: dict(zip(_PARTS, figures, strict=True))
    for row, figures in {
        "families": (12, 30, 1.5, 12, 0.36, 12),
        "key_beneficiaries": (8, 20, 0.8, 8, 0, 0),
        "veterans_in_difficulty": (3, 3, 0.15, 3, 0.09, 3),
        "local_garrison": (0, 60, 0, 0, 1.2, 60),
        "border_garrison": (0, 0, 0, 0, 0, 0),
    }.items()
}
TOTALS = {
    "households": 23,
    "visited": 113,
    "cash": 2.45,
    "cash_recipients": 23,
    "gifts": 1.65,
    "gift_recipients": 75,
    "spent": 4.1,
}


class AugustDesk(Desk):
    """The same desk, sitting at the other campaign."""

    @property
    def campaign(self) -> Campaign:
        return self.office.definitions.campaign(AUGUST)

    def run(self, at: str | None = JULY) -> RunReport:
        assert at is not None
        return run_campaign(AUGUST, self.office, datetime.fromisoformat(at))

    def export(self, at: str = JULY) -> dict[str, Any]:
        return export(AUGUST, datetime.fromisoformat(at), self.office)

    def issued(self, unit: str, table: Table = FILLED, **more: object) -> bytes:
        """The blank as it lies on the share, filled in."""
        blank = self.share / blanks(self.campaign.title) / f"{unit}.xlsx"
        return fill(blank.read_bytes(), self.form, table, **more)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped config/ with the other form and its campaign beside what is there."""
    folder = tmp_path / "config"
    shutil.copytree(PROJECT / "config", folder)
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def august(tmp_path: Path, warehouse_url: str, config: Path) -> Iterator[AugustDesk]:
    """That campaign's desk, on SQLite and on PostgreSQL in turn."""
    with _at(tmp_path, warehouse_url, config) as desk:
        yield desk


@pytest.fixture
def sqlite_august(tmp_path: Path, new_url: Callable[[str], str], config: Path) -> Iterator[AugustDesk]:
    with _at(tmp_path, new_url("sqlite"), config) as desk:
        yield desk


@contextmanager
def _at(folder: Path, url: str, config: Path) -> Iterator[AugustDesk]:
    settings = Settings(folder / "share", folder / "archive", url, config)
    with open_office(settings) as office:
        open_campaign(AUGUST, office)
        yield AugustDesk(office, settings)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


def test_another_form_goes_all_the_way_from_its_blank_to_its_summary(august: AugustDesk) -> None:
    august.drop("土桥镇.xlsx", august.issued("土桥镇"))
    august.drop("二坪镇.xlsx", august.issued("二坪镇", B10=99))
    august.run()
    said = august.export()
    by_unit = {s["unit"]: s for s in said["submissions"]}
    assert by_unit["土桥镇"]["status"] == "accepted"
    assert by_unit["土桥镇"]["values"]["现役军人家庭"]["households"] == 12
    assert by_unit["土桥镇"]["values"]["全部"] == TOTALS
    finding = one([f for f in by_unit["二坪镇"]["findings"] if f["severity"] == "error"])
    assert (finding["cell"], finding["typed"]) == ("B10", "99")
    assert "全部·走访户数填的是99，各行相加是23，相差76户" in finding["message"]
    assert said["summary"]["全部"] == TOTALS
    assert list(said["summary"]) == [row.label for row in august.form.rows]
    assert (said["expected"], said["accepted"]) == (28, 1)


def test_its_receipt_speaks_of_its_own_rows_columns_and_units(sqlite_august: AugustDesk) -> None:
    august = sqlite_august
    august.drop("土桥镇.xlsx", august.issued("土桥镇", B5="十二户", D7="1500元", I5="张三"))
    august.run()
    first = words(august.receipts("土桥镇")[0])
    assert "读到的全部：走访户数23户，支出合计4.1万元。" in first
    assert "“十二户”读作 12 户（B5）" in first
    assert "“1500元”读作 0.15 万元（D7）" in first
    changed = {**FILLED, "families": {**FILLED["families"], "cash": 1.6}}
    august.drop("土桥镇.xlsx", august.issued("土桥镇", changed, I5="李四", H5=1.86))
    august.run(NEXT_DAY)
    second = words(august.receipts("土桥镇")[1])
    assert "现役军人家庭·支出合计填的是1.86，慰问金·金额、慰问品·金额相加是1.96" in second
    assert "改了 3 处：" in second
    assert "现役军人家庭·慰问金·金额 1.5 → 1.6，支出合计未改；现役军人家庭·带队人 张三 → 李四" in second


def test_its_summary_and_missing_list_are_published_and_its_numbers_traced(august: AugustDesk) -> None:
    august.drop("土桥镇.xlsx", august.issued("土桥镇"))
    august.run(LATE)
    files = {path.name: path for path in august.published.glob("*.xlsx")}
    assert {"汇总表（2022年八一）.xlsx", "未报名单（2022年八一）.xlsx"} <= set(files)
    sheet = openpyxl.load_workbook(files["汇总表（2022年八一）.xlsx"], data_only=True)["汇总表"]
    rows = {line[0].value: [cell.value for cell in line[1:8]] for line in sheet.iter_rows()}
    assert rows["现役军人家庭"] == [12, 30, 1.5, 12, 0.36, 12, 1.86]
    assert rows["全部"] == list(TOTALS.values())
    assert "2022年八一建军节走访慰问情况登记表" in rows
    missing = openpyxl.load_workbook(files["未报名单（2022年八一）.xlsx"])
    listed = {str(cell.value) for sheet in missing for row in sheet.iter_rows() for cell in row}
    assert "二坪镇" in listed
    assert "土桥镇" not in listed
    found = one(trace(AUGUST, "军属", "户数", datetime.fromisoformat(LATE), august.office))  # type: ignore[arg-type]
    assert (found.unit, found.value, found.cell) == ("土桥镇", 12, "B5")  # type: ignore[attr-defined]


def test_two_rounds_with_two_forms_are_open_in_one_warehouse(august: AugustDesk) -> None:
    spring = Desk(august.office, august.settings)
    open_campaign(spring.campaign.id, spring.office)
    august.drop("二坪镇八一.xlsx", august.issued("二坪镇"))
    spring.drop("二坪镇春节.xlsx", spring.filled("二坪镇"))
    spring.run(JULY)
    august.run(JULY)
    for desk, file, totals in ((spring, "二坪镇春节.xlsx", 195), (august, "二坪镇八一.xlsx", 113)):
        said = desk.export(JULY)
        assert [s["file"] for s in said["submissions"]] == [file]
        assert one(said["submissions"])["values"][desk.form.total_row.label]["visited"] == totals
    assert august.export(JULY)["summary"]["全部"] == TOTALS
    assert len(august.receipts("二坪镇")) == 2
    assert "相比" not in "".join(map(words, august.receipts("二坪镇")))


def test_a_file_of_the_other_round_waits_for_that_ones_run(sqlite_august: AugustDesk) -> None:
    august = sqlite_august
    spring = Desk(august.office, august.settings)
    open_campaign(spring.campaign.id, spring.office)
    august.drop("土桥镇.xlsx", august.issued("土桥镇"))
    spring.run(JULY)
    assert spring.export(JULY)["submissions"] == []
    assert august.names_in_inbox() == ["土桥镇.xlsx"]
    assert august.receipts("土桥镇") == []
    august.run(JULY)
    assert august.names_in_inbox() == []
    assert one(august.export()["submissions"])["status"] == "accepted"


def test_a_form_laid_out_by_hand_is_told_to_its_round_by_its_title(sqlite_august: AugustDesk) -> None:
    august = sqlite_august
    spring = Desk(august.office, august.settings)
    open_campaign(spring.campaign.id, spring.office)
    book = openpyxl.load_workbook(BytesIO(august.issued("土桥镇")))
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    out = BytesIO()
    book.save(out)
    august.drop("土桥镇.xlsx", out.getvalue())
    spring.run(JULY)
    august.run(JULY)
    assert spring.export(JULY)["submissions"] == []
    assert one(august.export()["submissions"])["values"]["全部"] == TOTALS


def test_figures_of_another_forms_round_are_compared_where_rows_and_columns_are_the_same(
    august: AugustDesk,
) -> None:
    spring = Desk(august.office, august.settings)
    open_campaign(spring.campaign.id, spring.office)
    spring.drop("土桥镇.xlsx", spring.filled("土桥镇"))
    spring.run(BEFORE_DEADLINE)
    august.drop("土桥镇.xlsx", august.issued("土桥镇"))
    august.run(JULY)
    said = one(august.export()["submissions"])
    assert said["status"] == "accepted"
    last_time = [f for f in said["findings"] if f["rule"] == "far_from_last"]
    assert {f["cell"] for f in last_time} <= {"C6", "C7", "C8", "C9"}
    assert last_time


def test_a_synonym_is_one_word_in_one_file(tmp_path: Path, config: Path) -> None:
    sent = {}
    file = config / "forms" / "army-day.toml"
    for times, told in enumerate(("", '"登门户数", ')):
        file.write_text(
            file.read_text("utf-8").replace('synonyms = ["户数"]', f'synonyms = [{told}"户数"]'), "utf-8"
        )
        folder = tmp_path / str(times)
        folder.mkdir()
        with _at(folder, f"sqlite:///{folder / 'warehouse.db'}", config) as desk:
            desk.drop("土桥镇.xlsx", desk.issued("土桥镇", B3="登门户数"))
            desk.run()
            sent[times] = one(desk.export()["submissions"])
    assert [f["rule"] for f in sent[0]["findings"] if f["severity"] == "error"] == ["missing_column"]
    assert sent[1]["values"]["全部"] == TOTALS


def test_the_commands_speak_of_it_too(sqlite_august: AugustDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    august = sqlite_august
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(august.settings, name)))
    august.drop("土桥镇.xlsx", august.issued("土桥镇"))
    said = CliRunner().invoke(main, ["run", AUGUST, "--at", JULY])
    assert said.exit_code == 0, said.output
    said = CliRunner().invoke(main, ["trace", AUGUST, "现役军人家庭", "走访户数", "--at", JULY])
    assert "B5" in said.output, said.output


def test_the_other_form_has_nothing_of_the_shipped_one_but_some_ids(config: Path) -> None:
    known = load_definitions(config)
    shipped, other = known.forms["double-support"], known.forms["army-day"]
    assert len(other.rows) == len(shipped.rows) + 1
    assert not {row.label for row in other.rows if row.total} & {row.label for row in shipped.rows}
    assert {column.id for column in other.columns} & {column.id for column in shipped.columns} == {"visited"}
    assert GOOD.keys() & FILLED.keys()
