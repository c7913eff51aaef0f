"""Where the share and the archive are: a folder of this machine, or a part of a bucket."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl.edges.archive import Archive
    from etl.edges.data_docs import DataDocs
    from etl.edges.share import Share

_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(/[^/?#]+)*)/?")


@dataclass(frozen=True, slots=True)
class BucketUrl:
    """A part of a bucket on object storage. `prefix` has no slash at its ends; empty: the whole bucket."""

    bucket: str
    prefix: str = ""

    def with_name(self, name: str) -> "BucketUrl":
        """A place beside this one; in this one where it is the whole bucket."""
        above, slash, _ = self.prefix.rpartition("/")
        return BucketUrl(self.bucket, f"{above}{slash}{name}")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".removesuffix("/")


Place = Path | BucketUrl


def place_said(text: str) -> Place:
    """The place that a setting names. Raises ValueError, in Chinese, for a URL that is none of ours."""
    if "://" not in text:
        return Path(text).absolute()
    found = _URL.fullmatch(text)
    if found is None or {".", ".."} & set(found["prefix"].split("/")):
        # without the text: whoever writes keys into a URL must not read them in a log
        raise ValueError("对象存储的地址应是 s3://桶/前缀，里面不写钥匙、端口和 ?（见 docs/production.md）")
    return BucketUrl(found["bucket"], found["prefix"].strip("/"))


def is_below(place: Place, above: Place) -> bool:
    """Whether a place lies in another, whatever links lead there."""
    if isinstance(place, Path) and isinstance(above, Path):
        return place.resolve().is_relative_to(above.resolve())
    return (
        isinstance(place, BucketUrl) and isinstance(above, BucketUrl) and f"{place}/".startswith(f"{above}/")
    )


def share_at(place: Place) -> "Share":
    if isinstance(place, BucketUrl):
        from etl.edges.bucket import Bucket  # takes seconds to import, and most offices have a folder
        from etl.edges.share_bucket import BucketShare

        return BucketShare(Bucket(place))
    from etl.edges.share_folder import FolderShare

    return FolderShare(place)


def archive_at(place: Place) -> "Archive":
    if isinstance(place, BucketUrl):
        from etl.edges.archive_bucket import BucketArchive
        from etl.edges.bucket import Bucket

        return BucketArchive(Bucket(place))
    from etl.edges.archive_folder import FolderArchive

    return FolderArchive(place)


def data_docs_at(place: Place) -> "DataDocs":
    if isinstance(place, BucketUrl):
        from etl.edges.bucket import Bucket
        from etl.edges.data_docs_bucket import BucketDataDocs

        return BucketDataDocs(Bucket(place))
    from etl.edges.data_docs import FolderDataDocs

    return FolderDataDocs(place)
