"""Submissions keep when the file came to lie on the share: what came once is entered once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    came = sa.Column("arrived_ns", sa.BigInteger(), comment="when it came to lie on the share (its ctime)")
    op.add_column("submissions", came)
    columns = ["path", "sha256", "mtime_ns", "arrived_ns"]
    op.create_index("uq_submissions_arrived", "submissions", columns, unique=True)


def downgrade() -> None:
    op.drop_index("uq_submissions_arrived", "submissions")
    op.drop_column("submissions", "arrived_ns")
