"""Figures of past campaigns, for comparison only: no total, list or export is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from etl.definitions import Campaign
from etl.model import Amounts
from etl.warehouse.questions import ask
from etl.warehouse.tables import history


@dataclass(frozen=True, slots=True)
class PastForm:
    """What one unit reported then, as far as it could be read, and the file that says so."""

    amounts: Amounts
    file: str
    sha256: str


def keep_past_forms(connection: Connection, campaign: str, forms: Mapping[str, PastForm]) -> None:
    """Keep forms by unit code under a campaign's id, each in place of what its unit had there."""
    if not forms:
        return
    connection.execute(
        delete(history).where(history.c.campaign == campaign, history.c.unit_code.in_(list(forms)))
    )
    rows = [
        {
            "campaign": campaign,
            "unit_code": unit,
            "row_id": row,
            "column_id": column,
            "amount": amount,
            "file": form.file,
            "sha256": form.sha256,
        }
        for unit, form in forms.items()
        for row, amounts in form.amounts.items()
        for column, amount in amounts.items()
    ]
    connection.execute(insert(history), rows)


def last_figures(connection: Connection, campaign: Campaign, as_of: datetime) -> dict[str, Amounts]:
    """Each unit's figures in the campaign before this one, by unit code; units without any are left out."""
    last: dict[str, Amounts] = {}
    takes = {"campaign": campaign.previous or "", "running": campaign.id, "as_of": as_of}
    for row in ask(connection, "last_figures", **takes):
        last.setdefault(row["unit_code"], {}).setdefault(row["row_id"], {})[row["column_id"]] = row["amount"]
    return last
