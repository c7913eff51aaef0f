"""Data Docs: what Great Expectations answered for one batch, as one page for the data engineer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from etl.definitions import Rulebook
from etl.masking import masked, shown
from etl.rules.suites import Validation, read_suites, rule_of

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
    hits = sorted(_hits(validation, receipts, rulebook), key=lambda hit: (hit.rule, hit.index))
    page = _page().render(
        heading=heading,
        forms=len(receipts),
        hits=hits[:FIGURES_AT_MOST],
        unlisted=max(0, len(hits) - FIGURES_AT_MOST),
        suites=[
            {"name": said["name"], "notes": said["notes"], "result": result, "body": _body(result)}
            for said, result in zip(read_suites(), validation.results, strict=True)
        ],
    )
    return masked(page).encode("utf-8")


def _hits(validation: Validation, receipts: Sequence[str], rulebook: Rulebook) -> Iterator[_Hit]:
    places = validation.frame[["submission", "cell", "row", "column", "typed"]]
    for outcome in validation.results:
        for result in outcome.results:
            rule, said = rule_of(result), result.result
            severity = "trial" if rulebook.rules[rule].mode == "trial" else rulebook.rules[rule].severity
            broken = zip(
                said.get("unexpected_index_list") or (), said.get("unexpected_list") or (), strict=True
            )
            for index, value in broken:
                submission, cell, row, column, typed = places.loc[index]
                yield _Hit(
                    index=int(index),
                    rule=rule,
                    severity=str(severity),
                    receipt=receipts[int(submission)],
                    cell=_text(cell),
                    row=row,
                    column=column,
                    value=str(value),
                    typed=_text(typed),
                )


def _text(from_file: Any) -> str:
    return shown(from_file) if isinstance(from_file, str) else ""


def _body(result: ExpectationSuiteValidationResult) -> str:
    """The statistics of a suite and its expectations by column, in HTML made by Great Expectations."""
    document = ValidationResultsPageRenderer().render(result)
    overview = document.sections[0]
    # Before the statistics stands a link into a site that there is not, after them run ids of a context
    # that lives in memory
    overview.content_blocks = overview.content_blocks[1:2]
    return _sections().render(document.to_json_dict())


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
