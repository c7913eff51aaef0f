"""`make demo`: on the real Airflow, within its time, with nothing left behind."""

import subprocess
import sys
import time

import psutil
import pytest

from etl.settings import PROJECT

ENDS_WITHIN_S = 90


@pytest.mark.prove
def test_the_demo_agrees_with_the_truth_within_its_time_and_leaves_nothing_running() -> None:
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "etl.orchestration.demo"], capture_output=True, text=True, cwd=PROJECT
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "与 truth.json 核对：全部一致" in ran.stdout
    for kind in ("汇总表", "未报名单"):
        assert f"{PROJECT}/var/demo/共享文件夹/发布/2022年春节/{kind}" in ran.stdout
    assert time.monotonic() - began < ENDS_WITHIN_S
    assert not [p for p in psutil.process_iter() if _is_of_the_demo(p)]


def _is_of_the_demo(process: psutil.Process) -> bool:
    try:
        return process.environ().get("AIRFLOW_HOME") == str(PROJECT / "var" / "demo" / "airflow")
    except psutil.Error:
        return False
