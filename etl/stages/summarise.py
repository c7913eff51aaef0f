"""Summarise: what the returns in force say at one moment."""

from collections import defaultdict
from datetime import date, datetime

from etl.definitions import Campaign, Definitions, Form
from etl.journal import timed
from etl.model import Amounts, Contact, CoverageLine, Material, Missing, Reminded, Summary, UnitLine
from etl.office import Office
from etl.stages.open_points import held_files, queries, waivers
from etl.stages.sealed import with_seal
from etl.warehouse.questions import Answer, ask


@timed("summarise")
def summarise(campaign_id: str, as_of: datetime, office: Office) -> Summary:
    """The district's totals, each unit's line, the coverage and the missing list, as known at `as_of`.

    Touches: warehouse (reads, one transaction, so that all parts speak of the same moment).
    Raises:  Refused for a campaign that is not open.
    """
    campaign, form = office.opened(campaign_id)
    takes = {"campaign": campaign_id, "as_of": as_of}
    with office.warehouse.reading() as connection:
        totals = ask(connection, "district_totals", **takes)
        lines = ask(connection, "unit_lines", **takes)
        figures = ask(connection, "unit_figures", **takes)
        coverage = ask(connection, "coverage", **takes)
        corrections = ask(connection, "corrections", **takes)
        missing = ask(connection, "missing", **takes)
        asked = queries(connection, campaign, as_of)
        waived = waivers(connection, campaign, as_of)
        held = held_files(connection, campaign, as_of, office.roster)
        reminded = ask(connection, "reminded", **takes)
        contacts = ask(connection, "last_contact", **takes)
        today = campaign.local(as_of).date()
        summary = Summary(
            campaign=campaign_id,
            as_of=as_of,
            totals=district_totals(totals, form),
            units=_unit_lines(lines, figures),
            coverage=_coverage(coverage, corrections, campaign),
            missing=tuple(_missing(row, campaign, today, office.definitions) for row in missing),
            queries=asked,
            waivers=waived,
            held=held,
            reminded=tuple(_reminded(row) for row in reminded),
            contacts=tuple(Contact(**row) for row in contacts),
            years_unknown=office.definitions.holidays.unknown(campaign.years),
        )
        return with_seal(connection, summary, form)


def district_totals(rows: list[Answer], form: Form) -> Amounts:
    """Category figures added up; 合计 and 总计 derived from them. All rows, 0 where nobody reported."""
    added = {(row["row_id"], row["column_id"]): int(row["amount"]) for row in rows}
    totals: Amounts = {row.id: {} for row in form.rows}
    for row in form.category_rows:
        for column in form.part_columns:
            totals[row.id][column.id] = added.get((row.id, column.id), 0)
    for column in form.part_columns:
        totals[form.total_row.id][column.id] = sum(totals[row.id][column.id] for row in form.category_rows)
    for row in form.rows:
        for column in form.sum_columns:
            totals[row.id][column.id] = sum(totals[row.id][part] for part in column.sum_of)
    return totals


def _unit_lines(lines: list[Answer], figures: list[Answer]) -> tuple[UnitLine, ...]:
    amounts: dict[str, Amounts] = defaultdict(lambda: defaultdict(dict))
    for figure in figures:
        amounts[figure["unit_code"]][figure["row_id"]][figure["column_id"]] = figure["amount"]
    return tuple(_unit_line(line, amounts) for line in lines)


def _unit_line(line: Answer, amounts: dict[str, Amounts]) -> UnitLine:
    has_form = line["submission_id"] is not None
    return UnitLine(
        code=line["code"],
        name=line["name"],
        kind=line["kind"],
        parent=line["parent"],
        owes_form=bool(line["owes_form"]),
        amounts={row: dict(columns) for row, columns in amounts[line["code"]].items()} if has_form else None,
        nil_return=bool(line["nil_return"]),
        received_at=line["received_at"],
        late=bool(line["late"]),
    )


def _coverage(rows: list[Answer], corrections: list[Answer], campaign: Campaign) -> tuple[CoverageLine, ...]:
    """A line a kind and material that is owed or was sent; a kind that owes and sent nothing has zeros."""
    corrected = {(row["kind"], row["material"]): int(row["corrections"]) for row in corrections}
    found = [
        CoverageLine(
            kind=row["kind"],
            material=Material(row["material"]),
            expected=int(row["expected"]),
            accepted=int(row["accepted"]),
            on_time=int(row["on_time"]),
            nil_returns=int(row["nil_returns"]),
            voluntary=int(row["voluntary"]),
            corrections=corrected.get((row["kind"], row["material"]), 0),
        )
        for row in rows
    ]
    silent = [kind for kind in campaign.owes if kind not in {line.kind for line in found}]
    return (*found, *(CoverageLine(kind, Material.STATISTICS, 0, 0, 0, 0, 0) for kind in silent))


def _missing(row: Answer, campaign: Campaign, today: date, known: Definitions) -> Missing:
    """An extension (延期) moves from when on it is overdue, and the days on which it is reminded."""
    extended: datetime | None = row["extended_at"]
    due = campaign.local(extended).date() if extended else campaign.deadline_date
    return Missing(
        code=row["code"],
        unit=row["name"],
        kind=row["kind"],
        parent=row["parent"],
        material=Material(row["material"]),
        state=row["state"],
        days_overdue=max(0, (today - due).days),
        extended_to=extended,
        contact=row["contact"],
        phone=row["phone"],
        step=known.reminders.step(due, today, known.holidays),
    )


def _reminded(row: Answer) -> Reminded:
    """SQLite gives a day as its text."""
    since = row["since"]
    return Reminded(**{**row, "since": date.fromisoformat(since) if isinstance(since, str) else since})
