"""叫收件：一有新文件就叫“收件”，每三分钟也叫一次；那次收件的名字是：期次、收件箱里几个文件、几点。

Call intake: at once when something new is seen in the inbox, and every three minutes. Its run is named by campaign,
number of files and time. Airflow names what an asset or the clock starts by itself; so this does the starting.
`at` replaces the clock.
"""

from airflow.sdk import AssetOrTimeSchedule, dag

from etl.orchestration.assets import INBOX
from etl.orchestration.call import Call, waiting_files
from etl.orchestration.schedule import AT, EVERY_DAG, EVERY_THREE_MINUTES

WHEN = AssetOrTimeSchedule(timetable=EVERY_THREE_MINUTES, assets=INBOX)


@dag(schedule=WHEN, params={"at": AT}, dag_display_name="叫收件", doc_md=__doc__, **EVERY_DAG)
def call_intake():
    Call(called="intake", named=waiting_files)


call_intake()
