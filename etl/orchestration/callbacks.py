"""What a run says when it fails: one Chinese sentence with the task, its batch or campaign, and why."""

import logging
from collections.abc import Mapping
from typing import Any

from etl.masking import shown

log = logging.getLogger(__name__)


def tell_failure(context: Mapping[str, Any]) -> None:
    """Log a task that has failed for good."""
    log.error("%s：没有做成，已停下，请处理后重新运行。原因：%s", _which(context), _why(context))


def tell_retry(context: Mapping[str, Any]) -> None:
    """Log a task that failed and will be tried again by itself."""
    log.warning("%s：没有做成，稍后自动再试。原因：%s", _which(context), _why(context))


def _which(context: Mapping[str, Any]) -> str:
    """The run's and the task's names, and the ids that the task was given: a batch, a campaign."""
    task = context["task"]
    given = "、".join(str(value) for value in (*task.op_args, *task.op_kwargs.values()))
    return f"“{context['dag'].dag_display_name}”的 {task.task_id}" + (f"（{given}）" if given else "")


def _why(context: Mapping[str, Any]) -> str:
    """The error on one line and masked: what a file says must not become a log line of its own."""
    error = context.get("exception")
    if error is None:
        return "任务被中止，没有留下说明"
    return shown(" ".join(f"{error}".split()) or type(error).__name__, at_most=1000)
