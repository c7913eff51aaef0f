"""Airflow's own database made ready, in one process: its tables, and the pool of the warehouse's one writer."""

from airflow.models.pool import Pool
from airflow.utils.db import upgradedb

from etl.orchestration.schedule import WAREHOUSE_POOL


def main() -> None:
    upgradedb()
    Pool.create_or_update_pool(WAREHOUSE_POOL, 1, "数据库只由一个任务写  One writer", include_deferred=False)


if __name__ == "__main__":
    main()
