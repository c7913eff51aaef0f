"""The floor: calamine alone reads the same files, in one thread. Prints JSON: seconds by the clock, and at work."""

import json
import sys
import time
from pathlib import Path

from python_calamine import CalamineWorkbook

if __name__ == "__main__":
    paths = sorted(Path(sys.argv[1]).iterdir())
    began, at_work = time.perf_counter(), time.process_time()
    for path in paths:
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - at_work}))
