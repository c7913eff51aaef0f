"""The floor: calamine alone reads the same files, in one thread. Prints seconds."""

import sys
import time
from pathlib import Path

from python_calamine import CalamineWorkbook

if __name__ == "__main__":
    paths = sorted(Path(sys.argv[1]).iterdir())
    began = time.perf_counter()
    for path in paths:
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    print(time.perf_counter() - began)
