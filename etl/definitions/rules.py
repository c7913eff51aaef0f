"""The rulebook: how much each rule weighs, whether it is on, its limit, and its words."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from etl.definitions.strict import Strict
from etl.model import Finding, Severity


class Rule(Strict):
    """One rule. `says` and `do` are what the clerk reads; words in braces are the finding's facts."""

    severity: Severity
    mode: Literal["on", "trial", "off"]
    says: str = Field(min_length=1)
    do: str = Field(min_length=1)
    limit: Decimal | None = None

    @property
    def blanks(self) -> set[str]:
        """The facts that the words ask for."""
        return set(re.findall(r"{(\w+)}", self.says + self.do))


class Rulebook(Strict):
    """All rules by id."""

    rules: dict[str, Rule]

    @model_validator(mode="after")
    def _has_rules(self) -> Self:
        if not self.rules:
            raise ValueError("一条规则也没有")
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
        rule = self.rules[finding.rule]
        facts = {"typed": finding.typed or "", "limit": str(rule.limit), "also": "", **finding.facts}
        return rule.says.format_map(_Blank(facts)) + rule.do.format_map(_Blank(facts))


class _Blank(dict[str, str]):
    """A fact that is not known is left as 未知 rather than losing the whole receipt."""

    def __missing__(self, key: str) -> str:
        return "未知"
