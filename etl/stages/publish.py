"""Publish: the summary and the missing list into 发布/, each swapped whole, the manifest last."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import PurePosixPath
from typing import Any

import msgspec
from jinja2 import TemplateError

from etl.books.board import Actions, Links, board_page
from etl.books.branch import branch_workbook
from etl.books.branch_missing import branch_missing_workbook
from etl.books.circular import circular
from etl.books.correction import correction_workbook
from etl.books.digest import digest_workbook
from etl.books.missing import missing_workbook
from etl.books.notice import notice
from etl.books.report import report
from etl.books.standing import standing_line
from etl.books.summary import summary_workbook
from etl.definitions import Campaign, Form
from etl.edges.share import Share, published
from etl.errors import DefinitionError, Unavailable
from etl.journal import timed
from etl.model import Summary
from etl.office import Office
from etl.stages.branches import OF_BRANCHES, Branches, told_today
from etl.stages.kind import Kind
from etl.stages.particulars import with_particulars
from etl.stages.roll_up import listed
from etl.stages.sealed import CORRECTION_KIND
from etl.stages.summarise import summarise
from etl.stages.versions import (
    MANIFEST,
    bring_back,
    in_portions,
    is_outlived,
    stands,
    swap,
    tells_of,
    withdraw,
)
from etl.warehouse import catalogue, publications
from etl.warehouse.publications import Publication


def facts_of(summary: Summary, form: Form, campaign: Campaign) -> str:
    """The digest of what a person approves: figures, units, coverage and open points."""
    return _digest(_summary_facts(summary, form, campaign))


def _summary_facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
    """Not the particulars: they follow from these."""
    open_points = [summary.queries, summary.waivers, summary.held]
    whole = [form.version, campaign.title, summary.totals, summary.units, summary.coverage, *open_points]
    return [*whole, summary.by_kind, summary.branches] if summary.below else whole


def _missing_facts(summary: Summary, _form: Form, campaign: Campaign) -> Any:
    """After the deadline a new date is new: the days overdue grow. Closing is, for who still owes."""
    times = [campaign.is_late(summary.as_of), _owes_after_closing(summary, campaign)]
    return [campaign.title, *times, summary.missing, summary.coverage]


def _owes_after_closing(summary: Summary, campaign: Campaign) -> bool:
    """From then on letters send units to the office, no longer to the inbox."""
    return campaign.is_closed(summary.as_of) and bool(summary.missing_pairs)


def _list_facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
    """The list alone says when a unit was last reached, and which step it was told today."""
    return [_missing_facts(summary, form, campaign), summary.contacts, *told_today(summary, campaign)]


def _page_facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
    """The page alone leads to the receipts of what is missing, and to 催办记录 once there is one."""
    linked = [list(summary.answered.values()), bool(summary.reminded)]
    return [_board_facts(summary, form, campaign), linked]


def _board_facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
    return [_summary_facts(summary, form, campaign), _missing_facts(summary, form, campaign)]


def _circular_facts(summary: Summary, _form: Form, campaign: Campaign) -> Any:
    owed = [bool(summary.missing_pairs), _owes_after_closing(summary, campaign)]
    return [summary.totals, summary.coverage, *owed]


SUMMARY = Kind("summary", "汇总表", ".xlsx", summary_workbook, _summary_facts, True)
MISSING = Kind("missing", "未报名单", ".xlsx", missing_workbook, _list_facts)
NOTICE = Kind("notice", "催报通知", ".docx", notice, _missing_facts)
BOARD = Kind("board", "报送进度", ".html", board_page, _page_facts, True)
CORRECTION = Kind(CORRECTION_KIND, "更正", ".xlsx", correction_workbook, lambda s, *_: [s.correction])
DIGEST = Kind("digest", "催办记录", ".xlsx", digest_workbook, lambda s, *_: [s.reminded])
CIRCULAR = Kind("circular", "通报/报送情况通报", ".docx", circular, _circular_facts)
KINDS = (SUMMARY, MISSING, NOTICE, BOARD, CIRCULAR)


def kinds_of(summary: Summary, template: bytes) -> tuple[Kind, ...]:
    """What is published of the whole campaign; `template` is the report's."""
    whole = [*KINDS, _report_of(template), *([CORRECTION] if summary.correction else []), *digest_of(summary)]
    return tuple(_of_size(kind, summary) for kind in whole)


def _of_size(kind: Kind, summary: Summary) -> Kind:
    """Where units do not fit on one list, these two list what is right below the top."""
    books = {SUMMARY.id: branch_workbook, MISSING.id: branch_missing_workbook} if summary.below else {}
    return replace(kind, book=books.get(kind.id, kind.book))


def day_by_day(summary: Summary, office: Office) -> Iterator[Kind]:
    """What a new day alone makes new, once something is overdue; and 催办记录."""
    for kind in of_branches(summary, office):
        if kind.id.startswith(f"{OF_BRANCHES}missing"):
            yield kind
    for kind in (*digest_of(summary), MISSING, NOTICE, BOARD):  # the page leads to the others
        yield _of_size(kind, summary)


def of_branches(summary: Summary, office: Office) -> Iterable[Kind]:
    """What is published of each branch, where units form a tree or do not fit on one list."""
    _, form = office.opened(summary.campaign)
    return Branches(summary, form, office).kinds() if summary.branches else ()


def digest_of(summary: Summary) -> tuple[Kind, ...]:
    """Once anybody was reminded."""
    return (DIGEST,) if summary.reminded else ()


def _report_of(template: bytes) -> Kind:
    """A narrative that is new or was sent again moves the counts of the coverage. A new day alone is nothing new: it
    names who is missing, and not for how long."""
    digest = hashlib.sha256(template).hexdigest()
    book = partial(_report, template)

    def facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
        missing = [(one.code, one.material, one.state) for one in summary.missing]
        return [digest, _summary_facts(summary, form, campaign), campaign.is_late(summary.as_of), missing]

    return Kind("report", "工作报告", ".docx", book, facts, True)


def _report(template: bytes, summary: Summary, form: Form, campaign: Campaign) -> bytes:
    try:
        return report(template, summary, form, campaign)
    except (TemplateError, ValueError, KeyError) as why:
        raise DefinitionError(
            f"report.docx：工作报告的模板填不进去（{why}）。请改正双花括号里的名字。"
        ) from why


@timed("publish")
def publish(summary: Summary, office: Office, kinds: Iterable[Kind] | None = None) -> list[PurePosixPath]:
    """Publish what changed since the last version; return the files written, none where nothing is new.

    Begins:  the caller holds the run lock.
    Ends:    exactly one current file of each kind; the ones before stand under 历次/<version>/.
    Touches: share (writes), warehouse (the publication, committed after the swap).
    Again:   the same facts write nothing; after a crash in the swap the same version is swapped in again, or
             what stood before, if the facts are again what they were. What somebody has open stays for now.
    Raises:  Unavailable, worth a retry; Refused for a moment before an earlier run's.
    """
    campaign, form = office.opened(summary.campaign)
    office.refuse_going_back(campaign.id, summary.as_of)
    folder = published(campaign.title)
    with office.warehouse.reading() as connection:
        current = publications.current(connection, campaign.id)
    version = max((each.version for each in current.values()), default=0) + 1
    of_all = kinds is None
    wanted = tuple(_all_kinds(summary, office) if kinds is None else kinds)
    told = [(kind, _digest(_standing_facts(summary, kind.facts(summary, form, campaign)))) for kind in wanted]
    same = [current[kind.id] for kind, said in told if kind.id in current and current[kind.id].digest == said]
    bring_back(office.share, folder, same)
    stand = {each.kind for each in same if stands(office.share, folder, each)}
    made = _made([one for one in told if one[0].id not in stand], version, summary, office)
    new: list[Publication] = []
    for portion in in_portions(made):
        new += swap(portion, current, folder, office.share)
    if of_all:
        ids = {kind.id for kind in wanted}
        outlived = [each for each in current.values() if is_outlived(each, ids)]
        new += withdraw(outlived, version, folder, summary.as_of, office.share)
    standing = [each for each in {**current, **{each.kind: each for each in new}}.values() if each.file]
    if standing and not tells_of(office.share, folder, standing):
        _write_manifest(_manifest(campaign, standing, summary), folder, office.share)
    if new:
        _record(new, summary, office)
    return [folder / each.file for each in new if each.file]


def _all_kinds(summary: Summary, office: Office) -> Iterator[Kind]:
    """The branches first: what the top tells of, stands."""
    yield from of_branches(summary, office)
    yield from kinds_of(summary, office.definitions.report)


def _made(
    told: Iterable[tuple[Kind, str]], version: int, summary: Summary, office: Office
) -> Iterator[tuple[Publication, bytes]]:
    """The files of these kinds, with the digest of their facts, made one after the other."""
    campaign, form = office.opened(summary.campaign)
    top = cache(lambda: listed(summary))
    whole = cache(lambda: with_particulars(top(), office))
    for kind, digest in told:
        content = kind.book(whole() if kind.particulars else top(), form, campaign)
        name = f"{kind.name}（{campaign.title}）{kind.ending}"
        sha256 = hashlib.sha256(content).hexdigest()
        yield Publication(kind.id, version, name, digest, sha256, summary.as_of), content


def _write_manifest(manifest: bytes, folder: PurePosixPath, share: Share) -> None:
    """Last, and in any case: what it does not tell of is not published yet."""
    if share.write({folder / MANIFEST: manifest}):
        raise Unavailable(f"有人正开着{MANIFEST}，这一版还不算发布。请关上它，下次运行会再发布。")


def _record(new: list[Publication], summary: Summary, office: Office) -> None:
    with office.warehouse.writing() as connection:
        if SUMMARY.id in (each.kind for each in new):
            publications.record_shown(connection, new[0].version, summary)
        publications.record(connection, summary.campaign, new, office.now())
        catalogue.note_run(connection, summary.campaign, summary.as_of)


def _standing_facts(summary: Summary, facts: Any) -> Any:
    """Every file says whether it is final and who approved it."""
    return [facts, summary.seal, summary.is_final] if summary.seal else facts


def board_now(campaign_id: str, office: Office, links: Links, actions: Actions | None = None) -> bytes:
    """报送进度 as it stands at this moment, with links that lead from where it is shown, and what may be done."""
    campaign, form = office.opened(campaign_id)
    with office.warehouse.reading() as connection:
        last = catalogue.last_run_at(connection, campaign_id)
    summary = summarise(campaign_id, max(office.now(), last or office.now()), office)
    return board_page(with_particulars(listed(summary), office), form, campaign, links, actions)


def _digest(facts: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()


def _manifest(campaign: Campaign, standing: Iterable[Publication], summary: Summary) -> bytes:
    """What stands in the folder, for a reader that wants to be sure: versions, moments, hashes, approval."""
    files = [
        {
            "kind": each.kind,
            "file": each.file,
            "version": each.version,
            "as_of": campaign.local(each.as_of).isoformat(),
            "sha256": each.sha256,
        }
        for each in sorted(standing, key=lambda each: each.file)
    ]
    said = {
        "campaign": campaign.id,
        "title": campaign.title,
        "standing": standing_line(summary, campaign),
        "approval": _approval(campaign, summary),
        "files": files,
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=2)


def _approval(campaign: Campaign, summary: Summary) -> dict[str, Any] | None:
    """Of the latest seal; `holds` tells whether these very figures are the approved ones."""
    if summary.seal is None:
        return None
    return {
        "number": summary.seal.number,
        "by": summary.seal.by,
        "at": campaign.local(summary.seal.sealed_at).isoformat(),
        "as_of": campaign.local(summary.seal.as_of).isoformat(),
        "holds": summary.is_final,
        "made_with": summary.seal.made_with,
    }
