"""How a summary stands beside the figures that were approved: final, or corrected since."""

from dataclasses import replace

from sqlalchemy import Connection

from etl.definitions import Form
from etl.model import Correction, Seal, Summary, UnitCorrection
from etl.warehouse import seals
from etl.warehouse.publications import current
from etl.warehouse.seals import Parts

CORRECTION_KIND = "correction"


def with_seal(connection: Connection, summary: Summary, form: Form) -> Summary:
    """The summary with its latest seal, and what differs from the figures approved before those of now."""
    known = [seal for seal in seals.seals_of(connection, summary.campaign) if seal.as_of <= summary.as_of]
    if not known:
        return summary
    now = figures(summary, form)
    for seal in reversed(known):
        before = seals.figures_of(connection, summary.campaign, seal.number)
        if before != now:
            correction = Correction(seal, _lines(before, now, summary, form))
            return replace(summary, seal=known[-1], correction=correction)
    taken_back = CORRECTION_KIND in current(connection, summary.campaign)
    return replace(summary, seal=known[-1], correction=Correction(known[-1], ()) if taken_back else None)


def figures(summary: Summary, form: Form) -> Parts:
    """Each unit's category figures that are not 0."""
    parts = [(row.id, column.id) for row in form.category_rows for column in form.part_columns]
    return {
        (unit.code, row, column): unit.amounts[row][column]
        for unit in summary.units
        if unit.amounts is not None
        for row, column in parts
        if unit.amounts[row][column]
    }


def approved_by(summary: Summary) -> Seal | None:
    """The seal that holds for these very figures."""
    return summary.seal if summary.is_final else None


def _lines(before: Parts, now: Parts, summary: Summary, form: Form) -> tuple[UnitCorrection, ...]:
    names = {unit.code: unit.name for unit in summary.units}
    order = [*names, *sorted({code for code, _, _ in before} - set(names))]
    parts = [(row.id, column.id) for row in form.category_rows for column in form.part_columns]
    places = [(code, *part) for code in order for part in parts]
    return tuple(
        UnitCorrection(place[0], names.get(place[0], place[0]), place[1], place[2], old, new)
        for place in places
        if (old := before.get(place, 0)) != (new := now.get(place, 0))
    )
