"""`returns trace`: a published number led back to the cells it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from etl.definitions import Column, Form, Row
from etl.errors import Refused
from etl.model import Reading, fen_to_wan_yuan, receipt_number
from etl.office import Office
from etl.warehouse import ledger
from etl.warehouse.questions import ask


@dataclass(frozen=True, slots=True)
class Contribution:
    """One unit's part of a number: its value (万元, 人, 件), and where it stood as it was typed."""

    unit: str
    value: Decimal
    typed: str | None
    file: str
    sheet: str | None
    cell: str | None
    receipt: str


def trace(
    campaign_id: str, row_said: str, column_said: str, as_of: datetime, office: Office
) -> list[Contribution]:
    """The cells that add up to one number of the summary. Row and column by id or label.

    A 总计 or 合计 is led back to the units' own sums. Raises Refused for a row or column the form lacks.
    """
    _, form = office.opened(campaign_id)
    row, column = _row(row_said, form), _column(column_said, form)
    takes = {"campaign": campaign_id, "as_of": as_of, "row": row.id, "column": column.id}
    with office.warehouse.reading() as connection:
        found = ask(connection, "trace", **takes)
        readings = ledger.readings_of(connection, [each["submission_id"] for each in found])
    return [
        Contribution(
            unit=each["unit"],
            value=fen_to_wan_yuan(each["amount"]) if column.type == "money" else Decimal(each["amount"]),
            typed=_typed(readings[each["submission_id"]], row, column),
            file=each["file"],
            sheet=each["sheet"],
            cell=each["cell"],
            receipt=receipt_number(campaign_id, each["submission_id"]),
        )
        for each in found
    ]


def _typed(reading: Reading, row: Row, column: Column) -> str | None:
    figures = reading.form.figures if reading.form else ()
    return next((f.typed for f in figures if (f.row, f.column) == (row.id, column.id)), None)


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
