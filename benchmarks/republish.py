"""A worker that has done its imports and a pass: one unit sends a correction, and how long until all that it changes is
published? Prints JSON: seconds of a pass that finds nothing new, of the pass with the correction, and of its stages."""

import json
import sys
import time


def _main(campaign: str, correction: str, at: str, later: str) -> None:
    from datetime import datetime
    from pathlib import Path

    import etl.rules.suites  # noqa: F401 - it imports Great Expectations
    from etl.office import open_office
    from etl.pipeline import run_campaign
    from etl.settings import load_settings

    inbox = load_settings().share / "收件箱"
    with open_office() as office:
        began = time.perf_counter()
        run_campaign(campaign, office, datetime.fromisoformat(at))
        nothing_new = time.perf_counter() - began
        file = Path(correction)
        (inbox / file.name).write_bytes(file.read_bytes())
        began, used = time.perf_counter(), time.process_time()
        stages: dict[str, float] = {}
        report = run_campaign(
            campaign,
            office,
            datetime.fromisoformat(later),
            lambda stage: stages.update({stage: time.perf_counter()}),
        )
        ended = time.perf_counter()
    said = {
        "nothing_new": nothing_new,
        "seconds": ended - began,
        "cpu": time.process_time() - used,
        "summarise_and_publish": ended - stages["汇总"],
        "published": [str(name) for name in report.published],
        "verdicts": dict(report.verdicts),
    }
    print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    _main(*sys.argv[1:])
