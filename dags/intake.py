"""收件：把收件箱里的文件收下；读表、审核、入库，给每个文件回执。由“叫收件”来叫，也可以手工运行。

Intake: take in what lies in the inbox; read it, check it, load it, and answer every file. Called by
call_intake, or by hand. Acts on every open campaign. `at` replaces the clock. Workers read and answer batches side by side;
checking and loading take turns, in the order in which the files came.
"""

from airflow.sdk import dag, task

from etl.orchestration.assets import INBOX, RECEIPTS, WAREHOUSE
from etl.orchestration.schedule import AT, BESIDE_OTHERS, EVERY_DAG, LABELLED
from etl.orchestration.tasks import given_moment, hand_on_moment, label_batch, linked_task, office_alone


@dag(schedule=None, params={"at": AT}, dag_display_name="收件", doc_md=__doc__, **EVERY_DAG)
def intake():
    @task(inlets=[INBOX])
    def take_in() -> list[int]:
        from etl.pipeline import open_campaigns
        from etl.stages.take_in import take_in

        with office_alone() as office:
            at = given_moment()
            as_of, settled = at or office.now(), at is not None
            return [id_ for c in open_campaigns(office) for id_ in take_in(c, as_of, office, settled=settled)]

    @task(**BESIDE_OTHERS)
    def read(batch_id: int) -> None:
        from etl.stages.read import read_batch

        with office_alone(at_batch=batch_id) as office:
            read_batch(batch_id, office)

    @linked_task(outlets=[WAREHOUSE], **LABELLED)
    def check_and_load(batch_id: int) -> None:
        from etl.pipeline import judge_in_order

        with office_alone() as office:
            judge_in_order(batch_id, office)
            label_batch(batch_id, office)
        hand_on_moment()

    @linked_task(outlets=[RECEIPTS], **LABELLED, **BESIDE_OTHERS)
    def answer(batch_id: int) -> None:
        from etl.stages.answer import answer_batch

        with office_alone(at_batch=batch_id) as office:
            answer_batch(batch_id, office)
            label_batch(batch_id, office)

    ids = take_in()
    read.expand(batch_id=ids) >> check_and_load.expand(batch_id=ids) >> answer.expand(batch_id=ids)


intake()
