-- Question  What does each submission of a batch that is not done yet need to be told?
-- Asked by  the answer stage
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant), batch (id)
-- Gives     a row a judged submission without a standing receipt, in order of arrival: id, unit_code, unit,
--           file, sha256, size, material, received_at, late, nil_return, status, why_held, duplicate_of,
--           earlier_verdict
-- Notes     a duplicate repeats the verdict of the submission whose bytes it has
SELECT s.id, s.unit_code, u.name AS unit, s.file, s.sha256, s.size, s.material, s.received_at,
       CASE WHEN s.received_at > c.deadline_at THEN 1 ELSE 0 END AS late,
       s.nil_return,
       CASE WHEN s.verdict = 'accepted' AND s.id NOT IN (SELECT submission_id FROM in_force) THEN 'superseded'
            ELSE s.verdict END AS status,
       s.why_held, s.duplicate_of, e.verdict AS earlier_verdict
FROM submissions AS s
JOIN campaigns AS c ON c.id = s.campaign
LEFT JOIN units AS u ON u.code = s.unit_code
LEFT JOIN submissions AS e ON e.id = s.duplicate_of
WHERE s.batch_id = :batch AND s.campaign = :campaign AND s.verdict IS NOT NULL AND s.answered_at IS NULL
ORDER BY s.id
