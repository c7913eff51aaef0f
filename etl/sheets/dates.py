"""A date as people type it."""

import re
from datetime import date, datetime

from etl.sheets.grid import squeezed
from etl.sheets.numerals import chinese_number
from etl.sheets.plain_text import plain_width

_NUMERAL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_WRITTEN = re.compile(
    rf"(\d{{4}}|\d{{2}}|[〇○零一二三四五六七八九]{{4}})年({_NUMERAL})月(?:({_NUMERAL})[日号]?)?"
)
_POINTED = re.compile(r"(?<!\d)(\d{4})[.\-/](\d{1,2})[.\-/](\d{1,2})(?!\d)")
_RUN_ON = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_TIME_OF_DAY = re.compile(r"(?<=\d)[\sT]+\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?(?!\d)")
_YEAR_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CENTURY = 2000


def as_date(raw: object) -> date | None:
    """A date cell, or 2022.2.8, 2022-02-08, 20220208, 2022年2月8日, 22年2月8日, 二〇二二年二月八日.

    A time behind it, as a csv has of a date cell, is dropped. A month without a day is its first. None for
    anything else, the empty 2022年  月  日 among it.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = squeezed(_TIME_OF_DAY.sub("", plain_width(str(raw))))
    found = _WRITTEN.search(text) or _POINTED.search(text) or _RUN_ON.search(text)
    if not found:
        return None
    year, month, day = found.groups()
    try:
        return date(_year(year), _number(month), _number(day or "1"))
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text.translate(_YEAR_DIGITS))
    return year if len(text) == len("2022") else _CENTURY + year


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    read = chinese_number(text)
    if read is None:
        raise ValueError(text)
    return int(read)
