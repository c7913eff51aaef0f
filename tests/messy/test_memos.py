"""What is kept in mind from one file to the next never changes what the next one says."""

import gc
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import _lru_cache_wrapper

import pytest

from etl.sheets import locate
from etl.sheets.document import read_document
from etl.sheets.formats import container, workbook, xlsx_notes
from etl.sheets.memo import Memo
from tests.messy.drawing import draw
from tests.messy.test_corpus import EVERY_LAYOUT, WAYS
from tests.messy.truth import LIMITS, WORDS, true_form
from tests.messy.way import Way
from tests.messy.ways.making import GRID_WRITERS

File = tuple[str, bytes]
SEEDS = ("a", "b")
LAYOUT = next(iter(EVERY_LAYOUT.values()))


def _sent(ways: Iterable[Way]) -> Iterator[File]:
    """Each way with the figures of two units: each file has its like."""
    for way in ways:
        for seed in SEEDS:
            yield way.file, way.make(true_form(seed)).content


def _layouts() -> Iterator[File]:
    for name, layout in EVERY_LAYOUT.items():
        for writer, (write, ending) in GRID_WRITERS.items():
            yield f"土桥镇.{ending}", write(draw(layout, true_form(f"{writer} {name}")))


class _Mind:
    """All that is kept between two files."""

    def __init__(self) -> None:
        kept = gc.get_objects()
        # By type: asked by isinstance, the stand-ins of libraries that are imported late would import them.
        self.memos = [one for one in kept if type(one) is Memo]
        self.caches = [one for one in kept if type(one) is _lru_cache_wrapper and _is_of_sheets(one)]
        assert self.memos and len(self.caches) > 10

    def forget(self) -> None:
        for memo in self.memos:
            memo._kept.clear()
        for cache in self.caches:
            cache.cache_clear()


def _is_of_sheets(cache: object) -> bool:
    return str(getattr(cache, "__module__", "")).startswith("etl.sheets")


def _each_says_the_same_whatever_was_read_before(some: Iterable[File]) -> None:
    files, mind, alone = list(some), _Mind(), []
    for name, content in files:
        mind.forget()
        alone.append(read_document(content, name, WORDS, LIMITS))
    mind.forget()
    order = random.Random(1).sample(range(len(files)), len(files))
    for at in [*order, *reversed(order)]:
        name, content = files[at]
        assert read_document(content, name, WORDS, LIMITS) == alone[at], (at, name)


def test_a_file_says_the_same_whatever_was_read_before_it() -> None:
    _each_says_the_same_whatever_was_read_before(_sent(random.Random(2).sample(WAYS, 25)))


@pytest.mark.prove
def test_every_file_of_the_corpus_says_the_same_whatever_was_read_before_it() -> None:
    _each_says_the_same_whatever_was_read_before([*_sent(WAYS), *_layouts()])


def test_of_a_layout_with_other_figures_all_that_can_be_is_taken_from_before() -> None:
    _Mind().forget()
    true = true_form("a")
    for more in (1, 2):
        figures = {place: figure + more for place, figure in true.figures.items()}
        sheet = draw(LAYOUT, replace(true, figures=figures))
        read_document(GRID_WRITERS["openpyxl"][0](sheet), "土桥镇.xlsx", WORDS, LIMITS)
    before = (
        container._small,
        xlsx_notes._list_of,
        xlsx_notes._noted_before,
        xlsx_notes._far_before,
        locate._located_before,
    )
    assert [kept.cache_info().hits > 0 for kept in before] == [True] * len(before)
    assert len(workbook._GRIDS._kept) == 2  # other figures are another grid
