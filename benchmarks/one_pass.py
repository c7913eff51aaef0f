"""One inbox, three ways: the floor, the usual way, ours."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from benchmarks.measured import Measured, measure

AT = "2022-02-09T10:00:00+08:00"
SEED = 1
_USUAL_AT_MOST = 1_000  # files: with more the usual way would take hours, and is extrapolated
HEAD = (
    "| files | × the floor | CPU × the floor's | usual way ÷ ours | ours, s | floor, s | start and imports, s "
    "| peak, MiB | stages, s |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One size: seconds without process start and imports, and the peak memory of all our processes. The seconds at
    work (`cpu`) of all our processes tell the same where others use the machine too."""

    files: int
    floor: float
    floor_cpu: float
    usual: float
    usual_is_measured: bool
    ours: float
    ours_cpu: float
    start: float
    peak_mib: float
    stages: dict[str, float]


def compared(files: int) -> Line:
    """The three ways over one inbox, one after the other; the floor twice, that the files are in memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        definitions = write_config(root / "config", files)
        environment = settings(root)
        measure("etl", "open", CAMPAIGN, environment=environment)
        inbox = root / "share" / "收件箱"
        write_inbox(inbox, definitions, files, SEED)
        floor = min(_floor(inbox) for _ in range(2))
        usual = _usual(inbox, min(files, _USUAL_AT_MOST), root)
        ours = measure("benchmarks.ours", CAMPAIGN, AT, environment=environment)
        return _line(files, floor, usual, ours)


def settings(root: Path) -> dict[str, str]:
    """The environment of an office below `root`."""
    return {
        "RETURNS_SHARE": str(root / "share"),
        "RETURNS_ARCHIVE": str(root / "archive"),
        "RETURNS_WAREHOUSE": f"sqlite:///{root / 'warehouse.db'}",
        "RETURNS_CONFIG": str(root / "config"),
    }


def shown(line: Line) -> str:
    """A row of the table; what was extrapolated begins with ≈."""
    usual = f"{'' if line.usual_is_measured else '≈'}{line.usual / line.ours:.1f}"
    stages = "、".join(f"{stage} {seconds:.2f}" for stage, seconds in line.stages.items())
    return (
        f"| {line.files:,} | {line.ours / line.floor:.1f} | {line.ours_cpu / line.floor_cpu:.1f} | {usual} "
        f"| {line.ours:.2f} | {line.floor:.2f} | {line.start:.2f} | {line.peak_mib:.0f} | {stages} |"
    )


def _line(files: int, floor: tuple[float, float], usual: float, ours: Measured) -> Line:
    said = json.loads(ours.printed.splitlines()[-1])
    if said["verdicts"] != {"accepted": files}:
        raise SystemExit(f"not every file was accepted: {said['verdicts']}")
    return Line(
        files=files,
        floor=floor[0],
        floor_cpu=floor[1],
        usual=usual * files / min(files, _USUAL_AT_MOST),
        usual_is_measured=files <= _USUAL_AT_MOST,
        ours=said["seconds"],
        ours_cpu=ours.cpu - said["cpu_before"],
        start=ours.seconds - said["seconds"],
        peak_mib=ours.peak_mib,
        stages=said["stages"],
    )


def _floor(inbox: Path) -> tuple[float, float]:
    said = json.loads(measure("benchmarks.floor", inbox).printed)
    return said["seconds"], said["cpu"]


def _usual(inbox: Path, files: int, root: Path) -> float:
    """Seconds of the usual way over so many of the files."""
    return float(measure("benchmarks.usual", inbox, files, root / "usual.db").printed)
