"""PostgreSQL's three roles: the owner makes tables and changes them, the loader only reads and writes rows, the reader
sees the views. Whoever works with one role, or with SQLite, has nothing of this.

deploy/databases.sh makes the roles; `returns migrate`, run as the owner, gives them their rights.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

LOADER, READER = "returns_loader", "returns_reader"
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
_VIEWS = "SELECT quote_ident(viewname) FROM pg_views WHERE schemaname = current_schema()"
_TAKEN = {
    # what was decided and approved stands
    **dict.fromkeys(("decisions", "seals", "sealed_figures"), "UPDATE, DELETE"),
    # the ledger loses no row
    "submissions": "DELETE",
    "alembic_version": "INSERT, UPDATE, DELETE",
}
"""Table → what the loader may not do to it, in spite of all."""


def may_change_tables(connection: Connection) -> bool:
    """Whether this role may make tables."""
    asked = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    return not _has_roles(connection) or bool(connection.execute(text(asked)).scalar())


def is_there(connection: Connection, role: str) -> bool:
    """Whether the server knows a role of that name."""
    asked = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    return _has_roles(connection) and connection.execute(asked, {"role": role}).first() is not None


def grant(connection: Connection) -> None:
    """Give loader and reader their rights to all that is there now; a role that is not there is left out."""
    if is_there(connection, LOADER):
        for statement in _for_loader(_schema(connection), _names(connection, _TABLES)):
            connection.exec_driver_sql(statement)
    if is_there(connection, READER):
        for statement in _for_reader(_schema(connection), _names(connection, _VIEWS)):
            connection.exec_driver_sql(statement)


def _for_loader(schema: str, tables: set[str]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {schema} TO {LOADER}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {LOADER}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {LOADER}"
    for table in sorted(tables & _TAKEN.keys()):
        yield f"REVOKE {_TAKEN[table]} ON {table} FROM {LOADER}"


def _for_reader(schema: str, views: set[str]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {schema} TO {READER}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {READER}"
    for view in sorted(views):
        yield f"GRANT SELECT ON {view} TO {READER}"


def _has_roles(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _schema(connection: Connection) -> str:
    return str(connection.execute(text("SELECT quote_ident(current_schema())")).scalar())


def _names(connection: Connection, asked: str) -> set[str]:
    return set(connection.execute(text(asked)).scalars())
