"""Formulas of binary workbooks: their tokens (Ptg, [MS-XLS] 2.5.198, [MS-XLSB] 2.2.2) as text."""

import struct
from collections.abc import Callable

from etl.sheets.grid import address

_OPERATORS = {0x03: "+", 0x04: "-", 0x05: "*", 0x06: "/"}
_REF, _AREA, _CALL = (0x24, 0x44, 0x64), (0x25, 0x45, 0x65), (0x22, 0x42, 0x62)
_SUM = 4
_SPACE, _SUM_OF_ONE = 0x40, 0x10
_COLUMN = 0x3FFF
"""The bits of a column that are no marks of relative places."""

Taken = tuple[int, str]
"""Bytes used behind the token, and the text pushed."""


def formula_text(tokens: bytes, wide_rows: bool) -> str:
    """The text of a formula of sums, numbers and cells; "" for any other (a shared one's follower too).

    `wide_rows`: rows have four bytes, as in .xlsb, and not two.
    """
    stack: list[str] = []
    at = 0
    try:
        while at < len(tokens):
            at = _step(tokens, at, stack, wide_rows)
    except (struct.error, IndexError, KeyError):
        return ""
    return stack[0] if len(stack) == 1 else ""


def _step(tokens: bytes, at: int, stack: list[str], wide_rows: bool) -> int:
    """Work one token off; where the next begins. KeyError for a token that is not known here."""
    kind, rest = tokens[at], tokens[at + 1 :]
    if kind in _OPERATORS:
        right = stack.pop()
        stack[-1] += _OPERATORS[kind] + right
        return at + 1
    if kind == 0x15:  # brackets
        stack[-1] = f"({stack[-1]})"
        return at + 1
    if kind == 0x19:  # an attribute: a mere space, or the SUM of one argument
        return at + _attribute(rest, stack)
    if kind in _CALL:
        if rest[0] > len(stack) or struct.unpack_from("<H", rest, 1)[0] != _SUM:
            raise KeyError(kind)
        arguments = [stack.pop() for _ in range(rest[0])][::-1]
        stack.append(f"SUM({','.join(arguments)})")
        return at + 4
    used, text = _operand(kind)(rest, wide_rows)
    stack.append(text)
    return at + 1 + used


def _attribute(rest: bytes, stack: list[str]) -> int:
    if rest[0] & _SUM_OF_ONE:
        stack[-1] = f"SUM({stack[-1]})"
    elif not rest[0] & _SPACE and rest[0] != 0x01:  # 0x01: worked out anew each time
        raise KeyError(rest[0])
    return 4


def _operand(kind: int) -> Callable[[bytes, bool], Taken]:
    if kind in _REF:
        return _reference
    if kind in _AREA:
        return _area
    return {0x1E: _whole, 0x1F: _float}[kind]


def _reference(rest: bytes, wide_rows: bool) -> Taken:
    row, column = struct.unpack_from("<IH" if wide_rows else "<HH", rest)
    return 6 if wide_rows else 4, address((row, column & _COLUMN))


def _area(rest: bytes, wide_rows: bool) -> Taken:
    top, bottom, left, right = struct.unpack_from("<IIHH" if wide_rows else "<HHHH", rest)
    text = f"{address((top, left & _COLUMN))}:{address((bottom, right & _COLUMN))}"
    return 12 if wide_rows else 8, text


def _whole(rest: bytes, _wide_rows: bool) -> Taken:
    return 2, str(struct.unpack_from("<H", rest)[0])


def _float(rest: bytes, _wide_rows: bool) -> Taken:
    return 8, repr(struct.unpack_from("<d", rest)[0])
