"""Tables that follow a form's definition: one wide row a form row, and one tall view over all forms.

A new form is a new definition file; its table is made when its first campaign is opened.
"""

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, MetaData, String, Table, inspect, text

from etl.definitions import Column as FormColumn
from etl.definitions import Form
from etl.errors import DefinitionError
from etl.warehouse.tables import Code, submissions

PREFIX = "returns_"
VIEW = "figures"


def form_table(form: Form) -> Table:
    """The table of one form and version: submission_id, row_id, sheet, and an amount and a cell a column."""
    columns: list[Column[object]] = []
    for column in form.figure_columns:
        columns += [
            Column(amount_name(column), BigInteger, nullable=False),
            Column(f"{column.id}_cell", String),
        ]
    return Table(
        f"{PREFIX}{form.id.replace('-', '_')}_v{form.version}",
        MetaData(),
        Column("submission_id", ForeignKey(submissions.c.id), primary_key=True),
        Column("row_id", Code, primary_key=True),
        Column("sheet", String),
        *columns,
    )


def amount_name(column: FormColumn) -> str:
    """Money is kept in whole 分 and says so."""
    return f"{column.id}_fen" if column.type == "money" else column.id


def ensure_form_table(connection: Connection, form: Form) -> None:
    """Create the form's table and the view over it. Raises DefinitionError where the form changed its
    columns without a new version."""
    table = form_table(form)
    inspector = inspect(connection)
    if table.name in inspector.get_table_names():
        there = {str(column["name"]) for column in inspector.get_columns(table.name)}
        changed = there.symmetric_difference(table.columns.keys())
        if changed:
            raise DefinitionError(
                f"forms/{form.id}.toml：version：数字列变了（{'、'.join(sorted(changed))}），请把 version 加一"
            )
        return
    table.create(connection)
    _make_view(connection)


def _make_view(connection: Connection) -> None:
    """`figures`: submission_id, row_id, column_id, amount, sheet, cell, a row a figure, over every form."""
    inspector = inspect(connection)
    selects = []
    for table in sorted(name for name in inspector.get_table_names() if name.startswith(PREFIX)):
        names = {str(column["name"]) for column in inspector.get_columns(table)}
        for column in sorted(name.removesuffix("_cell") for name in names if name.endswith("_cell")):
            amount = f"{column}_fen" if f"{column}_fen" in names else column
            selects.append(
                f"SELECT submission_id, row_id, '{column}' AS column_id, \"{amount}\" AS amount, "
                f'sheet, "{column}_cell" AS cell FROM {table}'
            )
    connection.execute(text(f"DROP VIEW IF EXISTS {VIEW}"))
    connection.execute(text(f"CREATE VIEW {VIEW} AS {' UNION ALL '.join(selects)}"))
