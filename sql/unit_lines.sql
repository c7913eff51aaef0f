-- Question  Where does each unit stand with its form?
-- Asked by  汇总表·分单位, 汇总表·溯源
-- Builds on in_force, covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a unit of the campaign, in the office's order: code, name, kind, parent, owes_form,
--           submission_id, received_at, first_received_at (of the first accepted form), nil_return, late, file,
--           sha256 (the last seven null without a form in force), narrative_late (null without one accepted)
-- Notes     units and forms are laid together by grouping: joined to in_force, SQLite would look through all
--           forms for each unit; both are late by what was accepted first: a later correction changes nothing
WITH lines AS (
    SELECT laid.unit_code, MAX(laid.submission_id) AS submission_id, MAX(laid.owes_form) AS owes_form
    FROM (SELECT unit_code, submission_id, 0 AS owes_form FROM in_force WHERE material = 'statistics'
          UNION ALL
          SELECT unit_code, NULL, 1 FROM owed WHERE campaign = :campaign AND material = 'statistics'
          UNION ALL
          SELECT unit_code, NULL, 0 FROM campaign_units WHERE campaign = :campaign) AS laid
    GROUP BY laid.unit_code
),
first_accepted AS (
    SELECT s.unit_code,
           MIN(CASE WHEN c.covered = 'statistics' THEN s.received_at END) AS form_at,
           MIN(CASE WHEN c.covered = 'narrative' THEN s.received_at END) AS narrative_at
    FROM submissions AS s
    JOIN covers AS c ON c.material = s.material
    WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.received_at <= :as_of
    GROUP BY s.unit_code
)
SELECT u.code, u.name, u.kind, u.parent, l.owes_form,
       s.id AS submission_id, s.received_at, f.form_at AS first_received_at, s.nil_return,
       CASE WHEN f.form_at > c.deadline_at THEN 1 WHEN f.form_at IS NOT NULL THEN 0 END AS late,
       s.file, s.sha256,
       CASE WHEN f.narrative_at > c.deadline_at THEN 1 WHEN f.narrative_at IS NOT NULL THEN 0 END AS narrative_late
FROM lines AS l
JOIN campaign_units AS cu ON cu.campaign = :campaign AND cu.unit_code = l.unit_code
JOIN campaigns AS c ON c.id = cu.campaign
JOIN units AS u ON u.code = l.unit_code
LEFT JOIN submissions AS s ON s.id = l.submission_id
LEFT JOIN first_accepted AS f ON f.unit_code = l.unit_code
ORDER BY u.position
