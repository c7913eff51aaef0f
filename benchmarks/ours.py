"""Our one pass over an inbox, as `returns run` does it. Prints JSON: seconds from within, and of each stage.

Imports, Great Expectations among them, are told apart: a worker that has done a batch before has them.
"""

import json
import sys
import time

_STARTED = time.perf_counter()


def _main(campaign: str, at: str) -> None:
    from datetime import datetime

    import etl.rules.suites  # noqa: F401 - it imports Great Expectations
    from etl.office import open_office
    from etl.pipeline import run_campaign

    imported, at_work = time.perf_counter(), time.process_time()
    stages: dict[str, float] = {}
    running = ["开始", imported]

    def begins(stage: str) -> None:
        now = time.perf_counter()
        stages[str(running[0])] = stages.get(str(running[0]), 0.0) + now - float(running[1])
        running[:] = [stage, now]

    with open_office() as office:
        report = run_campaign(campaign, office, datetime.fromisoformat(at), begins)
    begins("完")
    said = {
        "imports": imported - _STARTED,
        "cpu_before": at_work,
        "seconds": time.perf_counter() - imported,
        "stages": stages,
        "verdicts": dict(report.verdicts),
    }
    print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    _main(*sys.argv[1:])
