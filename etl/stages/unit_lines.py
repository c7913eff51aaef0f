"""Each unit's line: where it stands with its form, and what the form says."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from etl.definitions import Form
from etl.model import Amounts, UnitLine
from etl.warehouse.form_tables import amounts_of
from etl.warehouse.questions import Answer


def unit_lines(connection: Connection, form: Form, lines: Sequence[Answer]) -> tuple[UnitLine, ...]:
    """The rows of the question unit_lines with their figures. Touches: warehouse (reads)."""
    ids = [line["submission_id"] for line in lines if line["submission_id"] is not None]
    amounts = amounts_of(connection, form, ids)
    return tuple(_unit_line(line, amounts) for line in lines)


def _unit_line(line: Answer, amounts: Mapping[int, Amounts]) -> UnitLine:
    form = line["submission_id"]
    return UnitLine(
        code=line["code"],
        name=line["name"],
        kind=line["kind"],
        parent=line["parent"],
        owes_form=bool(line["owes_form"]),
        amounts=None if form is None else amounts.get(form, {}),
        nil_return=bool(line["nil_return"]),
        received_at=line["received_at"],
        first_received_at=line["first_received_at"],
        late=bool(line["late"]),
        narrative_late=bool(line["narrative_late"]),
    )
