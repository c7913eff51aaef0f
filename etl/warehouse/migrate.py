"""Bring a warehouse to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from etl.warehouse.engine import Warehouse

FOLDER = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def migrate(warehouse: Warehouse) -> None:
    """Create or upgrade the tables; does nothing, quickly, where they are up to date."""
    config = alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with warehouse.reading() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with warehouse.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
