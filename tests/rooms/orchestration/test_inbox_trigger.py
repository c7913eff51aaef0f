"""The watch on the inbox: news once, nothing twice, and no noise about a share that is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from etl.edges.places import BucketUrl, share_at
from etl.edges.share import MARKER
from tests.dag_runs import throwaway_airflow

LOOKS_EVERY_S = 0.02
SOON_S = 5.0
A_WHILE_S = 0.3


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    throwaway_airflow()
    monkeypatch.setenv("RETURNS_SHARE", str(tmp_path))
    (tmp_path / MARKER).touch()
    (tmp_path / "收件箱").mkdir()
    return tmp_path / "收件箱"


async def next_event(events: AsyncIterator[Any]) -> Any:
    event = await asyncio.wait_for(anext(events), SOON_S)
    return event.payload


async def stays_silent(events: AsyncIterator[Any]) -> bool:
    """Whether nothing fires for a while; the watch is over after that."""
    try:
        await asyncio.wait_for(anext(events), A_WHILE_S)
    except TimeoutError:
        return True
    return False


def watch(story: Callable[[AsyncIterator[Any]], Any]) -> None:
    from etl.orchestration.inbox_trigger import InboxTrigger

    asyncio.run(story(InboxTrigger(LOOKS_EVERY_S).run()))


def test_new_files_are_reported_once_however_long_they_stay(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        (inbox / "土桥镇").mkdir()
        (inbox / "土桥镇" / "表.xlsx").write_bytes(b"1")
        (inbox / "总结.docx").write_bytes(b"2")
        assert await next_event(events) == {"files": 2}
        assert await stays_silent(events)

    watch(story)


def test_a_file_dropped_later_and_a_file_saved_again_are_news(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        (inbox / "甲.xlsx").write_bytes(b"1")
        assert await next_event(events) == {"files": 1}
        (inbox / "乙.xlsx").write_bytes(b"2")
        assert await next_event(events) == {"files": 1}
        (inbox / "甲.xlsx").write_bytes(b"1 and more")
        assert await next_event(events) == {"files": 1}

    watch(story)


def test_a_file_dropped_again_after_it_was_taken_is_news(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        (inbox / "甲.xlsx").write_bytes(b"1")
        assert await next_event(events) == {"files": 1}
        (inbox / "甲.xlsx").unlink()
        waiting = asyncio.create_task(next_event(events))
        await asyncio.sleep(10 * LOOKS_EVERY_S)
        (inbox / "甲.xlsx").write_bytes(b"1")
        assert await waiting == {"files": 1}

    watch(story)


def test_a_file_that_is_still_growing_is_not_reported_yet(inbox: Path) -> None:
    async def grow(path: Path) -> None:
        for _ in range(200):
            with path.open("ab") as out:
                out.write(b"more")
            await asyncio.sleep(LOOKS_EVERY_S / 10)

    async def story(events: AsyncIterator[Any]) -> None:
        growing = asyncio.create_task(grow(inbox / "大.xlsx"))
        waiting = asyncio.create_task(next_event(events))
        await growing
        assert not waiting.done()
        assert await waiting == {"files": 1}

    watch(story)


def test_links_and_what_is_not_a_submission_wake_nobody(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        (inbox / "链接.xlsx").symlink_to("/etc/hostname")
        (inbox / "~$表.xlsx").write_bytes(b"lock")
        (inbox / "下载.crdownload").write_bytes(b"half")
        (inbox / "desktop.ini").write_bytes(b"")
        assert await stays_silent(events)

    watch(story)


def test_a_share_that_is_away_is_borne_quietly_until_it_is_back(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        share = inbox.parent
        (inbox / "甲.xlsx").write_bytes(b"1")
        away = share.rename(share.with_name("away"))
        waiting = asyncio.create_task(next_event(events))
        await asyncio.sleep(10 * LOOKS_EVERY_S)
        assert not waiting.done()
        away.rename(share)
        assert await waiting == {"files": 1}

    watch(story)


def test_an_empty_mount_point_is_not_taken_for_the_share(inbox: Path) -> None:
    async def story(events: AsyncIterator[Any]) -> None:
        (inbox.parent / MARKER).unlink()
        (inbox / "甲.xlsx").write_bytes(b"1")
        assert await stays_silent(events)

    watch(story)


def test_the_triggerer_can_make_the_watch_anew_from_what_it_says_of_itself(inbox: Path) -> None:
    from airflow.sdk.module_loading import import_string

    from etl.orchestration.inbox_trigger import InboxTrigger

    path, arguments = InboxTrigger(2.0).serialize()
    again = import_string(path)(**arguments)
    assert isinstance(again, InboxTrigger)
    assert again.serialize() == (path, arguments)


def test_a_new_object_in_a_bucket_is_reported_once(
    s3: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    throwaway_airflow()
    monkeypatch.setenv("RETURNS_SHARE", f"s3://{bucket}/share")
    share_at(BucketUrl(bucket, "share")).prepare("2022年春节")

    async def story(events: AsyncIterator[Any]) -> None:
        s3.put_object(Bucket=bucket, Key="share/收件箱/表.xlsx", Body=b"1")
        assert await next_event(events) == {"files": 1}
        assert await stays_silent(events)

    watch(story)
