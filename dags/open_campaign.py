"""开启一期报送：在共享文件夹建好目录，给每个填报单位发空白表。手工运行，填写期次编号（如 2022-spring）。

Open a campaign: make its folders on the share and issue a blank workbook to every unit. Run by hand with
the campaign's id. Running it again changes nothing.
"""

from airflow.sdk import Param, dag

from etl.orchestration.schedule import EVERY_DAG, LABELLED
from etl.orchestration.tasks import label, linked_task, the_office

CAMPAIGN = Param(type="string", minLength=1, title="campaign", description="期次编号  The campaign's id")


@dag(schedule=None, params={"campaign": CAMPAIGN}, dag_display_name="开启报送", doc_md=__doc__, **EVERY_DAG)
def open_campaign():
    @linked_task(**LABELLED)
    def issue_blanks(campaign: str) -> None:
        from etl.pipeline import open_campaign

        with the_office() as office:
            report = open_campaign(campaign, office)
        label(f"{campaign}：{report.units} 个单位，新写 {report.written} 份文件（空白表、通用表和填报说明）")

    issue_blanks("{{ params.campaign }}")


open_campaign()
