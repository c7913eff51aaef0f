"""A process of ours that does one piece of work at a time on what clerks sent, and may die over it."""

import os
import select
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from etl.definitions import Limits
from etl.edges.reader import START_SECONDS, clean_environment
from etl.edges.reader_process import write_frame
from etl.errors import Unavailable

_CHUNK = 1 << 20
_LENGTH = 4


class Workshop:
    """Runs `python -m <module>`, started when first asked and again after it ended.

    The module answers the limits, as JSON, with a first frame and then each frame asked with one frame; an empty
    one says that it could not. As a context manager it leaves no process behind.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self._module, self._limits = module, limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, request: object) -> bytes | None:
        """The answer to a request that msgpack can carry; None where it failed, died or took too long.

        Raises Unavailable where the process cannot be started.
        """
        process = self._process or self._start()
        answer = _asked(process, request, self._limits.read_seconds)
        if answer is None:
            self._end()
        return answer or None

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # openpyxl then parses with defusedxml
            env={**clean_environment(), "OPENPYXL_LXML": "False"},
        )
        if _asked(self._process, self._limits.model_dump_json(), START_SECONDS) is None:
            self._end()
            raise Unavailable("做标注副本的进程启动不了，请检查内存和安装。")
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                assert stream
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
            self._process = None


def _asked(process: subprocess.Popen[bytes], request: object, seconds: float) -> bytes | None:
    """The frame that answers a request; None where the process ends, or is past its time."""
    due = time.monotonic() + seconds
    assert process.stdin
    assert process.stdout
    try:
        write_frame(process.stdin, request)  # type: ignore[arg-type]
    except BrokenPipeError:
        return None
    handle, buffer = process.stdout.fileno(), bytearray()
    while len(buffer) < _LENGTH or len(buffer) < _LENGTH + int.from_bytes(buffer[:_LENGTH], "big"):
        ready, _, _ = select.select([handle], [], [], max(0.0, due - time.monotonic()))
        chunk = os.read(handle, _CHUNK) if ready else b""
        if not chunk:
            return None
        buffer += chunk
    return bytes(buffer[_LENGTH:])
