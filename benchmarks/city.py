"""`python -m benchmarks.city 40 20 62`: a city's tree of districts, townships and villages through the real pipeline, each
node's published totals beside an independent addition, and a correction in a warm process.

Prints a table: seconds by the clock and of all cores together, and the peak memory of all processes. --warehouse names a
PostgreSQL to use instead of SQLite.
"""

import argparse
import json
import resource
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl

from benchmarks.inputs import CAMPAIGN
from benchmarks.measured import Measured, measure
from benchmarks.tree import CITY, Figures, added_up, correction_of, drop_forms, write_tree
from etl.definitions import Definitions, Form

AT, LATER = "2022-02-09T10:00:00+08:00", "2022-02-09T11:00:00+08:00"
SEED = 1
_FIRST_ROW, _FIRST_COLUMN = 6, 2  # of the form's figures on 汇总表


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `cpu` seconds of all its processes together, `peak_mib` the most that they held."""

    step: str
    seconds: float
    cpu: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class City:
    """What came out: `nodes` whose published totals were compared, `wrong` those that were not as added up."""

    units: int
    forms: int
    nodes: int
    wrong: tuple[str, ...]
    lines: tuple[Line, ...]
    stages: Mapping[str, float]
    republished: Mapping[str, float]


def city(root: Path, widths: tuple[int, ...], warehouse: str | None = None) -> City:
    """Open, drop, run, compare, correct one village, run again in a warm process, and compare again."""
    environment = {
        "RETURNS_SHARE": str(root / "share"),
        "RETURNS_ARCHIVE": str(root / "archive"),
        "RETURNS_WAREHOUSE": warehouse or f"sqlite:///{root / 'warehouse.db'}",
        "RETURNS_CONFIG": str(root / "config"),
    }
    definitions = write_tree(root / "config", widths)
    lines = []

    def step(name: str, module: str, *arguments: object) -> Measured:
        before = _children_cpu()
        done = measure(module, *arguments, environment=environment)
        lines.append(Line(name, done.seconds, _children_cpu() - before, done.peak_mib))
        return done

    step("开始一期（发空白表）", "etl", "open", CAMPAIGN)
    dropped = drop_forms(root / "share" / "收件箱", definitions, SEED)
    run = json.loads(step("一遍", "benchmarks.ours", CAMPAIGN, AT).printed.splitlines()[-1])
    nodes, wrong = _compared(root, definitions, dropped)
    corrected, figures, file = correction_of(definitions, dropped, SEED, root)
    again = json.loads(
        step("再来一份更正", "benchmarks.republish", CAMPAIGN, file, AT, LATER).printed.splitlines()[-1]
    )
    _, wrong_again = _compared(root, definitions, {**dropped, corrected: figures})
    return City(
        len(definitions.roster.units),
        run["verdicts"].get("accepted", 0),
        nodes,
        (*wrong, *wrong_again),
        tuple(lines),
        run["stages"],
        {name: again[name] for name in ("nothing_new", "seconds", "summarise_and_publish")},
    )


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _compared(root: Path, definitions: Definitions, figures: Figures) -> tuple[int, tuple[str, ...]]:
    """How many nodes' summaries were looked at, and the names of those that do not say what was added up."""
    published = root / "share" / "发布" / definitions.campaigns[CAMPAIGN].title
    sums = added_up(root / "config", figures)
    files = {path.parent.name: path for path in (published / "下级").rglob("汇总表（*.xlsx")}
    files = {node: path for node, path in files.items() if not node.startswith("第")}
    files[CITY] = next(published.glob("汇总表（*.xlsx"))
    form = definitions.forms["double-support"]
    return len(files), tuple(node for node, path in files.items() if _totals(path, form) != sums[node])


def _totals(path: Path, form: Form) -> dict[tuple[str, str], Decimal]:
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    lines = list(book["汇总表"].iter_rows(min_row=_FIRST_ROW, min_col=_FIRST_COLUMN, values_only=True))
    book.close()
    return {
        (row.id, column.id): Decimal(str(lines[at][place]))
        for at, row in enumerate(form.rows)
        for place, column in enumerate(form.columns)
        if column.is_figure
    }


def shown(said: City) -> str:
    right = "都与独立相加一致" if not said.wrong else f"不对的：{'、'.join(said.wrong)}"
    table = [
        f"{said.units:,} units, {said.forms:,} forms, {said.nodes:,} nodes: {right}",
        "",
        "| step | s | CPU s | ms a unit (CPU) | peak, MiB |",
        "|---|---|---|---|---|",
        *(
            f"| {one.step} | {one.seconds:.1f} | {one.cpu:.1f} | {1000 * one.cpu / said.units:.2f} | {one.peak_mib:.0f} |"
            for one in said.lines
        ),
        "",
        "stages, s: " + "、".join(f"{name} {seconds:.1f}" for name, seconds in said.stages.items()),
        "warm, s: " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in said.republished.items()),
    ]
    return "\n".join(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("widths", nargs="+", type=int)
    parser.add_argument("--warehouse")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="city-") as folder:
        print(shown(city(Path(folder), tuple(asked.widths), asked.warehouse)))
