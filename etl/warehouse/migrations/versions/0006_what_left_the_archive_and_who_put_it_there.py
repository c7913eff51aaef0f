"""Submissions keep when their bytes were taken out of the archive, and who put the file on the share."""

import sqlalchemy as sa
from alembic import op

from etl.warehouse.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "submissions",
        sa.Column("purged_at", UtcDateTime(), comment="when its bytes were taken out of the archive"),
    )
    op.add_column(
        "submissions",
        sa.Column("share_owner", sa.Text(), comment="the account that owned the file on the share"),
    )
    op.add_column(
        "submissions",
        sa.Column("last_author", sa.Text(), comment="who last saved it, as the document itself says"),
    )


def downgrade() -> None:
    for column in ("last_author", "share_owner", "purged_at"):
        op.drop_column("submissions", column)
