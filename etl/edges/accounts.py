"""Accounts and groups of this machine, and folders that are kept to one of them."""

import grp
import os
import pwd
from functools import cache
from pathlib import Path

READERS = 0o2750
"""Its owner writes, its group reads, nobody else enters; what is made in it belongs to the group."""


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


def keep_to(folder: Path, group: int) -> bool:
    """Let nobody but the owner and a group into a folder, which is made where it is missing.

    False where the system does not allow that: a share without such rights, or a group we may not give to.
    Raises OSError where the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        about = folder.stat()
        if about.st_gid != group:
            os.chown(folder, -1, group)
        if about.st_mode & 0o7777 != READERS:
            folder.chmod(READERS)
        about = folder.stat()
    except OSError:
        return False
    return about.st_gid == group and about.st_mode & 0o777 == READERS & 0o777
