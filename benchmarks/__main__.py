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
_USUAL_AT_MOST = 1_000  # files: with more the usual way would take hours, and is extrapolated


@dataclass(frozen=True, slots=True)
class Line:
    """One size: seconds without process start and imports, and the peak memory of all our processes."""

    files: int
    floor: float
    usual: float
    usual_is_measured: bool
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
        usual = _usual(inbox, min(files, _USUAL_AT_MOST), root)
        ours = measure("benchmarks.ours", CAMPAIGN, AT, environment=environment)
        said = json.loads(ours.printed.splitlines()[-1])
        if said["verdicts"] != {"accepted": files}:
            raise SystemExit(f"not every file was accepted: {said['verdicts']}")
        return Line(
            files,
            floor,
            usual * files / min(files, _USUAL_AT_MOST),
            files <= _USUAL_AT_MOST,
            said["seconds"],
            ours.seconds - said["seconds"],
            ours.peak_mib,
            said["stages"],
        )


def _usual(inbox: Path, files: int, root: Path) -> float:
    """Seconds of the usual way over so many of the files."""
    return float(measure("benchmarks.usual", inbox, files, root / "usual.db").printed)


def shown(line: Line) -> str:
    """A row of the table; what was extrapolated begins with ≈."""
    usual = f"{'' if line.usual_is_measured else '≈'}{line.usual / line.ours:.1f}"
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
