"""Accounts and groups of this machine, and folders that are kept to one of them."""

import grp
import os
import pwd
from functools import cache
from pathlib import Path

READERS = 0o2750
"""Its owner writes, its group reads, nobody else enters; what is made in it belongs to the group."""
SENDERS = 0o2770
"""Its group writes too."""
EVERY_SENDER = 0o3777
"""Everybody puts files in and takes away none but their own; the owner any; what is put in belongs to the group."""
_WHO_MAY = 0o1777


@cache
def name_of(uid: int) -> str:
    """The account's name; its number where this machine knows none, as with files of a server's accounts."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_called(name: str) -> int | None:
    """The group's number, None where this machine has no such group."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def keep_to(folder: Path, group: int, mode: int = READERS) -> bool:
    """Let nobody but the owner and a group into a folder, which is made where it is missing; or as `mode` says.

    False where the system does not allow that: a share without such rights, or a group we may not give to.
    Raises OSError where the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        about = folder.stat()
        if about.st_gid != group:
            os.chown(folder, -1, group)
        if about.st_mode & 0o7777 != mode:
            folder.chmod(mode)
        about = folder.stat()
    except OSError:
        return False
    return _is_kept(about, group, mode)


def is_kept_to(folder: Path, group: int, mode: int = READERS) -> bool:
    """Whether a folder is as `keep_to` leaves it, or not there at all. Raises OSError."""
    return not folder.exists() or _is_kept(folder.stat(), group, mode)


def _is_kept(about: os.stat_result, group: int, mode: int) -> bool:
    return about.st_gid == group and about.st_mode & _WHO_MAY == mode & _WHO_MAY
