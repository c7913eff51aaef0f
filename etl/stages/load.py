"""Load: judgements into the warehouse, ledger and figures in one transaction."""

import logging
from datetime import datetime
from typing import Any

import msgspec

from etl.definitions import Form, Rulebook
from etl.journal import timed
from etl.masking import shown
from etl.model import receipt_number
from etl.office import Office
from etl.stages.check import Judged, Judgement
from etl.stages.explanations import Explanations
from etl.stages.verdict import spoken
from etl.warehouse import ledger
from etl.warehouse.bulk import put
from etl.warehouse.form_tables import amount_name, form_table
from etl.warehouse.ledger import Batch
from etl.warehouse.questions import ask

log = logging.getLogger(__name__)
_AUTHOR_AT_MOST = 100


@timed("load")
def load_batch(judged: Judged, office: Office) -> None:
    """Write a judged batch, whole or not at all.

    Begins:  `check_batch` judged the submissions without a verdict; the caller holds the run lock.
    Ends:    each has its verdict, findings and, where its form may count, its figures with their cells.
    Again:   `check_batch` finds nothing left to judge, and this writes nothing.
    """
    form = office.definitions.form_of(office.definitions.campaign(judged.batch.campaign))
    now = office.now()
    with office.warehouse.writing() as connection:
        ledger.leave_for(connection, judged.batch.id, judged.elsewhere)
        verdicts = [_verdict(judgement, judged.batch.campaign, now) for judgement in judged.judgements]
        known = Explanations(ask(connection, "explained", campaign=judged.batch.campaign))
        findings = [
            row for judgement in judged.judgements for row in _findings(judgement, known, office.rulebook)
        ]
        ledger.judge(connection, verdicts, findings)
        returns = [row for judgement in judged.judgements for row in _returns(judgement, form)]
        put(connection, form_table(form), returns)
    for judgement in judged.judgements:
        _note(judgement, judged.batch)


def _note(judgement: Judgement, batch: Batch) -> None:
    """A line of the log a submission, without a word of the file."""
    number = receipt_number(batch.campaign, judgement.entry.id)
    facts = {"submission": number, "unit": judgement.sender.unit, "verdict": str(judgement.verdict)}
    log.info(
        "%s %s", number, judgement.verdict, extra={"campaign": batch.campaign, "batch": batch.id, **facts}
    )


def _verdict(judgement: Judgement, campaign: str, now: datetime) -> dict[str, Any]:
    return {
        "id": judgement.entry.id,
        "campaign": campaign,
        "unit_code": judgement.sender.unit,
        "sender_source": judgement.sender.source,
        "kind": judgement.reading.kind,
        "material": judgement.reading.material,
        "verdict": judgement.verdict,
        "why_held": judgement.why_held,
        "nil_return": judgement.nil_return,
        "duplicate_of": judgement.duplicate_of,
        "judged_at": now,
        "last_author": shown(judgement.reading.author, _AUTHOR_AT_MOST) if judgement.reading.author else None,
    }


def _findings(judgement: Judgement, known: Explanations, rulebook: Rulebook) -> list[dict[str, Any]]:
    unit = None if judgement.sender.doubt else judgement.sender.unit
    explained = known.of(unit, judgement.findings, judgement.reading.explanations, rulebook)
    return [
        {
            "submission_id": judgement.entry.id,
            "position": position,
            "rule": finding.rule,
            "severity": rulebook.severity(finding),
            "trial": rulebook.is_trial(finding),
            "sheet": finding.sheet,
            "cell": finding.cell,
            "typed": finding.typed,
            "facts": msgspec.json.encode(finding.facts).decode(),
            "message": rulebook.message(spoken(finding)),
            "explained": said,
        }
        for position, (finding, said) in enumerate(zip(judgement.findings, explained, strict=True))
    ]


def _returns(judgement: Judgement, form: Form) -> list[dict[str, Any]]:
    """One wide row a form row: its amounts, and the cells they stood in."""
    if judgement.amounts is None or judgement.reading.form is None:
        return []
    cells = {(figure.row, figure.column): figure.cell for figure in judgement.reading.form.figures}
    rows = []
    for row in form.rows:
        wide: dict[str, Any] = {
            "submission_id": judgement.entry.id,
            "row_id": row.id,
            "sheet": judgement.reading.form.sheet,
        }
        for column in form.figure_columns:
            wide[amount_name(column)] = judgement.amounts[row.id][column.id]
            wide[f"{column.id}_cell"] = cells[row.id, column.id]
        rows.append(wide)
    return rows
