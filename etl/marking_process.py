"""The process that opens clerks' workbooks to mark them: short of memory, writing no file, easily replaced.

Speaks length-prefixed msgpack on stdin and stdout; `edges/workshop.py` is the other end.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from etl.books.fix_list import FixList
from etl.books.marked import marked_copy
from etl.definitions import Limits
from etl.edges.reader_process import answers_out_of_reach, confine, framed, read_frame


class ToMark(msgspec.Struct):
    """A workbook of the archive, the list to put into it, and what it shall say about its making."""

    path: str
    made: FixList
    at: datetime
    by: str


def main() -> None:
    """Answer requests in order until stdin ends: a marked copy, or nothing where the workbook cannot be marked."""
    requests, answers = sys.stdin.buffer, answers_out_of_reach()
    limits = Limits.model_validate_json(msgspec.msgpack.decode(read_frame(requests) or b"", type=str))
    confine(limits)
    _answer(answers, b"ready")
    while frame := read_frame(requests):
        _answer(answers, _marked(msgspec.msgpack.decode(frame, type=ToMark), limits))


def _marked(asked: ToMark, limits: Limits) -> bytes:
    path = Path(asked.path)
    if path.stat().st_size > limits.form_bytes:
        return b""
    try:
        return marked_copy(path.read_bytes(), asked.made, asked.at, asked.by)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl meets broken workbooks with many kinds of error
        return b""


def _answer(stream: BinaryIO, content: bytes) -> None:
    stream.write(framed(content))
    stream.flush()


if __name__ == "__main__":
    main()
