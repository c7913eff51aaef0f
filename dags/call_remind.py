"""叫催报：每天早上八点十分叫“催报”；那次催报的名字是：期次、还有多少没有报、几点。

Call remind: daily at ten past eight. Its run is named by campaign, how many of the returns that are owed are missing,
and time. `at` replaces the clock, for rehearsals: then nothing is sent.
"""

from airflow.sdk import dag

from etl.orchestration.call import Call, missing
from etl.orchestration.schedule import AFTER_EIGHT, AT, EVERY_DAG


@dag(schedule=AFTER_EIGHT, params={"at": AT}, dag_display_name="叫催报", doc_md=__doc__, **EVERY_DAG)
def call_remind():
    Call(called="remind", named=missing)


call_remind()
