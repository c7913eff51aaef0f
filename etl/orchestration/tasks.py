"""What every task does around its stage: opens the office alone, knows for which moment, sorts the errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.decorators.python import _PythonDecoratedOperator
from airflow.sdk import get_current_context
from airflow.sdk.bases.decorator import TaskDecorator, task_decorator_factory
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.log import mask_secret

from etl.errors import DefinitionError, Refused
from etl.orchestration.assets import WAREHOUSE
from etl.orchestration.links import LINKS

if TYPE_CHECKING:  # a DAG file imports this module, and must stay light
    from etl.office import Office
    from etl.stages.finalise import Approval


class _LinkedOperator(_PythonDecoratedOperator):
    """What `airflow.sdk.task` makes, with buttons: only an operator's class can say that it has some."""

    operator_extra_links = LINKS


def linked_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """As `airflow.sdk.task`, for a task that is given a batch or a campaign and leads to what came of it."""
    return task_decorator_factory(
        python_callable=python_callable, decorated_operator_class=_LinkedOperator, **kwargs
    )


@contextmanager
def the_office() -> Iterator[Office]:
    """The office, open. Unavailable leaves as it is, to be tried again; what no retry cures fails at once."""
    from etl.journal import secrets_of
    from etl.office import open_office
    from etl.orchestration.meters import send_metrics

    for chatty in ("alembic", "great_expectations"):
        # Hundreds of lines about their insides would drown the one that says why a task failed
        logging.getLogger(chatty).setLevel(logging.WARNING)
    send_metrics()
    for secret in secrets_of():
        mask_secret(secret)
    try:
        with open_office() as office:
            yield office
    except (DefinitionError, Refused) as why:
        raise AirflowFailException(str(why)) from why


@contextmanager
def office_alone(at_batch: int | None = None) -> Iterator[Office]:
    """The office, with nobody else at work in it, or in one batch of it; whoever comes second waits."""
    with the_office() as office, office.alone() if at_batch is None else office.alone_at(at_batch):
        yield office


def campaigns() -> list[str]:
    """The campaigns at which this run is to work, at its moment."""
    from etl.pipeline import campaigns_at_work

    with the_office() as office:
        return campaigns_at_work(office, given_moment() or office.now())


def label(text: str) -> None:
    """What came of this task, for its note and its run's; how a mapped task is called in Airflow instead of 0, 1, 2.
    For tasks made with LABELLED."""
    context: Any = get_current_context()
    context["label"] = text


def label_batch(batch_id: int, office: Office) -> None:
    """Call this task by its campaign and batch and what became of it: 2022-spring 第 7 批 4 个文件：收下 3，退回 1."""
    from etl.terminal import VERDICTS
    from etl.warehouse.ledger import batch, verdicts_of

    with office.warehouse.reading() as connection:
        counts, campaign = verdicts_of(connection, batch_id), batch(connection, batch_id).campaign
    said = "，".join(f"{word} {counts[verdict]}" for verdict, word in VERDICTS.items() if counts[verdict])
    judged = f" {counts.total()} 个文件：{said}" if said else "：没有本期的文件"
    label(f"{campaign} 第 {batch_id} 批{judged}")


def approval_of(asked: Mapping[str, str], answer: Mapping[str, Any] | None) -> Approval:
    """What the person who is logged in to Airflow answered, and when; to what they were shown.

    Fails for a task that somebody marked as done: that is no approval.
    """
    from etl.stages.finalise import Approval

    if not answer:
        raise AirflowFailException("没有人审批：任务是被标成完成的。请重新运行“定稿”，由审核批准")
    who, at = answer["responded_by_user"], answer["responded_at"]
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return Approval(who["name"] or who["id"], moment, facts=asked["facts"])


def given_moment() -> datetime | None:
    """This run's `at`, which replaces the clock; None stands for the clock."""
    own = get_current_context()["params"].get("at")
    return _moment(own) if own else None


def hand_on_moment() -> None:
    """Tell whoever waits for the warehouse for which moment it was changed."""
    moment = given_moment()
    event = get_current_context()["outlet_events"][WAREHOUSE]
    event.extra["at"] = moment.isoformat() if moment else None


def handed_on_moment() -> datetime | None:
    """The latest moment for which the warehouse was changed by the runs that started this one; None where it was the
    clock's for one of them, which is later than any other, and where none changed it."""
    events = get_current_context()["triggering_asset_events"].get(WAREHOUSE, [])
    moments = [event.extra.get("at") for event in events]
    return None if None in moments else max(map(_moment, moments), default=None)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise AirflowFailException(f"at：“{text}”不是写明时区的时间，应如 2022-02-09T18:00:00+08:00")
    return moment
