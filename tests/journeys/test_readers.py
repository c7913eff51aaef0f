"""What a BI tool reads adds up to what is published, on both databases."""

from sqlalchemy import text

from tests.desk import BEFORE_DEADLINE, NEXT_DAY, Desk


def test_the_views_for_readers_add_up_to_the_export(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.run(BEFORE_DEADLINE)
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇", C5=121, C9=196))
    desk.run(NEXT_DAY)
    told = desk.export(NEXT_DAY)
    with desk.office.warehouse.reading() as connection:
        ((expected, accepted, on_time),) = connection.execute(
            text(
                "SELECT COUNT(*), SUM(accepted), SUM(on_time) FROM reader_owed WHERE campaign = '2022-spring'"
            )
        )
        ((visited, files),) = connection.execute(
            text(
                "SELECT SUM(f.amount), COUNT(DISTINCT s.submission_id) FROM reader_submissions AS s "
                "JOIN figures AS f ON f.submission_id = s.submission_id "
                "WHERE s.in_force = 1 AND f.row_id <> 'grand_total' AND f.column_id = 'visited'"
            )
        )
    assert (expected, accepted, on_time) == (told["expected"], told["accepted"], told["on_time"])
    assert (visited, files) == (told["summary"]["总计"]["visited"], 1)
