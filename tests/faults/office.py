"""Offices that can be copied: their folders and their database, to be broken again and again from one state."""

import hashlib
import os
import shutil
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from sqlalchemy import MetaData, create_engine, make_url, select

from etl.edges.durable import TEMPORARY
from etl.settings import PROJECT, Settings

_CLOCKS = (
    "arrived_ns",
    "opened_at",
    "taken_at",
    "left_at",
    "judged_at",
    "answered_at",
    "published_at",
    "decided_at",
)
"""Columns that say when the machine did something: whether they are set counts, the moment does not."""


@dataclass(frozen=True)
class Place:
    """An office below `root`; its database is a file there, or one of a PostgreSQL by its address."""

    root: Path
    url: str

    @classmethod
    def new(cls, root: Path, postgres: str | None) -> "Place":
        """An empty one. `postgres`: the server's address, with the database's name left out."""
        root.mkdir(parents=True)
        if postgres is None:
            return cls(root, f"sqlite:///{root}/warehouse.db")
        name = f"w{uuid.uuid4().hex}"
        _ask_server(postgres.format(database="postgres"), f"CREATE DATABASE {name}")
        return cls(root, postgres.format(database=name))

    @property
    def settings(self) -> Settings:
        return Settings(self.root / "share", self.root / "archive", self.url, PROJECT / "config")

    @property
    def inbox(self) -> Path:
        return self.root / "share" / "收件箱"

    def copy(self, root: Path) -> "Place":
        """The same office once more, at another place."""
        shutil.copytree(self.root, root)
        if self.url.startswith("sqlite"):
            return Place(root, f"sqlite:///{root}/warehouse.db")
        url, name = make_url(self.url), f"w{uuid.uuid4().hex}"
        _ask_server(_server(self.url), f"CREATE DATABASE {name} TEMPLATE {url.database}")
        return Place(root, url.set(database=name).render_as_string(hide_password=False))

    def remove(self) -> None:
        for folder in (self.root / "archive", self.root / "share"):
            if folder.is_dir():
                folder.chmod(0o700)
        shutil.rmtree(self.root)
        for left in self.root.parent.glob(f"{self.root.name}.*"):
            left.unlink()
        if not self.url.startswith("sqlite"):
            _ask_server(_server(self.url), f"DROP DATABASE {make_url(self.url).database} WITH (FORCE)")

    def files(self) -> dict[str, str]:
        """Every file of share, archive and Data Docs, with its mode and the hash of its bytes."""
        return {
            os.fsencode(path.relative_to(self.root)).decode("utf-8", "backslashreplace"): (
                f"{path.stat().st_mode & 0o777:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            )
            for part in ("share", "archive", "data-docs")
            for path in sorted((self.root / part).rglob("*"))
            if path.is_file()
        }

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of the warehouse, by table."""
        engine = create_engine(self.url)
        try:
            schema = MetaData()
            schema.reflect(engine)
            with engine.connect() as connection:
                return {
                    table.name: [
                        {key: _timeless(key, value) for key, value in row._mapping.items()}
                        for row in connection.execute(select(table).order_by(*table.primary_key))
                    ]
                    for table in schema.sorted_tables
                }
        finally:
            engine.dispose()


def _timeless(column: str, value: Any) -> Any:
    return value is not None if column in _CLOCKS else value


def _server(url: str) -> str:
    return (
        make_url(url).set(database="postgres", drivername="postgresql").render_as_string(hide_password=False)
    )


def _ask_server(address: str, said: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(said.encode())


def differences(place: Place, undisturbed: Place) -> list[str]:
    """What is not as it would be, had nothing happened: files and rows that are lost, too many or different."""
    told = []
    for what, ours, theirs in (
        ("file", place.files(), undisturbed.files()),
        ("row", _rows(place), _rows(undisturbed)),
    ):
        told += [f"lost {what} {name}" for name in theirs.keys() - ours.keys()]
        told += [f"extra {what} {name}" for name in ours.keys() - theirs.keys()]
        told += [
            f"other {what} {name}: {ours[name]} instead of {theirs[name]}"
            for name in ours.keys() & theirs.keys()
            if ours[name] != theirs[name]
        ]
    return sorted(told)


def _rows(place: Place) -> dict[str, str]:
    """Rows by table and number."""
    return {
        f"{table} {number}": str(row)
        for table, rows in place.tables().items()
        for number, row in enumerate(rows)
    }


def different_totals(place: Place, undisturbed: Place) -> list[str]:
    """Every file came once and was judged alike, everything was decided once, and what is in force adds up to the same;
    numbers and versions may be others, and of two of the same bytes the first."""
    told = []
    for what in (_arrived, _counted):
        ours, theirs = what(place), what(undisturbed)
        told += [f"lost {each}" for each in (theirs - ours).elements()]
        told += [f"extra {each}" for each in (ours - theirs).elements()]
    return told


def _arrived(place: Place) -> Counter[str]:
    tables = place.tables()
    files = Counter(f"{row['file']} {row['sha256']}" for row in tables["submissions"])
    judged = ("sha256", "unit_code", "material", "verdict", "nil_return", "why_held")
    files += Counter(" ".join(str(row[name]) for name in judged) for row in tables["submissions"])
    return files + Counter(f"{row['kind']} {row['unit_code']}" for row in tables["decisions"])


def _counted(place: Place) -> Counter[str]:
    rows = place.tables()["published_totals"]
    return Counter({f"{row['row_id']} {row['column_id']}": row["amount"] for row in rows})


def faults_of(place: Place) -> list[str]:
    """What may never be, whatever happened before and whoever ran: see DESIGN's promises."""
    tables, files = place.tables(), place.files()
    ledger = tables["submissions"]
    told = [f"left over {name}" for name in files if TEMPORARY in name or ".incoming" in name]
    told += [
        f"not in the archive: {row['file']}"
        for row in ledger
        if f"archive/{row['sha256'][:2]}/{row['sha256']}" not in files
    ]
    told += [f"not done: {row['file']}" for row in ledger if not (row["answered_at"] and row["left_at"])]
    told += [f"receipts: {number}" for number in _receipts_that_are_not_one(ledger, files)]
    told += _not_as_the_manifest_says(place)
    return told


def _receipts_that_are_not_one(ledger: list[dict[str, Any]], files: dict[str, str]) -> list[str]:
    stand = [name for name in files if name.startswith("share/回执/") and name.endswith(".html")]
    numbers = [f"{row['campaign']}-{row['id']:06d}" for row in ledger]
    told = [number for number in numbers if sum(f"/{number}.html" in name for name in stand) != 1]
    return told + [name for name in stand if not any(f"/{number}.html" in name for number in numbers)]


def _not_as_the_manifest_says(place: Place) -> list[str]:
    told = []
    for manifest in (place.root / "share" / "发布").glob("*/清单.json"):
        said = msgspec.json.decode(manifest.read_bytes())["files"]
        for file in said:
            content = (manifest.parent / file["file"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != file["sha256"]:
                told.append(f"not as the manifest says: {file['file']}")
        stand = {
            str(path.relative_to(manifest.parent))
            for path in manifest.parent.rglob("*")
            if path.is_file() and "历次" not in path.parts and path != manifest
        }
        told += [f"not in the manifest: {name}" for name in stand - {file["file"] for file in said}]
    return told
