"""`python -m benchmarks 100 1000`: our one pass beside the floor and the usual way, on the same files; then what a
pass does not show. Prints the tables of docs/performance.md."""

import os
import platform
import sys
from datetime import UTC, datetime

from benchmarks import beside, one_pass

SIZES = (100, 1_000, 10_000, 50_000)


def main(sizes: list[int]) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, SQLite\n")
    print(one_pass.HEAD)
    for size in sizes:
        print(one_pass.shown(one_pass.compared(size)), flush=True)
    print(f"\n{beside.HEAD}")
    for row in beside.rows():
        print(row, flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
