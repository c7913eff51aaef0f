"""The tree of units: where each stands, and by which nodes returns are added up

A campaign that is open gets its tree the next time it is opened (`returns open`, which may be done any time);
until then all its units stand below the top.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CODE = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "campaign_units",
        sa.Column(
            "node",
            _CODE,
            nullable=False,
            server_default="/",
            comment="of campaign_nodes: where it is listed",
        ),
    )
    op.create_table(
        "campaign_nodes",
        sa.Column("campaign", _CODE, nullable=False),
        sa.Column("code", _CODE, nullable=False, comment="of the unit that is others' parent; /: the top"),
        sa.Column("parent", _CODE, comment="the node above; null: this is the top"),
        sa.Column("position", sa.Integer(), nullable=False, comment="every parent before its children"),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_campaign_nodes_campaign")),
        sa.PrimaryKeyConstraint("campaign", "code", name=op.f("pk_campaign_nodes")),
        comment="the tree by which returns are added up: the top, parents of units, and volumes (册) of long lists",
    )
    op.execute(
        "INSERT INTO campaign_nodes (campaign, code, position, name) SELECT id, '/', 0, '' FROM campaigns"
    )


def downgrade() -> None:
    op.drop_table("campaign_nodes")
    op.drop_column("campaign_units", "node")
