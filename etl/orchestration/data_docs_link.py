"""The button that leads from a task's page in Airflow to the Data Docs of what it checked or published."""

from itertools import chain
from typing import Any

from airflow.sdk import BaseOperatorLink

from etl.edges.places import data_docs_at
from etl.settings import load_settings

PAGES_AT = "returns/data-docs"
"""Where `live.py` serves the pages. Without a slash in front: Airflow's pages know under which path they stand."""


class DataDocsLink(BaseOperatorLink):
    """Airflow asks for the link once the task has ended, and keeps it with the run."""

    name = "Data Docs"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        """The page of the batch or campaign that the task was given; "" where there is none, and no button."""
        from etl.stages.data_docs import batch_page, final_page

        given = next(chain(operator.op_args, operator.op_kwargs.values()))
        name = batch_page(given) if isinstance(given, int) else final_page(given)
        return f"{PAGES_AT}/{name}" if data_docs_at(load_settings().data_docs).has(name) else ""
