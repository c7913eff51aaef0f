"""docs/data-dictionary.md tells every table and view of a warehouse as it is; REFRESH_DOCS=1 writes it."""

import os

from sqlalchemy import Column, inspect

from etl.definitions import Definitions
from etl.settings import PROJECT
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import VIEW, ensure_form_table, form_table
from etl.warehouse.migrate import migrate
from etl.warehouse.tables import metadata
from etl.warehouse.views import READER_VIEWS

PAGE = PROJECT / "docs" / "data-dictionary.md"
_HEAD = """# Data dictionary

<!-- Written from etl/warehouse/tables.py and etl/warehouse/views.py, never by hand:
     REFRESH_DOCS=1 .venv/bin/python -m pytest tests/docs/test_data_dictionary.py -->

BI tools ask the views `reader_…` and `figures`, by a role that only reads ([production](production.md)). Tables are the
program's own and may change with any version. Moments are UTC. Money is whole 分: a millionth of 1 万元.
"""
_FIGURES = {
    "submission_id": "the submission that the figure was read from",
    "row_id": "the form's row, as in `config/forms`",
    "column_id": "the form's column",
    "amount": "分 for money, heads or pieces for counts",
    "sheet": "where it stood",
    "cell": "where it stood",
}


def _line(column: Column[object]) -> str:
    key = "key" if column.primary_key else "" if column.nullable else "never null"
    leads = ", ".join(f"→ {one.column.table.name}" for one in column.foreign_keys)
    return f"| `{column.name}` | {column.type.__class__.__name__} | {key} | {column.comment or leads} |"


def _page(definitions: Definitions) -> str:
    parts = [_HEAD, "\n## Views for readers\n"]
    views = {**READER_VIEWS, VIEW: ("every figure of every form, one a row", _FIGURES)}
    for name, (said, columns) in views.items():
        lines = [f"| `{column}` | {about} |" for column, about in columns.items()]
        parts.append(f"\n### `{name}`\n\n{said}\n\n| column | |\n|---|---|\n" + "\n".join(lines) + "\n")
    parts.append("\n## Tables\n")
    forms = [form_table(form) for form in definitions.forms.values()]
    for table in [*sorted(metadata.tables.values(), key=lambda one: one.name), *forms]:
        said = table.comment or ("one wide row a row of the form" if table in forms else "")
        lines = [_line(column) for column in table.columns]
        about = f"{said}\n\n" if said else ""
        parts.append(
            f"\n### `{table.name}`\n\n{about}| column | type | | |\n|---|---|---|---|\n"
            + "\n".join(lines)
            + "\n"
        )
    return "".join(parts)


def test_the_page_tells_the_tables_as_they_are(definitions: Definitions) -> None:
    said = _page(definitions)
    if os.environ.get("REFRESH_DOCS"):
        PAGE.write_text(said, "utf-8")
    assert PAGE.read_text("utf-8") == said, "REFRESH_DOCS=1 pytest tests/docs/test_data_dictionary.py"


def test_the_views_have_the_columns_that_the_page_tells(definitions: Definitions, warehouse_url: str) -> None:
    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    with warehouse.writing() as connection:
        ensure_form_table(connection, definitions.forms["double-support"])
    inspector = inspect(warehouse.engine)
    assert {*READER_VIEWS, VIEW} == set(inspector.get_view_names())
    for name, (_, columns) in READER_VIEWS.items():
        assert [column["name"] for column in inspector.get_columns(name)] == list(columns)
    assert [column["name"] for column in inspector.get_columns(VIEW)] == list(_FIGURES)
    warehouse.close()
