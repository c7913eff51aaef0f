"""`returns trace`: a published number led back to the cells it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from etl.definitions import Column, Form, Row
from etl.errors import Refused
from etl.model import fen_to_wan_yuan, receipt_number
from etl.office import Office
from etl.warehouse import ledger
from etl.warehouse.questions import ask


@dataclass(frozen=True, slots=True)
class Contribution:
    """One cell's part of a number: its value (万元, 人, 件), and where it stood as it was typed. `row` and `column`
    are the form's labels."""

    unit: str
    row: str
    column: str
    value: Decimal
    typed: str | None
    file: str
    sheet: str | None
    cell: str | None
    receipt: str


def trace(
    campaign_id: str, row_said: str, column_said: str, as_of: datetime, office: Office
) -> list[Contribution]:
    """The cells that add up to one number of the summary, in the form's order and then the units'. Row and column by
    id or label.

    A 总计 or 合计 is led back to the category cells that it is added up from, as in the summary: what a unit typed as
    its own sum counts nowhere. Raises Refused for a row or column the form lacks.
    """
    _, form = office.opened(campaign_id)
    row, column = _row(row_said, form), _column(column_said, form)
    rows = form.category_rows if row.total else (row,)
    columns = [form.column(part) for part in column.sum_of] or [column]
    takes = {"campaign": campaign_id, "as_of": as_of}
    with office.warehouse.reading() as connection:
        found = [
            (r, c, cell)
            for r in rows
            for c in columns
            for cell in ask(connection, "trace", **takes, row=r.id, column=c.id)
        ]
        typed = ledger.typed_of(connection, sorted({cell["submission_id"] for _, _, cell in found}))
    return [
        Contribution(
            unit=cell["unit"],
            row=r.label,
            column=c.full_label,
            value=fen_to_wan_yuan(cell["amount"]) if c.type == "money" else Decimal(cell["amount"]),
            typed=typed[cell["submission_id"]].get((r.id, c.id)),
            file=cell["file"],
            sheet=cell["sheet"],
            cell=cell["cell"],
            receipt=receipt_number(campaign_id, cell["submission_id"]),
        )
        for r, c, cell in found
    ]


def figure_called(row_said: str, column_said: str, form: Form) -> str:
    """A figure's name by its labels: 总计·走访慰问人数. Raises Refused for what the form lacks."""
    return f"{_row(row_said, form).label}·{_column(column_said, form).full_label}"


def _row(said: str, form: Form) -> Row:
    for row in form.rows:
        if said in (row.id, *row.names):
            return row
    raise Refused(f"没有“{said}”这一行。有：{'、'.join(f'{row.label}（{row.id}）' for row in form.rows)}")


def _column(said: str, form: Form) -> Column:
    return _one_of(said, form.figure_columns)


def cell_called(row_said: str, column_said: str, form: Form) -> tuple[str, str]:
    """Row id and column id of a cell by labels or ids, words too. Raises Refused for what the form lacks."""
    return _row(row_said, form).id, _one_of(column_said, form.columns).id


def _one_of(said: str, columns: Sequence[Column]) -> Column:
    found = [column for column in columns if said in (column.id, column.full_label)]
    found = found or [column for column in columns if said in column.names]
    if len(found) == 1:
        return found[0]
    listed = "、".join(f"{column.full_label}（{column.id}）" for column in found or columns)
    problem = "不止一列，请说明是哪一列" if found else "没有这一列"
    raise Refused(f"“{said}”{problem}：{listed}")
