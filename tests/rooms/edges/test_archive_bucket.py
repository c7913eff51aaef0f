"""The archive in a bucket: each original once, whole, and read by way of copies that nobody else can open."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from etl.edges.archive import Archive, Kept, NotKept
from etl.edges.archive_bucket import BucketArchive
from etl.edges.folder import Folder
from etl.edges.inbox import Seen, look
from etl.edges.originals import Originals
from etl.edges.places import BucketUrl, archive_at
from etl.edges.reader import clean_environment
from etl.errors import Unavailable
from tests.object_server import ObjectServer

MIB = 1024**2


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "收件箱").mkdir()
    return tmp_path / "收件箱"


@pytest.fixture
def archive(bucket: str) -> Archive:
    return another(bucket)


def another(bucket: str) -> Archive:
    """The same archive, as another process sees it: with no copies yet."""
    return archive_at(BucketUrl(bucket, "archive"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(archive: Archive, inbox: Path, *contents: bytes) -> list[str]:
    for number, content in enumerate(contents):
        (inbox / f"{number}.xlsx").write_bytes(content)
    kept = archive.keep(Folder(inbox), look(inbox, 1024 * MIB).files)
    return [one.sha256 for one in kept if isinstance(one, Kept)]


def keys(s3: Any, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]


def test_bytes_are_kept_whole_under_their_hash_small_and_in_parts(
    s3: Any, bucket: str, archive: Archive, inbox: Path
) -> None:
    contents = (b"", b"a form", os.urandom(17 * MIB))
    kept = keep(archive, inbox, *contents)
    assert kept == [sha256(content) for content in contents]
    assert sorted(keys(s3, bucket)) == sorted(f"archive/{one[:2]}/{one}" for one in kept)
    with another(bucket).at_hand(kept) as paths:
        assert [path.read_bytes() for path in paths] == list(contents)


def test_the_same_bytes_again_are_not_put_again(
    s3: Any, bucket: str, archive: Archive, inbox: Path, object_server: ObjectServer
) -> None:
    keep(archive, inbox, b"the same", b"the same")
    assert len(keys(s3, bucket)) == 1
    with object_server.refusing("AccessDenied", method="PUT") as put:
        assert keep(another(bucket), inbox, b"the same") == [sha256(b"the same")] * 2
    assert put == []


def test_a_file_that_changed_since_it_was_seen_is_not_kept_and_the_others_are(
    s3: Any, bucket: str, archive: Archive, inbox: Path
) -> None:
    (inbox / "a.xlsx").write_bytes(b"a")
    (inbox / "b.xlsx").write_bytes(b"b")
    files = look(inbox, MIB).files
    (inbox / "a.xlsx").write_bytes(b"grown")
    a, b = archive.keep(Folder(inbox), files)
    assert isinstance(a, NotKept)
    assert b == Kept(files[1], sha256(b"b"))
    assert keys(s3, bucket) == [f"archive/{sha256(b'b')[:2]}/{sha256(b'b')}"]


def test_copies_are_for_this_account_alone_and_gone_with_the_archive(bucket: str, inbox: Path) -> None:
    archive = another(bucket)
    with archive.at_hand(keep(archive, inbox, b"secret")) as (copy,):
        assert stat.S_IMODE(copy.stat().st_mode) == 0o400
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    del archive
    assert not copy.parent.exists()


def test_who_opens_what_clerks_sent_knows_nothing_of_the_bucket(s3: Any) -> None:
    assert "AWS_SECRET_ACCESS_KEY" in os.environ
    assert not [name for name in clean_environment() if name.startswith("AWS_")]


def test_copies_that_nobody_reads_make_room_and_those_being_read_stay(tmp_path: Path) -> None:
    near = Originals(most_bytes=10)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"12345")
    with near.holding(["a"]) as missing:
        assert missing == ["a"]
        for name in ("a", "b", "c"):
            near.adopt(tmp_path / name, name)
        assert sorted(path.name for path in near.folder.iterdir()) == ["a", "c"]
    (tmp_path / "d").write_bytes(b"12345")
    near.adopt(tmp_path / "d", "d")
    assert sorted(path.name for path in near.folder.iterdir()) == ["c", "d"]


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for pid in (2**22 + 1, os.getpid()):
        (tmp_path / f"returns-originals-{pid}-x").mkdir()
    near = Originals()
    ours = near.folder.name
    assert {path.name for path in tmp_path.iterdir()} == {ours, f"returns-originals-{os.getpid()}-x"}


def test_an_original_that_is_gone_or_not_what_its_name_says_is_the_worlds_failure(
    s3: Any, bucket: str, archive: Archive, inbox: Path
) -> None:
    gone, spoilt = keep(archive, inbox, b"gone", b"spoilt")
    s3.delete_object(Bucket=bucket, Key=f"archive/{gone[:2]}/{gone}")
    s3.put_object(Bucket=bucket, Key=f"archive/{spoilt[:2]}/{spoilt}", Body=b"other")
    with pytest.raises(Unavailable, match="读不到原件"):
        another(bucket).read(gone)
    with pytest.raises(Unavailable, match="原件坏了"):
        another(bucket).read(spoilt)


def test_what_is_purged_is_gone_with_all_its_versions(
    s3: Any, bucket: str, archive: Archive, inbox: Path
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    purged, other = keep(archive, inbox, b"purged", b"other")
    s3.delete_object(Bucket=bucket, Key=f"archive/{purged[:2]}/{purged}")
    s3.put_object(Bucket=bucket, Key=f"archive/{purged[:2]}/{purged}", Body=b"purged")
    assert archive.discard(purged)
    left = s3.list_object_versions(Bucket=bucket)
    assert [one["Key"] for one in left["Versions"]] == [f"archive/{other[:2]}/{other}"]
    assert "DeleteMarkers" not in left
    with pytest.raises(Unavailable):
        archive.read(purged)
    assert not archive.discard(purged)


def test_a_bucket_that_is_gone_keeps_nothing_silently(bucket: str, s3: Any, inbox: Path) -> None:
    archive = another(bucket)
    s3.delete_bucket(Bucket=bucket)
    with pytest.raises(Unavailable, match="没有这个桶"):
        keep(archive, inbox, b"x")


def test_a_backup_and_back_and_what_stands_already_is_told(
    s3: Any, bucket: str, archive: Archive, inbox: Path, tmp_path: Path
) -> None:
    kept = keep(archive, inbox, b"one", b"two")
    s3.put_object(Bucket=bucket, Key="archive/readme.txt", Body=b"somebody's note")
    names = archive.back_up(tmp_path / "backup", "archive")
    assert names == {f"archive/{one[:2]}/{one}": one for one in kept}
    copy = tmp_path / "backup" / "archive"
    assert {path.name for path in copy.rglob("*") if path.is_file()} == set(kept)

    other = archive_at(BucketUrl(bucket, "elsewhere"))
    assert other.strange_to(copy) is None
    other.restore(copy)
    other.restore(copy)
    assert other.read(kept[0]) == b"one"
    assert other.strange_to(copy) is None
    keep(other, inbox, b"three")
    assert str(other.strange_to(copy)).endswith(sha256(b"three"))


def test_files_pass_through_this_machine_a_few_at_a_time(
    bucket: str, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.edges.archive_bucket._FILES", 2)
    archive = another(bucket)
    assert isinstance(archive, BucketArchive)
    together: list[int] = []

    class Counting:
        def copy(self, files: tuple[Seen, ...], into: Path) -> list[tuple[Path, str] | str]:
            together.append(len(files))
            return Folder(inbox).copy(files, into)

    for number in range(5):
        (inbox / f"{number}.xlsx").write_bytes(bytes([number]))
    kept = archive.keep(Counting(), look(inbox, MIB).files)
    assert (together, len(kept)) == ([2, 2, 1], 5)
