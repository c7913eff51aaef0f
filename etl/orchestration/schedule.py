"""When the DAGs run, and what holds for each of them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import CronTriggerTimetable, Param

from etl.orchestration.callbacks import tell_failure, tell_retry

ZONE = "Asia/Shanghai"
WAREHOUSE_POOL = "warehouse"
"""One slot: the warehouse has one writer, whatever is due at once."""
BATCHES_POOL = "batches"
"""A slot for each batch that may be read or answered at the same time."""

EVERY_THREE_MINUTES = CronTriggerTimetable("*/3 * * * *", timezone=ZONE)
AT_EIGHT = CronTriggerTimetable("0 8 * * *", timezone=ZONE)
AFTER_EIGHT = CronTriggerTimetable("10 8 * * *", timezone=ZONE)

AT = Param(
    None,
    type=["null", "string"],
    format="date-time",
    title="at",
    description="代替当前时间，须写明时区，如 2022-02-09T18:00:00+08:00；不填就是现在。"
    "  Replaces the clock; empty means now.",
)

EVERY_DAG: dict[str, Any] = {
    "start_date": datetime(2022, 1, 1, tzinfo=ZoneInfo(ZONE)),
    "catchup": False,
    "max_active_runs": 1,
    "tags": ["报送"],
    "default_args": {
        "owner": "区双拥办",
        "pool": WAREHOUSE_POOL,
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "execution_timeout": timedelta(minutes=30),
        "on_failure_callback": tell_failure,
        "on_retry_callback": tell_retry,
    },
}

WAITS_FOR_A_PERSON: dict[str, Any] = {"response_timeout": timedelta(days=14), "execution_timeout": None}
"""Of a task that asks: it takes no place while it waits, and gives up after a fortnight."""

BESIDE_OTHERS: dict[str, Any] = {"pool": BATCHES_POOL}
"""Of a mapped task that needs to be alone at its batch only: workers share them out."""

LABELLED: dict[str, Any] = {"map_index_template": "{{ label }}"}
"""Of a task that calls itself by its campaign and its counts; mapped tasks are listed by it."""
