"""Tables that follow a form's definition: one wide row a form row, and one tall view over all forms.

A new form is a new definition file; its table is made when its first campaign is opened, or by `returns migrate`.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, MetaData, String, Table, inspect, text

from etl.definitions import Column as FormColumn
from etl.definitions import Form
from etl.errors import DefinitionError
from etl.warehouse.roles import grant
from etl.warehouse.tables import Code, submissions

PREFIX = "returns_"
VIEW = "figures"


def form_table(form: Form) -> Table:
    """The table of one form and version: submission_id, row_id, sheet, and an amount and a cell a column."""
    name = f"{PREFIX}{form.id.replace('-', '_')}_v{form.version}"
    return _table(name, [(amount_name(column), f"{column.id}_cell") for column in form.figure_columns])


def form_tables_of(connection: Connection) -> list[Table]:
    """The tables of all forms that a warehouse has, also of those that are in config/ no more."""
    inspector = inspect(connection)
    names = sorted(name for name in inspector.get_table_names() if name.startswith(PREFIX))
    return [
        _table(name, _amounts([str(one["name"]) for one in inspector.get_columns(name)])) for name in names
    ]


def _amounts(names: Sequence[str]) -> list[tuple[str, str]]:
    """(amount, cell) of each figure column of a form's table, in its order."""
    cells = [name for name in names if name.endswith("_cell")]
    bases = [cell.removesuffix("_cell") for cell in cells]
    return [
        (f"{base}_fen" if f"{base}_fen" in names else base, cell)
        for base, cell in zip(bases, cells, strict=True)
    ]


def _table(name: str, amounts: Sequence[tuple[str, str]]) -> Table:
    columns: list[Column[object]] = []
    for amount, cell in amounts:
        columns += [Column(amount, BigInteger, nullable=False), Column(cell, String)]
    return Table(
        name,
        MetaData(),
        Column("submission_id", ForeignKey(submissions.c.id), primary_key=True),
        Column("row_id", Code, primary_key=True),
        Column("sheet", String),
        *columns,
    )


def amount_name(column: FormColumn) -> str:
    """Money is kept in whole 分 and says so."""
    return f"{column.id}_fen" if column.type == "money" else column.id


def without_table(connection: Connection, forms: Iterable[Form]) -> list[str]:
    """The ids of the forms that have no table yet."""
    there = set(inspect(connection).get_table_names())
    return [form.id for form in forms if form_table(form).name not in there]


def ensure_form_table(connection: Connection, form: Form) -> None:
    """Create the form's table and the view over it. Raises DefinitionError where the form changed its
    columns without a new version, or this database's role may make no tables."""
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
    make_view(connection)


def make_view(connection: Connection) -> None:
    """`figures`: submission_id, row_id, column_id, amount, sheet, cell, a row a figure, over every form."""
    selects = [
        f"SELECT submission_id, row_id, '{cell.removesuffix('_cell')}' AS column_id, \"{amount}\" AS amount, "  # nosec B608 - names of our own tables and columns
        f'sheet, "{cell}" AS cell FROM {table.name}'
        for table in form_tables_of(connection)
        for amount, cell in sorted(_amounts(table.columns.keys()), key=lambda one: one[1])
    ]
    connection.execute(text(f"DROP VIEW IF EXISTS {VIEW}"))
    connection.execute(text(f"CREATE VIEW {VIEW} AS {' UNION ALL '.join(selects)}"))
    grant(connection)
