"""The share in a bucket: what counts as a submission there, what is taken out, and how its failures are told."""

import hashlib
import logging
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from moto.s3.models import s3_backends
from s3fs import S3FileSystem

from etl.edges.archive import Kept
from etl.edges.inbox import Seen
from etl.edges.places import BucketUrl, share_at
from etl.edges.share import INBOX, MARKER, RECEIPTS, Share
from etl.errors import Unavailable
from tests.object_server import ObjectServer

TITLE = "2022年春节"
GIB = 1024**3


@pytest.fixture
def share(bucket: str) -> Share:
    share = share_at(BucketUrl(bucket, "前缀"))
    share.prepare(TITLE)
    return share


def put(s3: Any, bucket: str, name: str, content: bytes = b"form") -> None:
    s3.put_object(Bucket=bucket, Key=f"前缀/{INBOX}/{name}", Body=content)


def keys(s3: Any, bucket: str) -> list[str]:
    return [one["Key"].removeprefix("前缀/") for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]


def taken(seen: Seen, content: bytes = b"form") -> Kept:
    """As the ledger remembers it: without the ETag."""
    return Kept(Seen(seen.path, seen.size, seen.mtime_ns, 0, 0), hashlib.sha256(content).hexdigest())


def test_preparing_puts_the_marker_and_a_folder_to_drop_into_and_again_writes_nothing(
    s3: Any, bucket: str, share: Share
) -> None:
    assert keys(s3, bucket) == [MARKER, f"{INBOX}/"]
    before = s3.list_object_versions(Bucket=bucket)["Versions"]
    share.prepare(TITLE)
    assert s3.list_object_versions(Bucket=bucket)["Versions"] == before
    share.require()


def test_what_lies_in_the_inbox_is_seen_by_its_exact_key_with_the_moment_it_arrived(
    s3: Any, bucket: str, share: Share
) -> None:
    names = ["土桥镇/表 [1]*?.xlsx", "/两道斜线.xlsx", "+%20.xlsx", "控\x07制.xlsx"]
    for name in names:
        put(s3, bucket, name)
    view = share.look(GIB)
    assert sorted(seen.file for seen in view.files) == sorted(names)
    assert view.left_alone == ()
    head = s3.head_object(Bucket=bucket, Key=f"前缀/{INBOX}/{names[0]}")
    seen = next(seen for seen in view.files if seen.file == names[0])
    assert (seen.size, seen.etag, seen.uid) == (4, head["ETag"], None)
    assert seen.mtime_ns == seen.ctime_ns == int(head["LastModified"].timestamp()) * 10**9
    assert share.remove([taken(seen) for seen in view.files]) == [True] * 4
    assert share.look(GIB).files == ()


def test_folders_dot_files_locks_and_half_downloads_are_no_submissions_and_odd_names_are_named(
    s3: Any, bucket: str, share: Share
) -> None:
    for name in (
        "土桥镇/",
        "空/空/",
        ".隐藏/表.xlsx",
        ".DS_Store",
        "土桥镇/表.xlsx.part",
        "土桥镇/~$表.xlsx",
    ):
        put(s3, bucket, name, b"")
    put(s3, bucket, "土桥镇/表.xlsx")
    put(s3, bucket, "../外面.xlsx")
    view = share.look(GIB)
    (seen,) = view.files
    assert seen.file == "土桥镇/表.xlsx"
    assert view.lock_of(seen) is not None
    assert [left.file for left in view.left_alone] == ["../外面.xlsx"]


def test_an_object_over_the_size_that_is_never_opened_is_named_and_left(
    s3: Any, bucket: str, share: Share
) -> None:
    put(s3, bucket, "巨大.xlsx", b"12345")
    view = share.look(4)
    assert (view.files, [left.file for left in view.left_alone]) == ((), ["巨大.xlsx"])


def test_more_than_a_thousand_objects_are_all_seen(bucket: str, share: Share) -> None:
    (kept,) = (one["aws"] for one in s3_backends.values() if bucket in one["aws"].buckets)
    for n in range(1100):  # past the door: a thousand requests take long
        kept.put_object(bucket, f"前缀/{INBOX}/{n:04}.xlsx", b"form")
    assert [seen.file for seen in share.look(GIB).files] == [f"{n:04}.xlsx" for n in range(1100)]


def test_an_object_uploaded_in_parts_is_taken_like_any_other(
    s3: Any, bucket: str, share: Share, tmp_path: Path
) -> None:
    large = tmp_path / "扫描.pdf"
    large.write_bytes(bytes(range(256)) * 40_000)
    s3.upload_file(str(large), bucket, f"前缀/{INBOX}/扫描.pdf")
    (seen,) = share.look(GIB).files
    assert seen.etag is not None
    assert "-" in seen.etag  # no hash of the content
    (got,) = share.copy([seen], tmp_path)
    assert got == (tmp_path / "0", hashlib.sha256(large.read_bytes()).hexdigest())
    assert share.remove([taken(seen, large.read_bytes())]) == [True]
    assert share.look(GIB).files == ()


def test_an_object_put_anew_since_it_was_seen_is_not_copied_and_not_removed(
    s3: Any, bucket: str, share: Share, tmp_path: Path
) -> None:
    """Within one second and of the same size: only the ETag and the content tell."""
    put(s3, bucket, "表.xlsx")
    (seen,) = share.look(GIB).files
    put(s3, bucket, "表.xlsx", b"FORM")
    assert share.copy([seen], tmp_path) == ["还在变化"]
    assert list(tmp_path.iterdir()) == []
    assert share.remove([taken(seen)]) == [True]
    assert [one.file for one in share.look(GIB).files] == ["表.xlsx"]


def test_one_that_somebody_took_away_is_no_trouble(
    s3: Any, bucket: str, share: Share, tmp_path: Path
) -> None:
    put(s3, bucket, "表.xlsx")
    (seen,) = share.look(GIB).files
    s3.delete_object(Bucket=bucket, Key=f"前缀/{INBOX}/表.xlsx")
    assert share.copy([seen], tmp_path) == ["读的时候不见了"]
    assert share.remove([taken(seen)]) == [True]


def test_an_object_with_a_key_of_its_own_is_left_and_the_others_are_copied(
    s3: Any, bucket: str, share: Share, tmp_path: Path, object_server: ObjectServer
) -> None:
    put(s3, bucket, "一.xlsx")
    put(s3, bucket, "二.xlsx")
    files = share.look(GIB).files
    with object_server.refusing("AccessDenied", method="GET", path="一.xlsx"):
        refused, copied = share.copy(files, tmp_path)
        assert share.remove([taken(seen) for seen in files]) == [False, True]
    assert refused == "打不开（AccessDenied）"
    assert copied[1] == hashlib.sha256(b"form").hexdigest()
    assert [seen.file for seen in share.look(GIB).files] == ["一.xlsx"]


def test_files_that_we_write_appear_with_their_kind_are_listed_read_and_discarded(
    s3: Any, bucket: str, share: Share
) -> None:
    page, older = RECEIPTS / "土桥镇" / "1.html", RECEIPTS / "土桥镇" / "历次" / "1.html"
    files = {page: "回执".encode(), older: b"old"}
    assert share.changed(files) == files
    share.write(files)
    assert s3.head_object(Bucket=bucket, Key=f"前缀/{page}")["ContentType"] == "text/html; charset=utf-8"
    assert share.names(RECEIPTS / "土桥镇") == [page]
    assert (share.read(page), share.has(page)) == ("回执".encode(), True)
    assert share.changed({page: "回执".encode(), older: b"OLD"}) == {older: b"OLD"}
    share.discard([page, page])
    assert (share.read(page), share.has(page), share.names(PurePosixPath("没有"))) == (None, False, [])


def test_a_bucket_without_the_marker_is_an_alarm_and_never_an_empty_inbox(
    s3: Any, bucket: str, share: Share
) -> None:
    s3.delete_object(Bucket=bucket, Key=f"前缀/{MARKER}")
    with pytest.raises(Unavailable, match=f"找不到标记文件 {MARKER}"):
        share.look(GIB)


def test_a_bucket_that_is_not_there_is_an_alarm(s3: Any) -> None:
    for use in ("look", "prepare"):
        with pytest.raises(Unavailable, match=r"s3://nobody-has-this.*没有这个桶"):
            getattr(share_at(BucketUrl("nobody-has-this")), use)(1)


def test_without_a_login_it_is_said_so_and_a_new_key_is_taken_up(
    s3: Any, bucket: str, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    S3FileSystem.clear_instance_cache()
    with monkeypatch.context() as away:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            away.delenv(name)
        with pytest.raises(Unavailable, match="找不到登录的钥匙"):
            share_at(BucketUrl(bucket, "前缀")).look(GIB)
    share_at(BucketUrl(bucket, "前缀")).require()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ExpiredToken", "过期"),
        ("InvalidAccessKeyId", "钥匙不对"),
        ("AccessDenied", "没有权限"),
        ("SlowDown", "忙不过来"),
        ("RequestTimeTooSkewed", "对时"),
    ],
)
def test_what_the_server_refuses_is_told_with_what_to_do_and_without_a_key(
    bucket: str,
    share: Share,
    object_server: ObjectServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: str,
    says: str,
) -> None:
    caplog.set_level(logging.INFO)
    S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    away = share_at(BucketUrl(bucket, "前缀"))
    with (
        object_server.refusing(code, method="GET", path=MARKER),
        pytest.raises(Unavailable, match=says) as told,
    ):
        away.look(GIB)
    assert "not-for-any-log" not in str(told.value) + caplog.text


def test_a_server_that_cannot_be_reached_is_an_alarm_that_names_it(
    s3: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unavailable, match=r"连不上 http://127\.0\.0\.1:9"):
        share_at(BucketUrl(bucket)).look(GIB)


def test_a_throttled_request_is_tried_again_as_botocore_is_told_to(
    share: Share, object_server: ObjectServer
) -> None:
    with object_server.refusing("SlowDown", times=1, method="GET", path=MARKER) as came:
        share.require()
    assert len(came) == 2
