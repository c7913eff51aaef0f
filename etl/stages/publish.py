"""Publish: the summary and the missing list into 发布/, each swapped whole, the manifest last."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from etl.books.missing import missing_workbook
from etl.books.summary import summary_workbook
from etl.definitions import Campaign, Form
from etl.edges.share import Share
from etl.model import Summary
from etl.office import Office
from etl.warehouse import catalogue, publications
from etl.warehouse.publications import Publication

MANIFEST = "清单.json"
OLDER = "历次"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of published file. `facts` are what it shows: the same facts are never published twice."""

    id: str
    name: str
    ending: str
    book: Callable[[Summary, Form, Campaign], bytes]
    facts: Callable[[Summary, Form, Campaign], Any]


def _summary_facts(summary: Summary, form: Form, campaign: Campaign) -> Any:
    return [form.version, campaign.title, summary.totals, summary.units, summary.coverage]


def _missing_facts(summary: Summary, _form: Form, campaign: Campaign) -> Any:
    """After the deadline a new date is new: the days overdue grow."""
    return [campaign.title, campaign.is_late(summary.as_of), summary.missing, summary.coverage]


SUMMARY = Kind("summary", "汇总表", ".xlsx", summary_workbook, _summary_facts)
MISSING = Kind("missing", "未报名单", ".xlsx", missing_workbook, _missing_facts)
KINDS = (SUMMARY, MISSING)


def publish(summary: Summary, office: Office, kinds: Iterable[Kind] = KINDS) -> list[Path]:
    """Publish what changed since the last version; return the files written, none where nothing is new.

    Begins:  the caller holds the run lock.
    Ends:    exactly one current file of each kind; the ones before stand under 历次/<version>/.
    Touches: share (writes), warehouse (the publication, committed after the swap).
    Again:   the same facts write nothing; after a crash in the swap the same version is swapped in again.
    Raises:  Unavailable, worth a retry; Refused for a moment before an earlier run's.
    """
    campaign, form = office.opened(summary.campaign)
    office.refuse_going_back(campaign.id, summary.as_of)
    folder = office.share.published(campaign.title)
    with office.warehouse.reading() as connection:
        current = publications.current(connection, campaign.id)
    version = max((each.version for each in current.values()), default=0) + 1
    fresh: list[tuple[Publication, bytes]] = []
    for kind in kinds:
        digest = _digest(kind.facts(summary, form, campaign))
        last = current.get(kind.id)
        if last and last.digest == digest and (folder / last.file).is_file():
            continue
        content = kind.book(summary, form, campaign)
        name = f"{kind.name}（{campaign.title}）{kind.ending}"
        sha256 = hashlib.sha256(content).hexdigest()
        fresh.append((Publication(kind.id, version, name, digest, sha256, summary.as_of), content))
    if not fresh:
        return []
    _keep_older(office.share, folder, [current[new.kind] for new, _ in fresh if new.kind in current])
    office.share.write({folder / new.file: content for new, content in fresh})
    standing = {**current, **{new.kind: new for new, _ in fresh}}
    office.share.write({folder / MANIFEST: _manifest(campaign, standing.values())})
    with office.warehouse.writing() as connection:
        publications.record(connection, campaign.id, [new for new, _ in fresh], office.now())
        catalogue.note_run(connection, campaign.id, summary.as_of)
    return [folder / new.file for new, _ in fresh]


def _digest(facts: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()


def _keep_older(share: Share, folder: Path, replaced: list[Publication]) -> None:
    """Copy what is about to be replaced to 历次/<its version>/, unless a run that crashed did so already."""
    copies = {}
    for old in replaced:
        kept, there = folder / OLDER / str(old.version) / old.file, folder / old.file
        if there.is_file() and not kept.exists():
            copies[kept] = there.read_bytes()
    share.write(copies)


def _manifest(campaign: Campaign, standing: Iterable[Publication]) -> bytes:
    """What stands in the folder, for a reader that wants to be sure: versions, moments, hashes."""
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
    said = {"campaign": campaign.id, "title": campaign.title, "files": files}
    return msgspec.json.format(msgspec.json.encode(said), indent=2)
