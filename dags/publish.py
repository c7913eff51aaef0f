"""发布：数据有变化时，以及每天早上八点，重新汇总每一期，发布汇总表和未报名单。没有变化就不出新版。

Publish: when the warehouse has changed, and daily at eight, summarise every open campaign and publish the
summary and the missing list. Nothing new, no new version. `at` replaces the clock.
"""

from airflow.sdk import AssetOrTimeSchedule, dag, task

from etl.orchestration.assets import PUBLICATION, WAREHOUSE
from etl.orchestration.schedule import AT, AT_EIGHT, EVERY_DAG, LABELLED
from etl.orchestration.tasks import given_moment, label, linked_task, office_alone, the_office

WHEN = AssetOrTimeSchedule(timetable=AT_EIGHT, assets=WAREHOUSE)


@dag(schedule=WHEN, params={"at": AT}, dag_display_name="发布", doc_md=__doc__, **EVERY_DAG)
def publish():
    @task
    def campaigns() -> list[str]:
        from etl.pipeline import open_campaigns

        with the_office() as office:
            return open_campaigns(office)

    @linked_task(outlets=[PUBLICATION], **LABELLED)
    def summarise_and_publish(campaign: str) -> list[str]:
        from etl.stages.data_docs import document_final
        from etl.stages.publish import publish
        from etl.stages.summarise import summarise

        with office_alone() as office:
            summary = summarise(campaign, given_moment() or office.now(), office)
            published = publish(summary, office)
            label(f"{campaign}：应报 {summary.expected}，已报 {summary.accepted}，新出 {len(published)} 份")
            document_final(summary, published, office)
            return [office.share.shown(name) for name in published]

    summarise_and_publish.expand(campaign=campaigns())


publish()
