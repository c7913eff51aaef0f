"""Share and archive where they are in a bucket."""

import time
from datetime import datetime, timedelta

from etl.doctor.look import Look, good, note
from etl.edges.bucket import Bucket
from etl.edges.places import BucketUrl
from etl.edges.share import INBOX, PUBLISHED, RECEIPTS
from etl.edges.share_bucket import BucketShare


def share_in(place: BucketUrl) -> Look:
    """The marker, and that objects can be put and deleted where a run does so."""
    bucket = Bucket(place)
    if not BucketShare(bucket).is_marked():
        return note(f"桶连得上，还没有标记文件，returns open 时会写。如果本来该有，请核对桶和前缀（{place}）")
    for folder in (INBOX, RECEIPTS, PUBLISHED):
        bucket.probe(f"{folder}/")
    return good(f"标记文件在，写得进、删得掉（{place}；对象存储，谁能看什么由桶的策略决定）")


def archive_in(place: BucketUrl) -> Look:
    Bucket(place).probe()
    return good(f"写得进、删得掉（{place}；对象存储，请在桶的策略里只让本系统读写）")


def seconds_apart(place: BucketUrl, now: datetime) -> float | None:
    """How far the server's clock is from this machine's, which is `now` when asked; None without a marker.

    The server tells whole seconds: what is below one is nothing.
    """
    began = time.monotonic()
    bucket = Bucket(place)
    if not BucketShare(bucket).is_marked():
        return None
    moment = bucket.probe(f"{INBOX}/")
    here = now + timedelta(seconds=time.monotonic() - began)
    return max(0.0, abs((moment - here).total_seconds()) - 1)
