"""`python -m etl.orchestration.warm scheduler …`, `… celery worker …`: the command `airflow`, with what a task needs
already imported.

Airflow's LocalExecutor forks its tasks from the scheduler, a Celery worker from itself, and a fork has what its parent
has. A task that imports Great Expectations for itself takes three seconds longer, and a clerk waits for them.
"""

import great_expectations  # noqa: F401
from airflow.__main__ import main

import etl.pipeline  # noqa: F401

if __name__ == "__main__":
    main()  # type: ignore[no-untyped-call]
