"""docs/bad-inputs.md: every bad input that we have, what comes of it, and what it cost the reader that it was given to.

`python -m pytest tests/hostile -m prove` writes it anew.
"""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etl.definitions import Form, Limits, Rulebook
from etl.edges.reader import clean_environment
from etl.edges.reader_process import Request, Setup, read_frame, write_frame
from etl.masking import shown
from etl.model import Status
from etl.settings import PROJECT, Settings
from etl.sheets.document import given_up
from etl.stages.check import Judgement, check_batch
from etl.stages.read import read_batch
from etl.stages.take_in import take_in
from etl.stages.verdict import spoken
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, Desk
from tests.fuzz.run import FINDS
from tests.hostile import binaries, containers, contents, markup
from tests.hostile.case import Hostile
from tests.messy.test_corpus import WAYS

PAGE = PROJECT / "docs" / "bad-inputs.md"
MIB = 1024**2
_PATIENCE = 60.0
"""How long a reader may wait for a busy machine; what it may use itself is its limit."""
_TICKS = os.sysconf("SC_CLK_TCK")
_STATUSES = {
    Status.ACCEPTED: "收下",
    Status.RETURNED: "退回",
    Status.HELD: "待认领",
    Status.DUPLICATE: "重复",
}
_COLUMNS = (
    "| input | file | becomes | rules | what the clerk is told | s | MiB |\n|---|---|---|---|---|---|---|"
)
_HEAD = """# Bad inputs, and what becomes of them

Made by `python -m pytest tests/hostile -m prove` ({day}). Each file is read in a process confined as the
office's readers are, and then judged with all the others in one batch. Seconds are what the reader itself used, of at
most {seconds:g}; MiB is the most memory it held, of at most {memory}, of which {empty:.0f} are its own before it opens
anything. `{given_up}` in the column of the rule says that a file was given up at its limit, of time or of memory: the
files beside it are read all the same (`tests/hostile/test_hostile.py`). What is 收下 is read right, whatever else is in
it: nothing of that goes further than the archive and the unit's own marked copy, from which macros, links and live
formulas are gone; what its rules ask or tell beside that is in [rules.md](rules.md).

The slowest answer took {slowest:.2f} s, the largest reader {largest:.0f} MiB; {count} files.
"""


@dataclass(frozen=True)
class Bad:
    """One input: under which heading, what it is, its name and bytes."""

    section: str
    what: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Cost:
    """What the reader used: seconds, the most bytes; whether it was given up."""

    seconds: float
    memory: int
    given_up: bool


@dataclass(frozen=True)
class Line:
    """A line of the page."""

    section: str
    what: str
    name: str
    status: str
    rules: tuple[str, ...]
    message: str
    seconds: float
    mib: float


HOSTILE: dict[str, tuple[Hostile, ...]] = {
    "Containers and XML": containers.CASES,
    "Markup, sheets and pages": markup.CASES,
    "Old and binary workbooks, PDF, torn files, noise": binaries.CASES,
    "What is in it: programs, links, injected text, sheer size": contents.CASES,
}


def everything() -> Iterator[Bad]:
    """The three corpora: made to harm, bent until a reader broke, and merely messy."""
    for section, cases in HOSTILE.items():
        for case in cases:
            yield Bad(section, case.what, case.name, case.make())
    for path in sorted(path for path in FINDS.iterdir() if path.suffix):
        yield Bad(
            "Bent at random, and once more than a reader bore",
            path.name,
            f"土桥镇{path.suffix}",
            path.read_bytes(),
        )
    for way in WAYS:
        yield Bad("Messy, and meant well", str(way), way.file, way.sent().content)


class Measuring:
    """One reader after another, confined as the office's are; each reads until it is given up."""

    def __init__(self, form: Form, limits: Limits, folder: Path) -> None:
        self._setup = Setup(form.model_dump_json(), limits.model_dump_json())
        self._limits, self._path = limits, folder / "measured"
        self._reader: subprocess.Popen[bytes] | None = None

    def cost(self, bad: Bad) -> Cost:
        """What it costs; one that ended a reader which had read others is read again, in a fresh one."""
        self._path.write_bytes(bad.content)
        fresh = self._reader is None
        cost = self._looked_at(self._reader or self._start(), bad)
        if cost.given_up and cost.seconds < self._limits.read_seconds and not fresh:
            return self._looked_at(self._start(), bad)
        return cost

    def _looked_at(self, reader: subprocess.Popen[bytes], bad: Bad) -> Cost:
        """Let the reader read it, and look at the reader all the while."""
        assert reader.stdin and reader.stdout
        Path(f"/proc/{reader.pid}/clear_refs").write_text("5")  # the most it held counts from here
        before, began, seconds = _used(reader.pid), time.monotonic(), 0.0
        most = _most_memory(reader.pid)  # one that is ended at once is not seen again
        write_frame(reader.stdin, Request(str(self._path), bad.name))  # type: ignore[arg-type]
        while not select.select([reader.stdout], [], [], 0.005)[0]:
            seconds, most = _used(reader.pid) - before, max(most, _most_memory(reader.pid))
            if seconds >= self._limits.read_seconds or time.monotonic() - began > _PATIENCE:
                self.close()
                return Cost(self._limits.read_seconds, most, given_up=True)
        most, seconds = max(most, _most_memory(reader.pid)), max(seconds, _used(reader.pid) - before)
        if not read_frame(reader.stdout):  # type: ignore[arg-type]
            self.close()
            return Cost(seconds, most, given_up=True)
        return Cost(seconds, most, given_up=False)

    def close(self) -> None:
        if self._reader:
            self._reader.kill()
            self._reader.communicate()
        self._reader = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._reader = subprocess.Popen(
            [sys.executable, "-m", "etl.edges.reader_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
        )
        assert self._reader.stdin and self._reader.stdout
        write_frame(self._reader.stdin, self._setup)  # type: ignore[arg-type]
        read_frame(self._reader.stdout)  # type: ignore[arg-type]
        return self._reader


def _used(pid: int) -> float:
    """Seconds of the processor. 0 for a process that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _most_memory(pid: int) -> int:
    """The most bytes it ever held (VmHWM)."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def judged(inputs: list[Bad], folder: Path, warehouse: str) -> dict[str, Judgement]:
    """All of them in one batch, read and judged as the office does, by the folder that each lay in. Readers have
    patience here: this machine may be busy, and what a file costs is measured apart."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config", config)
    limits = config / "limits.toml"
    limits.write_text(
        re.sub(r"(?m)^read_seconds .*?=.*", "read_seconds = 30.0", limits.read_text("utf-8")), "utf-8"
    )
    with Desk.at(Settings(folder / "share", folder / "archive", warehouse, config)) as desk:
        for number, bad in enumerate(inputs):
            desk.drop(f"{number:04}/{bad.name}", bad.content)
        with desk.office.alone():
            moment = datetime.fromisoformat(BEFORE_DEADLINE)
            (batch,) = take_in(CAMPAIGN, moment, desk.office, settled=True)
            read_batch(batch, desk.office)
            return {
                judgement.entry.file.partition("/")[0]: judgement
                for judgement in check_batch(batch, desk.office).judgements
            }


def line(bad: Bad, judgement: Judgement, cost: Cost, rulebook: Rulebook, limits: Limits) -> Line:
    findings = given_up(bad.name, limits).findings if cost.given_up else judgement.findings
    status = "退回" if cost.given_up else _STATUSES[judgement.verdict]
    told = judgement.why_held or (rulebook.message(spoken(findings[0])) if findings else "")
    message = "" if status == _STATUSES[Status.ACCEPTED] else told
    rules = tuple(dict.fromkeys(finding.rule for finding in findings))
    return Line(
        bad.section, bad.what, bad.name, status, rules, shown(message), cost.seconds, cost.memory / MIB
    )


def page(lines: list[Line], limits: Limits, empty: float, day: str) -> str:
    """The page: a table a section."""
    told = [each for each in lines if "too_slow" not in each.rules]
    head = _HEAD.format(
        day=day,
        seconds=limits.read_seconds,
        memory=limits.read_memory_mib,
        empty=empty,
        given_up="too_slow",
        slowest=max(each.seconds for each in told),
        largest=max(each.mib for each in lines),
        count=len(lines),
    )
    out = [head]
    for section in dict.fromkeys(each.section for each in lines):
        out.append(f"\n## {section}\n\n{_COLUMNS}")
        out += [_row(each) for each in lines if each.section == section]
    return "\n".join(out) + "\n"


def _row(each: Line) -> str:
    rules = " ".join(f"`{rule}`" for rule in each.rules)
    cells = (
        _cell(each.what),
        each.name,
        each.status,
        rules,
        _cell(each.message),
        f"{each.seconds:.2f}",
        f"{each.mib:.0f}",
    )
    return f"| {' | '.join(cells)} |"


_MARKUP = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]<>|#&"}


def _cell(text: str) -> str:
    """Text that stays in its cell, and is no markup."""
    return " ".join(text.translate(_MARKUP).split())


def lines_on_page() -> dict[tuple[str, str], list[str]]:
    """The cells of each line of the page as it stands, by section and input."""
    found, section = {}, ""
    for text in PAGE.read_text("utf-8").splitlines():
        if text.startswith("## "):
            section = text[3:]
        elif text.startswith("| ") and not text.startswith("| input"):
            cells = [cell.strip() for cell in text[1:-1].split(" | ")]
            found[section, cells[0]] = cells
    return found
