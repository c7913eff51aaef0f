"""The pages of the Data Docs where the archive is in a bucket."""

from collections.abc import Iterable

from etl.edges.bucket import Bucket
from etl.errors import Unavailable


class BucketDataDocs:
    """Objects below a prefix of their own, beside the archive's."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def shown(self, name: str) -> str:
        return f"{self._bucket.url}/{name}"

    def has(self, name: str) -> bool:
        return self._bucket.has_all([name])[0]

    def read(self, name: str) -> bytes:
        page = self._bucket.get(name)
        if page is None:
            raise Unavailable(f"没有这一页：{self.shown(name)}")
        return page

    def write(self, name: str, page: bytes) -> None:
        self._bucket.put({name: page})

    def names(self) -> list[str]:
        listed = self._bucket.listing(folder_only=True)
        return [stored.key for stored in listed if stored.key.endswith(".html")]

    def remove(self, names: Iterable[str]) -> None:
        self._bucket.delete(names)
