"""`returns purge`: the only way bytes leave the archive. The row in the ledger stays, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from etl.books.purged import purged_page
from etl.decide import Who, the_file
from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.share import RECEIPTS
from etl.errors import Refused, Unavailable
from etl.model import receipt_number
from etl.office import Office
from etl.retention import keep_until
from etl.stages.data_docs import batch_page
from etl.warehouse import decisions, purging
from etl.warehouse.decisions import Decision
from etl.warehouse.questions import Answer, ask

if TYPE_CHECKING:
    from sqlalchemy import Connection

GONE = "原件已销毁，内容不再保留。"
"""What stands where a finding had its words."""


@dataclass(frozen=True, slots=True)
class Purged:
    """The receipts of the submissions whose bytes these were, and whether they were still there."""

    receipts: tuple[str, ...]
    were_there: bool


def purge(file: str, who: Who, office: Office) -> Purged:
    """Take the bytes of a submission out of the archive, for good.

    `file` is a receipt's number, a path in the inbox or a file's name. The same bytes sent again are the same
    bytes: all submissions that have them are marked. What was read of them goes too, and their receipts and
    marked copies on the share; the figures stay. What is in force stays as it was read, and its bytes leave
    only when the years of keeping are over: until then a number that counts leads to its file.

    Again:   finishes what a crash left undone; decides nothing twice.
    Raises:  Refused for what is in force, or still under way; Unavailable without share or archive.
    """
    with office.alone():
        office.share.require()
        found = the_file(file, office, lambda _row: True)
        now = office.now()
        with office.warehouse.reading() as connection:
            same = ask(connection, "same_bytes", submission=found["id"])
            counting = {id_ for row in same for id_ in _in_force(connection, row["campaign"], now)}
        _refuse_in_use(same, counting, now, office)
        fresh = [row for row in same if row["purged_at"] is None]
        with office.warehouse.writing() as connection:
            purging.mark_purged(connection, [row["id"] for row in same], now)
            purging.forget_words(connection, [row["id"] for row in same if row["id"] not in counting], GONE)
            for row in fresh:
                made = Decision("purge", row["campaign"], who.name, who.why, now, submission_id=row["id"])
                decisions.record(connection, made)
        were_there = office.archive.discard(same[0]["sha256"])
        _clear_pages([row for row in same if row["id"] not in counting], now, office)
    return Purged(tuple(_number(row) for row in same), were_there)


def _in_force(connection: "Connection", campaign: str | None, now: datetime) -> set[int]:
    if campaign is None:
        return set()
    rows = ask(connection, "in_force", campaign=campaign, as_of=now)
    return {row["submission_id"] for row in rows}


def _refuse_in_use(same: Sequence[Answer], counting: set[int], now: datetime, office: Office) -> None:
    for row in same:
        if not row["is_done"]:
            raise Refused("同样内容的文件还在处理，或者还在收件箱里。请等处理完（returns status）再销毁。")
        until = keep_until(row["closes_at"], office.limits)
        if row["id"] in counting and now < until:
            raise Refused(
                f"{_number(row)}（{row['unit']}）正在计入汇总，保存到 {until:%Y-%m-%d}，不能销毁。"
                "确实不该计入的，请先 returns reopen，或等单位重报以后再销毁。"
            )


def _clear_pages(rows: Sequence[Answer], now: datetime, office: Office) -> None:
    """Put a page without content where each receipt stood, and take away marked copies and Data Docs."""
    pages, gone = {}, []
    for row in rows:
        folder, number = RECEIPTS / (row["unit"] or UNKNOWN_SENDER), _number(row)
        pages[folder / f"{number}.html"] = purged_page(
            number, office.definitions.campaign(row["campaign"]), row["purged_at"] or now
        )
        gone.append(folder / f"{number}.xlsx")
    held = office.share.write(pages) | office.share.discard(gone)
    if held:
        names = "、".join(sorted(name.name for name in held))
        raise Unavailable(f"有人正开着回执或标注副本，还没有换掉：{names}。请关上以后再运行一次。")
    office.data_docs.remove(batch_page(row["batch_id"]) for row in rows if row["batch_id"])


def _number(row: Answer) -> str:
    return receipt_number(row["campaign"], row["id"])
