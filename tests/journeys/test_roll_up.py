"""上级汇总: districts, townships and villages; the files of each node say what an independent addition says."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from benchmarks.tree import CITY, Figures, added_up, drop_forms, write_tree
from etl.definitions import Form
from etl.settings import Settings
from tests.desk import GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk

WIDTHS = (3, 4, 6)
"""Districts; townships of each; villages of each: 87 units, of which 15 are nodes."""


@dataclass
class City:
    """A city's desk, and what was dropped there."""

    desk: Desk
    dropped: Figures

    @property
    def sums(self) -> Mapping[str, Mapping[tuple[str, str], Decimal]]:
        return added_up(self.desk.settings.config, self.dropped)

    def files(self, kind: str) -> dict[str, Path]:
        """The current file of a kind, by the name of its node."""
        found = {path.parent.name: path for path in (self.desk.published / "下级").rglob(f"{kind}（*.xlsx")}
        (top,) = self.desk.published.glob(f"{kind}（*.xlsx")
        return {CITY: top, **found}

    def stamps(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (self.desk.published / "下级").rglob("*.xlsx")}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def warehouse_url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """The questions themselves are tried on both databases in tests/sql."""
    return new_url(request.param)


@pytest.fixture
def city(tmp_path: Path, warehouse_url: str) -> Iterator[City]:
    definitions = write_tree(tmp_path / "config", WIDTHS)
    settings = Settings(tmp_path / "share", tmp_path / "archive", warehouse_url, tmp_path / "config")
    with Desk.at(settings) as desk:
        yield City(desk, drop_forms(desk.inbox, definitions, 1))


def totals_in(path: Path, form: Form) -> dict[tuple[str, str], Decimal]:
    return {
        (row.id, column.id): Decimal(str(value))
        for row, (_, *values) in zip(form.rows, rows_of(path, "汇总表", 6), strict=False)
        for column, value in zip(form.columns, values, strict=True)
        if column.is_figure
    }


def rows_of(path: Path, sheet: str, first: int) -> list[tuple[object, ...]]:
    # merged cells are of no interest here, and take openpyxl longer than all the rest
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return list(book[sheet].iter_rows(min_row=first, values_only=True))


def test_each_node_says_what_an_independent_addition_says_and_a_change_touches_only_what_is_above(
    city: City,
) -> None:
    assert set(city.desk.run().verdicts) == {"accepted"}
    _every_total_is_right(city)
    _every_kind_of_unit_is_added_up(city)
    _every_unit_is_listed_once_with_the_cells_of_its_figures(city)
    _who_is_missing_is_named_by_its_own_node(city)
    _the_same_again_writes_nothing(city)
    _a_correction_touches_its_township_its_district_and_the_city(city)
    _after_the_deadline_a_new_day_is_new_for_the_missing_lists_alone(city)
    _a_node_that_is_no_more_goes_to_the_older_versions(city)


def _every_total_is_right(city: City) -> None:
    files, sums = city.files("汇总表"), city.sums
    assert len(files) == 1 + WIDTHS[0] + WIDTHS[0] * WIDTHS[1]
    for node, path in files.items():
        assert totals_in(path, city.desk.form) == sums[node], node
    district = next(node for node in files if node.endswith("区"))
    *told, whole = rows_of(files[district], "下级", 6)
    assert whole[0] == "下级合计" and whole[8] == whole[4] / whole[3]  # type: ignore[operator]
    for at in (*range(1, 8), *range(9, len(whole))):
        assert whole[at] == pytest.approx(sum(float(str(row[at])) for row in told)), at
    formulas = list(openpyxl.load_workbook(files[district])["下级"].iter_rows(min_row=6, values_only=True))
    assert [row[8] for row in formulas] == [f"=E{line}/D{line}" for line in range(6, 7 + len(told))]
    assert formulas[-1][9] == f"=SUM(J6:J{5 + len(told)})"
    assert [row[0] for row in told] == [path.name for path in _children(files[district].parent)]
    assert [row[9] for row in told] == [float(sums[row[0]]["grand_total", "visited"]) for row in told]


def _every_kind_of_unit_is_added_up(city: City) -> None:
    """For each node that has files of its own; the top of a city as small as this has 分类汇总 by formulas."""
    config, form = city.desk.settings.config, city.desk.form
    kind_of = {unit.name: unit.kind for unit in city.desk.office.roster.units}
    by_kind = {
        kind: added_up(config, {name: one for name, one in city.dropped.items() if kind_of[name] == kind})
        for kind in dict.fromkeys(kind_of.values())
    }
    order = [form.total_row, *form.category_rows]
    for node, path in city.files("汇总表").items():
        if node == CITY:
            continue
        *lines, whole = rows_of(path, "分类汇总", 6)
        expected = {kind: sums[node] for kind, sums in by_kind.items() if node in sums}
        assert [line[0] for line in lines] == list(expected)
        for line in lines:
            figures = expected[str(line[0])]
            said = [Decimal(str(value)) for value in line[2:]]
            assert said == [figures[row.id, column.id] for row in order for column in form.figure_columns]
        assert whole[0] == "各类合计"
        for at in range(1, len(whole)):
            assert whole[at] == pytest.approx(sum(float(str(line[at])) for line in lines)), at


def _children(folder: Path) -> list[Path]:
    """In the office's order, which is that of the names here."""
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _every_unit_is_listed_once_with_the_cells_of_its_figures(city: City) -> None:
    towns = {node: path for node, path in city.files("汇总表").items() if node.endswith("镇")}
    lines = [line for path in towns.values() for line in rows_of(path, "分单位", 6)]
    assert len({line[1] for line in lines}) == len(lines) == len(towns) * (1 + WIDTHS[2])
    for line in lines:
        dropped = city.dropped.get(str(line[1]))
        assert line[4] == ("已报" if dropped else "未报")
        assert line[7] == (float(dropped["grand_total", "visited"]) if dropped else None)
    cells = [line for path in towns.values() for line in rows_of(path, "溯源", 6)]
    assert {line[1] for line in cells} == set(city.dropped)
    for path in towns.values():
        _each_number_leads_to_its_column(path, city.desk.form)
    assert {line[5] for line in cells} == {"C5"} and {line[4] for line in cells} == {"统计表"}


def _each_number_leads_to_its_column(path: Path, form: Form) -> None:
    book = openpyxl.load_workbook(path)
    sheet, places = book["汇总表"], book["溯源"]
    for line, row in enumerate(form.rows, 6):
        for at, column in enumerate(form.columns, 2):
            link = sheet.cell(line, at).hyperlink
            assert bool(link) == (column in form.part_columns and not row.total)
            if link:
                name, _, cell = str(link.location).partition("!")
                caption = places.cell(3, places[cell].column).value
                assert (name, caption) == ("'溯源'", f"{row.label}\n{column.full_label}")


def _who_is_missing_is_named_by_its_own_node(city: City) -> None:
    silent = {unit.name for unit in city.desk.office.roster.units if unit.kind != "区县"} - set(city.dropped)
    lists = city.files("未报名单")
    named = [
        row[1]
        for node, path in lists.items()
        if node.endswith("镇")
        for row in rows_of(path, "未报名单", 6)
        if isinstance(row[0], int)
    ]
    assert sorted(map(str, named)) == sorted(silent)
    for node, path in lists.items():
        if node.endswith("区"):
            assert sum(int(str(row[3])) for row in rows_of(path, "下级", 6)) == sum(
                unit.name in silent and node in str(next(lists[CITY].parent.rglob(unit.parent)))
                for unit in city.desk.office.roster.units
            )


def _the_same_again_writes_nothing(city: City) -> None:
    before = city.desk.files_on_share()
    city.desk.run()
    assert city.desk.files_on_share() == before


def _a_correction_touches_its_township_its_district_and_the_city(city: City) -> None:
    name = next(name for name in city.dropped if name.endswith("村"))
    unit = city.desk.unit(name)
    before = city.stamps()
    city.desk.drop(f"{name}更正.xlsx", city.desk.filled(name))
    city.desk.run(NEXT_DAY)
    city.dropped = {**city.dropped, name: _as_figures(city.desk.form)}
    changed = {path.parent.name for path, stamp in city.stamps().items() if before[path] != stamp}
    assert changed == {unit.parent, city.desk.unit(unit.parent).parent}
    _every_total_is_right(city)
    township = city.files("汇总表")[unit.parent]
    older = city.desk.published / "历次" / "1" / township.relative_to(city.desk.published)
    assert older.is_file()
    said = json.loads((city.desk.published / "清单.json").read_text("utf-8"))["files"]
    assert {each["version"] for each in said if unit.parent in each["file"] and "汇总表" in each["file"]} == {
        2
    }


def _as_figures(form: Form) -> dict[tuple[str, str], Decimal]:
    parts = {(row, column): Decimal(str(value)) for row, of in GOOD.items() for column, value in of.items()}
    for column in form.part_columns:
        parts[form.total_row.id, column.id] = sum(
            (parts[row.id, column.id] for row in form.category_rows), Decimal(0)
        )
    for row in form.rows:
        for column in form.sum_columns:
            parts[row.id, column.id] = sum((parts[row.id, part] for part in column.sum_of), Decimal(0))
    return parts


def _after_the_deadline_a_new_day_is_new_for_the_missing_lists_alone(city: City) -> None:
    city.desk.run(TWO_DAYS_LATE)
    before = city.stamps()
    city.desk.run(TWO_DAYS_LATE.replace("02-12", "02-13"))
    changed = {path.name.partition("（")[0] for path, stamp in city.stamps().items() if before[path] != stamp}
    assert changed == {"未报名单"}


def _a_node_that_is_no_more_goes_to_the_older_versions(city: City) -> None:
    roster = city.desk.settings.config / "roster.csv"
    lines = roster.read_text("utf-8").splitlines()
    gone = next(unit.name for unit in city.desk.office.roster.units if unit.kind == "镇街")
    district = city.desk.unit(gone).parent
    roster.write_text("\n".join(line.replace(f",村,{gone}", f",村,{district}") for line in lines), "utf-8")
    with Desk.at(city.desk.settings) as desk:
        desk.run(TWO_DAYS_LATE.replace("02-12", "02-14"))
        assert gone not in city.files("汇总表")
        assert list((desk.published / "历次").rglob(f"{gone}/汇总表*"))
        assert gone not in (desk.published / "清单.json").read_text("utf-8")
        city.desk = desk
        for node, path in city.files("汇总表").items():
            assert totals_in(path, desk.form) == city.sums[node], node


def test_where_units_do_not_fit_on_one_list_each_node_has_what_its_figures_were_read_from_as_csv(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.stages.roll_up.MOST_ON_A_LIST", 50)
    city.desk.run()
    _the_rows_add_up_to_every_total(city)
    before = {path: path.read_bytes() for path in _traced(city)}
    name = next(name for name in city.dropped if name.endswith("村"))
    city.desk.drop("=1+1.xlsx", city.desk.filled(name))
    city.desk.run(NEXT_DAY)
    city.dropped = {**city.dropped, name: _as_figures(city.desk.form)}
    _the_rows_add_up_to_every_total(city)
    (changed,) = (path for path, content in before.items() if path.read_bytes() != content)
    assert changed.parent.name == city.desk.unit(name).parent
    rows = [row for row in _rows_in(changed) if row["单位"] == name]
    assert {row["文件"] for row in rows} == {"'=1+1.xlsx"}, "no spreadsheet takes it for a formula"
    typed = {str(value) for of in GOOD.values() for value in of.values()}
    assert {row["原来填的"] for row in rows} == typed
    assert len({row["单元格"] for row in rows}) == len(rows)


def _traced(city: City) -> list[Path]:
    found = sorted((city.desk.published / "下级").rglob("溯源（*.csv"))
    assert {path.parent.name for path in found} == {
        name for name in city.files("汇总表") if name.endswith("镇")
    }, "a node that lists nobody who reported has none"
    return found


def _rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _the_rows_add_up_to_every_total(city: City) -> None:
    form, sums = city.desk.form, city.sums
    places = {
        (row.label, column.full_label): (row.id, column.id)
        for row in form.category_rows
        for column in form.part_columns
    }
    whole: Counter[tuple[str, str]] = Counter()
    for path in _traced(city):
        own: Counter[tuple[str, str]] = Counter()
        for row in _rows_in(path):
            own[places[row["对象"], row["栏目"]]] += Decimal(row["计入的数"])  # type: ignore[assignment]
        assert own == {place: sums[path.parent.name][place] for place in places.values()}
        whole.update(own)
    assert whole == {place: sums[CITY][place] for place in places.values()}


def test_the_shipped_roster_has_no_levels_and_nothing_is_published_for_any(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    sqlite_desk.run()
    assert not (sqlite_desk.published / "下级").exists()
