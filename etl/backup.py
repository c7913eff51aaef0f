"""`returns backup` and `returns restore`: warehouse, originals, config/ and secrets in one folder, by their hashes."""

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from etl.edges.archive import Archive
from etl.edges.copies import copied, put, sha256_of, strange_in
from etl.edges.durable import write_all
from etl.edges.places import archive_at
from etl.errors import Refused, Unavailable
from etl.office import Office
from etl.settings import PREFIX, Settings, load_settings
from etl.warehouse.copying import copy_all, is_filled
from etl.warehouse.engine import Warehouse
from etl.warehouse.migrate import Schema, schema_of

MANIFEST = "manifest.json"
_WAREHOUSE, _ARCHIVE, _CONFIG, _SECRETS = "warehouse.db", "archive", "config", "secrets"
_SCHEMA = 1


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: `files` by their path in it → SHA-256, `rows` by table."""

    schema: int
    program: str
    made_at: datetime
    rows: dict[str, int]
    files: dict[str, str]


def back_up(folder: Path, settings: Settings, office: Office) -> Manifest:
    """Copy the whole office, as it is between two runs, into an empty folder; runs wait meanwhile.

    The warehouse is copied row by row into a SQLite file, whatever database it is in. What stands on the share is
    not in it. The manifest comes last: a backup without one is none. Raises Refused for a folder that holds
    something, Unavailable for an original that does not have the hash it is named by.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} 里已经有东西。请写一个新的文件夹，如 备份/{office.now():%Y%m%d}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with office.alone():
            rows = _warehouse_into(folder / _WAREHOUSE, office)
            files = {_WAREHOUSE: sha256_of(folder / _WAREHOUSE)}
            files |= office.archive.back_up(folder, _ARCHIVE)
        files |= copied(settings.config, folder, _CONFIG)
        for name, path in _named_files(os.environ):
            put(path, folder / _SECRETS / name, mode=0o600)
            files[f"{_SECRETS}/{name}"] = sha256_of(folder / _SECRETS / name)
        made = Manifest(_SCHEMA, version("shuangyong-returns"), office.now(), rows, files)
        write_all({folder / MANIFEST: msgspec.json.format(msgspec.json.encode(made))}, mode=0o600)
    except OSError as why:
        raise Unavailable(f"备份没有做完：{why.filename or folder}（{why.strerror}）") from why
    return made


def restore(folder: Path) -> Manifest:
    """Put a backup back where the settings say, into an office that holds nothing.

    Every hash is checked before anything is written. Again, after a crash: goes on. Raises Refused where that
    would write over something, or the backup is not whole.
    """
    made = _checked(folder)
    try:
        for name, path in _missing_secrets(folder):
            put(folder / _SECRETS / name, path, mode=0o600)
        settings = load_settings()
        warehouse = Warehouse(settings.warehouse)
        try:
            archive = archive_at(settings.archive)
            _refuse_filled(folder, settings, archive, warehouse)
            archive.restore(folder / _ARCHIVE)
            copied(folder / _CONFIG, settings.config.parent, settings.config.name)
            _warehouse_from(folder / _WAREHOUSE, warehouse)
        finally:
            warehouse.close()
    except OSError as why:
        raise Unavailable(
            f"没有恢复完：{why.filename or folder}（{why.strerror}）。改好以后再运行一次"
        ) from why
    return made


def _warehouse_into(file: Path, office: Office) -> dict[str, int]:
    """The warehouse as one SQLite file with nothing beside it."""
    target = Warehouse(f"sqlite:///{file}")
    try:
        rows = copy_all(office.warehouse, target)
        target.leave_one_file()
    finally:
        target.close()
    file.chmod(0o600)
    return rows


def _warehouse_from(file: Path, warehouse: Warehouse) -> None:
    """From a copy: an older backup is brought up to date first, and stays as it is itself."""
    with TemporaryDirectory() as beside:
        copy = Path(beside) / file.name
        shutil.copyfile(file, copy)
        source = Warehouse(f"sqlite:///{copy}")
        try:
            copy_all(source, warehouse)
        finally:
            source.close()


def _checked(folder: Path) -> Manifest:
    try:
        made = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Refused(f"{folder} 不是完整的备份：没有 {MANIFEST}") from None
    except msgspec.MsgspecError:
        raise Refused(f"{folder}/{MANIFEST} 坏了，或不是备份") from None
    if made.schema != _SCHEMA:
        raise Refused(f"这份备份是程序 {made.program} 做的，格式这个版本认不得。请用那个版本恢复")
    wrong = [
        name
        for name, sha256 in sorted(made.files.items())
        if not (folder / name).is_file() or sha256_of(folder / name) != sha256
    ]
    if wrong:
        raise Refused(f"备份不完整，或改动过，什么也没有恢复：{'、'.join(wrong[:5])} 等 {len(wrong)} 个文件")
    return made


def _refuse_filled(folder: Path, settings: Settings, archive: Archive, warehouse: Warehouse) -> None:
    """What stands already must be the backup's own: then a restore that was cut short goes on."""
    for strange, place, setting in (
        (archive.strange_to(folder / _ARCHIVE), settings.archive, "存档"),
        (strange_in(settings.config, folder / _CONFIG), settings.config, "配置"),
    ):
        if strange:
            raise Refused(f"{setting}文件夹里已经有别的东西，什么也没有恢复：{strange}。请先移开 {place}")
    if schema_of(warehouse) is not Schema.NONE:
        with warehouse.reading() as connection:
            if is_filled(connection):
                where = warehouse.url.render_as_string()
                raise Refused(f"数据库里已经有东西，什么也没有恢复：{where}。请先移开，或换一个空的")


def _named_files(environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """The files that hold settings: secrets."""
    for name, path in sorted(environment.items()):
        if name.startswith(PREFIX) and name.endswith("_FILE") and Path(path).is_file():
            yield name, Path(path)


def _missing_secrets(folder: Path) -> Iterator[tuple[str, Path]]:
    """Those that the environment names, that are not there, and that the backup has."""
    for name, path in sorted(os.environ.items()):
        if name.startswith(PREFIX) and not Path(path).exists() and (folder / _SECRETS / name).is_file():
            yield name, Path(path)
