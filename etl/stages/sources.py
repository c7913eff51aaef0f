"""溯源: every category figure in force with the cell that it was read from."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection

from etl.definitions import Form
from etl.masking import shown
from etl.model import Source, receipt_number
from etl.warehouse import ledger
from etl.warehouse.form_tables import amounts_of, cells_of
from etl.warehouse.questions import Answer

_TYPED_AT_MOST = 60


def sources_of(
    connection: Connection, form: Form, campaign: str, lines: Sequence[Answer]
) -> tuple[Source, ...]:
    """Of rows of the question unit_lines, in the form's order and then theirs; none of a line without a form.

    Sums have no source of their own: they are always added up from their parts.

    Touches: warehouse (reads).
    """
    lines = [line for line in lines if line["submission_id"] is not None]
    ids = [line["submission_id"] for line in lines]
    amounts, cells = amounts_of(connection, form, ids), cells_of(connection, form, ids)
    typed = ledger.typed_of(connection, ids)
    legible = cache(lambda text: shown(text, _TYPED_AT_MOST))  # most are the same few numbers
    named = [(line["submission_id"], line, receipt_number(campaign, line["submission_id"])) for line in lines]
    files = {id_: shown(line["file"]) for id_, line, _ in named}
    sheets = {id_: None if sheet is None else shown(sheet) for id_, (sheet, _) in cells.items()}
    return tuple(
        Source(
            code=line["code"],
            row=row.id,
            column=column.id,
            amount=amounts[id_][row.id][column.id],
            typed=None if (said := typed[id_].get((row.id, column.id))) is None else legible(said),
            sheet=sheets[id_],
            cell=cells[id_][1][row.id][at],
            file=files[id_],
            sha256=line["sha256"],
            receipt=receipt,
        )
        for row in form.category_rows
        for at, column in enumerate(form.part_columns)
        for id_, line, receipt in named
        if row.id in amounts.get(id_, {})
    )
