"""The manners of every definition: frozen, no unknown keys, errors told with file and key in Chinese."""

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.errors import DefinitionError


class Strict(BaseModel):
    """A definition: frozen once loaded; a key we do not know is a mistake, not a comment."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


Definition = TypeVar("Definition", bound=Strict)

_SAYINGS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项（是否写错了名字？）",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "int_type": "应是整数",
    "float_parsing": "应是数字",
    "float_type": "应是数字",
    "decimal_parsing": "应是数字",
    "decimal_type": "应是数字",
    "finite_number": "应是有限的数字",
    "bool_parsing": "只能是 true 或 false",
    "bool_type": "只能是 true 或 false",
    "dict_type": "下面应有“名字 = 值”",
    "model_type": "下面应有“名字 = 值”",
    "string_type": "应是加引号的文字",
    "list_type": '应是列表，如 ["甲", "乙"]',
    "tuple_type": '应是列表，如 ["甲", "乙"]',
    "timezone_aware": "时间要带时区，如 2022-02-10T23:59:59+08:00",
    "datetime_type": "应是带时区的时间，如 2022-02-10T23:59:59+08:00",
    "datetime_from_date_parsing": "应是带时区的时间，如 2022-02-10T23:59:59+08:00",
    "datetime_parsing": "应是带时区的时间，如 2022-02-10T23:59:59+08:00",
    "date_from_datetime_parsing": "应是日期，如 2022-02-10",
    "date_parsing": "应是日期，如 2022-02-10",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "string_pattern_mismatch": "只能用小写字母、数字、连字符和下划线",
    "string_too_short": "不能是空的",
    "too_short": "不能是空的",
}


def checked(model: type[Definition], values: Any, file: Path, where: str = "") -> Definition:
    """`values` as a `model`, or a DefinitionError with one line a mistake: file, key, what is allowed."""
    try:
        return model.model_validate(values)
    except ValidationError as mistakes:
        lines = [_told(mistake, file, where) for mistake in mistakes.errors()]
        raise DefinitionError("\n".join(lines)) from None


def _told(mistake: Any, file: Path, where: str) -> str:
    key = ".".join([where, *_key_parts(mistake["loc"])] if where else _key_parts(mistake["loc"]))
    place = f"{file}：{key}" if key else str(file)
    if mistake["type"] == "value_error":
        return f"{place}：{mistake['ctx']['error']}"
    template = _SAYINGS.get(mistake["type"])
    facts = {name: _listed(value) for name, value in mistake.get("ctx", {}).items()}
    said = template.format(**facts) if template else mistake["msg"]
    return f"{place}：{said}{_now(mistake)}"


def _listed(value: Any) -> Any:
    """pydantic lists in English: 'on', 'trial' or 'off'."""
    return (
        value.replace(" or ", "、").replace(", ", "、").replace("'", "") if isinstance(value, str) else value
    )


def _now(mistake: Any) -> str:
    """What stands there now, as it would in the file; nothing where that says nothing."""
    value = mistake["input"]
    if mistake["type"] == "missing" or isinstance(value, dict | list):
        return ""
    if isinstance(value, date):
        return f"，现在是 {value.isoformat()}"
    return f"，现在是 {str(value).lower() if isinstance(value, bool) else repr(value)}"


def _key_parts(loc: tuple[str | int, ...]) -> list[str]:
    return [f"第{part + 1}项" if isinstance(part, int) else part for part in loc]
