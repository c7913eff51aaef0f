-- Question  Which files stand behind each unit's figures: the form in force and its stamped copies?
-- Asked by  `returns evidence`
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a file, in the office's order: submission_id, unit, material, file, sha256,
--           purged_at
SELECT s.id AS submission_id, u.name AS unit, s.material, s.file, s.sha256, s.purged_at
FROM submissions AS s
JOIN units AS u ON u.code = s.unit_code
WHERE s.id IN (SELECT submission_id FROM in_force WHERE material = 'statistics')
   OR (s.campaign = :campaign AND s.material = 'stamped' AND s.verdict = 'accepted' AND s.received_at <= :as_of)
ORDER BY u.position, s.material, s.id
