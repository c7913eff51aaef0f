"""Marked copies: those that our pass makes of returned forms, beside openpyxl's own load and save of the same files.

Prints both in seconds. Every form has a sum that is wrong.
"""

import io
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from benchmarks.one_pass import AT, SEED, settings


def _main(files: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        os.environ.update(settings(root))
        definitions = write_config(root / "config", files)
        from etl.office import open_office
        from etl.pipeline import open_campaign

        with open_office() as office:
            open_campaign(CAMPAIGN, office)
            inbox = root / "share" / "收件箱"
            write_inbox(inbox, definitions, files, SEED, wrong=True)
            usual = _by_openpyxl(inbox)
            print(_ours(office), usual)


def _by_openpyxl(inbox: Path) -> float:
    from openpyxl import load_workbook

    began = time.perf_counter()
    for path in inbox.iterdir():
        load_workbook(path).save(io.BytesIO())
    return time.perf_counter() - began


def _ours(office: object) -> float:
    """Seconds spent on copies while a whole pass runs; the start of their processes among them."""
    from etl import pipeline
    from etl.stages import marked_copies

    took = 0.0
    make = marked_copies.marked_copies

    def timed(*args: object) -> object:
        nonlocal took
        began = time.perf_counter()
        made = make(*args)  # type: ignore[arg-type]
        took += time.perf_counter() - began
        return made

    marked_copies.marked_copies = timed  # type: ignore[assignment]
    report = pipeline.run_campaign(CAMPAIGN, office, datetime.fromisoformat(AT))  # type: ignore[arg-type]
    assert set(report.verdicts) == {"returned"}, report.verdicts
    return took


if __name__ == "__main__":
    _main(int(sys.argv[1]))
