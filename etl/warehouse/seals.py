"""The seals: who approved which figures as final, and what those figures were."""

import msgspec
from sqlalchemy import Connection, insert, select

from etl.model import Seal
from etl.warehouse.tables import sealed_figures, seals

Parts = dict[tuple[str, str, str], int]
"""(unit code, row id, column id) → a category figure that is not 0, in 分, heads or pieces."""


def seals_of(connection: Connection, campaign: str) -> list[Seal]:
    """Every seal of the campaign, oldest first."""
    found = connection.execute(select(seals).where(seals.c.campaign == campaign).order_by(seals.c.number))
    return [
        Seal(row.number, row.by_whom, row.sealed_at, row.as_of, row.facts, msgspec.json.decode(row.made_with))
        for row in found
    ]


def figures_of(connection: Connection, campaign: str, number: int) -> Parts:
    """What one seal approved."""
    table = sealed_figures.c
    found = select(table.unit_code, table.row_id, table.column_id, table.amount).where(
        table.campaign == campaign, table.number == number
    )
    return {(row.unit_code, row.row_id, row.column_id): row.amount for row in connection.execute(found)}


def record(connection: Connection, campaign: str, seal: Seal, figures: Parts) -> None:
    row = {
        "campaign": campaign,
        "number": seal.number,
        "by_whom": seal.by,
        "sealed_at": seal.sealed_at,
        "as_of": seal.as_of,
        "facts": seal.facts,
        "made_with": msgspec.json.encode(seal.made_with, order="sorted").decode(),
    }
    connection.execute(insert(seals).values(row))
    rows = [
        {
            "campaign": campaign,
            "number": seal.number,
            "unit_code": unit,
            "row_id": row_id,
            "column_id": column_id,
            "amount": amount,
        }
        for (unit, row_id, column_id), amount in figures.items()
    ]
    if rows:
        connection.execute(insert(sealed_figures), rows)
