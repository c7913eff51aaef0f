-- Question  What did people decide in a campaign, when and why?
-- Asked by  `returns decisions`
-- Takes     campaign (id)
-- Gives     a row a decision, oldest first: decided_at, kind, submission_id, file, unit, until_at,
--           by_whom, why
SELECT d.decided_at, d.kind, d.submission_id, s.file, u.name AS unit, d.until_at, d.by_whom, d.why
FROM decisions AS d
LEFT JOIN submissions AS s ON s.id = d.submission_id
LEFT JOIN units AS u ON u.code = d.unit_code
WHERE d.campaign = :campaign
ORDER BY d.id
