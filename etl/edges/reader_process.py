"""The process that opens what clerks sent: short of memory, without a network of its own, easily replaced.

Asked in length-prefixed msgpack on stdin, it answers in JSON, as the ledger keeps it, on stdout; `sandbox` is the
other end.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from etl.definitions import Form, Limits
from etl.definitions.limits import MIB

_PR_SET_PDEATHSIG = 1


class Setup(msgspec.Struct, frozen=True):
    """The first message: the form and the limits, as JSON."""

    form: str
    limits: str


class Request(msgspec.Struct):
    """One file to read: where its bytes are, and the base name it was sent under."""

    path: str
    name: str


def write_frame(stream: BinaryIO, message: object) -> None:
    write_frames(stream, [message])


def write_frames(stream: BinaryIO, messages: Iterable[object]) -> None:
    """All of them with one call of the system."""
    stream.write(b"".join(framed(msgspec.msgpack.encode(message)) for message in messages))
    stream.flush()


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


def read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def main() -> None:
    """Answer requests in order until stdin ends. A file that breaks this process costs only itself."""
    from etl.sheets.document import (  # all parsers: for this process, not its parent
        read_document,
        too_large_to_open,
    )
    from etl.sheets.form_words import form_words

    requests, answers = sys.stdin.buffer, answers_out_of_reach()
    setup = msgspec.msgpack.decode(read_frame(requests) or b"", type=Setup)
    limits = Limits.model_validate_json(setup.limits)
    words = form_words(Form.model_validate_json(setup.form))
    confine(limits)
    gc.freeze()  # what was imported stays: the collector need not walk through it again and again
    write_frame(answers, "ready")
    while frame := read_frame(requests):
        request = msgspec.msgpack.decode(frame, type=Request)
        with open(request.path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs more than the call
            size = os.fstat(file.fileno()).st_size
            if size > limits.narrative_bytes:
                reading = too_large_to_open(size, request.name, limits)
            else:
                reading = read_document(file.readall(), request.name, words, limits)
        answers.write(framed(msgspec.json.encode(reading)))
        answers.flush()


def answers_out_of_reach() -> BinaryIO:
    """Standard output for answers alone: what a library prints (xlrd does) goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def confine(limits: Limits) -> None:
    """Die with the parent; no more memory than allowed; write no file; leave no core."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    memory = limits.read_memory_mib * MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
