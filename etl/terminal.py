"""What commands print: tables and colour at a terminal, plain text in a pipe."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import click

ISO = "如 2022-02-09T18:00:00+08:00；不写时区就按这一期的时区"
VERDICTS = {"accepted": "收下", "returned": "退回", "held": "待认领", "duplicate": "重复"}


def moment_said(text: str) -> datetime:
    """An ISO moment as somebody typed it, naive where no zone was given. Raises Refused."""
    from etl.errors import Refused

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"认不出时间“{text}”，应{ISO}") from None


def end_said(text: str) -> datetime:
    """As `moment_said`; a date alone means the end of that day."""
    moment = moment_said(text)
    return moment.replace(hour=23, minute=59, second=59) if len(text) <= len("2022-02-10") else moment


def is_terminal() -> bool:
    return sys.stdout.isatty()


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; in a pipe one line a row, fields parted by tabs."""
    cells = [[_one_line(cell) for cell in row] for row in rows]
    if not is_terminal():
        for row in [list(header), *cells]:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*header)
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def heading(text: str) -> None:
    click.secho(text, bold=True)


def good(text: str) -> None:
    click.secho(text, fg="green")


def notable(text: str) -> None:
    click.secho(text, fg="yellow")


def bad(text: str) -> None:
    click.secho(text, fg="red", err=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A bar that names the stage under way; nothing in a pipe."""
    if not is_terminal():
        yield lambda _stage: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True
    ) as bar:
        shown = bar.add_task("准备", total=None)
        yield lambda stage: bar.update(shown, description=stage)


def _one_line(cell: object) -> str:
    """Text from a file stays one line and moves no cursor."""
    return "".join(c if c.isprintable() else "�" for c in str("" if cell is None else cell))
