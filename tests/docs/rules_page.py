"""docs/rules.md: every rule as config/rules.toml has it, its example one that a real run told."""

from etl.books.words import MODES, SEVERITIES
from etl.definitions import Rulebook
from etl.definitions.limits import Limits
from etl.definitions.rules import Rule
from etl.model import Severity

_HEAD = """# 审核规则

<!-- 由 config/rules.toml 写成，不要手改：
     REFRESH_DOCS=1 .venv/bin/python -m pytest tests/rules/test_every_rule.py -->

错误退回，改正后重报；核实收下，请改正或书面说明；提示只是告知，不用处理。恰好等于限度是对的。
严重程度、是否启用、限度和说法都在 `config/rules.toml` 里改（文件大小、字数等在 `config/limits.toml`）；“试行”只有双拥办看得见。
例子是 `tests/rules/proof.py` 里的文件真正跑出来的：每条规则有一个只违反它的文件，还有一个差一点而不违反的。
"""


def rules_page(rulebook: Rulebook, limits: Limits) -> str:
    """The whole page."""
    sections = []
    for severity in Severity:
        rules = {name: rule for name, rule in rulebook.rules.items() if rule.severity is severity}
        sections.append(f"\n## {SEVERITIES[severity]}（{len(rules)} 条）\n")
        sections += [_section(name, rule, limits) for name, rule in rules.items()]
    return _HEAD + "".join(sections)


def _section(name: str, rule: Rule, limits: Limits) -> str:
    limit = (limits.of_rule(name) or "无") if rule.limit is None else str(rule.limit)
    return "\n".join(
        [
            f"\n### `{name}`\n",
            f"- 严重程度 {SEVERITIES[rule.severity]}，{MODES[rule.mode]}，限度 {limit}",
            f"- 说法：{rule.wording}",
            f"- 例：{rule.example}",
            "",
        ]
    )
