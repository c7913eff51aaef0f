"""`python -m benchmarks.publishing 1000 10000`: what summarising and publishing alone cost, of a warehouse that holds an accepted
form of each unit, put there without a file: all units new, nothing new, and one unit corrected. `--tree 40 20 62` takes a
city's tree of districts, townships and villages instead of a flat roster.

Seconds are CPU seconds of the one process that does it, so that they mean the same on a busy machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage

import msgspec

from benchmarks.inputs import CAMPAIGN, write_config
from benchmarks.tree import write_tree
from etl.definitions import Definitions, Form
from etl.model import Figure, FormReading, Material, Reading
from etl.office import Office, open_office
from etl.settings import Settings
from etl.stages.publish import publish
from etl.stages.summarise import summarise
from etl.warehouse import catalogue
from etl.warehouse.bulk import put
from etl.warehouse.form_tables import amount_name, ensure_form_table, form_table
from etl.warehouse.tables import readings, submissions

AT = datetime(2022, 2, 9, 2, tzinfo=UTC)


def filled(folder: Path, definitions: Definitions, warehouse: str | None) -> Settings:
    """The settings of an office whose units all have a form in force."""
    url = warehouse or f"sqlite:///{folder / 'warehouse.db'}"
    settings = Settings(folder / "share", folder / "archive", url, folder / "config")
    campaign = definitions.campaigns[CAMPAIGN]
    form = definitions.form_of(campaign)
    with open_office(settings) as office:
        office.share.prepare(campaign.title)
        with office.warehouse.writing() as connection:
            ensure_form_table(connection, form)
            catalogue.record_campaign(connection, campaign, form, AT)
            catalogue.record_roster(connection, campaign, definitions.roster)
        send(office, form, [unit.code for unit in definitions.roster.units], 1)
    return settings


def send(office: Office, form: Form, units: list[str], first: int) -> None:
    """An accepted form of each unit, numbered from `first`."""
    random = Random(first)
    numbered = list(enumerate(units, first))
    with office.warehouse.writing() as connection:
        put(connection, submissions, [_submission(number, unit) for number, unit in numbered])
        read = _reading(form)
        put(connection, readings, [{"submission_id": number, "content": read} for number, _ in numbered])
        put(
            connection,
            form_table(form),
            [row for number, _ in numbered for row in _rows(number, form, random)],
        )


def _reading(form: Form) -> str:
    """One for all of them, of the length of a real one."""
    figures = tuple(
        Figure(row.id, column.id, "统计表", f"{chr(67 + at)}{line}", "200", Decimal(200))
        for line, row in enumerate(form.rows, 5)
        for at, column in enumerate(form.figure_columns)
    )
    read = Reading("xlsx", Material.STATISTICS, FormReading("统计表", figures))
    return msgspec.json.encode(read).decode()


def _submission(number: int, unit: str) -> dict[str, object]:
    name = f"{unit}统计表.xlsx"
    return {
        "id": number,
        "campaign": CAMPAIGN,
        "path": f"{number}/{name}".encode(),
        "file": name,
        "name": name,
        "sha256": f"{number:064x}",
        "size": 1,
        "mtime_ns": number,
        "received_at": AT,
        "taken_at": AT,
        "left_at": AT,
        "unit_code": unit,
        "sender_source": "identity",
        "kind": "xlsx",
        "material": "statistics",
        "verdict": "accepted",
        "judged_at": AT,
        "answered_at": AT,
        "nil_return": False,
    }


def _rows(number: int, form: Form, random: Random) -> Iterator[dict[str, object]]:
    for line, row in enumerate(form.rows, 5):
        figures = {
            amount_name(column): random.randint(1, 400) * (100_000 if column.type == "money" else 1)
            for column in form.figure_columns
        }
        cells = {
            f"{column.id}_cell": f"{chr(67 + at)}{line}" for at, column in enumerate(form.figure_columns)
        }
        yield {"submission_id": number, "row_id": row.id, "sheet": "统计表", **figures, **cells}


def measured(office: Office, form: Form) -> dict[str, float]:
    """CPU seconds of the three passes, and how many files each of the two that wrote any has written."""
    units = [unit.code for unit in office.roster.units]
    said: dict[str, float] = {}
    for name in ("all", "nothing", "one"):
        if name == "one":
            send(office, form, units[-1:], len(units) + 1)
        began = time.process_time()
        summary = summarise(CAMPAIGN, AT, office)
        summarised = time.process_time()
        written = publish(summary, office)
        said |= {
            f"{name}_summarise": summarised - began,
            f"{name}_publish": time.process_time() - summarised,
            f"{name}_files": len(written),
        }
    return {**said, "units": len(units), "peak_mib": getrusage(RUSAGE_SELF).ru_maxrss / 1024}


def _alone(widths: list[int], is_tree: bool, warehouse: str | None) -> None:
    """One size in this process; prints JSON."""
    with tempfile.TemporaryDirectory(prefix="publishing-") as name:
        folder = Path(name)
        definitions = (
            write_tree(folder / "config", widths) if is_tree else write_config(folder / "config", widths[0])
        )
        with open_office(filled(folder, definitions, warehouse)) as office:
            print(json.dumps(measured(office, definitions.forms["double-support"])))


def _line(said: dict[str, float]) -> str:
    parts = [f"{said['units']:,.0f}"]
    for name in ("all", "nothing", "one"):
        parts.append(f"{said[f'{name}_summarise']:.2f} + {said[f'{name}_publish']:.2f}")
    parts[1] += f" ({said['all_files']:.0f} files)"
    parts[3] += f" ({said['one_files']:.0f} files)"
    ms = 1000 * (said["all_summarise"] + said["all_publish"]) / said["units"]
    parts += [f"{ms:.2f}", f"{said['peak_mib']:.0f}"]
    return f"| {' | '.join(parts)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("units", nargs="*", type=int)
    parser.add_argument("--tree", nargs="+", type=int)
    parser.add_argument("--warehouse")
    parser.add_argument("--alone", action="store_true")
    asked = parser.parse_args()
    if asked.alone:
        _alone(asked.tree or asked.units, bool(asked.tree), asked.warehouse)
    else:
        print(
            "| units | all new: summarise + publish, CPU s | nothing new | one corrected | ms a unit, all new | peak, MiB |"
        )
        print("|---|---|---|---|---|---|")
        sizes = [[str(size)] for size in asked.units] + (
            [["--tree", *map(str, asked.tree)]] if asked.tree else []
        )
        for size in sizes:
            command = [sys.executable, "-m", "benchmarks.publishing", "--alone", *size]
            command += ["--warehouse", asked.warehouse] if asked.warehouse else []
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            print(_line(json.loads(done.stdout.splitlines()[-1])), flush=True)
