"""What clerks typed under 填写说明 in the first sheet of a marked copy (标注副本) that came back.

Each line of that sheet carries a hidden mark of its finding, so that lines may be sorted or deleted. An
explanation is for the text that stood in the cell then: once the cell says something else, the mark no longer fits.
"""

import hashlib
from collections.abc import Iterable, Iterator

from etl.model import Explanation, Finding
from etl.sheets.figures import as_typed
from etl.sheets.grid import Grid
from etl.sheets.plain_text import clean_text, trimmed

FIX_LIST = "请修改清单"
"""The name of the first sheet of every marked copy."""
WHERE, EXPLAIN = "表·单元格", "填写说明"
"""Two of its headers: a sheet of that name without them is the clerk's own."""
_MARK = "returns:"
_LONGEST = 500
"""Characters of an explanation that are kept; the archive has it whole."""


def mark_of(rule: str, cell: str | None, typed: str | None) -> str:
    """The hidden mark of a finding: its rule, its cell, and a digest of what was typed there."""
    digest = hashlib.sha256((typed or "").encode("utf-8", "replace")).hexdigest()[:16]
    return f"{_MARK}{rule}:{cell or ''}:{digest}"


def is_fix_list(grid: Grid) -> bool:
    """Whether the sheet is ours: not a part of what the unit reports."""
    if grid.sheet != FIX_LIST:
        return False
    return {WHERE, EXPLAIN} <= {raw for raw in grid.cells.values() if isinstance(raw, str)}


def read_explanations(grids: Iterable[Grid]) -> tuple[Explanation, ...]:
    """What was explained in the fix lists among the sheets, line by line; blank lines are left out."""
    return tuple(explained for grid in grids if is_fix_list(grid) for explained in _explained(grid))


def explained(finding: Finding, explanations: Iterable[Explanation]) -> str | None:
    """What the same file says about a finding of its own; None where nothing."""
    mark = mark_of(finding.rule, finding.cell, finding.typed)
    return next((given.text for given in explanations if given.mark == mark), None)


def _explained(grid: Grid) -> Iterator[Explanation]:
    head = next(at for at, raw in sorted(grid.cells.items()) if raw == EXPLAIN)
    marks = {
        row: raw for (row, _), raw in grid.cells.items() if isinstance(raw, str) and raw.startswith(_MARK)
    }
    for row, mark in sorted(marks.items()):
        said = trimmed(clean_text(as_typed(grid.cells.get((row, head[1]))) or ""))[:_LONGEST]
        if said:
            yield Explanation(mark, said)
