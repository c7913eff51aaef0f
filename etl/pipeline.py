"""The product as one line: take in → read → check → load → answer → summarise → publish → remind."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath

from etl.books.blank import common_blank
from etl.books.clerks_guide import clerks_guide
from etl.books.unit_blanks import unit_blanks
from etl.definitions import Campaign, Form, Unit
from etl.edges.accounts import group_called
from etl.edges.memory import give_back
from etl.edges.share import MARKER, RECEIPTS, blanks
from etl.errors import Unavailable
from etl.model import Summary
from etl.office import Office
from etl.stages.answer import answer_batch
from etl.stages.check import Judged, check_batch
from etl.stages.data_docs import document_batch, document_final
from etl.stages.load import load_batch
from etl.stages.publish import publish
from etl.stages.read import read_batch
from etl.stages.remind import remind
from etl.stages.summarise import summarise
from etl.stages.take_in import take_in
from etl.warehouse import catalogue, ledger
from etl.warehouse.form_tables import ensure_form_table

COMMON_BLANK, GUIDE = "统计表（通用）", "填报说明"
_BLANKS_AT_ONCE = 500
"""Blanks held in memory before they are written."""
UNIT_GROUP = "returns-{code}"
OFFICE_GROUP = "returns-office"
"""Groups of the machine by which receipts are kept apart (docs/access.md)."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did: submissions by verdict, files published, and where the campaign stands now.

    `data_docs` are the pages made for the data engineer.
    """

    verdicts: Counter[str]
    published: list[PurePosixPath]
    summary: Summary
    data_docs: list[str]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What opening did: the folder of blanks, how many of them were written or renewed, for how many
    units the receipts are kept apart, the folders of the share that are not, since the system does not allow it,
    and who else says who may see what."""

    blanks: str
    units: int
    written: int
    apart: int
    together: tuple[str, ...]
    rights_elsewhere: str


def run_campaign(
    campaign_id: str,
    office: Office,
    at: datetime | None = None,
    progress: Callable[[str], object] = lambda _stage: None,
) -> RunReport:
    """One full pass. `at` replaces the clock; then every file counts as settled. Raises ReturnsError."""
    with office.alone(), _looked_through_seldom():
        as_of = at or office.now()
        progress("收件")
        batches = take_in(campaign_id, as_of, office, settled=at is not None)
        verdicts, data_docs = work_through(batches, office, progress)
        progress("汇总")
        summary = summarise(campaign_id, as_of, office)
        progress("发布")
        published = publish(summary, office)
        final = document_final(summary, published, office)
        published += remind(campaign_id, as_of, office, published=summary)
    return RunReport(verdicts, published, summary, [*data_docs, *([final] if final else [])])


@contextmanager
def _looked_through_seldom() -> Iterator[None]:
    """Let the collector of garbage be. What a run holds by the ten thousand holds nothing in a circle, and to look
    through it again and again, and through all that was imported, took a third of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def work_through(
    batches: Iterable[int], office: Office, progress: Callable[[str], object] = lambda _stage: None
) -> tuple[Counter[str], list[str]]:
    """Read batches, check and load them in order, then answer them, as several workers do at once: while one is
    checked the next is read. How many submissions got which verdict, and the Data Docs of the batches with
    failures. The caller holds the run lock."""
    batches, pages = list(batches), list[str]()
    verdicts: Counter[str] = Counter()
    progress("读表")
    for batch in _read_ahead(batches, office):
        judged, page = _judge(batch, office, progress)
        pages += [page] if page else []
        verdicts.update(str(judgement.verdict) for judgement in judged.judgements)
        del judged
        give_back()
        progress("读表")
    progress("回执")
    for batch in batches:
        answer_batch(batch, office)
        give_back()
    return verdicts, pages


def _read_ahead(batches: Sequence[int], office: Office) -> Iterator[int]:
    """Each batch once it is read, in order; the readers do not wait while the caller is at it. One batch alone is
    read in this thread: readers end with the thread that started them, and these may serve the next run."""
    if len(batches) <= 1:
        for batch in batches:
            read_batch(batch, office)
            yield batch
        return
    with ThreadPoolExecutor(1) as ahead:
        reads = [ahead.submit(read_batch, batch, office) for batch in batches]
        try:
            for batch, read in zip(batches, reads, strict=True):
                read.result()
                yield batch
        finally:
            for read in reads:
                read.cancel()


def _judge(
    batch: int, office: Office, progress: Callable[[str], object] = lambda _stage: None
) -> tuple[Judged, str | None]:
    progress("审核")
    judged = check_batch(batch, office)
    page = document_batch(judged, office)
    progress("入库")
    load_batch(judged, office)
    return judged, page


def judge_in_order(batch_id: int, office: Office) -> None:
    """Check and load a batch, and before it those of its campaign that came before and have no verdicts yet:
    which of two files came first must not depend on which worker was quicker. The caller holds the run lock.

    Again: what has its verdict keeps it.
    """
    with office.warehouse.reading() as connection:
        waiting = ledger.not_yet_loaded(connection, batch_id)
    for batch in waiting:
        read_batch(batch, office)  # all have been read, unless a run beside this one was broken off
        _judge(batch, office)


def finish(campaign_id: str, as_of: datetime, office: Office) -> None:
    """Take every submission that waits for this campaign's run through all stages. The caller holds the lock."""
    with office.warehouse.writing() as connection:
        batches = ledger.make_batches(connection, campaign_id, as_of, office.limits.batch_files)
    work_through(batches, office)


def publish_again(campaign_id: str, office: Office, at: datetime | None = None) -> list[PurePosixPath]:
    """Publish what a decision changed, as of `at`, by default the moment of the last run: nothing that
    came since is counted by the way. Before the first run there is nothing to publish. The caller holds
    the lock."""
    with office.warehouse.reading() as connection:
        as_of = at or catalogue.last_run_at(connection, campaign_id)
    if as_of is None:
        return []
    summary = summarise(campaign_id, as_of, office)
    published = publish(summary, office)
    document_final(summary, published, office)
    return published


def open_campaign(campaign_id: str, office: Office) -> OpenReport:
    """Start a campaign: folders on the share, its units and form in the warehouse, a blank for every unit.

    Again: only blanks that changed or are gone are written. Raises Unavailable where a share that was in
    use is not mounted.
    """
    campaign = office.definitions.campaign(campaign_id)
    form = office.definitions.form_of(campaign)
    units = campaign.units(office.roster)
    with office.alone():
        if open_campaigns(office) and not office.share.is_marked():
            raise Unavailable(
                f"共享文件夹没有挂载或不见了：{office.share.shown()}。"
                f"如果换了新的共享文件夹，请先在里面建一个名为 {MARKER} 的空文件。"
            )
        office.share.prepare(campaign.title)
        with office.warehouse.writing() as connection:
            ensure_form_table(connection, form)
            catalogue.record_campaign(connection, campaign, form, office.now())
            catalogue.record_roster(connection, campaign, office.roster)
        folder = blanks(campaign.title)
        written = 0
        issued = _issued(form, campaign, units)
        while some := dict(islice(issued, _BLANKS_AT_ONCE)):
            changed = office.share.changed({folder / name: content for name, content in some.items()})
            office.share.write(changed)
            written += len(changed)
        groups = {} if office.share.rights_elsewhere else groups_of(units)
        together = office.share.keep_apart(groups, group_called(OFFICE_GROUP))
    apart = sum(f"{RECEIPTS / unit}" not in together for unit in groups)
    return OpenReport(
        office.share.shown(folder),
        len(units),
        written,
        apart,
        tuple(together),
        office.share.rights_elsewhere,
    )


def _issued(form: Form, campaign: Campaign, units: Sequence[Unit]) -> Iterator[tuple[str, bytes]]:
    """Every blank of a campaign by its name, and what goes with them."""
    for unit, content in unit_blanks(form, campaign, units):
        yield f"{unit.name}.xlsx", content
    yield f"{COMMON_BLANK}.xlsx", common_blank(form, campaign, units)
    kinds = tuple(dict.fromkeys(unit.kind for unit in units))
    yield f"{GUIDE}.docx", clerks_guide(form, campaign, kinds)


def groups_of(units: Iterable[Unit]) -> dict[str, int]:
    """The group of each unit that has one on this machine, by the unit's name."""
    found = {unit.name: group_called(UNIT_GROUP.format(code=unit.code.lower())) for unit in units}
    return {name: group for name, group in found.items() if group is not None}


def open_campaigns(office: Office) -> list[str]:
    """The ids of all campaigns that were opened and are still configured."""
    with office.warehouse.reading() as connection:
        opened = catalogue.open_campaign_ids(connection)
    return [campaign for campaign in opened if campaign in office.definitions.campaigns]


def campaigns_at_work(office: Office, as_of: datetime) -> list[str]:
    """Those of them for which Airflow takes in, publishes and reminds by itself at that moment."""
    with office.warehouse.reading() as connection:
        return catalogue.at_work_ids(connection, office.definitions, as_of)
