"""A published number and the cells that it is led back to are one: also where a unit's own sum says otherwise."""

import zipfile
from datetime import datetime
from pathlib import Path

from etl.decide import Who, accept
from etl.evidence import pack_evidence
from etl.trace import trace
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, Desk

AT = datetime.fromisoformat(BEFORE_DEADLINE)


def test_every_published_number_is_the_sum_of_the_cells_it_is_led_back_to(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999, I9=7))
    desk.run()
    accept("安居镇.xlsx", Who("张三", "总数是写错了"), desk.office, AT)
    published = desk.export()["summary"]
    for row in desk.form.rows:
        for column in desk.form.figure_columns:
            parts = trace(CAMPAIGN, row.id, column.id, AT, desk.office)
            assert float(sum(part.value for part in parts)) == published[row.label][column.id]
            assert {part.unit for part in parts} == {"土桥镇", "安居镇"}
            assert not {"C9", "I9"} & {part.cell for part in parts}
    packed = pack_evidence(CAMPAIGN, ("总计", "visited"), None, AT, desk.office, tmp_path / "证据.zip")
    told = zipfile.ZipFile(packed).read("说明.txt").decode()
    assert told.splitlines()[0] == f"2022年春节 总计·走访慰问人数：{published['总计']['visited']}"
