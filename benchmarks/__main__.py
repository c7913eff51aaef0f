"""`python -m benchmarks 100 1000`: our one pass beside the floor and the usual way, on the same files."""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from benchmarks.measured import measure

AT = "2022-02-09T10:00:00+08:00"
SEED = 1
_USUAL_AT_MOST = 1_000  # files: beyond that the usual way would take the better part of an hour


@dataclass(frozen=True, slots=True)
class Line:
    """One size: seconds without process start and imports, and the peak memory of all our processes."""

    files: int
    floor: float
    usual: float | None
    ours: float
    start: float
    peak_mib: float
    stages: dict[str, float]


def compared(files: int) -> Line:
    """The three ways over one inbox, one after the other; the floor twice, that the files are in memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        environment = {
            "RETURNS_SHARE": str(root / "share"),
            "RETURNS_ARCHIVE": str(root / "archive"),
            "RETURNS_WAREHOUSE": f"sqlite:///{root / 'warehouse.db'}",
            "RETURNS_CONFIG": str(root / "config"),
        }
        definitions = write_config(root / "config", files)
        measure("etl", "open", CAMPAIGN, environment=environment)
        inbox = root / "share" / "收件箱"
        write_inbox(inbox, definitions, files, SEED)
        floor = min(float(measure("benchmarks.floor", inbox).printed) for _ in range(2))
        usual = None
        if files <= _USUAL_AT_MOST:
            usual = float(measure("benchmarks.usual", inbox, root / "usual.db").printed)
        ours = measure("benchmarks.ours", CAMPAIGN, AT, environment=environment)
        said = json.loads(ours.printed.splitlines()[-1])
        if said["verdicts"] != {"accepted": files}:
            raise SystemExit(f"not every file was accepted: {said['verdicts']}")
        return Line(
            files,
            floor,
            usual,
            said["seconds"],
            ours.seconds - said["seconds"],
            ours.peak_mib,
            said["stages"],
        )


def shown(line: Line) -> str:
    usual = f"{line.usual / line.ours:.1f}" if line.usual else "-"
    stages = "、".join(f"{stage} {seconds:.2f}" for stage, seconds in line.stages.items())
    return (
        f"| {line.files:,} | {line.ours / line.floor:.1f} | {usual} | {line.ours:.2f} | {line.start:.2f} "
        f"| {line.peak_mib:.0f} | {stages} |"
    )


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]] or [100, 1_000]
    print(
        "| files | × the floor | usual way ÷ ours | ours, s | start and imports, s | peak, MiB | stages, s |"
    )
    print("|---|---|---|---|---|---|---|")
    for size in sizes:
        print(shown(compared(size)), flush=True)
