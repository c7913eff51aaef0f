"""What each published summary showed: its totals and the documents in force, for what changed since"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CODE = sa.String(collation="C").with_variant(sa.String(), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "published_totals",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("row_id", _CODE, nullable=False),
        sa.Column("column_id", _CODE, nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="分 for money, heads or pieces for counts"
        ),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_published_totals_campaign")),
        sa.PrimaryKeyConstraint(
            "campaign", "version", "row_id", "column_id", name=op.f("pk_published_totals")
        ),
        comment="category totals of each published summary",
    )
    op.create_table(
        "published_documents",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_code", _CODE, nullable=False),
        sa.Column("material", _CODE, nullable=False),
        sa.Column("submission_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_published_documents_campaign")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_published_documents_unit_code")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_published_documents_submission_id")
        ),
        sa.PrimaryKeyConstraint(
            "campaign", "version", "unit_code", "material", name=op.f("pk_published_documents")
        ),
        comment="documents in force when each summary was published",
    )


def downgrade() -> None:
    op.drop_table("published_documents")
    op.drop_table("published_totals")
