"""Reminders: who was reminded of which step, when, and what became of the mail"""

import sqlalchemy as sa
from alembic import op

from etl.warehouse.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CODE = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column("unit_code", _CODE, nullable=False),
        sa.Column("step", _CODE, nullable=False, comment="working days since the deadline, or: returned"),
        sa.Column("since", sa.Date(), nullable=False, comment="the deadline, or the day of the return"),
        sa.Column("reminded_at", UtcDateTime(), nullable=False),
        sa.Column("email", sa.String(), nullable=False, comment="empty: the unit has no address"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="what became of the mail, in Chinese"),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_reminders_campaign")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_reminders_unit_code")),
        sa.PrimaryKeyConstraint("campaign", "unit_code", "step", "since", name=op.f("pk_reminders")),
        comment="who was reminded of which step and when: once a step a unit",
    )


def downgrade() -> None:
    op.drop_table("reminders")
