"""Which formulas of a clerk's workbook stay in its marked copy: those over its own cells, and no others."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

_ALLOWED = """
ABS AND AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS CEILING CHAR CHOOSE CLEAN CODE COLUMN COLUMNS CONCAT
CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DATEDIF DATEVALUE DAY DAYS EDATE EOMONTH EVEN EXACT
FALSE FIND FIXED FLOOR HLOOKUP HOUR IF IFERROR IFNA IFS INDEX INT ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA
ISNONTEXT ISNUMBER ISODD ISTEXT LARGE LEFT LEN LENB LOOKUP LOWER MATCH MAX MAXA MAXIFS MEDIAN MID MIN MINA
MINIFS MINUTE MOD MODE MONTH MROUND N NA NOT NUMBERSTRING ODD OFFSET OR POWER PRODUCT PROPER QUOTIENT RANK
REPLACE REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SEARCH SECOND SIGN SMALL SQRT SUBSTITUTE SUBTOTAL SUM SUMIF
SUMIFS SUMPRODUCT SUMSQ SWITCH T TEXT TEXTJOIN TIME TIMEVALUE TRANSPOSE TRIM TRUE TRUNC UNICHAR UNICODE
UPPER VALUE VLOOKUP WEEKDAY WEEKNUM XLOOKUP XOR YEAR
"""
"""What only works on what it is given. INDIRECT, HYPERLINK, WEBSERVICE, RTD, CALL and all that is not listed
here may reach out of the workbook; NOW and TODAY would say something else than what was sent."""
_FUNCTIONS = frozenset(_ALLOWED.split())
_LATER = ("_XLFN.", "_XLWS.")
_CORNER = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_RANGE = re.compile(
    rf"{_CORNER}(?::{_CORNER})?|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to a workbook: its sheets, and the names that stand for its cells; all casefolded."""

    sheets: frozenset[str]
    names: frozenset[str] = frozenset()


def own(sheets: Iterable[str], names: Iterable[str] = ()) -> Own:
    return Own(frozenset(map(str.casefold, sheets)), frozenset(map(str.casefold, names)))


def is_harmless(formula: str, own: Own) -> bool:
    """Whether a formula ("=…") reaches for nothing but the workbook's own cells; one over numbers reaches for
    none. What cannot be taken apart is not harmless."""
    tokens = _tokens(formula)
    return bool(tokens) and all(_is_harmless(token, own) for token in tokens)


def is_over_cells(formula: str) -> bool:
    """Whether a formula speaks of cells at all."""
    return any(token.type == Token.OPERAND and token.subtype == Token.RANGE for token in _tokens(formula))


def _tokens(formula: str) -> list[Token]:
    try:
        tokens: list[Token] = Tokenizer(formula).items
    except (TokenizerError, IndexError, ValueError):
        return []
    return tokens


def is_own_range(text: str, own: Own) -> bool:
    """Whether a text names cells of the workbook and does nothing else: 统计表!$A$1:$B$5."""
    sheet, bang, cells = text.rpartition("!")
    return (not bang or _is_own_sheet(sheet, own)) and _RANGE.fullmatch(cells) is not None


def _is_harmless(token: Token, own: Own) -> bool:
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        return _is_known(token.value[:-1], own)
    if token.type == Token.LITERAL:
        return False
    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
        return is_own_range(token.value, own) or token.value.casefold() in own.names
    return True


def _is_known(function: str, own: Own) -> bool:
    """The function's name; what stands before it may be the first corner of a range: A1:INDEX(…)."""
    before, colon, name = function.upper().rpartition(":")
    for prefix in _LATER:
        name = name.removeprefix(prefix)
    return name in _FUNCTIONS and (not colon or is_own_range(before, own))


def _is_own_sheet(name: str, own: Own) -> bool:
    """统计表, '第 1 页', or from one sheet to another: '一:三'. Another workbook's begins with [."""
    bare = name[1:-1].replace("''", "'") if name[:1] == name[-1:] == "'" else name
    return bare.casefold() in own.sheets or all(part.casefold() in own.sheets for part in bare.split(":"))
