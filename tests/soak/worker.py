"""One life of the office: passes one after the other until it is killed or told to stop."""

import ctypes
import json
import os
import signal
import struct
import time
import traceback
from pathlib import Path

from etl.errors import ReturnsError
from etl.office import open_office
from etl.pipeline import run_campaign
from etl.settings import Settings

PRELOAD = ["tests.soak.worker", "etl.rules.suites", "etl.books.report", "etl.books.board"]
"""What a life needs, imported once: a life begins by a fork, so that killing costs no minutes of imports."""
_BETWEEN_PASSES = 0.2
_CAP_BYPASSES = (1, 2)
"""DAC_OVERRIDE and DAC_READ_SEARCH: with them root writes where nobody may."""
_PDEATHSIG, _CAPBSET_DROP, _CAPSET_VERSION = 1, 24, 0x20080522


def born() -> None:
    """A life that ends at once: by then the imports are done."""


def live(settings: Settings, campaign: str, notes: Path, stop: Path, soak: int) -> None:
    """Pass after pass; each, and whatever stopped one, is a line of JSON in `notes`. An error that is not told in the
    office's own words ends this life and is noted as `broke`."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    obey_permissions()
    while _goes_on(stop, soak):
        try:
            with open_office(settings) as office:
                while _goes_on(stop, soak):
                    began = time.monotonic()
                    report = run_campaign(campaign, office)
                    _note(notes, passed=round(time.monotonic() - began, 2), verdicts=report.verdicts.total())
                    time.sleep(_BETWEEN_PASSES)
        except ReturnsError as why:
            _note(notes, refused=str(why))
            time.sleep(_BETWEEN_PASSES)
        except Exception:  # noqa: BLE001 - whatever it is, the soak has to know
            _note(notes, broke=traceback.format_exc())
            time.sleep(1)


def _goes_on(stop: Path, soak: int) -> bool:
    """Until told to stop, and no longer than the soak itself, whose process this is."""
    return not stop.exists() and Path(f"/proc/{soak}").exists()


def obey_permissions() -> None:
    """Where this runs as root (as in a container), let a read-only folder be one; readers inherit it."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None)
    header = struct.pack("Ii", _CAPSET_VERSION, 0)
    held = ctypes.create_string_buffer(24)
    libc.capget(header, held)
    effective, permitted, inherited, *high = struct.unpack("6I", held.raw)
    without = ~sum(1 << bit for bit in _CAP_BYPASSES)
    for bit in _CAP_BYPASSES:
        libc.prctl(_CAPBSET_DROP, bit)
    libc.capset(header, struct.pack("6I", effective & without, permitted & without, inherited, *high))


def _note(notes: Path, **facts: object) -> None:
    line = json.dumps({"pid": os.getpid(), **facts}, ensure_ascii=False)
    with notes.open("a", encoding="utf-8") as out:
        out.write(line + "\n")
