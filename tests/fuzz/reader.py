"""The process in which bent files are read: confined as the real reader is, but it tells what was raised."""

import resource
import sys
import time
import traceback
from pathlib import Path

import msgspec

from etl.definitions import load_definitions
from etl.edges.reader_process import answers_out_of_reach, confine, read_frame, write_frame
from etl.model import Reading
from etl.settings import PROJECT
from etl.sheets.document import read_document
from etl.sheets.form_words import form_words

_PAGE = resource.getpagesize()


class Told(msgspec.Struct):
    """What became of one file. `raised` is empty where a Reading came; `rss` is in bytes."""

    kind: str
    rules: list[str]
    raised: str
    seconds: float
    rss: int


def main() -> None:
    """Answer (name, content) pairs in order until stdin ends."""
    definitions = load_definitions(PROJECT / "config")
    limits, words = definitions.limits, form_words(definitions.forms["double-support"])
    answers = answers_out_of_reach()
    confine(limits)
    while frame := read_frame(sys.stdin.buffer):
        name, content = msgspec.msgpack.decode(frame, type=tuple[str, bytes])
        kind, rules, raised = "", [], ""
        began = time.monotonic()
        try:
            reading = read_document(content, name, words, limits)
            _must_travel(reading)
            kind, rules = reading.kind, [finding.rule for finding in reading.findings]
        except MemoryError:
            raised = "memory past the limit"
        except BaseException as why:  # noqa: BLE001 - whatever comes out is the find
            raised = f"raised {_told(why)}"
        write_frame(answers, Told(kind, rules, raised, time.monotonic() - began, _resident()))


def _must_travel(reading: Reading) -> None:
    """A reading that cannot be sent to the office would end the real reader too."""
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(reading), type=Reading)
    if again != reading:
        raise AssertionError(f"{reading} became {again}")


def _told(why: BaseException) -> str:
    """The kind of error and the places of ours that it came through."""
    steps = traceback.extract_tb(why.__traceback__)
    ours = [f"{Path(step.filename).name}:{step.name}" for step in steps if str(PROJECT) in step.filename]
    return f"{type(why).__name__} {str(why)[:100]} in {' > '.join(ours[-4:])}"


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


if __name__ == "__main__":
    main()
