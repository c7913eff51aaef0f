"""Seals: the versions that a person approved as final, and the figures as they were then"""

import sqlalchemy as sa
from alembic import op

from etl.warehouse.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CODE = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="1 is the final version, later ones its corrections",
        ),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column(
            "as_of", UtcDateTime(), nullable=False, comment="the moment that the approved figures stood for"
        ),
        sa.Column("facts", _CODE, nullable=False, comment="digest of what was approved"),
        sa.Column(
            "made_with", sa.Text(), nullable=False, comment="JSON: program version, hashes of the definitions"
        ),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_seals_campaign")),
        sa.PrimaryKeyConstraint("campaign", "number", name=op.f("pk_seals")),
        comment="the versions that a person approved as final",
    )
    op.create_table(
        "sealed_figures",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_code", _CODE, nullable=False),
        sa.Column("row_id", _CODE, nullable=False),
        sa.Column("column_id", _CODE, nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="分 for money, heads or pieces for counts"
        ),
        sa.ForeignKeyConstraint(
            ["campaign", "number"], ["seals.campaign", "seals.number"], name=op.f("fk_sealed_figures_seal")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_sealed_figures_unit_code")),
        sa.PrimaryKeyConstraint(
            "campaign", "number", "unit_code", "row_id", "column_id", name=op.f("pk_sealed_figures")
        ),
        comment="each unit's category figures as they were approved, none that are 0",
    )


def downgrade() -> None:
    op.drop_table("sealed_figures")
    op.drop_table("seals")
