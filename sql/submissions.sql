-- Question  What was received by a moment, and where does each submission stand?
-- Asked by  `returns export`, `returns status`
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a judged submission in order of arrival: id, file, sha256, unit_code, unit, material,
--           received_at, late, nil_return, status
SELECT s.id, s.file, s.sha256, s.unit_code, u.name AS unit, s.material, s.received_at,
       CASE WHEN s.received_at > c.deadline_at THEN 1 ELSE 0 END AS late,
       s.nil_return,
       CASE WHEN s.verdict = 'accepted' AND s.id NOT IN (SELECT submission_id FROM in_force) THEN 'superseded'
            ELSE s.verdict END AS status
FROM submissions AS s
JOIN campaigns AS c ON c.id = s.campaign
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.campaign = :campaign AND s.verdict IS NOT NULL AND s.received_at <= :as_of
ORDER BY s.received_at, s.id
