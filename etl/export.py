"""`returns export`: one JSON object that says all of a campaign. Its contract is docs/export.schema.json."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from etl.definitions import Campaign, Form
from etl.masking import masked
from etl.model import Amounts, Missing, fen_to_wan_yuan
from etl.office import Office
from etl.stages.summarise import summarise
from etl.warehouse.questions import Answer, ask

SCHEMA = 1
WITH_VALUES = ("accepted", "superseded", "held")
"""The statuses whose forms are shown with their values."""


def export(campaign_id: str, as_of: datetime, office: Office) -> dict[str, Any]:
    """What was received by `as_of`, with today's decisions: plain values, ready for JSON.

    Money is in 万元, exact to the 分; moments are in the campaign's zone.
    """
    campaign, form = office.opened(campaign_id)
    summary = summarise(campaign_id, as_of, office)
    takes = {"campaign": campaign_id, "as_of": as_of}
    with office.warehouse.reading() as connection:
        submissions = ask(connection, "submissions", **takes)
        findings = _by_submission(ask(connection, "submission_findings", **takes))
        figures = _by_submission(ask(connection, "submission_figures", **takes))
    return {
        "schema": SCHEMA,
        "campaign": campaign_id,
        "as_of": campaign.local(as_of).isoformat(),
        "deadline": campaign.local(campaign.deadline).isoformat(),
        "expected": summary.expected,
        "accepted": summary.accepted,
        "on_time": summary.on_time,
        "submissions": [
            _submission(row, findings.get(row["id"], []), figures.get(row["id"], []), campaign, form)
            for row in submissions
        ],
        "summary": shown_amounts(summary.totals, form),
        "missing": [_missing(missing, campaign) for missing in summary.missing],
    }


def shown_amounts(amounts: Amounts, form: Form) -> dict[str, dict[str, int | float]]:
    """Amounts under the form's own row labels, money in 万元."""
    return {
        row.label: {
            column.id: _number(amounts[row.id][column.id], money=column.type == "money")
            for column in form.figure_columns
        }
        for row in form.rows
    }


def _number(amount: int, money: bool) -> int | float:
    """A JSON number in its shortest form: 分 become 万元, whole numbers stay whole."""
    value = fen_to_wan_yuan(amount) if money else amount
    return int(value) if value == int(value) else float(value)


def _submission(
    row: Answer, findings: list[Answer], figures: list[Answer], campaign: Campaign, form: Form
) -> dict[str, Any]:
    amounts: Amounts = defaultdict(dict)
    for figure in figures:
        amounts[figure["row_id"]][figure["column_id"]] = figure["amount"]
    has_values = bool(amounts) and row["status"] in WITH_VALUES
    return {
        "file": masked(row["file"]),
        "sha256": row["sha256"],
        "unit": row["unit"],
        "material": row["material"],
        "received_at": campaign.local(row["received_at"]).isoformat(),
        "late": bool(row["late"]),
        "nil_return": bool(row["nil_return"]),
        "status": row["status"],
        "values": shown_amounts(amounts, form) if has_values else None,
        "findings": [_finding(finding) for finding in findings],
    }


def _finding(row: Answer) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "severity": row["severity"],
        "sheet": masked(row["sheet"]) if row["sheet"] is not None else None,
        "cell": row["cell"],
        "typed": masked(row["typed"]) if row["typed"] is not None else None,
        "message": masked(row["message"]),
        "waived": bool(row["waived"]),
    }


def _missing(missing: Missing, campaign: Campaign) -> dict[str, Any]:
    extended = missing.extended_to
    return {
        "unit": missing.unit,
        "kind": missing.kind,
        "material": missing.material.value,
        "state": missing.state,
        "days_overdue": missing.days_overdue,
        "extended_to": campaign.local(extended).isoformat() if extended else None,
    }


def _by_submission(rows: list[Answer]) -> Mapping[int, list[Answer]]:
    groups: dict[int, list[Answer]] = defaultdict(list)
    for row in rows:
        groups[row["submission_id"]].append(row)
    return groups
