"""The only door to Great Expectations: expectations/*.json asked of a tall frame.

The suites say what is expected of figures; the rulebook says how much each rule weighs, whether it runs,
and its limit. Both are joined here, once a process; each batch is then validated once.
"""

import gc
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from etl.definitions import Rulebook
from etl.model import Severity
from etl.rules.sums import limit

# Read by Great Expectations when it is imported: no figures about its use are sent anywhere.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig

SUITES = Path(__file__).resolve().parents[2] / "expectations"

_WEIGHT = {Severity.ERROR: "critical", Severity.QUERY: "warning", Severity.WARNING: "info"}
_BRIEF = {"result_format": "BOOLEAN_ONLY"}
_COMPLETE = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}

Running = tuple[tuple[str, Severity], ...]


@dataclass(frozen=True)
class Validation:
    """What was asked and answered: `rows` has for each broken rule the frame's row numbers, ascending."""

    frame: pd.DataFrame
    rulebook: Rulebook

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        if _all_hold(self.frame, self.rulebook):
            return {}
        found: dict[str, set[int]] = {}
        for outcome in self.results:
            for result in outcome.results:
                found.setdefault(rule_of(result), set()).update(_unexpected(result))
        return {rule: sorted(rows) for rule, rows in found.items() if rows}

    @cached_property
    def results(self) -> tuple[ExpectationSuiteValidationResult, ...]:
        """Great Expectations' own, one a suite, complete, from which its Data Docs are made. They cost twice what
        it costs to know that nothing is wrong, so a batch without a fault is asked only where somebody reads them."""
        return tuple(
            _ask(suite, self.frame, self.rulebook, _COMPLETE) for suite in _suites(_running(self.rulebook))
        )


def validate(frame: pd.DataFrame, rulebook: Rulebook) -> Validation:
    """Ask every rule that is not off of the whole frame at once.

    Raises DefinitionError where a limit is left out of the rulebook.
    """
    validation = Validation(frame, rulebook)
    validation.rows  # noqa: B018 - asked now, and not when somebody looks
    return validation


def _all_hold(frame: pd.DataFrame, rulebook: Rulebook) -> bool:
    """Whether no expectation fails: asked as one suite, without where and how often."""
    return _ask(_all_in_one(_running(rulebook)), frame, rulebook, _BRIEF).success is True


def _ask(
    suite: gx.ExpectationSuite, frame: pd.DataFrame, rulebook: Rulebook, answers: dict[str, Any]
) -> ExpectationSuiteValidationResult:
    """Great Expectations is given only the columns that are asked about: it works out a digest of all it is given."""
    limits = {rule: float(limit(rule, rulebook)) for suite in read_suites() for rule in _limits_of(suite)}
    batch = _figures().get_batch(batch_parameters={"dataframe": frame.filter(_asked_columns())})
    return batch.validate(suite, result_format=answers, expectation_parameters=limits)


def _running(rulebook: Rulebook) -> Running:
    return tuple((rule, it.severity) for rule, it in rulebook.rules.items() if it.mode != "off")


def rule_of(result: ExpectationValidationResult) -> str:
    """The rule that an expectation stands for."""
    assert result.expectation_config and result.expectation_config.meta
    return str(result.expectation_config.meta["rule"])


def asked_column(result: ExpectationValidationResult) -> str:
    """The column of the frame that an expectation is about."""
    assert result.expectation_config
    return str(result.expectation_config.kwargs["column"])


def _unexpected(result: ExpectationValidationResult) -> Iterator[int]:
    """The row numbers of one result: plain ints, where Great Expectations gives numpy's."""
    if not result.success and "unexpected_index_list" not in result.result:
        # A question that could not be asked is our bug, never the clerk's mistake.
        raise RuntimeError(f"{result.expectation_config}: {result.exception_info}")
    return (int(row) for row in result.result.get("unexpected_index_list") or ())


@lru_cache(maxsize=1)
def _figures() -> BatchDefinition[None]:
    """Where frames are handed in: a context that lives in memory and writes nothing."""
    gc.freeze()  # half a million objects came with the import and stay: the collector need not look through them
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("batch").add_dataframe_asset("figures")
    return asset.add_batch_definition_whole_dataframe("whole")


@lru_cache(maxsize=4)
def _suites(running: Running) -> list[gx.ExpectationSuite]:
    return [
        gx.ExpectationSuite(said["name"], _asked(said, running), notes=said["notes"])
        for said in read_suites()
    ]


@lru_cache(maxsize=4)
def _all_in_one(running: Running) -> gx.ExpectationSuite:
    """The expectations of all suites: what they have in common is then worked out once."""
    return gx.ExpectationSuite("all", [one for said in read_suites() for one in _asked(said, running)])


def _asked(suite: dict[str, Any], running: Running) -> list[dict[str, Any]]:
    """The expectations of a suite whose rules run, each with its rule's weight."""
    severities = dict(running)
    return [
        {**one, "severity": _WEIGHT[severities[one["meta"]["rule"]]]}
        for one in suite["expectations"]
        if one["meta"]["rule"] in severities
    ]


@lru_cache(maxsize=1)
def _asked_columns() -> list[str]:
    return list({one["kwargs"]["column"]: None for suite in read_suites() for one in suite["expectations"]})


@lru_cache(maxsize=1)
def read_suites() -> tuple[dict[str, Any], ...]:
    """The suites as written in expectations/, by file name."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(SUITES.glob("*.json")))


def _limits_of(suite: dict[str, Any]) -> Iterator[str]:
    """The rules whose limits a suite takes at run time."""
    for expectation in suite["expectations"]:
        for value in expectation["kwargs"].values():
            if isinstance(value, dict):
                yield value["$PARAMETER"]
