"""催报：每天早上更新每一期的未报、逾期名单。

Remind: refresh every open campaign's missing and overdue list, daily. `at` replaces the clock.
"""

from airflow.sdk import dag, task

from etl.orchestration.schedule import AFTER_EIGHT, AT, EVERY_DAG
from etl.orchestration.tasks import given_moment, office_alone, the_office


@dag(schedule=AFTER_EIGHT, params={"at": AT}, dag_display_name="催报", doc_md=__doc__, **EVERY_DAG)
def remind():
    @task
    def campaigns() -> list[str]:
        from etl.pipeline import open_campaigns

        with the_office() as office:
            return open_campaigns(office)

    @task
    def remind_units(campaign: str) -> list[str]:
        from etl.stages.remind import remind

        with office_alone() as office:
            return [str(path) for path in remind(campaign, given_moment() or office.now(), office)]

    remind_units.expand(campaign=campaigns())


remind()
