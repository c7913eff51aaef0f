"""What people still have to look at, or decided: queries, waivers, and files that wait to be claimed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import Connection

from etl.books.words import SECRET_FILE
from etl.definitions import Campaign, Roster, Unit
from etl.masking import shown
from etl.model import HeldFile, Material, Query, Reading, Severity, Waiver, receipt_number
from etl.sheets.identity import match_unit, near_matches
from etl.warehouse import ledger
from etl.warehouse.questions import ask


def queries(connection: Connection, campaign: Campaign, as_of: datetime) -> tuple[Query, ...]:
    """What stands beside the documents in force, in the office's order."""
    return tuple(
        Query(
            code=row["code"],
            unit=row["unit"],
            material=Material(row["material"]),
            receipt=receipt_number(campaign.id, row["submission_id"]),
            file=shown(row["file"]),
            rule=row["rule"],
            severity=Severity(row["severity"]),
            sheet=row["sheet"],
            cell=row["cell"],
            typed=None if row["typed"] is None else shown(row["typed"]),
            message=shown(row["message"]),
            explained=None if row["explained"] is None else shown(row["explained"]),
        )
        for row in ask(connection, "queries", campaign=campaign.id, as_of=as_of)
    )


def waivers(connection: Connection, campaign: Campaign, as_of: datetime) -> tuple[Waiver, ...]:
    """The documents in force that a person let count, in the office's order."""
    return tuple(
        Waiver(
            code=row["code"],
            unit=row["unit"],
            material=Material(row["material"]),
            receipt=receipt_number(campaign.id, row["submission_id"]),
            file=shown(row["file"]),
            by=shown(row["by_whom"]),
            why=shown(row["why"]),
            decided_at=row["decided_at"],
            until=row["until_at"],
        )
        for row in ask(connection, "waivers", campaign=campaign.id, as_of=as_of)
    )


def held_files(
    connection: Connection, campaign: Campaign, as_of: datetime, roster: Roster
) -> tuple[HeldFile, ...]:
    """The files that wait for a person, in order of arrival; names that look alike are hints, nothing more."""
    rows = ask(connection, "held", campaign=campaign.id, as_of=as_of)
    readings = ledger.readings_of(connection, [row["id"] for row in rows])
    units = campaign.units(roster)
    held = []
    for row in rows:
        reading = readings[row["id"]]
        near = () if row["unit"] else _hints(reading, row["file"], units)
        file = SECRET_FILE if reading.secret else shown(row["file"])
        number, why = receipt_number(campaign.id, row["id"]), shown(row["why_held"])
        held.append(HeldFile(number, file, row["unit"], why, row["received_at"], near))
    return tuple(held)


def _hints(reading: Reading, file: str, units: Sequence[Unit]) -> tuple[str, ...]:
    """Whom its form, its own name and its folders name; where they name no two, also who is called alike."""
    path = PurePosixPath(file)
    written = reading.form.unit_text if reading.form else None
    said = [text for text in (written, path.stem, *path.parts[:-1]) if text]
    named = [unit.name for text in said if (unit := match_unit(text, units))]
    alike = [unit.name for unit in near_matches(written or path.stem, units)]
    return tuple(dict.fromkeys(named if len(set(named)) > 1 else [*named, *alike]))
