"""What a run says when it fails: one Chinese sentence with the task, its batch or campaign, and why."""

import logging
from collections.abc import Mapping
from typing import Any

from etl.masking import shown

log = logging.getLogger(__name__)


def tell_failure(context: Mapping[str, Any]) -> None:
    """Log a task that has failed for good, and write to the office where a mail server is set up."""
    said = f"{_which(context)}：没有做成，已停下，请处理后重新运行。原因：{_why(context)}"
    log.error("%s", said)
    write_to_office("双拥报送：有一步没有做成", said)


def write_to_office(subject: str, text: str) -> None:
    """To the office's own address; nothing without a server. A notice that cannot be sent is logged, no more."""
    from etl.edges.mail import Letter, send
    from etl.orchestration.mail import mail_server

    server = mail_server()
    if server is None:
        return
    (why,) = send(server, [Letter(server.sender, subject, f"{text}\n")])
    if why:
        log.warning("通知没有寄到双拥办自己的邮箱：%s", why)


def tell_retry(context: Mapping[str, Any]) -> None:
    """Log a task that failed and will be tried again by itself."""
    log.warning("%s：没有做成，稍后自动再试。原因：%s", _which(context), _why(context))


def _which(context: Mapping[str, Any]) -> str:
    """The run's and the task's names, and the ids that the task was given: a batch, a campaign. A task that is none of
    Python (an approval, a call) is given nothing."""
    task = context["task"]
    named = getattr(task, "op_kwargs", {}).values()
    given = "、".join(str(value) for value in (*getattr(task, "op_args", ()), *named))
    return f"“{context['dag'].dag_display_name}”的 {task.task_id}" + (f"（{given}）" if given else "")


def _why(context: Mapping[str, Any]) -> str:
    """The error on one line and masked: what a file says must not become a log line of its own."""
    error = context.get("exception")
    if error is None:
        return "任务被中止，没有留下说明"
    return shown(" ".join(f"{error}".split()) or type(error).__name__, at_most=1000)
