"""What holds for every DAG of this house, seen by parsing the files as Airflow does."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from tests.dag_runs import DAGS, dags, throwaway_airflow

CALLS = ("call_intake", "call_publish", "call_remind")
NAMES = (*CALLS, "finalise", "intake", "open_campaign", "publish", "remind")
BESIDE_OTHERS = (*CALLS, "read", "answer")
"""Tasks that need to be alone at their batch only, or change nothing; all others are alone at the warehouse."""
AT_A_MOMENT = (*CALLS, "intake", "publish", "remind")
ADDS_AT_MOST_S = 0.1
HEAVY = (
    "great_expectations",
    "pandas",
    "openpyxl",
    "python_calamine",
    "etl.office",
    "etl.pipeline",
    "etl.stages",
)


@pytest.fixture(scope="module")
def parsed() -> dict[str, Any]:
    return dags()


def test_there_are_eight_dags_each_in_its_file_of_less_than_one_screen(parsed: dict[str, Any]) -> None:
    assert tuple(sorted(parsed)) == NAMES
    for name in NAMES:
        assert len((DAGS / f"{name}.py").read_text("utf-8").splitlines()) < 60


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_explains_itself_in_chinese_and_in_english(name: str, parsed: dict[str, Any]) -> None:
    said = parsed[name].doc_md
    assert re.search("[一-鿿]{8}", said)
    assert re.search("([A-Za-z]+,? ){5}", said)
    assert re.search("[一-鿿]", parsed[name].dag_display_name)


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_runs_once_at_a_time_and_never_catches_up(name: str, parsed: dict[str, Any]) -> None:
    dag = parsed[name]
    assert (dag.max_active_runs, dag.catchup, set(dag.tags)) == (1, False, {"报送"})


@pytest.mark.parametrize("name", NAMES)
def test_a_task_is_owned_bounded_tried_again_and_alone_at_the_warehouse(
    name: str, parsed: dict[str, Any]
) -> None:
    for task in parsed[name].tasks:
        partial = getattr(task, "partial_kwargs", {})

        def told(what: str, task: Any = task, partial: dict[str, Any] = partial) -> Any:
            return partial.get(what, getattr(task, what, None))

        pool = "batches" if task.task_id in BESIDE_OTHERS else "warehouse"
        assert (told("owner"), told("pool"), told("retries")) == ("区双拥办", pool, 3)
        assert told("retry_delay") >= timedelta(seconds=10)
        waits_for_a_person = told("response_timeout")
        if waits_for_a_person:
            assert timedelta(days=1) <= waits_for_a_person <= timedelta(days=31)
        else:
            assert timedelta(0) < told("execution_timeout") <= timedelta(hours=1)
        assert told("on_failure_callback")


@pytest.mark.parametrize("name", AT_A_MOMENT)
def test_a_dag_that_asks_for_the_time_takes_a_moment_that_replaces_the_clock_now_unless_given(
    name: str, parsed: dict[str, Any]
) -> None:
    at = parsed[name].params.get_param("at")
    assert (at.value, set(at.schema["type"])) == (None, {"null", "string"})


@pytest.mark.parametrize("name", CALLS)
def test_what_runs_by_itself_is_called_by_name_and_by_nothing_else(name: str, parsed: dict[str, Any]) -> None:
    (call,) = parsed[name].tasks
    assert f"call_{call.trigger_dag_id}" == call.task_id == name
    assert parsed[call.trigger_dag_id].schedule is None


def test_intake_is_called_every_few_minutes_and_at_once_when_the_inbox_changes(
    parsed: dict[str, Any],
) -> None:
    schedule = parsed["call_intake"].schedule
    assert schedule.timetable.expression == "*/3 * * * *"
    (inbox,) = _assets(schedule)
    assert inbox.name == "inbox"
    assert [type(watcher.trigger).__name__ for watcher in inbox.watchers] == ["InboxTrigger"]


def test_publish_is_called_when_intake_has_changed_the_warehouse_and_at_eight(parsed: dict[str, Any]) -> None:
    schedule = parsed["call_publish"].schedule
    assert (schedule.timetable.expression, str(schedule.timetable.timezone)) == ("0 8 * * *", "Asia/Shanghai")
    (warehouse,) = _assets(schedule)
    told_by = [task.task_id for task in parsed["intake"].tasks if warehouse in _outlets(task)]
    assert told_by == ["check_and_load"]


def test_remind_is_called_once_a_day_after_publishing(parsed: dict[str, Any]) -> None:
    schedule = parsed["call_remind"].schedule
    assert (schedule.expression, str(schedule.timezone)) == ("10 8 * * *", "Asia/Shanghai")


def test_open_campaign_runs_by_hand_for_a_campaign_that_must_be_named(parsed: dict[str, Any]) -> None:
    dag = parsed["open_campaign"]
    assert dag.schedule is None
    assert not dag.params.get_param("campaign").has_value


@pytest.mark.timed
def test_a_dag_file_adds_at_most_a_tenth_of_a_second_to_airflow_itself() -> None:
    measured = [_measure() for _ in range(2)]
    for name in NAMES:
        assert min(each["seconds"][name] for each in measured) <= ADDS_AT_MOST_S
    assert measured[0]["loaded"] == []


def _assets(schedule: Any) -> list[Any]:
    condition = schedule.asset_condition
    return list(getattr(condition, "objects", [condition]))


def _outlets(task: Any) -> list[Any]:
    return list(getattr(task, "partial_kwargs", {}).get("outlets") or getattr(task, "outlets", []))


def _measure() -> dict[str, Any]:
    """Seconds of processor time each DAG file takes, first of all files, after Airflow's own part of it."""
    throwaway_airflow()
    script = f"""
import gc, json, runpy, sys, time
import airflow.sdk
import airflow.providers.standard.operators.hitl, airflow.providers.standard.operators.trigger_dagrun
gc.freeze()  # or the one at which Python collects pays for looking through all of Airflow
seconds = {{}}
for name in {NAMES!r}:
    ours = [module for module in sys.modules if module.split(".")[0] == "etl"]
    for module in ours:
        del sys.modules[module]
    began = time.process_time()
    runpy.run_path({str(DAGS)!r} + "/" + name + ".py")
    seconds[name] = time.process_time() - began
print(json.dumps({{"seconds": seconds, "loaded": [m for m in {HEAVY!r} if m in sys.modules]}}))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said
