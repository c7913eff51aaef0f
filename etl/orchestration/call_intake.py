"""How 收件 gets the name of its run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk.exceptions import AirflowSkipException

from etl.orchestration.schedule import ZONE

INTAKE = "intake"


class CallIntake(TriggerDagRunOperator):
    """Starts the DAG of intake, for the campaigns at work and whatever lies in the inbox then.

    Skipped while there is none (before the first is opened, and when the last was closed long ago), and where a run
    that has not begun yet will take all of it anyway.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trigger_dag_id=INTAKE, **kwargs)

    def execute(self, context: Any) -> None:
        if context["ti"].get_dr_count(dag_id=INTAKE, states=["queued"]):
            raise AirflowSkipException("已有一次收件在排队，这些文件由它来收")
        self.trigger_run_id = _name_for_what_lies()
        if self.trigger_run_id is None:
            raise AirflowSkipException("现在没有要收的期次")
        super().execute(context)


def _name_for_what_lies() -> str | None:
    """The name of an intake that begins now, None while no campaign is at work. Raises Unavailable without the share."""
    from etl.orchestration.tasks import the_office
    from etl.pipeline import campaigns_at_work

    with the_office() as office:
        campaigns = campaigns_at_work(office)
        if not campaigns:
            return None
        files = len(office.share.look(office.limits.never_opened_bytes).files)
        return run_name(campaigns, files, office.now())


def run_name(campaigns: Sequence[str], files: int, now: datetime) -> str:
    """2022-spring_3-files_2022-02-09T18:00:05. In ASCII: parts of Airflow carry a run's name in addresses that know no
    other letters; what is to be read in Chinese stands in the run's note."""
    return f"{'+'.join(campaigns)}_{files}-files_{now.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M:%S}"
