"""Versions that stand: what the folder holds beside what the warehouse says was published there."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from etl.edges.memory import give_back
from etl.edges.share import Share
from etl.stages.branches import OF_BRANCHES
from etl.warehouse.publications import Publication

MANIFEST = "清单.json"
OLDER = "历次"
_PORTION_BYTES = 16 * 1024**2
"""Contents held in memory before they are written."""


def stands(share: Share, folder: PurePosixPath, published: Publication) -> bool:
    """Whether the file is there, with the very bytes that were published."""
    return _are(published, share.read(folder / published.file))


def keep_older(share: Share, folder: PurePosixPath, replaced: list[Publication], version: int) -> None:
    """Copy what is about to be replaced to 历次/<its version>/, unless a run that crashed did so already;
    the manifest to that of the version before this one, which it tells of."""
    copies = {}
    names = [(str(old.version), old.file) for old in replaced if old.file]
    for of, file in [*names, *([(str(version - 1), MANIFEST)] if names else [])]:
        kept, there = folder / OLDER / of / file, folder / file
        content = None if share.has(kept) else share.read(there)
        if content is not None:
            copies[kept] = content
    share.write(copies)


def in_portions(made: Iterable[tuple[Publication, bytes]]) -> Iterator[list[tuple[Publication, bytes]]]:
    """So many at a time as memory is meant to hold; the last is what is left."""
    portion: list[tuple[Publication, bytes]] = []
    size = 0
    for new, content in made:
        portion.append((new, content))
        size += len(content)
        if size > _PORTION_BYTES:
            yield portion
            portion, size = [], 0
            give_back()  # a workbook's parts hold one another
    if portion:
        yield portion


def swap(
    portion: list[tuple[Publication, bytes]],
    current: Mapping[str, Publication],
    folder: PurePosixPath,
    share: Share,
) -> list[Publication]:
    """Put new files in the place of those before, which go to 历次/; those that nobody held open. A branch may
    have got another name."""
    replaced = {new: current[new.kind] for new, _ in portion if new.kind in current}
    keep_older(share, folder, list(replaced.values()), portion[0][0].version)
    held = share.write({folder / new.file: content for new, content in portion})
    new = [each for each, _ in portion if folder / each.file not in held]
    moved = [replaced[each].file for each in new if each in replaced and replaced[each].file != each.file]
    share.discard(folder / file for file in moved if file)
    return new


def withdraw(
    outlived: list[Publication], version: int, folder: PurePosixPath, as_of: datetime, share: Share
) -> list[Publication]:
    """Take away, to 历次/, what stands of branches that are no more; each is recorded as a version without a file."""
    keep_older(share, folder, outlived, version)
    share.discard(folder / each.file for each in outlived)
    return [Publication(each.kind, version, "", "", "", as_of) for each in outlived]


def is_outlived(each: Publication, wanted: Set[str]) -> bool:
    """Branches go with the tree. An earlier program published `sources` of large campaigns."""
    return each.file != "" and each.kind not in wanted and each.kind.startswith((OF_BRANCHES, "sources"))


def bring_back(share: Share, folder: PurePosixPath, current: Iterable[Publication]) -> None:
    """Undo what a run that broke off published and never recorded: the facts may have become again what they were.
    What it put aside under 历次/ is what stands by the warehouse. Where none broke off, nothing is there to undo."""
    aside = {each: folder / OLDER / str(each.version) / each.file for each in current}
    kept = {each: content for each, name in aside.items() if (content := share.read(name)) is not None}
    ours = {each: content for each, content in kept.items() if _are(each, content)}
    share.write({folder / e.file: content for e, content in ours.items() if not stands(share, folder, e)})
    share.discard(aside[each] for each in ours)


def tells_of(share: Share, folder: PurePosixPath, standing: Iterable[Publication]) -> bool:
    """Whether the manifest is there and names these very files."""
    try:
        said = msgspec.json.decode(share.read(folder / MANIFEST) or b"")["files"]
        told = {(each["kind"], each["version"], each["sha256"]) for each in said}
    except (ValueError, LookupError, TypeError):
        return False
    return told == {(each.kind, each.version, each.sha256) for each in standing}


def _are(published: Publication, content: bytes | None) -> bool:
    return content is not None and hashlib.sha256(content).hexdigest() == published.sha256
