"""发布：重新汇总每一期，发布汇总表和未报名单；没有变化就不出新版。由“叫发布”来叫，也可以手工运行。

Publish: summarise every campaign at work and publish the summary and the missing list. Nothing new, no new version.
Called by call_publish, or by hand. `at` replaces the clock.
"""

from airflow.sdk import dag, task

from etl.orchestration.assets import PUBLICATION, WAREHOUSE
from etl.orchestration.schedule import AT, EVERY_DAG, LABELLED
from etl.orchestration.tasks import campaigns, given_moment, label, linked_task, office_alone


@dag(schedule=None, params={"at": AT}, dag_display_name="发布", doc_md=__doc__, **EVERY_DAG)
def publish():
    @linked_task(inlets=[WAREHOUSE], outlets=[PUBLICATION], **LABELLED)
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

    summarise_and_publish.expand(campaign=task(campaigns)())


publish()
