"""Tables that follow a form's definition: one wide row a form row, and one tall view over all forms.

A new form is a new definition file; its table is made when its first campaign is opened, or by `returns migrate`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    MetaData,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)

from etl.definitions import Column as FormColumn
from etl.definitions import Form
from etl.definitions.tree import TOP
from etl.errors import DefinitionError
from etl.model import Amounts
from etl.warehouse.questions import as_part
from etl.warehouse.roles import grant
from etl.warehouse.tables import Code, campaign_units, submissions, units

PREFIX = "returns_"
VIEW = "figures"
_AT_ONCE = 500

Cells = tuple[str | None, dict[str, tuple[str | None, ...]]]
"""A form's sheet, and by row id the cells of its part columns."""


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


def node_totals(
    connection: Connection, form: Form, campaign: str, as_of: datetime
) -> list[tuple[str, str, str, int, dict[str, int]]]:
    """What the forms in force of all units in and below each node add up to, by kind, in the order of the units: node,
    kind, row id, how many forms, amount by column id. Nodes without a form are absent; a form of a unit that is of the
    campaign no more is the top's.

    The question stands here and not in sql/ since over the view `figures` it would take ten times as long.
    """
    table, ids = form_table(form), [column.id for column in form.figure_columns]
    in_force = as_part("in_force", "unit_code", "material", "submission_id")
    above = as_part("nodes_above", "node", "above")
    node = func.coalesce(campaign_units.c.node, TOP).label("node")
    listed = (campaign_units.c.campaign == campaign) & (campaign_units.c.unit_code == in_force.c.unit_code)
    direct = (
        select(
            node,
            units.c.kind,
            table.c.row_id,
            func.min(units.c.position).label("position"),
            func.count().label("forms"),
            *(func.sum(table.c[amount_name(one)]).label(one.id) for one in form.figure_columns),
        )
        .select_from(in_force.join(table, table.c.submission_id == in_force.c.submission_id))
        .join(units, units.c.code == in_force.c.unit_code)
        .outerjoin(campaign_units, listed)
        .where(in_force.c.material == "statistics")
        .group_by(node, units.c.kind, table.c.row_id)
        .subquery("direct")
    )
    question = (
        select(
            above.c.above,
            direct.c.kind,
            direct.c.row_id,
            func.sum(direct.c.forms),
            *(func.sum(direct.c[id_]) for id_ in ids),
        )
        .join_from(direct, above, above.c.node == direct.c.node)
        .group_by(above.c.above, direct.c.kind, direct.c.row_id)
        .order_by(above.c.above, func.min(direct.c.position), direct.c.kind)
    )
    found = connection.execute(question, {"campaign": campaign, "as_of": as_of})
    return [
        (where, kind, row, int(forms), dict(zip(ids, map(int, amounts), strict=True)))
        for where, kind, row, forms, *amounts in found
    ]


def amounts_of(connection: Connection, form: Form, ids: Sequence[int]) -> dict[int, Amounts]:
    """What some submissions' forms say, by submission."""
    table, found = form_table(form), defaultdict[int, Amounts](dict)
    names = [column.id for column in form.figure_columns]
    columns = [table.c[amount_name(column)] for column in form.figure_columns]
    for start in range(0, len(ids), _AT_ONCE):
        some = table.c.submission_id.in_(ids[start : start + _AT_ONCE])
        for id_, row, *amounts in connection.execute(
            select(table.c.submission_id, table.c.row_id, *columns).where(some)
        ):
            found[id_][row] = dict(zip(names, amounts, strict=True))
    return dict(found)


def cells_of(connection: Connection, form: Form, ids: Sequence[int]) -> dict[int, Cells]:
    """Where some submissions' figures were read, by submission."""
    table, found = form_table(form), dict[int, Cells]()
    columns = [table.c[f"{column.id}_cell"] for column in form.part_columns]
    for start in range(0, len(ids), _AT_ONCE):
        some = table.c.submission_id.in_(ids[start : start + _AT_ONCE])
        for id_, row, sheet, *cells in connection.execute(
            select(table.c.submission_id, table.c.row_id, table.c.sheet, *columns).where(some)
        ):
            _, known = found.setdefault(id_, (sheet, {}))
            known[row] = tuple(cells)
    return found


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
