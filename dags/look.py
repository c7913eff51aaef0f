"""看收件箱：一有新文件就叫“收件”，每三分钟也叫一次；那次收件的名字是：期次、收件箱里几个文件、几点。

Look: call intake, at once when something new is seen in the inbox and every three minutes, and name its run by
campaign, number of files and time. Airflow names what an asset starts by itself; so this does the starting.
"""

from airflow.sdk import AssetOrTimeSchedule, dag

from etl.orchestration.assets import INBOX
from etl.orchestration.call_intake import CallIntake
from etl.orchestration.schedule import BESIDE_OTHERS, EVERY_DAG, EVERY_THREE_MINUTES

WHEN = AssetOrTimeSchedule(timetable=EVERY_THREE_MINUTES, assets=INBOX)


@dag(schedule=WHEN, dag_display_name="看收件箱", doc_md=__doc__, **EVERY_DAG)
def look():
    CallIntake(task_id="call_intake", **BESIDE_OTHERS)


look()
