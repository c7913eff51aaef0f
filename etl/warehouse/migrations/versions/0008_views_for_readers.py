"""Views for readers: submissions and owed pairs as a BI tool asks for them, without paths, bytes or free text"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SUBMISSIONS = """
CREATE VIEW reader_submissions AS
WITH covers AS (
    SELECT 'statistics' AS material, 'statistics' AS covered
    UNION ALL SELECT 'narrative', 'narrative'
    UNION ALL SELECT 'stamped', 'stamped'
    UNION ALL SELECT 'both', 'statistics'
    UNION ALL SELECT 'both', 'narrative'
),
ranked AS (
    SELECT s.id, s.campaign, s.unit_code, c.covered,
           ROW_NUMBER() OVER (PARTITION BY s.campaign, s.unit_code, c.covered
                              ORDER BY s.received_at DESC, s.mtime_ns DESC, s.name DESC, s.file DESC, s.id DESC)
               AS newest_first
    FROM submissions AS s
    JOIN covers AS c ON c.material = s.material
    WHERE s.verdict = 'accepted' AND s.unit_code IS NOT NULL
)
SELECT s.id AS submission_id, s.campaign, ca.title AS campaign_title, s.unit_code, u.name AS unit, u.kind, u.parent,
       s.material, s.verdict, s.received_at,
       CASE WHEN s.received_at > ca.deadline_at THEN 1 ELSE 0 END AS late,
       CASE WHEN s.nil_return THEN 1 ELSE 0 END AS nil_return,
       CASE WHEN s.id IN (SELECT r.id FROM ranked AS r WHERE r.newest_first = 1) THEN 1 ELSE 0 END AS in_force
FROM submissions AS s
JOIN campaigns AS ca ON ca.id = s.campaign
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.verdict IS NOT NULL
"""
_OWED = """
CREATE VIEW reader_owed AS
WITH covers AS (
    SELECT 'statistics' AS material, 'statistics' AS covered
    UNION ALL SELECT 'narrative', 'narrative'
    UNION ALL SELECT 'stamped', 'stamped'
    UNION ALL SELECT 'both', 'statistics'
    UNION ALL SELECT 'both', 'narrative'
)
SELECT o.campaign, ca.title AS campaign_title, o.unit_code, u.name AS unit, u.kind, u.parent, o.material,
       CASE WHEN f.first_at IS NULL THEN 0 ELSE 1 END AS accepted,
       CASE WHEN f.first_at <= ca.deadline_at THEN 1 ELSE 0 END AS on_time,
       f.first_at AS first_accepted_at
FROM owed AS o
JOIN campaigns AS ca ON ca.id = o.campaign
JOIN units AS u ON u.code = o.unit_code
LEFT JOIN (SELECT s.campaign, s.unit_code, c.covered, MIN(s.received_at) AS first_at
           FROM submissions AS s
           JOIN covers AS c ON c.material = s.material
           WHERE s.verdict = 'accepted'
           GROUP BY s.campaign, s.unit_code, c.covered) AS f
       ON f.campaign = o.campaign AND f.unit_code = o.unit_code AND f.covered = o.material
"""


def upgrade() -> None:
    op.execute(_SUBMISSIONS)
    op.execute(_OWED)


def downgrade() -> None:
    op.execute("DROP VIEW reader_owed")
    op.execute("DROP VIEW reader_submissions")
