"""The warehouse's tables. Form tables (`returns_…`) are made from form definitions: see `form_tables`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases (SQLite knows no zones and would drop them)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if dialect.name == "sqlite" else moment.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""
Code = String(collation="C").with_variant(String(), "sqlite")
"""Text ordered by code point on both databases, whatever language PostgreSQL was set up in."""


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Code, primary_key=True),
    Column("title", String, nullable=False),
    Column("form", String, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("deadline_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_run_at", UtcDateTime, comment="the latest moment that a run stood for"),
)

units = Table(
    "units",
    metadata,
    Column("code", Code, primary_key=True),
    Column("position", Integer, nullable=False, comment="the office's own order"),
    Column("name", String, nullable=False),
    Column("aliases", Text, nullable=False, comment="parted by |"),
    Column("kind", String, nullable=False),
    Column("parent", String, nullable=False),
    Column("contact", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("email", String, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

campaign_units = Table(
    "campaign_units",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("unit_code", ForeignKey("units.code"), primary_key=True),
    Column("node", Code, nullable=False, server_default="/", comment="of campaign_nodes: where it is listed"),
    comment="the units that exist on the deadline's date",
)

campaign_nodes = Table(
    "campaign_nodes",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("code", Code, primary_key=True, comment="of the unit that is others' parent; /: the top"),
    Column("parent", Code, comment="the node above; null: this is the top"),
    Column("position", Integer, nullable=False, comment="every parent before its children"),
    Column("name", String, nullable=False),
    comment="the tree by which returns are added up: the top, parents of units, and volumes (册) of long lists",
)

owed = Table(
    "owed",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("unit_code", ForeignKey("units.code"), primary_key=True),
    Column("material", Code, primary_key=True),
    comment="the expected (unit, material) pairs",
)

batches = Table(
    "batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("as_of", UtcDateTime, nullable=False, comment="the moment that the run stood for"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), index=True),
    Column("campaign", ForeignKey("campaigns.id"), comment="null until it is read"),
    Column("path", LargeBinary, nullable=False, comment="in the inbox, as raw bytes"),
    Column("file", Code, nullable=False, comment="the path as it is shown"),
    Column("name", Code, nullable=False, comment="the file's own name as it is shown"),
    Column("sha256", Code, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("arrived_ns", BigInteger, comment="when it came to lie on the share (its ctime)"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime, comment="when it was gone from the inbox"),
    Column("unit_code", ForeignKey("units.code")),
    Column("sender_source", String),
    Column("kind", String, comment="the format found by content"),
    Column("material", Code),
    Column("verdict", Code),
    Column("why_held", Text),
    Column("nil_return", Boolean, nullable=False, server_default=text("false")),
    Column("duplicate_of", ForeignKey("submissions.id")),
    Column("judged_at", UtcDateTime),
    Column("answered_at", UtcDateTime, comment="when its receipt stood"),
    Column("purged_at", UtcDateTime, comment="when its bytes were taken out of the archive"),
    Column("share_owner", Text, comment="the account that owned the file on the share"),
    Column("last_author", Text, comment="who last saved it, as the document itself says"),
    _one_of("material", "statistics", "narrative", "both", "stamped"),
    _one_of("verdict", "accepted", "returned", "held", "duplicate"),
    Index("ix_submissions_campaign_received", "campaign", "received_at"),
    Index("ix_submissions_unit", "campaign", "unit_code"),
    # the same path, bytes and mtime still lying there is the same submission, whoever sees it
    Index(
        "uq_submissions_lying",
        "path",
        "sha256",
        "mtime_ns",
        unique=True,
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
    # and what came once is entered once, whoever saw it before it was taken out
    Index("uq_submissions_arrived", "path", "sha256", "mtime_ns", "arrived_ns", unique=True),
    comment="the ledger: one row a settled file",
)

readings = Table(
    "readings",
    metadata,
    Column("submission_id", ForeignKey("submissions.id"), primary_key=True),
    Column("content", Text, nullable=False, comment="a Reading as JSON: every cell as typed"),
)

findings = Table(
    "findings",
    metadata,
    Column("submission_id", ForeignKey("submissions.id"), primary_key=True),
    Column("position", Integer, primary_key=True, comment="most serious first"),
    Column("rule", Code, nullable=False),
    Column("severity", Code, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("sheet", Text),
    Column("cell", String),
    Column("typed", Text),
    Column("facts", Text, nullable=False, comment="JSON"),
    Column("message", Text, nullable=False, comment="the words the clerk was told"),
    Column("explained", Text, comment="what the unit wrote about it, now or to an earlier file"),
    _one_of("severity", "error", "query", "warning"),
)

publications = Table(
    "publications",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", Code, primary_key=True, comment="summary, missing …"),
    Column("file", String, nullable=False),
    Column("digest", Code, nullable=False, comment="of the facts it shows, not of its bytes"),
    Column("sha256", Code, nullable=False, comment="of its bytes"),
    Column("as_of", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)

published_totals = Table(
    "published_totals",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("row_id", Code, primary_key=True),
    Column("column_id", Code, primary_key=True),
    Column("amount", BigInteger, nullable=False, comment="分 for money, heads or pieces for counts"),
    comment="category totals of each published summary",
)

published_documents = Table(
    "published_documents",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("unit_code", ForeignKey("units.code"), primary_key=True),
    Column("material", Code, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False),
    comment="documents in force when each summary was published",
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Code, nullable=False),
    Column("submission_id", ForeignKey("submissions.id"), index=True),
    Column("unit_code", ForeignKey("units.code")),
    Column("material", Code, comment="null: whatever is owed"),
    Column("until_at", UtcDateTime, comment="a new deadline, or until when a waiver is meant to stand"),
    Column("by_whom", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    comment="what people decided: the audit trail, never changed",
)

reminders = Table(
    "reminders",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("unit_code", ForeignKey("units.code"), primary_key=True),
    Column("step", Code, primary_key=True, comment="working days since the deadline, or: returned"),
    Column("since", Date, primary_key=True, comment="the deadline, or the day of the return"),
    Column("reminded_at", UtcDateTime, nullable=False),
    Column("email", String, nullable=False, comment="empty: the unit has no address"),
    Column("outcome", Text, nullable=False, comment="what became of the mail, in Chinese"),
    comment="who was reminded of which step and when: once a step a unit",
)

seals = Table(
    "seals",
    metadata,
    Column("campaign", ForeignKey("campaigns.id"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="1 is the final version, later ones its corrections"),
    Column("by_whom", String, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    Column("as_of", UtcDateTime, nullable=False, comment="the moment that the approved figures stood for"),
    Column("facts", Code, nullable=False, comment="digest of what was approved"),
    Column("made_with", Text, nullable=False, comment="JSON: program version, hashes of the definitions"),
    comment="the versions that a person approved as final",
)

sealed_figures = Table(
    "sealed_figures",
    metadata,
    Column("campaign", Code, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("unit_code", ForeignKey("units.code"), primary_key=True),
    Column("row_id", Code, primary_key=True),
    Column("column_id", Code, primary_key=True),
    Column("amount", BigInteger, nullable=False, comment="分 for money, heads or pieces for counts"),
    ForeignKeyConstraint(
        ["campaign", "number"], ["seals.campaign", "seals.number"], name="fk_sealed_figures_seal"
    ),
    comment="each unit's category figures as they were approved, none that are 0",
)

remembered_names = Table(
    "remembered_names",
    metadata,
    Column("name", Code, primary_key=True, comment="as names are compared, see etl/sheets/names.py"),
    Column("unit_code", ForeignKey("units.code"), nullable=False),
    Column("decision_id", ForeignKey("decisions.id"), nullable=False),
    comment="aliases that a person added when claiming a file",
)

history = Table(
    "history",
    metadata,
    Column("campaign", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("row_id", Code, primary_key=True),
    Column("column_id", Code, primary_key=True),
    Column("amount", BigInteger, nullable=False, comment="分 for money"),
    Column("file", Code, nullable=False, comment="as it is shown"),
    Column("sha256", Code, nullable=False),
    comment="figures of past campaigns, for comparison only",
)
