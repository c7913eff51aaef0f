"""叫发布：数据一有变化就叫“发布”，每天早上八点也叫一次；那次发布的名字是：期次、应报多少已报多少、几点。

Call publish: when the warehouse has changed, and daily at eight. Its run is named by campaign, how many of the returns
that are owed were accepted, and time. `at` replaces the clock.
"""

from airflow.sdk import AssetOrTimeSchedule, dag

from etl.orchestration.assets import WAREHOUSE
from etl.orchestration.call import Call, accepted
from etl.orchestration.schedule import AT, AT_EIGHT, EVERY_DAG

WHEN = AssetOrTimeSchedule(timetable=AT_EIGHT, assets=WAREHOUSE)


@dag(schedule=WHEN, params={"at": AT}, dag_display_name="叫发布", doc_md=__doc__, **EVERY_DAG)
def call_publish():
    Call(called="publish", named=accepted)


call_publish()
