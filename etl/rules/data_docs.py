"""Data Docs: what Great Expectations answered for one batch, as one page for the data engineer."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from etl.definitions import Rulebook
from etl.masking import masked, shown
from etl.rules.case import WEIGHT
from etl.rules.suites import Validation, asked_column, read_suites, rule_of

FIGURES_AT_MOST = 500
"""Figures that one page lists; a batch of forms that are all wrong must not make a page no browser opens."""

_SECTIONS = "{% for section in sections %}{% set section_loop = loop %}{% include 'section.j2' %}{% endfor %}"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a page is about: its title, the campaign's, and as of when, as text."""

    title: str
    campaign: str
    as_of: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """One figure that one rule was broken at. `index` is its row in the frame, as in the results."""

    index: int
    rule: str
    severity: str
    receipt: str
    cell: str
    row: str
    column: str
    value: str
    typed: str


def data_docs_page(
    validation: Validation, receipts: Sequence[str], heading: Heading, rulebook: Rulebook
) -> bytes:
    """A self-contained HTML page in UTF-8: no script, nothing from elsewhere.

    `receipts` has for each form of the validation, in its order, the number of its receipt. The results are
    rendered by Great Expectations' own renderers; its page around them, which loads styles and scripts from
    eight places of the internet, is left out. Text from files is only text; ID and mobile numbers are masked
    in all of the page, since a mobile number typed into a count is a figure there.
    """
    broken = _broken(validation, rulebook)
    listed = broken[:FIGURES_AT_MOST]
    page = _page().render(
        heading=heading,
        forms=len(receipts),
        hits=[_hit(*one, validation.frame, receipts, rulebook) for one in listed],
        unlisted=len(broken) - len(listed),
        suites=[
            {"name": said["name"], "notes": said["notes"], "result": result, "body": _body(result)}
            for said, result in zip(read_suites(), validation.results, strict=True)
        ],
    )
    return masked(page).encode("utf-8")


def _broken(validation: Validation, rulebook: Rulebook) -> list[tuple[str, int, str]]:
    """Each broken rule with the row of the frame and the column that it was asked of, most serious first."""
    broken = [
        (rule_of(result), int(index), asked_column(result))
        for outcome in validation.results
        for result in outcome.results
        for index in result.result.get("unexpected_index_list") or ()
    ]
    return sorted(broken, key=lambda one: (WEIGHT[rulebook.rules[one[0]].severity], one))


def _hit(
    rule: str, index: int, asked: str, frame: pd.DataFrame, receipts: Sequence[str], rulebook: Rulebook
) -> _Hit:
    """The value comes from the frame: Great Expectations tells all rows, but only the first 200 values."""
    place, weighed = frame.loc[index].to_dict(), rulebook.rules[rule]
    return _Hit(
        index=index,
        rule=rule,
        severity="trial" if weighed.mode == "trial" else str(weighed.severity),
        receipt=receipts[int(place["submission"])],
        cell=_text(place["cell"]),
        row=place["row"],
        column=place["column"],
        value=str(place[asked]),
        typed=_text(place["typed"]),
    )


def _text(from_file: Any) -> str:
    return shown(from_file) if isinstance(from_file, str) else ""


def _body(result: ExpectationSuiteValidationResult) -> str:
    """The statistics of a suite and its expectations by column, in HTML made by Great Expectations."""
    with _nothing_left_out():
        document = ValidationResultsPageRenderer().render(result)
    overview = document.sections[0]
    # Before the statistics stands a link into a site that there is not, after them run ids of a context
    # that lives in memory
    overview.content_blocks = overview.content_blocks[1:2]
    return _sections().render(document.to_json_dict())


class _Raises(logging.Handler):
    """Raises once more what a renderer has caught, said in the log, and would go on without."""

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - logging's signature
        caught = sys.exc_info()[1]
        if caught is not None:
            raise caught


@contextmanager
def _nothing_left_out() -> Iterator[None]:
    """A page without one of its tables would look whole: rather none, or the next run's."""
    renderers, raises = logging.getLogger("great_expectations.render"), _Raises(logging.ERROR)
    renderers.addHandler(raises)
    try:
        yield
    finally:
        renderers.removeHandler(raises)


@lru_cache(maxsize=1)
def _sections() -> Template:
    return DefaultJinjaPageView().env.from_string(_SECTIONS)


@lru_cache(maxsize=1)
def _page() -> Template:
    return Environment(
        loader=PackageLoader("etl.rules"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    ).get_template("data_docs.html")
