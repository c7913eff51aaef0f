"""docs/proofs/fuzz.json: every run that was made, and fuzz.md made from it."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from etl.settings import PROJECT
from tests.fuzz.run import Run

RUNS = PROJECT / "docs" / "proofs" / "fuzz.json"
PAGE = RUNS.with_suffix(".md")
_HEAD = """# The readers under bent files

Made by `python -m tests.fuzz --seconds N --seed S`; each run adds itself. A run takes real files of every format
(those of `tests/hostile/sheets.py` and the sample), bends each at random, parts inside containers and records
inside binary workbooks as well as plain bytes, and reads it in a process with the real reader's limits. Anything
but a reading in time is a find: an exception, a death, a hang, memory that is asked for beyond the limit or kept
from file to file. A seed bends the same files again, as long as `tests/fuzz` and its real files stay as they are.

What was found, and what came of it (the files are kept in `tests/fuzz/finds`, and a test reads them all again):

- calamine ends the process on an .xls whose dimensions, cells or order of rows make it ask for the room between:
  such a one is read by xlrd. The same in an .xlsb is refused before calamine sees it.
- calamine goes round for ever in an .ods whose markup is torn: its markup is parsed first.
- One part standing for thousands of sheets, a page of giant spans: bounded.
- A form version of more digits than a message can carry ended the reader: no such version is taken.
- Long texts were kept from file to file, and brackets within brackets took minutes: what is too long for a label
  is neither kept nor taken apart.

What still ends a reader, or takes its time or memory, is given up by the sandbox (`tests/rooms/edges`), and the
files beside it are read. Runs are told in the order in which they were made, those before a mending too.
"""


def add(run: Run) -> None:
    """Write the run behind those before it."""
    runs = [*told(), as_json(run)]
    RUNS.parent.mkdir(parents=True, exist_ok=True)
    RUNS.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(runs), "utf-8")


def told() -> list[dict[str, Any]]:
    """The runs made so far, the first one first."""
    runs: list[dict[str, Any]] = json.loads(RUNS.read_text("utf-8")) if RUNS.exists() else []
    return runs


def as_json(run: Run) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": run.seed,
        "seconds": round(run.seconds, 1),
        "files": dict(sorted(run.files.items())),
        "outcomes": dict(sorted(run.outcomes.items())),
        "slowest_ms": round(run.slowest * 1000),
        "grown_mib": round(run.grown / 1024**2, 1),
        "finds": [
            {"what": find.what, "kind": find.kind, "why": find.why, "case": find.case, "times": times}
            for find, times in run.finds.items()
        ],
    }  # fmt: skip


def page(runs: list[dict[str, Any]]) -> str:
    """The runs as a page."""
    files: Counter[str] = sum((Counter(run["files"]) for run in runs), Counter())
    outcomes: Counter[str] = sum((Counter(run["outcomes"]) for run in runs), Counter())
    lines = [
        _HEAD,
        f"In all: {sum(files.values()):,} files in {sum(run['seconds'] for run in runs):,.0f} s "
        f"(slowest answer {max(run['slowest_ms'] for run in runs):,} ms, "
        f"a reader grew by at most {max(run['grown_mib'] for run in runs)} MiB).",
        "",
        "| format | files |\n|---|---|",
        *(f"| {kind} | {count:,} |" for kind, count in sorted(files.items())),
        "",
        "| answer | files |\n|---|---|",
        *(f"| `{rule}` | {count:,} |" for rule, count in sorted(outcomes.items())),
        "",
        "| date | seed | seconds | files | finds |\n|---|---|---|---|---|",
        *(
            f"| {run['date']} | {run['seed']} | {run['seconds']:,.0f} | {sum(run['files'].values()):,} "
            f"| {_finds(run)} |"
            for run in runs
        ),
    ]
    return "\n".join(lines) + "\n"


def _finds(run: dict[str, Any]) -> str:
    counted: Counter[str] = Counter()
    for find in run["finds"]:
        counted[f"{find['what']} ({find['kind']})"] += find["times"]
    return "; ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "none"
