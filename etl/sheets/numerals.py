"""Chinese numerals: a strict grammar of ours says what is well formed, cn2an what it is worth.

cn2an alone is too strict (refuses 两千) or too kind (一百二 is 120 to it, 一二五 is 125).
"""

import re
from decimal import Decimal

_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇", "一二三四五六七八九十百千零")
_DIGITS = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")}


def _grammar() -> re.Pattern[str]:
    """Whole numbers below 万亿, then 点 and digits.

    两 stands only before 百, 千, 万, 亿, or alone. 零 stands for skipped places; after a round 万 or 亿
    section (十万零一千) people may also write it where no place is skipped, as bank forms allow.
    """
    one, many = "[一二三四五六七八九]", "[一二两三四五六七八九]"
    tens = f"{one}十{one}?"
    free_tens = f"(?:{one}?十{one}?|{one})"
    hundreds = f"{many}百(?:零{one}|{tens})?"
    thousands = f"{many}千(?:零{free_tens}|{hundreds})?"
    below_thousand = f"(?:{hundreds}|{free_tens})"
    section = f"(?:{thousands}|{below_thousand}|两)"
    after_wan = f"(?:(?:(?<=[十百千]万)零)?{thousands}|零{below_thousand})"
    below_yi = f"(?:{section}万{after_wan}?|{thousands}|{below_thousand})"
    thousands_of_wan = f"{thousands}万{after_wan}?"
    after_yi = f"(?:(?:(?<=[十百千]亿)零)?{thousands_of_wan}|零(?!{thousands}万){below_yi})"
    whole = f"(?:零|{section}亿{after_yi}?|{section}万{after_wan}?|{section})"
    return re.compile(f"({whole})(?:点([零一二三四五六七八九]+))?")


_WELL_FORMED = _grammar()


def chinese_number(text: str) -> Decimal | None:
    """The value of a well-formed numeral (一百二十五, 两千, 壹仟, 三点五), or None if it is not one."""
    found = _WELL_FORMED.fullmatch(text.translate(_PLAIN))
    if not found:
        return None
    whole, decimals = found.groups()
    fraction = "".join(_DIGITS[digit] for digit in decimals or "")
    return Decimal(f"{_whole_number(whole)}.{fraction}")


def _whole_number(numeral: str) -> int:
    from cn2an import cn2an  # takes 0.13 s to import, and few files need it

    return int(cn2an(numeral.replace("两", "二"), "normal"))
