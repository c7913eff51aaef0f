"""The migrations, proved by pytest-alembic on both databases."""

from collections.abc import Callable

import pytest
from pytest_alembic import tests
from pytest_alembic.config import Config
from pytest_alembic.runner import MigrationContext, runner
from sqlalchemy import inspect

from etl.definitions import Definitions, Form
from etl.errors import DefinitionError
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table
from etl.warehouse.migrate import alembic_config, migrate

PROOFS = (
    tests.test_single_head_revision,
    tests.test_upgrade,
    tests.test_model_definitions_match_ddl,
    tests.test_up_down_consistency,
)


@pytest.fixture
def migrations(warehouse_url: str):
    warehouse = Warehouse(warehouse_url)
    config = Config(alembic_config=alembic_config())
    with runner(config=config, engine=warehouse.engine) as context:
        yield context
    warehouse.close()


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.__name__)
def test_migrations_lead_to_the_tables_as_they_are_written(
    proof: Callable[[MigrationContext], None], migrations: MigrationContext
) -> None:
    proof(migrations)
    assert migrations.heads == ["0010"]


def test_migrating_twice_changes_nothing(warehouse_url: str) -> None:
    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    before = sorted(inspect(warehouse.engine).get_table_names())
    migrate(warehouse)
    assert sorted(inspect(warehouse.engine).get_table_names()) == before
    assert "submissions" in before
    warehouse.close()


def test_a_form_that_changes_its_columns_without_a_new_version_is_refused(
    warehouse_url: str, definitions: Definitions
) -> None:
    form = definitions.forms["double-support"]
    columns = [column for column in form.columns if column.id != "goods_items"]
    fewer = Form.model_validate({**form.model_dump(), "columns": columns})
    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    with warehouse.writing() as connection:
        ensure_form_table(connection, form)
        ensure_form_table(connection, form)
        with pytest.raises(DefinitionError, match="goods_items"):
            ensure_form_table(connection, fewer)
    warehouse.close()
