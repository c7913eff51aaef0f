"""The reckoning: ledger, archive, receipts, export and publication against the simple model."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.durable import TEMPORARY
from etl.edges.share import RECEIPTS, published
from etl.export import export
from etl.model import receipt_number
from etl.office import Office, open_office
from etl.warehouse.tables import UtcDateTime
from tests.soak.clerks import WHOEVER
from tests.soak.expected import Arrival, Fate, Key, Outcome, outcome, owed, part_of_total, shown
from tests.soak.soak import CAMPAIGN, Soak

_CLIPPED_US = 60_000_000
"""A file that came while a run began has that run's moment: by how much at most, under load."""


@dataclass
class Reckoning:
    """`lost` and `doubled` submissions, `wrong` sentences about anything else."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def reckon(soak: Soak) -> Reckoning:
    found, share = Reckoning(), Path(soak.settings.share)
    with open_office(soak.settings) as office:
        with office.warehouse.reading() as connection:
            rows = [row._asdict() for row in connection.execute(_ROWS)]
        said = export(CAMPAIGN, datetime.now(soak.deadline.tzinfo), office)
        arrivals = _ledger(found, rows, soak.hands.arrivals)
        _archive(found, rows, soak.settings.archive, soak.hands.arrivals)
        _receipts(found, rows, share)
        told = outcome(arrivals, soak.deadline, soak.closes)
        _submissions(found, said, arrivals, told)
        _totals(found, said, told, office)
        _counts(found, said, told, soak)
        _publication(found, share / published(office.definitions.campaign(CAMPAIGN).title))
    if left := soak.still_lying():
        found.wrong.append(f"left in the inbox: {left}")
    if ghosts := soak.weather.ghosts:
        found.wrong.append(f"written where the share was not: {ghosts}")
    broke = [str(line["broke"]) for line in soak.told if "broke" in line]
    found.wrong += [f"a run broke: {why}" for why in broke]
    return found


_ROWS = text(
    "SELECT s.id, s.path, s.sha256, s.received_at, s.verdict, s.answered_at, s.left_at, u.name AS unit FROM submissions AS s "
    "LEFT JOIN units AS u ON u.code = s.unit_code ORDER BY s.id"
).columns(received_at=UtcDateTime)


def _key(row: dict[str, Any]) -> Key:
    return bytes(row["path"]), row["sha256"]


def _ledger(found: Reckoning, rows: list[dict[str, Any]], arrivals: list[Arrival]) -> list[Arrival]:
    """One row each; which of those that may have been taken were, each at the time that was written down: a file that
    came while a run began has that run's moment."""
    found.rows = len(rows)
    times = Counter(_key(row) for row in rows)
    known = {arrival.key for arrival in arrivals}
    found.lost += [shown(a.sent.name) for a in arrivals if a.certain and not times[a.key]]
    found.doubled += [f"{shown(key[0])} × {n}" for key, n in times.items() if n > 1]
    found.wrong += [f"nobody dropped {shown(path)} {sha256[:12]}" for path, sha256 in times.keys() - known]
    found.wrong += [
        f"not finished: {row['path']!r}" for row in rows if not (row["answered_at"] and row["left_at"])
    ]
    received = {_key(row): int(row["received_at"].timestamp() * 1_000_000 + 0.5) for row in rows}
    came = [arrival for arrival in arrivals if times[arrival.key]]
    found.wrong += [
        f"{shown(each.sent.name)}: received {received[each.key]}, came {each.at_us}"
        for each in came
        if not -2 <= each.at_us - received[each.key] <= _CLIPPED_US
    ]
    return [replace(each, at_us=received[each.key]) for each in came]


def _archive(found: Reckoning, rows: list[dict[str, Any]], archive: Path, arrivals: list[Arrival]) -> None:
    """The bytes of each row. Beside them at most those of a file that was copied by a run that died, and then taken
    away by its clerk, or gone on with, before the next one."""
    kept = {path.name: path for path in archive.rglob("*") if path.is_file()}
    found.lost += [f"no bytes of {row['path']!r}" for row in rows if row["sha256"] not in kept]
    for name, path in kept.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != name:
            found.wrong.append(f"in the archive, and not what its name says: {path}")
    withdrawn = {arrival.key[1] for arrival in arrivals if not arrival.certain}
    extra = kept.keys() - {row["sha256"] for row in rows} - withdrawn
    found.wrong += [f"in the archive and not in the ledger: {name}" for name in extra]


def _receipts(found: Reckoning, rows: list[dict[str, Any]], share: Path) -> None:
    root = share / RECEIPTS
    due = Counter(
        f"{row['unit'] or UNKNOWN_SENDER}/{receipt_number(CAMPAIGN, row['id'])}.html" for row in rows
    )
    stand = Counter(path.relative_to(root).as_posix() for path in root.rglob("*.html"))
    found.lost += [f"no receipt {path}" for path in due - stand]
    found.doubled += [f"a receipt too many {path}" for path in stand - due]
    halves = [str(path) for path in share.rglob(f"{TEMPORARY}*")]
    found.wrong += [f"half written and left: {path}" for path in halves]


def _submissions(found: Reckoning, said: dict[str, Any], arrivals: list[Arrival], told: Outcome) -> None:
    """Each line of the export against what the model says of that arrival."""
    came = {(shown(arrival.sent.name), arrival.key[1]): arrival for arrival in arrivals}
    halves = _halves_in_force(said, came)
    for line in said["submissions"]:
        found.statuses[line["status"]] += 1
        arrival = came.get((line["file"], line["sha256"]))
        if arrival is None:
            found.wrong.append(f"exported and unknown: {line['file']!r}")
            continue
        fate = told.fates[arrival.key]
        if fate.status == "accepted" and fate.material == "stamped" and fate.unit in halves:
            fate = replace(fate, status="superseded")
        have = (line["status"], line["unit"], line["material"], line["late"])
        if (
            fate.unit == WHOEVER
        ):  # half a picture is a picture, half a workbook is none: only its time is known
            have = (fate.status, fate.unit, fate.material, line["late"])
        if have != (fate.status, fate.unit, fate.material, fate.late):
            found.wrong.append(f"{line['file']!r}: {have}, should be {fate}"[:400])
        received = int(datetime.fromisoformat(line["received_at"]).timestamp() * 1_000_000 + 0.5)
        if received != arrival.at_us:
            found.wrong.append(f"{line['file']!r}: exported as received {received}, kept as {arrival.at_us}")
        if not _same_values(line, fate):
            found.wrong.append(f"{line['file']!r}: other values than were typed")
    if len(said["submissions"]) != len(came):
        found.wrong.append(f"{len(said['submissions'])} exported of {len(came)}")


def _halves_in_force(said: dict[str, Any], came: dict[tuple[str, str], Arrival]) -> set[str]:
    """The units of whom half a picture counts as their stamped copy: the whole one came after closing, and is held."""
    return {
        line["unit"]
        for line in said["submissions"]
        if line["status"] == "accepted" and line["material"] == "stamped"
        if (arrival := came.get((line["file"], line["sha256"]))) and arrival.sent.unit == WHOEVER
    }


def _same_values(line: dict[str, Any], fate: Fate) -> bool:
    if fate.status not in ("accepted", "superseded", "held") or fate.figures is None:
        return line["values"] is None
    labels = list(line["values"])[:4]
    rows = list(dict.fromkeys(row for row, _ in fate.figures))
    return all(
        Decimal(str(line["values"][labels[rows.index(row)]][part])) == value
        for (row, part), value in fate.figures.items()
    )


def _totals(found: Reckoning, said: dict[str, Any], told: Outcome, office: Office) -> None:
    """Every cell of the exported summary, 合计 and 总计 among them, against the sum of what was typed."""
    form = office.definitions.form_of(office.definitions.campaign(CAMPAIGN))
    totals, parts = told.totals(), [row.id for row in form.category_rows]
    for row in form.rows:
        of = [row.id] if row.id in parts else parts
        for column, have in said["summary"][row.label].items():
            adds = ["money_amount", "goods_cost"] if column == "total" else [column]
            should = sum((part_of_total(totals, of, each) for each in adds), Decimal(0))
            if Decimal(str(have)) != should:
                found.wrong.append(f"the summary's {row.label} {column} is {have}, should be {should}")


def _counts(found: Reckoning, said: dict[str, Any], told: Outcome, soak: Soak) -> None:
    pairs = owed(soak.settings.config, CAMPAIGN)
    should = (len(pairs), len(pairs & told.in_force.keys()), len(pairs & told.on_time))
    have = (said["expected"], said["accepted"], said["on_time"])
    if have != should:
        found.wrong.append(f"expected, accepted, on time: {have}, should be {should}")
    missing = {(line["unit"], line["material"]) for line in said["missing"]}
    if missing != pairs - told.in_force.keys():
        found.wrong.append(f"missing: {missing ^ (pairs - told.in_force.keys())}")


def _publication(found: Reckoning, folder: Path) -> None:
    """The manifest names what stands there, byte for byte."""
    manifest = json.loads((folder / "清单.json").read_text("utf-8"))
    for file in manifest["files"]:
        if hashlib.sha256((folder / file["file"]).read_bytes()).hexdigest() != file["sha256"]:
            found.wrong.append(f"published, and not what the manifest says: {file['file']}")
