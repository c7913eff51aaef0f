"""How a summary stands beside the figures that were approved: final, or corrected since."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from etl.definitions import Form
from etl.model import Correction, Seal, Summary, UnitCorrection, UnitLine
from etl.stages.unit_lines import unit_lines
from etl.warehouse import seals
from etl.warehouse.publications import current
from etl.warehouse.questions import ask
from etl.warehouse.seals import Parts

CORRECTION_KIND = "correction"


def with_seal(connection: Connection, summary: Summary, form: Form) -> Summary:
    """The summary with its latest seal, and what differs from the figures approved before those of now."""
    known = [seal for seal in seals.seals_of(connection, summary.campaign) if seal.as_of <= summary.as_of]
    if not known:
        return summary
    units = _units(connection, summary, form)
    now = _figures(units, form)
    for seal in reversed(known):
        before = seals.figures_of(connection, summary.campaign, seal.number)
        if before != now:
            correction = Correction(seal, _lines(before, now, units, form))
            return replace(summary, seal=known[-1], correction=correction)
    taken_back = CORRECTION_KIND in current(connection, summary.campaign)
    return replace(summary, seal=known[-1], correction=Correction(known[-1], ()) if taken_back else None)


def sealed_figures(connection: Connection, summary: Summary, form: Form) -> Parts:
    """What a seal of this summary seals: each unit's category figures that are not 0."""
    return _figures(_units(connection, summary, form), form)


def _units(connection: Connection, summary: Summary, form: Form) -> tuple[UnitLine, ...]:
    """All units of the campaign, also where its summary does not list them."""
    if not summary.below:
        return summary.units
    lines = ask(connection, "unit_lines", campaign=summary.campaign, as_of=summary.as_of)
    return unit_lines(connection, form, lines)


def _figures(units: Sequence[UnitLine], form: Form) -> Parts:
    parts = [(row.id, column.id) for row in form.category_rows for column in form.part_columns]
    return {
        (unit.code, row, column): unit.amounts[row][column]
        for unit in units
        if unit.amounts is not None
        for row, column in parts
        if unit.amounts[row][column]
    }


def approved_by(summary: Summary) -> Seal | None:
    """The seal that holds for these very figures."""
    return summary.seal if summary.is_final else None


def _lines(before: Parts, now: Parts, units: Sequence[UnitLine], form: Form) -> tuple[UnitCorrection, ...]:
    names = {unit.code: unit.name for unit in units}
    order = [*names, *sorted({code for code, _, _ in before} - set(names))]
    parts = [(row.id, column.id) for row in form.category_rows for column in form.part_columns]
    places = [(code, *part) for code in order for part in parts]
    return tuple(
        UnitCorrection(place[0], names.get(place[0], place[0]), place[1], place[2], old, new)
        for place in places
        if (old := before.get(place, 0)) != (new := now.get(place, 0))
    )
