"""The rulebook: how much each rule weighs, whether it is on, its limit, and its words."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from etl.definitions.strict import Strict
from etl.model import Finding, Severity

ALWAYS_ERRORS = (
    "not_a_number",
    "part_without_value",
    "figure_too_large",
    "fraction_in_count",
    "missing_row",
    "missing_column",
    "blank_form",
    "several_forms",
    "no_form",
    "empty_file",
    "encrypted",
    "corrupt",
    "too_large",
    "unpacks_too_far",
    "too_slow",
    "format_not_taken",
)
"""Rules without which there would be no figure to count: they stay errors, and stay on."""
ADJUSTABLE = (
    "negative",
    "column_sum_count",
    "column_sum_money",
    "row_sum",
    "part_of_sums",
    "per_head_too_much",
    "garrison_per_head_too_much",
    "figure_approximate",
    "sum_rounded",
    "garrison_per_head_high",
    "money_without_recipients",
    "recipients_without_money",
    "visited_too_few",
    "far_from_last",
    "yuan_against_last",
    "same_as_last",
    "borrowed_blank",
    "title_of_another_campaign",
    "narrative_empty",
    "narrative_one_line",
    "narrative_differs",
    "figure_converted",
    "figure_rounded",
    "header_in_yuan",
    "sum_derived",
    "formula_computed",
    "hidden_read",
    "text_column_missing",
    "text_cut",
    "leader_missing",
    "date_missing",
    "date_unclear",
    "date_outside",
    "personal_number",
)
"""Rules whose weight, mode and limit the office may choose."""


QUOTED_AT_MOST = 30
"""Characters of what was typed that a sentence quotes."""


_FACTS = {
    "limit": "上限",
    "typed": "填写内容",
    "row": "对象",
    "column": "栏目",
    "filled": "填的是什么",
    "unit": "单位",
}
_CLAUSES = ("also", "yuan")
"""Facts that are clauses of their own, and most often empty."""


class Rule(Strict):
    """One rule. `says` and `do` are what the clerk reads; words in braces are the finding's facts.

    `should` is what a marked copy puts under 应为/差额, empty where the other two say it all. `example` is
    what a file that breaks it was told, for the office to read.
    """

    severity: Severity
    mode: Literal["on", "trial", "off"]
    says: str = Field(min_length=1)
    do: str = Field(min_length=1)
    should: str = ""
    example: str = ""
    limit: Decimal | None = None

    @field_validator("says", "do", "should")
    @classmethod
    def _braces_hold_names(cls, words: str) -> str:
        if re.search(r"[{}]", re.sub(r"{[a-z]\w*}", "", words)):
            raise ValueError("花括号要成对，里面只能是一个名字，如 {row}")
        return words

    @property
    def wording(self) -> str:
        """What it tells, with its limit, and 〔…〕 where the program puts in what it found."""
        known = dict.fromkeys(_CLAUSES, "")
        if self.limit is not None:
            known["limit"] = str(self.limit)
        return re.sub(
            r"{(\w+)}",
            lambda blank: known.get(blank[1], f"〔{_FACTS.get(blank[1], '…')}〕"),
            self.says + self.do,
        )

    @property
    def blanks(self) -> set[str]:
        """The facts that the words ask for."""
        return set(re.findall(r"{(\w+)}", self.says + self.do + self.should))


class Rulebook(Strict):
    """All rules by id."""

    rules: dict[str, Rule]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        known = {*ALWAYS_ERRORS, *ADJUSTABLE}
        absent, unknown = known - set(self.rules), set(self.rules) - known
        if absent or unknown:
            parts = [f"缺少规则 {'、'.join(sorted(absent))}"] if absent else []
            parts += [f"没有这样的规则 {'、'.join(sorted(unknown))}"] if unknown else []
            raise ValueError("；".join(parts))
        for name in ALWAYS_ERRORS:
            if (self.rules[name].severity, self.rules[name].mode) != (Severity.ERROR, "on"):
                raise ValueError(f"{name}：没有它就读不出数字，severity 只能是 error，mode 只能是 on")
        return self

    @cached_property
    def limits(self) -> dict[str, Decimal]:
        """The limits of the rules that have one, by rule id."""
        return {name: rule.limit for name, rule in self.rules.items() if rule.limit is not None}

    def runs(self, rule: str) -> bool:
        return self.rules[rule].mode != "off"

    def severity(self, finding: Finding) -> Severity:
        return self.rules[finding.rule].severity

    def is_trial(self, finding: Finding) -> bool:
        return self.rules[finding.rule].mode == "trial"

    def message(self, finding: Finding) -> str:
        """One plain Chinese sentence: what is wrong, and what to do."""
        says, do, _ = self.words(finding)
        return says + do

    def words(self, finding: Finding) -> tuple[str, str, str]:
        """What is wrong; what to do; what should stand there instead, "" where there is no more to say."""
        rule = self.rules[finding.rule]
        facts = {"limit": str(rule.limit), "also": "", "yuan": "", **finding.facts}
        facts["typed"] = _short(facts.get("typed", finding.typed or ""))
        said = [words.format_map(_Blank(facts)) for words in (rule.says, rule.do, rule.should)]
        return said[0], said[1], said[2]


def _short(typed: str) -> str:
    """What was typed, on one line and not too long to quote. Mask it first: half a number is no mask."""
    line = " ".join(typed.split())
    return line if len(line) <= QUOTED_AT_MOST else f"{line[:QUOTED_AT_MOST]}…"


class _Blank(dict[str, str]):
    """A fact that is not known is left as 未知 rather than losing the whole receipt."""

    def __missing__(self, key: str) -> str:
        return "未知"
