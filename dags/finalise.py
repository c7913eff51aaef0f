"""定稿：把已发布的汇总交给一个人审批；批准后封存这一版，印上审批人和时间。手工运行，填写期次编号。

Finalise: what stands published is put to a person (Required Actions); once approved it is sealed as final.
Run by hand with the campaign's id. A later change comes out as a correction and is approved the same way.
"""

from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, task

from etl.orchestration.assets import PUBLICATION, WAREHOUSE
from etl.orchestration.schedule import EVERY_DAG, LABELLED, WAITS_FOR_A_PERSON
from etl.orchestration.tasks import label, linked_task, office_alone

CAMPAIGN = Param(type="string", minLength=1, title="campaign", description="期次编号  The campaign's id")


@dag(schedule=None, params={"campaign": CAMPAIGN}, dag_display_name="定稿", doc_md=__doc__, **EVERY_DAG)
def finalise():
    @task
    def ask(campaign: str) -> dict[str, str]:
        from etl.stages.finalise import request_approval

        with office_alone() as office:
            asked = request_approval(campaign, office)
        return {"facts": asked.facts, "said": asked.said}

    @linked_task(inlets=[WAREHOUSE], outlets=[PUBLICATION], **LABELLED)
    def seal(campaign: str, asked: dict[str, str], answer: dict[str, Any]) -> list[str]:
        from etl.orchestration.tasks import approval_of
        from etl.stages.finalise import finalise, sealed_line

        with office_alone() as office:
            sealed, files = finalise(campaign, approval_of(asked, answer), office)
            label(f"{campaign}：{sealed_line(campaign, sealed, office)}")
        return [str(path) for path in files]

    asked = ask("{{ params.campaign }}")
    approve = ApprovalOperator(
        task_id="approve",
        subject="{{ params.campaign }} 定稿审批",
        body="{{ ti.xcom_pull(task_ids='ask')['said'] }}",
        **WAITS_FOR_A_PERSON,
    )
    asked >> approve
    seal("{{ params.campaign }}", asked, approve.output)


finalise()
