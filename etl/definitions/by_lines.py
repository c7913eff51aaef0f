"""What the office keeps in Excel and we read as lines: a CSV, its remarks, and days however Excel writes them."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from etl.errors import DefinitionError

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def csv_lines(path: Path) -> Iterable[tuple[int, list[Any]]]:
    """The lines of a CSV in UTF-8 or GB18030 with their numbers. Raises DefinitionError."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise DefinitionError(f"{path}：应是 UTF-8 或 GB18030 编码的 CSV") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as why:
        raise DefinitionError(f"{path}：第{reader.line_num}行：引号没有成对（{why}）") from None


def says_something(cells: list[Any]) -> bool:
    """False for an empty line, and for a remark: one that begins with #."""
    filled = [str(cell).strip() for cell in cells if str(cell).strip()]
    return bool(filled) and not filled[0].startswith("#")


def iso_day(text: str) -> str | None:
    """A day in ISO, however Excel wrote it (2022/2/10, 2022年2月10日); None where blank. Raises ValueError."""
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    if not found:  # pydantic would take 44602 for seconds since 1970
        raise ValueError(f"应是日期，如 2022-02-10，现在是 {text!r}")
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"
