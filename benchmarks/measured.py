"""A program run to its end: what it printed, how long it took, and the memory of all its processes."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from etl.settings import PROJECT

MIB = 1024**2
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` by the clock from start to end; `cpu` those in which all its processes were at work; `peak_mib` the
    most that all processes held together (PSS, so that shared pages count once)."""

    printed: str
    seconds: float
    cpu: float
    peak_mib: float


def measure(module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Measured:
    """Run `python -m module`. Raises CalledProcessError where it fails."""
    command: Sequence[str] = [sys.executable, "-m", module, *map(str, arguments)]
    began, before = time.perf_counter(), _cpu()
    process = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - began
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return Measured(printed, seconds, _cpu() - before, peak[0] / MIB)


def _cpu() -> float:
    """Of all processes below this one that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], _held(process.pid))
        time.sleep(_LOOK_EVERY_S)


def _held(pid: int) -> int:
    try:
        first = psutil.Process(pid)
        return sum(_pss(each) for each in [first, *first.children(recursive=True)])
    except psutil.Error:
        return 0


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
