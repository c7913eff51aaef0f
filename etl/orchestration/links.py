"""The buttons on a task's page in Airflow: to the receipts of its batch, to what is published, to the Data Docs.

Airflow asks for each once the task has ended, and keeps it with the run. A task was given a batch or a campaign;
"" where there is nothing to lead to, and no button. Without a slash in front: Airflow's pages know under which
path they stand, and `live.py` serves what they lead to.
"""

from itertools import chain
from typing import Any

from airflow.sdk import BaseOperatorLink

from etl.edges.places import data_docs_at
from etl.settings import load_settings

PAGES_AT = "returns/data-docs"


class DataDocsLink(BaseOperatorLink):
    """The page of what the batch or campaign was checked for."""

    name = "Data Docs"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        from etl.stages.data_docs import batch_page, final_page

        given = _given(operator)
        name = batch_page(given) if isinstance(given, int) else final_page(given)
        return f"{PAGES_AT}/{name}" if data_docs_at(load_settings().data_docs).has(name) else ""


class ReceiptsLink(BaseOperatorLink):
    """The list of a batch's files, each with its receipt."""

    name = "回执"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002
        given = _given(operator)
        return f"returns/batches/{given}/" if isinstance(given, int) else ""


class PublishedLink(BaseOperatorLink):
    """A campaign's 报送进度, at its published files."""

    name = "发布的文件"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002
        given = _given(operator)
        return f"returns/board/{given}/#files" if isinstance(given, str) else ""


LINKS = (DataDocsLink(), ReceiptsLink(), PublishedLink())


def _given(operator: Any) -> Any:
    return next(chain(operator.op_args, operator.op_kwargs.values()))
