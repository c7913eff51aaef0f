"""The rules are pinned down: whatever limit or operator is changed, some of the cases here is told otherwise.

Each mutant is a change to one limit of rules.toml, or to one operator of expectations/. The cases are
forms at each limit and just beyond; a mutant that leaves all of their findings as they were has survived.
"""

import copy
from decimal import Decimal

import pytest

from etl.rules import suites
from etl.rules.frame import build_frame
from etl.stages.verdict import known_amounts
from tests.rules.test_limits import (
    ERRORS,
    FIVE_A_GARRISON_HEAD,
    HUNDRED_A_GARRISON_HEAD,
    ONE_DECIMAL,
    ROUNDED,
)
from tests.rules.test_queries import (
    ABOUT_TEN_THOUSAND,
    AGAINST_LAST,
    NO_HEADS,
    PEOPLE,
    WITH_SUMS,
)

STEP = {
    # the smallest change that people could mean
    "column_sum_count": Decimal(1),
    "visited_too_few": Decimal(1),
    # money with one decimal moves by tenths, and five cells share them
    "sum_rounded": Decimal("0.02"),
    "far_from_last": Decimal("0.01"),
    "yuan_against_last": Decimal("0.01"),
}
FEN = Decimal("0.000001")
SAME_AS_IT_IS = {"sum_rounded: strict turned"}
"""Mutants that nobody can see: where all figures have one decimal, no gap is exactly 0.01."""
NOTHING = dict.fromkeys([f"{column}{row}" for column in "CDEFGH" for row in range(6, 10)], "-")


@pytest.fixture(scope="module")
def cases(drawn):
    """Forms, each with its unit's last form where there is one."""
    alone = [drawn(**typed) for _, right, wrong, _ in (*ERRORS, *PEOPLE) for typed in (right, wrong)]
    alone += [drawn(ONE_DECIMAL, **typed) for typed, _ in ROUNDED]
    alone += [drawn(D8=money, **FIVE_A_GARRISON_HEAD) for money in ("250", "250.000001")]
    alone += [drawn(D8=money, **HUNDRED_A_GARRISON_HEAD) for money in ("5000", "5000.000001")]
    alone += [drawn(**{**NOTHING, "C6": "1", "C10": "-"})]
    raised = [rule for suite in suites.read_suites() if suite["name"] == "reading" for rule in _rules(suite)]
    alone += [drawn(raises={"C6": rule}) for rule in raised if rule != "blank_form"]
    pairs = [(drawn(**now), drawn(G6="59", **before)) for now, before, _ in AGAINST_LAST]
    yuan = drawn(**NO_HEADS, **WITH_SUMS)
    pairs += [(yuan, drawn(**NO_HEADS, D6=money, D7="0", D8="0")) for money, _ in ABOUT_TEN_THOUSAND]
    pairs += [(drawn(), drawn()), (drawn(), drawn(G6="61"))]
    forms, last = zip(*((form, None) for form in alone), *pairs, strict=True)
    return forms, last


def _rules(suite):
    return [one["meta"]["rule"] for one in suite["expectations"]]


def limits_moved(rulebook):
    moved = [
        (rule, limit + sign * STEP.get(rule, FEN))
        for rule, limit in rulebook.limits.items()
        for sign in (1, -1)
    ]
    return [(rule, limit) for rule, limit in moved if limit >= 0]


def mutated_suites():
    """One suite file changed in one place: a bound made strict or not, moved, dropped, or turned round."""
    whole = suites.read_suites()
    for at, suite in enumerate(whole):
        for place, expectation in enumerate(suite["expectations"]):
            for what, kwargs in _mutated(expectation["kwargs"]):
                mutant = copy.deepcopy(whole)
                mutant[at]["expectations"][place]["kwargs"] = kwargs
                yield f"{expectation['meta']['rule']}: {what}", mutant


def _mutated(kwargs):
    for bound in ("min_value", "max_value"):
        if bound in kwargs:
            strict = f"strict_{bound[:3]}"
            rest = {key: value for key, value in kwargs.items() if key not in (bound, strict)}
            other = "max_value" if bound == "min_value" else "min_value"
            yield "strict turned", {**kwargs, strict: not kwargs.get(strict, False)}
            yield "turned round", {**rest, other: kwargs[bound]}
            if not isinstance(kwargs[bound], dict):
                yield "moved down", {**kwargs, bound: kwargs[bound] - 1}
    if "value_set" in kwargs:
        yield "set turned", {**kwargs, "value_set": [not value for value in kwargs["value_set"]]}


@pytest.fixture
def rows_found_by(cases, form, rulebook, monkeypatch):
    """The rows of one frame that the suites find; findings weigh the sums once more, exactly."""
    forms, last = cases
    before = [one and known_amounts(one, form) for one in last]
    frame = build_frame(forms, form, rulebook, before).frame

    def found(mutant):
        suites._suites.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(suites, "read_suites", lambda: mutant)
            rows = suites.validate(frame, rulebook).rows
        suites._suites.cache_clear()
        return rows

    return found


def test_no_limit_can_be_moved_unseen(cases, told_each, rulebook, changed):
    forms, last = cases
    as_it_is = told_each(forms, rulebook, last=last)
    survived = [
        (rule, str(limit))
        for rule, limit in limits_moved(rulebook)
        if told_each(forms, changed(rule, limit=limit), last=last) == as_it_is
    ]

    assert survived == []


@pytest.mark.prove
def test_no_operator_can_be_changed_unseen(rows_found_by):
    as_it_is = rows_found_by(suites.read_suites())
    survived = {what for what, mutant in mutated_suites() if rows_found_by(mutant) == as_it_is}

    assert survived == SAME_AS_IT_IS


def test_every_rule_of_every_suite_and_every_limit_has_mutants(rulebook, asked_by_suites):
    assert {what.split(":")[0] for what, _ in mutated_suites()} == asked_by_suites
    assert {rule for rule, _ in limits_moved(rulebook)} == set(rulebook.limits)
