"""docs/rules.md: every rule as config/rules.toml has it, with an example that a real run told."""

import re
from collections.abc import Mapping, Sequence

from etl.books.words import SEVERITIES
from etl.definitions import Rulebook
from etl.definitions.rules import Rule
from etl.model import Severity

_HEAD = """# 审核规则

<!-- 由 config/rules.toml 和 tests/rules/proof.py 写成，不要手改：
     REFRESH_DOCS=1 .venv/bin/python -m pytest tests/rules/test_every_rule.py -->

错误退回，改正后重报；核实收下，请改正或书面说明；提示只是告知，不用处理。恰好等于限度是对的。
严重程度、是否启用、限度和说法都在 `config/rules.toml` 里改；“试行”只有双拥办看得见。
例子是 `tests/rules/proof.py` 里的文件真正跑出来的：每条规则有一个只违反它的文件，还有一个差一点而不违反的。
"""
_MODES = {"on": "启用", "trial": "试行", "off": "停用"}
_FACTS = {"typed": "填写内容", "row": "对象", "column": "栏目", "filled": "填的是什么", "unit": "单位"}
_CLAUSES = ("also", "yuan")
"""Facts that are clauses of their own, and most often empty."""
NO_EXAMPLE = "（没有例子）"


def rules_page(rulebook: Rulebook, examples: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """The whole page. `examples`: rule id → what an export told of a file that breaks it."""
    sections = []
    for severity in Severity:
        rules = {name: rule for name, rule in rulebook.rules.items() if rule.severity is severity}
        sections.append(f"\n## {SEVERITIES[severity]}（{len(rules)} 条）\n")
        sections += [_section(name, rule, examples.get(name, ())) for name, rule in rules.items()]
    return _HEAD + "".join(sections)


def _section(name: str, rule: Rule, examples: Sequence[Mapping[str, str]]) -> str:
    limit = "无" if rule.limit is None else str(rule.limit)
    told = next((one for one in examples if one["rule"] == name), None)
    return "\n".join(
        [
            f"\n### `{name}`\n",
            f"- 严重程度 {SEVERITIES[rule.severity]}，{_MODES[rule.mode]}，限度 {limit}",
            f"- 说法：{_in_words(rule)}",
            f"- 例：{_example(told) if told else NO_EXAMPLE}",
            "",
        ]
    )


def _in_words(rule: Rule) -> str:
    """The wording with its limit, and 〔…〕 where the program puts in what it found."""
    known = {"limit": str(rule.limit), **dict.fromkeys(_CLAUSES, "")}
    return re.sub(
        r"{(\w+)}",
        lambda blank: known.get(blank[1], f"〔{_FACTS.get(blank[1], '…')}〕"),
        rule.says + rule.do,
    )


def _example(told: Mapping[str, str]) -> str:
    where = f"{told['cell']}：" if told["cell"] else ""
    return where + told["message"].replace("\n", " ")
