"""Notes in Airflow: what came of a run stands on the run and on its tasks, for whoever looks through many of them.

Airflow calls this from its scheduler when a run has ended, inside the scheduler's own transaction: a task itself
cannot write a note, and a run that an asset started is named by Airflow alone.
"""

from typing import Any

from airflow.listeners import hookimpl
from sqlalchemy.orm import object_session


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:  # noqa: ARG001 - Airflow's signature
    _note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:  # noqa: ARG001
    _note(dag_run)


def _note(dag_run: Any) -> None:
    """What its tasks say that came of them (`tasks.label`); where none says anything, the campaign that a person
    named."""
    session = object_session(dag_run)
    if session is None or "报送" not in {tag.name for tag in dag_run.dag_model.tags}:
        return  # `airflow dags test` works without the scheduler's session
    said = []
    for task in dag_run.get_task_instances(session=session):
        called = task.rendered_map_index
        if called and not called.isdecimal():
            _write(task, "task_instance_note", called)
            said += [called]
    if not said and "campaign" in (dag_run.conf or {}):
        said = [f"期次 {dag_run.conf['campaign']}"]
    if said:
        _write(dag_run, "dag_run_note", "\n".join(dict.fromkeys(said)))


def _write(on: Any, own: str, text: str) -> None:
    """A person's own note stays as they wrote it."""
    there = getattr(on, own)
    if there is None or there.user_id is None:
        on.note = text
