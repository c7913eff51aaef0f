"""`python -m etl` is `returns`."""

from etl.cli import main

main(prog_name="returns")
