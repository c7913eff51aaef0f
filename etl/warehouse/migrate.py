"""Bring a warehouse to the schema of this version."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from etl.definitions import Form
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table
from etl.warehouse.roles import grant

if TYPE_CHECKING:  # every task looks whether the tables are up to date, and hardly one has to change them
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"


def alembic_config() -> "Config":
    """Alembic's configuration, without a file of its own."""
    from alembic.config import Config

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
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(alembic_config())
    with warehouse.reading() as connection:
        current = _stands_at(connection)
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
    with warehouse.reading() as connection:
        if _stands_at(connection) == newest_revision():
            return
    from alembic import command

    config = alembic_config()
    with warehouse.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        grant(connection)


def newest_revision() -> str:
    """A migration's file is named by its revision, and they count up."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("0*.py"))


def _stands_at(connection: Connection) -> str | None:
    """The revision that Alembic has noted; None where it was never here."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def prepare(warehouse: Warehouse, forms: Iterable[Form]) -> None:
    """All that only the owner may do: bring the tables up to date, make each form's own, give the other roles
    their rights. Again: changes nothing but these rights."""
    migrate(warehouse)
    with warehouse.writing() as connection:
        for form in forms:
            ensure_form_table(connection, form)
        grant(connection)
