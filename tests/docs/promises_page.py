"""docs/promises.md, made from docs/sabotage.toml: six promises, the tests that prove them, and how each was seen to fail."""

import tomllib
from typing import Any

from etl.settings import PROJECT

SABOTAGE = PROJECT / "docs" / "sabotage.toml"
PAGE = PROJECT / "docs" / "promises.md"
_HEAD = """# Six promises, and what proves them

<!-- Made from docs/sabotage.toml: REFRESH_DOCS=1 .venv/bin/python -m pytest tests/docs/test_promises.py -->

Each promise names tests that would fail if it did not hold, and with the first of them a line of the code: changed as
it stands here, that test fails. `make prove` changes each line in a copy of the tree and runs its test
(`tests/docs/test_promises.py`). Which were seen to fail, and when, stands in the pages called sabotage under
[proofs](proofs); one that has no row there has not been tried yet. What is not shown is said.
"""


def promises() -> list[dict[str, Any]]:
    """The promises in their order, each with its proofs."""
    found: list[dict[str, Any]] = tomllib.loads(SABOTAGE.read_text("utf-8"))["promise"]
    return found


def proofs() -> list[dict[str, str]]:
    return [proof for promise in promises() for proof in promise["proof"]]


def page() -> str:
    return _HEAD + "".join(_section(number, promise) for number, promise in enumerate(promises(), 1))


def _section(number: int, promise: dict[str, Any]) -> str:
    lines = [f"\n## {number}. {promise['title']}\n", f"{promise['says'].strip()}\n"]
    lines += [_line(proof) for proof in promise["proof"]]
    lines += [
        "",
        "More tests of the same, without such a line:\n",
        *(f"- {test}" for test in promise["more"]),
    ]
    lines += ["", f"Not proved yet: {promise['open'].strip()}", ""] if "open" in promise else [""]
    return "\n".join(lines)


def _line(proof: dict[str, str]) -> str:
    return (
        f"- `{proof['test']}`\n  fails when in `{proof['file']}`\n"
        f"  `{proof['old'].strip()}`\n  becomes `{proof['new'].strip()}`"
    )
