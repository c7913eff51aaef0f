"""催报：更新每一期的未报、逾期名单，到了催办日的各催一次；设了邮件的发邮件。由“叫催报”来叫，也可以手工运行。

Remind: refresh the lists of every campaign at work; who owes something is reminded once a step, by mail where the
connection `returns_smtp` stands. Called by call_remind, or by hand. `at` replaces the clock, for rehearsals: then
nothing is sent.
"""

from airflow.sdk import dag, task

from etl.orchestration.assets import PUBLICATION, WAREHOUSE
from etl.orchestration.schedule import AT, EVERY_DAG, LABELLED
from etl.orchestration.tasks import campaigns, given_moment, label, linked_task, office_alone


@dag(schedule=None, params={"at": AT}, dag_display_name="催报", doc_md=__doc__, **EVERY_DAG)
def remind():
    @linked_task(inlets=[WAREHOUSE], outlets=[PUBLICATION], **LABELLED)
    def remind_units(campaign: str) -> list[str]:
        from etl.orchestration.mail import mail_server
        from etl.stages.remind import remind, reminded_line

        rehearsed = given_moment()
        mail = None if rehearsed else mail_server()
        with office_alone() as office:
            at = rehearsed or office.now()
            written = remind(campaign, at, office, mail)
            label(f"{campaign}：{reminded_line(campaign, at, office)}，新出 {len(written)} 份")
            return [str(path) for path in written]

    remind_units.expand(campaign=task(campaigns)())


remind()
