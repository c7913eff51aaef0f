"""Bring a warehouse to the schema of this version."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from etl.definitions import Form
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table
from etl.warehouse.roles import grant

FOLDER = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


class Schema(StrEnum):
    """How a warehouse's tables stand to this version of the program."""

    NONE = "none"
    OLDER = "older"
    SAME = "same"
    UNKNOWN = "unknown"


def schema_of(warehouse: Warehouse) -> Schema:
    """Look, and change nothing. Raises Unavailable."""
    script = ScriptDirectory.from_config(alembic_config())
    with warehouse.reading() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return Schema.NONE
    if current == script.get_current_head():
        return Schema.SAME
    known = {revision.revision for revision in script.walk_revisions()}
    return Schema.OLDER if current in known else Schema.UNKNOWN


def migrate(warehouse: Warehouse) -> None:
    """Create or upgrade the tables; does nothing, quickly, where they are up to date.

    Raises DefinitionError where they are not, and this database's role may not change tables.
    """
    config = alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with warehouse.reading() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with warehouse.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        grant(connection)


def prepare(warehouse: Warehouse, forms: Iterable[Form]) -> None:
    """All that only the owner may do: bring the tables up to date, make each form's own, give the other roles
    their rights. Again: changes nothing but these rights."""
    migrate(warehouse)
    with warehouse.writing() as connection:
        for form in forms:
            ensure_form_table(connection, form)
        grant(connection)
