"""Alembic's door to the warehouse: online only, on the connection that is handed in."""

from alembic import context
from sqlalchemy import Connection, create_engine

from etl.warehouse.tables import metadata


def _not_of_a_form(name: str | None, kind: str, _parents: object) -> bool:
    """Form tables come from form definitions, not from migrations."""
    return not (kind == "table" and name is not None and name.startswith("returns_"))


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=_not_of_a_form,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_in = context.config.attributes.get("connection")
if isinstance(handed_in, Connection):
    _migrate(handed_in)
elif handed_in is not None:
    with handed_in.connect() as connection:
        _migrate(connection)
        connection.commit()
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url", "")).begin() as connection:
        _migrate(connection)
