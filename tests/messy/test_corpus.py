"""No figure of the messy corpus is ever read wrong: every way of being messy against the truth beside it."""

import importlib
from collections import Counter
from collections.abc import Iterator

import pytest

from etl.model import Reading
from etl.sheets.document import read_document
from tests.messy.drawing import draw
from tests.messy.truth import LIMITS, WORDS, true_form
from tests.messy.way import Sent, Way, faults, truth_of
from tests.messy.ways.labels import LABELS
from tests.messy.ways.layouts import LAYOUTS
from tests.messy.ways.libreoffice import CONVERSIONS, Conversion
from tests.messy.ways.making import GRID_WRITERS
from tests.messy.writers.libreoffice import ABSENT, SOFFICE

FAMILIES = (
    "layouts",
    "labels",
    "typings",
    "units",
    "formulas",
    "hidden",
    "sheets",
    "containers",
    "pages",
    "documents",
)
WAYS: list[Way] = [
    way for family in FAMILIES for way in importlib.import_module(f"tests.messy.ways.{family}").WAYS
]
LEAST_WAYS = 80
EVERY_LAYOUT = {f"{f}: {name}": one for f, some in LAYOUTS.items() for name, one in some.items()} | LABELS


def read(sent: Sent, file: str) -> Reading:
    return read_document(sent.content, file, WORDS, LIMITS)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_messy_file_is_read_as_what_it_says_or_refused_where_it_says_nothing(way: Way) -> None:
    sent = way.sent()
    assert faults(read(sent, way.file), sent) == []


@pytest.mark.parametrize("writer", GRID_WRITERS)
def test_every_layout_is_read_alike_whoever_wrote_it(writer: str) -> None:
    write, ending = GRID_WRITERS[writer]
    for name, layout in EVERY_LAYOUT.items():
        true = true_form(f"{writer} {name}")
        sheet = draw(layout, true)
        sent = truth_of(write(sheet), sheet, true)
        assert faults(read(sent, f"土桥镇.{ending}"), sent) == [], name


@pytest.mark.skipif(not SOFFICE, reason=ABSENT)
@pytest.mark.parametrize("conversion", CONVERSIONS, ids=str)
def test_what_libreoffice_makes_of_a_messy_file_is_read_alike(conversion: Conversion) -> None:
    for name, sent in conversion.sent().items():
        assert faults(read(sent, conversion.file), sent) == [], name


def test_the_corpus_has_its_eighty_ways_of_all_writers_and_no_two_alike() -> None:
    assert len(WAYS) >= LEAST_WAYS
    assert max(Counter(map(str, WAYS)).values()) == 1
    writers = Counter(way.writer for way in WAYS)
    assert {*GRID_WRITERS, "python-docx", "html", "csv"} <= set(writers)
    assert min(writers.values()) > 1


def test_the_truth_is_drawn_before_any_layout_and_the_same_everywhere() -> None:
    assert true_form("a").figures == true_form("a").figures
    assert true_form("a").figures != true_form("b").figures


def _tampered(sent: Sent) -> Iterator[Sent]:
    """Truths that are false, each in one place."""
    key = next(key for key, value in sent.figures.items() if value is not None)
    value = sent.figures[key]
    assert value is not None
    yield Sent(sent.content, {**sent.figures, key: value + 1}, sent.cells, sent.sheet, sent.notes)
    yield Sent(sent.content, sent.figures, {**sent.cells, key: "A1"}, sent.sheet, sent.notes)
    yield Sent(sent.content, sent.figures, sent.cells, "别的表", sent.notes)
    yield Sent(sent.content, sent.figures, sent.cells, sent.sheet, sent.notes | {("negative", "A1")})
    yield Sent(sent.content, sent.figures, sent.cells, sent.sheet, sent.notes, form=False)


def test_a_wrong_figure_a_wrong_address_or_a_finding_too_few_would_be_seen() -> None:
    for sent in _tampered(WAYS[0].sent()):
        assert faults(read(sent, WAYS[0].file), sent)
