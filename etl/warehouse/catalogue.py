"""Campaigns, units and what is owed: config/ as the warehouse knows it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)

from etl.definitions import Campaign, Definitions, Form, Roster
from etl.definitions.tree import Node
from etl.warehouse.tables import (
    campaign_nodes,
    campaign_units,
    campaigns,
    decisions,
    owed,
    publications,
    submissions,
    units,
)


def record_campaign(connection: Connection, campaign: Campaign, form: Form, now: datetime) -> None:
    """Open a campaign, or bring what is known of it up to date."""
    facts = {
        "title": campaign.title,
        "form": form.id,
        "form_version": form.version,
        "zone": campaign.zone,
        "opens_at": campaign.opens,
        "deadline_at": campaign.deadline,
        "closes_at": campaign.closes,
    }
    if is_open(connection, campaign.id):
        connection.execute(update(campaigns).where(campaigns.c.id == campaign.id).values(facts))
    else:
        connection.execute(insert(campaigns).values(id=campaign.id, opened_at=now, **facts))


def record_roster(connection: Connection, campaign: Campaign, roster: Roster) -> None:
    """Bring units and the campaign's owed pairs up to date with the roster. Units are never removed:
    what they sent stays theirs."""
    _bring_up_to_date(connection, roster)
    nodes = campaign.nodes(roster)
    valid = [
        {"campaign": campaign.id, "unit_code": code, "node": node.code}
        for node in nodes
        for code in node.units
    ]
    pairs = [
        {"campaign": campaign.id, "unit_code": unit.code, "material": material.value}
        for unit, material in campaign.owed(roster)
    ]
    tree = [
        {
            "campaign": campaign.id,
            "position": place,
            "code": node.code,
            "parent": node.parent,
            "name": node.name,
        }
        for place, node in enumerate(nodes)
    ]
    _become(connection, campaign_units, campaign.id, valid)
    _become(connection, campaign_nodes, campaign.id, tree)
    _become(connection, owed, campaign.id, pairs)


def _bring_up_to_date(connection: Connection, roster: Roster) -> None:
    known = {row.code: dict(row._mapping) for row in connection.execute(select(units))}
    rows = [
        unit.model_dump(exclude={"aliases"}) | {"position": position, "aliases": "|".join(unit.aliases)}
        for position, unit in enumerate(roster.units)
    ]
    new = [row for row in rows if row["code"] not in known]
    changed = [row for row in rows if row["code"] in known and known[row["code"]] != row]
    if new:
        connection.execute(insert(units), new)
    if changed:
        connection.execute(
            update(units).where(units.c.code == bindparam("its_code")),
            [{"its_code": row["code"], **row} for row in changed],
        )


def nodes_of(connection: Connection, campaign: str) -> tuple[Node, ...]:
    """The campaign's tree as it was opened, the top first, every parent before its children."""
    members: dict[str, list[str]] = defaultdict(list)
    of_campaign = (
        select(campaign_units.c.node, campaign_units.c.unit_code)
        .join(units, units.c.code == campaign_units.c.unit_code)
        .where(campaign_units.c.campaign == campaign)
        .order_by(units.c.position)
    )
    for node, unit in connection.execute(of_campaign):
        members[node].append(unit)
    tree = campaign_nodes.c
    rows = connection.execute(
        select(tree.code, tree.name, tree.parent).where(tree.campaign == campaign).order_by(tree.position)
    ).all()
    return tuple(Node(code, name, parent, tuple(members[code])) for code, name, parent in rows)


def _become(connection: Connection, table: Table, campaign: str, rows: list[dict[str, Any]]) -> None:
    """Make the table hold exactly `rows` for the campaign; writes nothing where it does already."""
    there = [
        dict(row._mapping) for row in connection.execute(select(table).where(table.c.campaign == campaign))
    ]
    if _as_set(there) == _as_set(rows):
        return
    connection.execute(delete(table).where(table.c.campaign == campaign))
    if rows:
        connection.execute(insert(table), rows)


def _as_set(rows: Iterable[dict[str, Any]]) -> set[tuple[tuple[str, Any], ...]]:
    return {tuple(sorted(row.items())) for row in rows}


def is_open(connection: Connection, campaign: str) -> bool:
    found = connection.execute(select(campaigns.c.id).where(campaigns.c.id == campaign)).first()
    return found is not None


def open_campaign_ids(connection: Connection) -> list[str]:
    """Every campaign that was opened, oldest deadline first."""
    return _ids(connection, true())


def at_work_ids(connection: Connection, known: Definitions, now: datetime) -> list[str]:
    """Those of them that are still configured and at which Airflow works by itself now: not long closed, or not opened
    long ago, or something came for them not long ago."""
    since = now - known.limits.late_intake
    came = exists().where(submissions.c.campaign == campaigns.c.id, submissions.c.taken_at >= since)
    recent = _ids(connection, (campaigns.c.closes_at >= since) | (campaigns.c.opened_at >= since) | came)
    return [campaign for campaign in recent if campaign in known.campaigns]


def _ids(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    asked = select(campaigns.c.id).where(which).order_by(campaigns.c.deadline_at, campaigns.c.id)
    return list(connection.execute(asked).scalars())


def last_run_at(connection: Connection, campaign: str) -> datetime | None:
    """The latest moment that a run of the campaign stood for."""
    return connection.execute(select(campaigns.c.last_run_at).where(campaigns.c.id == campaign)).scalar()


def last_written_at(connection: Connection) -> datetime | None:
    """The latest moment of this machine's clock that is on record; None in an empty warehouse."""
    columns = (
        campaigns.c.opened_at,
        submissions.c.taken_at,
        decisions.c.decided_at,
        publications.c.published_at,
    )
    moments = [connection.execute(select(func.max(column))).scalar() for column in columns]
    return max((moment for moment in moments if moment), default=None)


def note_run(connection: Connection, campaign: str, as_of: datetime) -> None:
    connection.execute(update(campaigns).where(campaigns.c.id == campaign).values(last_run_at=as_of))
