"""How the runs of 收件, 发布 and 催报 get their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk.exceptions import AirflowSkipException

from etl.orchestration.schedule import BESIDE_OTHERS, ZONE
from etl.orchestration.tasks import given_moment, handed_on_moment, the_office

if TYPE_CHECKING:  # a DAG file imports this module, and must stay light
    from etl.office import Office

    Named = Callable[[Office, Sequence[str], datetime], str]
    """From the campaigns at work at a moment: their part of a run's name."""


class Call(TriggerDagRunOperator):
    """Starts a DAG by the name that `named` and the time make, as of this run's `at`, else of the moment that was handed
    on, else of the clock.

    Skipped while no campaign is at work; and, by the clock, where a run that has not begun yet will do it all anyway.
    """

    def __init__(self, *, called: str, named: Named, **kwargs: Any) -> None:
        super().__init__(task_id=f"call_{called}", trigger_dag_id=called, **BESIDE_OTHERS, **kwargs)
        self._named = named

    def execute(self, context: Any) -> None:
        at = given_moment() or handed_on_moment()
        if at is None and context["ti"].get_dr_count(dag_id=self.trigger_dag_id, states=["queued"]):
            raise AirflowSkipException("前一次还在排队，这一次要做的由它来做")
        self.trigger_run_id = self._name(at)
        self.conf = {"at": at.isoformat()} if at else None
        super().execute(context)

    def _name(self, at: datetime | None) -> str:
        """2022-spring_3-files_2022-02-09T18:00:05. In ASCII: parts of Airflow carry a run's name in addresses that
        know no other letters; what is to be read in Chinese stands in the run's note. The time is the clock's, so that
        no name comes twice."""
        from etl.pipeline import campaigns_at_work

        with the_office() as office:
            now = office.now()
            campaigns = campaigns_at_work(office, at or now)
            if not campaigns:
                raise AirflowSkipException("现在没有要收的期次")
            return f"{self._named(office, campaigns, at or now)}_{now.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M:%S}"


def waiting_files(office: Office, campaigns: Sequence[str], _as_of: datetime) -> str:
    """2022-spring_3-files: how many lie in the inbox, whichever campaign's. Raises Unavailable without the share."""
    return f"{'+'.join(campaigns)}_{len(office.share.look(office.limits.never_opened_bytes).files)}-files"


def accepted(office: Office, campaigns: Sequence[str], as_of: datetime) -> str:
    """2022-spring_38-of-126: how many of the returns that are owed were accepted."""
    return _each(campaigns, "{accepted}-of-{owed}", office, as_of)


def missing(office: Office, campaigns: Sequence[str], as_of: datetime) -> str:
    """2022-spring_88-missing: how many of the returns that are owed were not."""
    return _each(campaigns, "{missing}-missing", office, as_of)


def _each(campaigns: Sequence[str], said: str, office: Office, as_of: datetime) -> str:
    from etl.stages.summarise import how_far

    parts = []
    for campaign in campaigns:
        got, owed = how_far(campaign, as_of, office)
        parts.append(f"{campaign}_{said.format(accepted=got, owed=owed, missing=owed - got)}")
    return "+".join(parts)
