"""Ways into a folder in which anybody may make folders and links: part by part, and through no link."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_HERE = b"/proc/self/fd/%d"


@contextmanager
def place_of(root: Path, path: bytes) -> Iterator[bytes]:
    """Where `path`, relative to `root`, stands: a path that is good while this lasts, whatever becomes of its folders
    meanwhile. Raises OSError, NotADirectoryError where a folder on the way is a link."""
    *folders, name = path.split(b"/")
    if not folders:
        yield os.path.join(os.fsencode(root), name)  # noqa: PTH118 - names may be any bytes
        return
    handle = os.open(root, _FOLDER)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = below
        yield os.path.join(_HERE % handle, name)  # noqa: PTH118
    finally:
        os.close(handle)
