"""Versions that stand: what the folder holds beside what the warehouse says was published there."""

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from etl.edges.share import Share
from etl.warehouse.publications import Publication

MANIFEST = "清单.json"
OLDER = "历次"


def stands(share: Share, folder: PurePosixPath, published: Publication) -> bool:
    """Whether the file is there, with the very bytes that were published."""
    return _are(published, share.read(folder / published.file))


def keep_older(share: Share, folder: PurePosixPath, replaced: list[Publication], version: int) -> None:
    """Copy what is about to be replaced to 历次/<its version>/, unless a run that crashed did so already;
    the manifest to that of the version before this one, which it tells of."""
    copies = {}
    names = [(str(old.version), old.file) for old in replaced]
    for of, file in [*names, *([(str(version - 1), MANIFEST)] if names else [])]:
        kept, there = folder / OLDER / of / file, folder / file
        content = None if share.has(kept) else share.read(there)
        if content is not None:
            copies[kept] = content
    share.write(copies)


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
