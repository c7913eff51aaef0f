"""`python -m benchmarks.round_trip 20`: drop a file into the inbox of a real `make up`, and wait until its receipt
stands in the unit's folder and 报送进度 counts it. One file at a time, at no fixed moment. Needs no network."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psutil

from benchmarks.inputs import CAMPAIGN, write_config, write_inbox
from etl.definitions import Definitions
from etl.orchestration.airflow_home import HOST
from etl.orchestration.api import Api

SEED = 1
AT_MOST_S = 120
_PAUSE_S = (0.5, 5.0)
_LOOK_EVERY_S = 0.05


def main(drops: int) -> None:
    with tempfile.TemporaryDirectory(prefix="round-trip-") as folder:
        root = Path(folder)
        definitions = _config(root / "config", drops)
        with _up(root) as api:
            _run(api, "open_campaign", campaign=CAMPAIGN)
            trips = [_trip(root, file, at) for at, file in _drops(root, definitions, drops)]
    print("| | receipt, s | board, s |")
    print("|---|---|---|")
    for name, share in (("median", 0.5), ("p95", 0.95), ("slowest", 1.0)):
        print(
            f"| {name} | "
            + " | ".join(f"{_quantile(one, share):.1f}" for one in zip(*trips, strict=True))
            + " |"
        )
    print(f"\n{drops} drops, load {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")


def _config(folder: Path, units: int) -> Definitions:
    """A district of at least three units, its campaign still open by today's clock."""
    definitions = write_config(folder, max(units, 3))
    file = folder / "campaigns" / f"{CAMPAIGN}.toml"
    file.write_text(re.sub(r"(closes\s+= )2022", r"\g<1>2099", file.read_text("utf-8")), "utf-8")
    return definitions


def _drops(root: Path, definitions: Definitions, drops: int) -> Iterator[tuple[int, Path]]:
    """Files made beforehand, each after a pause: no two at the same moment of Airflow's loops."""
    made = root / "made"
    made.mkdir()
    write_inbox(made, definitions, drops, SEED)
    random = Random(SEED)
    for at, file in enumerate(sorted(made.iterdir()), 1):
        time.sleep(random.uniform(*_PAUSE_S))
        yield at, file


def _trip(root: Path, file: Path, at: int) -> tuple[float, float]:
    """Seconds from the drop to the receipt, and to the page that counts `at` returns."""
    share = root / "share"
    receipts = share / "回执" / file.name.removesuffix("统计表.xlsx")
    began = time.perf_counter()
    (share / "收件箱" / file.name).write_bytes(file.read_bytes())
    _until(lambda: any(receipts.glob("*.html")), f"a receipt for {file.name}")
    receipt = time.perf_counter() - began
    _until(lambda: _counted(share) >= at, f"{at} on the board")
    board = time.perf_counter() - began
    print(f"{at:3} {receipt:6.1f} {board:6.1f}", file=sys.stderr, flush=True)
    return receipt, board


def _counted(share: Path) -> int:
    """How many tiles of the published page are of units that sent their form."""
    for page in (share / "发布").glob("*/报送进度*.html"):
        return len(re.findall(r'<li class="(?:good|part)">[^<]+<small>', page.read_text("utf-8")))
    return 0


@contextmanager
def _up(root: Path) -> Iterator[Api]:
    """The supervisor, as `make up` starts it, in an AIRFLOW_HOME that is thrown away."""
    home, port = root / "airflow", _free_port()
    own = {
        "RETURNS_SHARE": str(root / "share"),
        "RETURNS_ARCHIVE": str(root / "archive"),
        "RETURNS_WAREHOUSE": f"sqlite:///{root / 'warehouse.db'}",
        "RETURNS_CONFIG": str(root / "config"),
    }
    command = [sys.executable, "-m", "etl.orchestration.supervisor", "--home", str(home), "--port", str(port)]
    running = subprocess.Popen(command, env=os.environ | own, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        if not any("按 Ctrl-C 停止" in line for line in running.stdout):
            raise SystemExit("Airflow did not start")
        api = Api(home, port)
        api.log_in()
        yield api
    finally:
        below = psutil.Process(running.pid).children(recursive=True)
        running.terminate()
        running.wait()
        for process in below:
            if process.is_running():
                process.kill()


def _run(api: Api, dag: str, **conf: str) -> None:
    _until(lambda: dag in api.dags(), dag)
    run = api.start(dag, conf)
    _until(lambda: api.state(dag, run) == "success", f"the end of {dag}")


def _until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + AT_MOST_S
    while not true():
        if time.monotonic() > until:
            raise SystemExit(f"waited {AT_MOST_S} s for {what}")
        time.sleep(_LOOK_EVERY_S)


def _quantile(seconds: tuple[float, ...], share: float) -> float:
    """The time within which that share of the trips was done: one of those measured, never less."""
    ordered = sorted(seconds)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
