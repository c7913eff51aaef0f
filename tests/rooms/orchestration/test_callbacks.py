"""What a failed run says of itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from etl.errors import Unavailable
from etl.orchestration.callbacks import tell_failure, tell_retry
from tests.dag_runs import dags, throwaway_airflow
from tests.mailbox import OFFICE, mail_server


@pytest.fixture(autouse=True, scope="module")
def _airflow_of_our_own() -> None:
    throwaway_airflow()


def context(error: BaseException | None, *given: object, **named: object) -> dict[str, Any]:
    task = SimpleNamespace(task_id="read", op_args=given, op_kwargs=named)
    return {"dag": SimpleNamespace(dag_display_name="收件"), "task": task, "exception": error}


def test_a_failed_task_names_its_batch_and_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    tell_failure(context(Unavailable("共享文件夹没有挂载：/数据/共享"), 7))
    assert caplog.messages == [
        "“收件”的 read（7）：没有做成，已停下，请处理后重新运行。原因：共享文件夹没有挂载：/数据/共享"
    ]


@pytest.mark.parametrize(("dag", "task"), [("finalise", "approve"), ("call_intake", "call_intake")])
def test_a_failed_task_that_is_none_of_python_is_told_too(
    dag: str, task: str, caplog: pytest.LogCaptureFixture
) -> None:
    real = dags()[dag]
    failed = {"dag": real, "task": real.get_task(task), "exception": Unavailable("没有人审批")}
    tell_failure(failed)
    assert caplog.messages == [
        f"“{real.dag_display_name}”的 {task}：没有做成，已停下，请处理后重新运行。原因：没有人审批"
    ]


def test_a_task_that_is_tried_again_says_so(caplog: pytest.LogCaptureFixture) -> None:
    tell_retry(context(Unavailable("数据库连不上"), campaign="2022-spring"))
    assert caplog.messages == ["“收件”的 read（2022-spring）：没有做成，稍后自动再试。原因：数据库连不上"]


def test_a_reason_stays_on_one_line_and_masks_numbers_of_persons(caplog: pytest.LogCaptureFixture) -> None:
    tell_failure(context(ValueError("坏了\n2022-01-01 ERROR 假的一行，电话 13812345678")))
    (said,) = caplog.messages
    assert "\n" not in said
    assert "138****5678" in said


def test_an_error_without_words_gives_its_name(caplog: pytest.LogCaptureFixture) -> None:
    tell_failure(context(MemoryError()))
    assert caplog.messages[0].endswith("原因：MemoryError")


def test_a_task_that_was_killed_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    tell_failure(context(None))
    assert caplog.messages[0].endswith("原因：任务被中止，没有留下说明")


def test_the_office_has_a_mail_of_what_failed_where_a_server_is_set_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mail_server() as (box, server):
        extra = "from_email=office%40returns.example&disable_ssl=true&disable_tls=true"
        monkeypatch.setenv("AIRFLOW_CONN_RETURNS_SMTP", f"smtp://127.0.0.1:{server.port}/?{extra}")
        tell_failure(context(Unavailable("共享文件夹没有挂载，电话 13812345678"), 7))
        (letter,) = box.to(OFFICE)
        assert letter["subject"] == "双拥报送：有一步没有做成"
        said = letter.get_content()
        assert "“收件”的 read（7）：没有做成" in said and "138****5678" in said
        box.refuses = {OFFICE}
        tell_failure(context(Unavailable("数据库连不上"), 8))
        assert len(box.came) == 1


def test_a_task_marked_as_done_is_no_approval() -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from etl.orchestration.tasks import approval_of

    with pytest.raises(AirflowFailException, match="没有人审批"):
        approval_of({"facts": "x"}, None)
