"""`python -m tests.fuzz --seconds N --seed S`: fuzz, keep the finds, and add the run to the dated proof."""

import argparse
import sys

from tests.fuzz.proof import add
from tests.fuzz.run import fuzz, keep

parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
parser.add_argument("--seconds", type=float, default=60.0)
parser.add_argument("--seed", type=int, required=True)
asked = parser.parse_args()
run = fuzz(asked.seconds, asked.seed)
for find, times in run.finds.items():
    sys.stdout.write(f"{times} {find.what} {find.kind}, first at {find.case}: {find.why}\n  {keep(find)}\n")
add(run)
sys.stdout.write(f"{sum(run.files.values())} files in {run.seconds:.0f} s, {len(run.finds)} finds\n")
