"""Money and counts: whole 分, heads and pieces; shown in 万元."""

from decimal import Decimal

FEN_IN_WAN_YUAN = 1_000_000
"""分 in one 万元: money is kept as whole 分 and shown in 万元 with at most six decimals."""
Amounts = dict[str, dict[str, int]]
"""Row id → column id → whole 分 for money, whole heads or pieces for counts."""


def fen_to_wan_yuan(fen: int) -> Decimal:
    """分 as 万元, exact, without trailing zeros: 15050000 is 15.05."""
    return plain(Decimal(fen) / FEN_IN_WAN_YUAN)


def plain(value: Decimal) -> Decimal:
    """The same number in its shortest decimal, never with an exponent."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if value.adjusted() < 27 else Decimal(int(value))
    return value.normalize()


def shortest(value: Decimal) -> str:
    """The number in its shortest decimal, as text: 15.0500 is 15.05."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
