"""Objects of a bucket by their exact keys, whole: S3, or what speaks like it.

Keys and addresses come as they are: no pattern, no folder, no `..` means anything here. How to log in, where the
server is and how often a throttled or failed request is tried again, all that is botocore's own configuration
(AWS_… variables, profiles).
"""

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from fsspec.asyn import sync
from s3fs import S3FileSystem

from etl.edges.bucket_errors import Changed, code_of, is_missing, of_one_object, told
from etl.edges.durable import TEMPORARY
from etl.edges.places import BucketUrl
from etl.errors import Unavailable

_T = TypeVar("_T")
_R = TypeVar("_R")
_AT_ONCE = 32
"""Requests under way at the same time."""
_FILES_AT_ONCE, _PART_BYTES = 4, 8 * 1024**2
"""Of files that may be large: together no more than 64 MiB are in memory."""
_CHUNK = 1024**2


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as a listing shows it; `key` is below the place's prefix."""

    key: str
    size: int
    modified: datetime
    etag: str

    @property
    def modified_ns(self) -> int:
        """In whole seconds: some servers list finer moments than they tell of a single object."""
        return int(self.modified.timestamp()) * 10**9


class Bucket:
    """A part of a bucket. Methods about many keys work on them side by side.

    All raise Unavailable where the bucket, the login or the server is not there.
    """

    def __init__(self, url: BucketUrl) -> None:
        self.url = url
        self._prefix = f"{url.prefix}/" if url.prefix else ""
        self._fs = S3FileSystem(config_kwargs={"max_pool_connections": _AT_ONCE})
        self._fs.retries = 1  # botocore tries again by itself

    def listing(self, beginning: str = "", folder_only: bool = False) -> list[Stored]:
        """All objects whose keys begin so, in order of their keys; with `folder_only` none in folders below."""

        async def listed() -> list[Stored]:
            delimiter = {"Delimiter": "/"} if folder_only else {}
            return [stored async for stored in self._listed(beginning, delimiter)]

        return self._run(listed)

    def get(self, key: str) -> bytes | None:
        return self._run(lambda: self._get(key))

    def has_all(self, keys: Sequence[str]) -> list[bool]:
        return self._each(self._has, keys)

    def differ(self, objects: Mapping[str, bytes]) -> list[bool]:
        """For each whether something else, or nothing, stands under its key."""

        async def differs(key: str) -> bool:
            return await self._get(key) != objects[key]

        return self._each(differs, list(objects))

    def put(self, objects: Mapping[str, bytes]) -> None:
        """Each appears whole: a reader sees it, or the one before."""

        async def put(key: str) -> None:
            about = {"ContentType": _kind_of(key)}
            await self._call("put_object", Key=self._prefix + key, Body=objects[key], **about)

        self._each(put, list(objects))

    def put_files(self, files: Mapping[str, Path]) -> None:
        """Upload files of this machine, large ones in parts; each appears whole."""

        async def put(key: str) -> None:
            to = f"{self.url.bucket}/{self._prefix}{key}"
            await self._fs._put_file(str(files[key]), to, chunksize=_PART_BYTES, max_concurrency=1)

        self._each(put, list(files), _FILES_AT_ONCE)

    def fetch(self, wanted: Mapping[str, tuple[Path, str | None]]) -> list[str | Changed]:
        """Download objects to files; of each its SHA-256, or why it could not be had. A file that could not is gone.

        With an ETag only that very object is taken.
        """

        async def fetch(key: str) -> str | Changed:
            path, etag = wanted[key]
            try:
                return await self._poured(key, path, etag)
            except Changed as why:
                path.unlink(missing_ok=True)
                return why

        return self._each(fetch, list(wanted))

    def delete(self, keys: Iterable[str]) -> None:
        async def delete(key: str) -> None:
            await self._call("delete_object", Key=self._prefix + key)

        self._each(delete, list(keys))

    def delete_the_same(self, taken: Sequence[tuple[str, int, int, str]]) -> list[str | None]:
        """Delete those objects that still are (key, size, modified_ns, SHA-256): None, or why one could not be.

        What is something else by now, or is gone, is left.
        """
        return self._each(self._delete_the_same, taken)

    def probe(self, folder: str = "") -> datetime:
        """Put a small object and delete it again; the moment that the server gave it."""
        key = f"{folder}{TEMPORARY}检查"
        self.put({key: b"."})
        (moment,) = [stored.modified for stored in self.listing(key) if stored.key == key]
        self.delete([key])
        return moment

    def forget(self, key: str) -> None:
        """Delete an object with all versions that the bucket kept of it."""
        self._run(lambda: self._forget(key))

    async def _listed(self, beginning: str, more: Mapping[str, str]) -> AsyncIterator[Stored]:
        asked: dict[str, Any] = {"Prefix": self._prefix + beginning, **more}
        while True:
            page = await self._call("list_objects_v2", **asked)
            for one in page.get("Contents", ()):
                key = one["Key"].removeprefix(self._prefix)
                yield Stored(key, one["Size"], one["LastModified"], one["ETag"])
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    async def _get(self, key: str) -> bytes | None:
        try:
            answer = await self._call("get_object", Key=self._prefix + key)
        except OSError as why:
            if is_missing(why):
                return None
            raise
        async with answer["Body"] as body:
            content: bytes = await body.read()
            return content

    async def _has(self, key: str) -> bool:
        try:
            await self._call("head_object", Key=self._prefix + key)
        except FileNotFoundError:  # also where the bucket is gone, which whoever then writes is told
            return False
        return True

    async def _poured(self, key: str, path: Path, etag: str | None) -> str:
        only = {"IfMatch": etag} if etag else {}
        try:
            answer = await self._call("get_object", Key=self._prefix + key, **only)
        except OSError as why:
            raise of_one_object(why) from why
        digest = hashlib.sha256()
        async with answer["Body"] as body:
            with path.open("wb") as out:
                while chunk := await body.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
        return digest.hexdigest()

    async def _delete_the_same(self, taken: tuple[str, int, int, str]) -> str | None:
        key, size, modified_ns, sha256 = taken
        try:
            answer = await self._call("get_object", Key=self._prefix + key)
            async with answer["Body"] as body:
                about = answer["ContentLength"], int(answer["LastModified"].timestamp()) * 10**9
                if about != (size, modified_ns) or await _hash_of(body) != sha256:
                    return None
            await self._call("delete_object", Key=self._prefix + key, IfMatch=answer["ETag"])
        except OSError as why:
            if is_missing(why) or code_of(why) == "PreconditionFailed":
                return None
            refused = of_one_object(why)
            if isinstance(refused, Changed):
                return str(refused)
            raise
        return None

    async def _forget(self, key: str) -> None:
        asked = {"Prefix": self._prefix + key}
        try:
            page = await self._call("list_object_versions", **asked)
        except OSError as why:
            if code_of(why) != "NotImplemented":
                raise
            page = {"Versions": [{"Key": asked["Prefix"], "VersionId": "null"}]}  # a server that keeps none
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            if one["Key"] == asked["Prefix"]:
                await self._call("delete_object", Key=one["Key"], VersionId=one["VersionId"])

    async def _call(self, method: str, **asked: Any) -> Any:
        return await self._fs._call_s3(method, Bucket=self.url.bucket, **asked)

    def _each(
        self, do: Callable[[_T], Awaitable[_R]], items: Sequence[_T], at_once: int = _AT_ONCE
    ) -> list[_R]:
        """What `do` answers for each item, in order; the first failure ends the rest."""

        async def all_of_them() -> list[_R]:
            gate = asyncio.Semaphore(at_once)

            async def one(item: _T) -> _R:
                async with gate:
                    return await do(item)

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(item)) for item in items]
            return [task.result() for task in tasks]

        return self._run(all_of_them)

    def _run(self, work: Callable[[], Awaitable[_R]]) -> _R:
        try:
            with told(self.url):
                done: _R = sync(self._fs.loop, work)
                return done
        except Unavailable:
            S3FileSystem.clear_instance_cache()  # the next office logs in anew, maybe with another key
            raise


async def _hash_of(body: Any) -> str:
    digest = hashlib.sha256()
    while chunk := await body.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _kind_of(key: str) -> str:
    kind, _ = mimetypes.guess_type(key)
    return (
        f"{kind}; charset=utf-8" if kind and kind.startswith("text/") else kind or "application/octet-stream"
    )
