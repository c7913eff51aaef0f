"""Airflow's own database made ready, in one process: its tables, its pools, and, where people log in with accounts
of their own, the office's roles."""

from airflow.configuration import conf
from airflow.models.pool import Pool
from airflow.utils.db import upgradedb

from etl.orchestration.schedule import BATCHES_POOL, WAREHOUSE_POOL

BATCHES_AT_ONCE = 1
"""On one machine, which one batch's readers keep busy, within the memory promised. docker-compose.yml has room for more."""


def main() -> None:
    upgradedb()
    Pool.create_or_update_pool(WAREHOUSE_POOL, 1, "数据库只由一个任务写  One writer", include_deferred=False)
    Pool.create_or_update_pool(
        BATCHES_POOL,
        BATCHES_AT_ONCE,
        "读表和回执，各批可以同时  Batches read at once",
        include_deferred=False,
    )
    if conf.get("core", "auth_manager").endswith(".FabAuthManager"):
        from etl.orchestration.accounts import ensure_roles

        ensure_roles()


if __name__ == "__main__":
    main()
